"""Reads of who belongs where, shared by both faces."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import QuerySet

from accounts.models import Membership, User


def seats_of(user: User, *, on: dt.date) -> QuerySet[Membership]:
    """Return a person's places in teams on a day, with team and organisation."""
    return (
        Membership.objects.current(on)
        .filter(user=user)
        .select_related("team__organisation")
        .order_by("team__name", "id")
    )


def seats_in(team_ids: Iterable[int], *, on: dt.date) -> QuerySet[Membership]:
    """Return the people of some teams on a day, with their names."""
    return (
        Membership.objects.current(on)
        .filter(team__in=team_ids, user__is_active=True)
        .select_related("user")
        .order_by("user__last_name", "user__first_name", "id")
    )
