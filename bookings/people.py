"""Whom a person may book for, besides themselves."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Membership, User
from accounts.permissions import LEADING_ROLES, team_ids_of
from facilities.permissions import RUNNING_ROLES, facility_ids_run_by


def people_booked_by(user: User, *, on: dt.date) -> QuerySet[User]:
    """Return whom a person may book for: their team where they lead, anybody on their platform.

    Whether this wish is one of those is judged with the booking.
    """
    led = Membership.objects.current(on).filter(
        user=OuterRef("pk"), team__in=team_ids_of(user, on=on, roles=LEADING_ROLES)
    )
    in_a_team = Membership.objects.current(on).filter(user=OuterRef("pk"))
    runs_one = Q(Exists(facility_ids_run_by(user, *RUNNING_ROLES)))
    return User.objects.filter(
        Exists(led) | (runs_one & Exists(in_a_team)), is_active=True
    ).exclude(pk=user.pk)
