"""Who may do what to a booking, and which bookings a person may see."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import Q

from accounts.models import User
from accounts.permissions import is_administrator, leads, team_ids_of
from bookings.models import Booking
from bookings.models.booking import BookingQuerySet
from bookings.states import Status
from facilities.models import FacilityStaff, Instrument
from facilities.permissions import (
    RUNNING_ROLES,
    facility_ids_run_by,
    manages,
    may_set_up,
    runs,
)

if TYPE_CHECKING:
    from bookings.paying import Payer
    from bookings.wish import Wish


def bookings_visible_to(user: User, *, on: dt.date) -> BookingQuerySet:
    """Return the bookings a person may see whole: own, their teams', their platforms'.

    Everybody else's appear in calendars as busy time only.
    """
    bookings = Booking.objects.all()
    if is_administrator(user):
        return bookings
    return bookings.filter(
        Q(booked_for=user)
        | Q(created_by=user)
        | Q(team__in=team_ids_of(user, on=on))
        | Q(instrument__facility__in=facility_ids_run_by(user))
    )


def requests_decided_by(user: User, *, now: dt.datetime) -> BookingQuerySet:
    """Return the open requests a person may decide: their platforms', but not their own.

    A sole manager's own are among them where the rules let them decide those.
    """
    own = Q(booked_for=user) | Q(created_by=user)
    return Booking.objects.filter(
        ~own | Q(instrument__rules__sole_manager_decides_own=True),
        status=Status.REQUESTED,
        hold_until__gt=now,
        instrument__facility__in=facility_ids_run_by(user, FacilityStaff.Role.MANAGER),
    )


def may_book_for(actor: User, *, wish: Wish, payer: Payer, instrument: Instrument) -> bool:
    """Say whether a person may make this wish: for themselves, their team or on their platform.

    A block (maintenance, training, closure) is for those who run the platform.
    """
    if wish.kind != Booking.Kind.USE:
        return runs(actor, instrument.facility_id)
    if wish.booked_for_id == actor.pk:
        return True
    on = wish.period.start.date()
    return leads(actor, payer.team_id, on=on) or runs(actor, instrument.facility_id)


def may_change(actor: User, booking: Booking, *, on: dt.date) -> bool:
    """Say whether a person may move, edit or cancel a booking."""
    return (
        actor.pk in (booking.booked_for_id, booking.created_by_id)
        or leads(actor, booking.team_id, on=on)
        or runs(actor, booking.instrument.facility_id)
    )


def may_run_session(actor: User, booking: Booking) -> bool:
    """Say whether a person may start and finish a session: who it is for, or who runs it."""
    return actor.pk == booking.booked_for_id or runs(actor, booking.instrument.facility_id)


def may_attend(operator_id: int, facility_id: int) -> bool:
    """Say whether somebody attends sessions of a platform: those who run it."""
    return FacilityStaff.objects.filter(
        user=operator_id, user__is_active=True, facility=facility_id, role__in=RUNNING_ROLES
    ).exists()


def may_decide(actor: User, booking: Booking) -> bool:
    """Say whether a person may decide requests of the booking's platform."""
    return manages(actor, booking.instrument.facility_id)


def is_own_request(actor: User, booking: Booking) -> bool:
    """Say whether a person asked for the booking, or it is for them."""
    return actor.pk in (booking.booked_for_id, booking.created_by_id)


def is_sole_manager(actor: User, facility_id: int) -> bool:
    """Say whether nobody else manages a platform."""
    managers = FacilityStaff.objects.filter(
        facility=facility_id, role=FacilityStaff.Role.MANAGER, user__is_active=True
    ).values_list("user_id", flat=True)
    return list(managers) == [actor.pk]


def may_set_time_aside(actor: User, facility_id: int, *, whole: bool) -> bool:
    """Say whether a person closes a platform (`whole`), or blocks one of its instruments.

    Closing is for those who set it up; its operators block instruments as well.
    """
    return may_set_up(actor, facility_id) or (not whole and runs(actor, facility_id))
