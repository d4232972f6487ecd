"""Uses that several accounts pay: their shares, which accounts may join, who may split."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection

from django.db.models import Q, QuerySet

from accounts.allowances import open_to
from accounts.models import FundingAccount, User
from accounts.permissions import LEADING_ROLES, leads, team_ids_of
from billing.models import Charge
from bookings.models import Booking, BookingShare
from bookings.states import ACTIVE, Status
from facilities.permissions import manages


def shares_of(booking_ids: Collection[int]) -> dict[int, list[BookingShare]]:
    """Return the shares of some bookings, in order, with accounts and teams; one query."""
    found: defaultdict[int, list[BookingShare]] = defaultdict(list)
    rows = BookingShare.objects.filter(booking__in=booking_ids).select_related(
        "account__team__organisation"
    )
    for share in rows.order_by("pk"):
        found[share.booking_id].append(share)
    return dict(found)


def may_split(actor: User, booking: Booking, *, on: dt.date) -> bool:
    """Say whether a person says who pays: the booker, who leads the team, the manager."""
    return (
        actor.pk in (booking.booked_for_id, booking.created_by_id)
        or leads(actor, booking.team_id, on=on)
        or manages(actor, booking.instrument.facility_id)
    )


def is_splittable(booking: Booking) -> bool:
    """Say whether a booking will be charged, and is not yet."""
    will_cost = booking.status in {*ACTIVE, Status.NO_SHOW} or (
        booking.status == Status.CANCELLED and booking.late_cancellation
    )
    return (
        booking.kind == Booking.Kind.USE
        and booking.team_id is not None
        and will_cost
        and not booking.imported_history
        and not booking.waived_reason
        and not Charge.objects.filter(booking=booking).exists()
    )


def accounts_sharing(booking: Booking, *, actor: User, on: dt.date) -> QuerySet[FundingAccount]:
    """Return the accounts that may pay a part of a booking, on its own days.

    Those of its team that the person may use, and those of other teams of the same
    organisation that the actor leads: one legal body pays, whoever's money it is.
    """
    assert booking.team is not None
    tz = booking.instrument.facility.tz
    first = booking.interval.start.astimezone(tz).date()
    last = (booking.interval.end - dt.timedelta(microseconds=1)).astimezone(tz).date()
    led = Q(
        team__organisation=booking.team.organisation_id,
        team__is_active=True,
        team__in=team_ids_of(actor, on=on, roles=LEADING_ROLES),
    )
    accounts = FundingAccount.objects.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=first),
        Q(valid_until__isnull=True) | Q(valid_until__gte=last),
        Q(team=booking.team_id) | led,
        is_active=True,
    )
    return open_to(accounts, booking.booked_for_id or 0, actor_id=actor.pk, on=first)
