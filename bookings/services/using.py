"""The session itself: started, finished, missed, or settled when its time is over."""

from __future__ import annotations

import datetime as dt

from django.db.models import F, Q

from accounts.models import User
from accounts.permissions import require
from accounts.transactions import use_case
from bookings import reminders
from bookings.errors import TooEarly, TooLate, WrongState
from bookings.models import Booking, UsageSession
from bookings.permissions import may_run_session
from bookings.services.transitions import become, locked_for, tell
from bookings.states import LABELS, Status
from facilities.intervals import MINUTE
from facilities.permissions import runs
from facilities.queries import rules_of

FORGOTTEN = dt.timedelta(hours=12)
"""How long after its booked end a session that nobody finished is ended for them."""

EARLY_START_MINUTES = 15
"""How long before the booked start a session may begin."""


@use_case
def start_session(
    *, actor: User, booking_id: int, now: dt.datetime, version: int | None = None
) -> Booking:
    """Start using the instrument: from a quarter of an hour before the start until the end.

    Raises:
        NotFound: the actor cannot see such a booking.
        NotPermitted: it is for somebody else, and the actor does not run the platform.
        WrongState: it is not approved, or under way already.
        TooEarly, TooLate: it is not the time.
        StaleVersion: it changed since the `version` the actor read, where one is given.
    """
    booking = locked_for(actor, booking_id, now=now, version=version)
    require(may_run_session(actor, booking))
    tz = booking.instrument.facility.tz
    earliest = booking.interval.start - EARLY_START_MINUTES * MINUTE
    if booking.status == Status.APPROVED and now < earliest:
        raise TooEarly(moment=earliest.astimezone(tz))
    if booking.status == Status.APPROVED and now >= booking.interval.end:
        raise TooLate(moment=booking.interval.end.astimezone(tz))
    become(booking, Status.IN_USE, now=now)
    is_own = actor.pk == booking.booked_for_id
    UsageSession.objects.create(
        booking=booking,
        started_at=now,
        source=UsageSession.Source.PERSON if is_own else UsageSession.Source.STAFF,
        started_by=actor,
    )
    reminders.drop(booking)
    return booking


@use_case
def finish_session(
    *, actor: User, booking_id: int, now: dt.datetime, version: int | None = None
) -> Booking:
    """Finish using the instrument; billing finds the finished use by itself.

    Raises:
        NotFound, NotPermitted, StaleVersion: as for a start.
        WrongState: no session is under way.
    """
    booking = locked_for(actor, booking_id, now=now, version=version)
    require(may_run_session(actor, booking))
    if booking.status != Status.IN_USE:  # an approved one may be completed, but by settling only
        raise WrongState(status=LABELS[Status(booking.status)])
    become(booking, Status.COMPLETED, now=now)
    # A clock that stepped back must not end a session before it began.
    booking.usage.ended_at = max(now, booking.usage.started_at)
    booking.usage.save(update_fields=["ended_at"])
    return booking


@use_case
def mark_no_show(
    *, actor: User, booking_id: int, now: dt.datetime, version: int | None = None
) -> Booking:
    """Note that nobody came; the rest of the slot is free, the booked time is billed.

    Raises:
        NotFound: the actor cannot see such a booking.
        NotPermitted: the actor does not run the platform.
        WrongState: it is not an approved booking.
        TooEarly: the time to show up has not passed.
        StaleVersion: it changed since the `version` the actor read, where one is given.
    """
    booking = locked_for(actor, booking_id, now=now, version=version)
    require(runs(actor, booking.instrument.facility_id))
    minutes = rules_of(booking.instrument).no_show_minutes or 0
    missed_at = booking.interval.start + minutes * MINUTE
    if booking.status == Status.APPROVED and now < missed_at:
        raise TooEarly(moment=missed_at.astimezone(booking.instrument.facility.tz))
    _missed(booking, now)
    return booking


def settle_past_bookings(*, now: dt.datetime, limit: int = 200) -> int:
    """Settle bookings whose time is over and that nobody will. Safe to repeat.

    Where sessions must be started by hand, those nobody started become no-shows after the
    rules' delay; elsewhere they are completed as booked when their time is over. A session
    that somebody forgot to finish is ended half a day later, at its booked end, so that
    it is charged.
    """
    started_by_hand = Q(instrument__rules__no_show_minutes__isnull=False)
    missed = Q(
        started_by_hand,
        period__startswith__lte=now - F("instrument__rules__no_show_minutes") * MINUTE,
    )
    over = Q(~started_by_hand, period__endswith__lte=now)
    forgotten = Q(status=Status.IN_USE, period__endswith__lte=now - FORGOTTEN)
    due = list(
        Booking.objects.filter(
            Q(missed | over, status=Status.APPROVED) | forgotten, kind=Booking.Kind.USE
        )
        .order_by("id")
        .values_list("pk", flat=True)[:limit]
    )
    return sum(_settle(booking_id=booking_id, now=now) for booking_id in due)


@use_case
def _settle(*, booking_id: int, now: dt.datetime) -> bool:
    booking = (
        Booking.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
        .select_related("instrument__rules")
        .filter(pk=booking_id, status__in=[Status.APPROVED, Status.IN_USE])
        .first()
    )
    if booking is None:
        return False
    if booking.status == Status.IN_USE:
        return _end_forgotten(booking, now)
    delay = rules_of(booking.instrument).no_show_minutes
    if delay is not None and now >= booking.interval.start + delay * MINUTE:
        _missed(booking, now)
    elif delay is None and now >= booking.interval.end:
        become(booking, Status.COMPLETED, now=now)
    else:  # moved meanwhile
        return False
    return True


def _end_forgotten(booking: Booking, now: dt.datetime) -> bool:
    if now < booking.interval.end + FORGOTTEN:  # extended meanwhile
        return False
    become(booking, Status.COMPLETED, now=now)
    booking.usage.ended_at = max(booking.interval.end, booking.usage.started_at)
    booking.usage.save(update_fields=["ended_at"])
    return True


def _missed(booking: Booking, now: dt.datetime) -> None:
    become(booking, Status.NO_SHOW, now=now)
    reminders.drop(booking)
    tell("no_show", booking)
