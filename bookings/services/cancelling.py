"""Giving a booking up, and letting one go free of charge."""

from __future__ import annotations

import datetime as dt

from accounts.models import User
from accounts.permissions import require
from accounts.transactions import use_case
from bookings import reminders
from bookings.errors import ReasonRequired, TooLate
from bookings.models import Booking
from bookings.permissions import may_change
from bookings.services.moving import is_late
from bookings.services.transitions import become, locked_for, store, tell
from bookings.states import Status
from facilities.permissions import manages, runs


@use_case
def cancel_booking(
    *,
    actor: User,
    booking_id: int,
    now: dt.datetime,
    reason: str = "",
    version: int | None = None,
) -> Booking:
    """Give a booking up; the slot is free at once.

    It costs nothing until the rules' free-cancellation time before the start, and never
    when the platform cancels somebody else's. Later the booked time is billed, less what
    others re-take of it.

    Raises:
        NotFound: the actor cannot see such a booking.
        NotPermitted: the actor may see it but not cancel it.
        WrongState: it is in use or over.
        TooLate: its time has passed; it is settled as booked or as a no-show.
        StaleVersion: it changed since the `version` the actor read, where one is given.
    """
    booking = locked_for(actor, booking_id, now=now, version=version)
    require(may_change(actor, booking, on=now.date()))
    if booking.status == Status.APPROVED and now >= booking.interval.end:
        raise TooLate(moment=booking.interval.end.astimezone(booking.instrument.facility.tz))
    by_platform = actor.pk != booking.booked_for_id and runs(actor, booking.instrument.facility_id)
    late = booking.kind == Booking.Kind.USE and not by_platform and is_late(booking, now=now)
    become(
        booking,
        Status.CANCELLED,
        now=now,
        cancelled_at=now,
        cancel_reason=reason,
        late_cancellation=late,
    )
    reminders.drop(booking)
    if booking.kind == Booking.Kind.USE:
        tell("cancelled", booking)
    return booking


@use_case
def waive_charge(
    *, actor: User, booking_id: int, reason: str, now: dt.datetime, version: int | None = None
) -> Booking:
    """Let a booking go free of charge, such as when the instrument broke down.

    Raises:
        NotFound: the actor cannot see such a booking.
        NotPermitted: the actor does not manage the platform.
        ReasonRequired: no reason was given.
        StaleVersion: it changed since the `version` the actor read, where one is given.
    """
    booking = locked_for(actor, booking_id, now=now, version=version)
    require(manages(actor, booking.instrument.facility_id))
    if not reason.strip():
        raise ReasonRequired
    store(booking, now=now, waived_reason=reason)
    return booking
