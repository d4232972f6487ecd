"""Taking time away from bookings: a closure of a platform, or a block on an instrument.

Bookings that lie in it are kept or cancelled, each as the platform says. None is
overlooked: one that came since the platform looked is an error.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from accounts.errors import NotFound
from accounts.models import User
from accounts.permissions import require
from accounts.transactions import use_case
from bookings import reminders
from bookings.errors import BookingsHit, ReasonRequired
from bookings.locking import lock_instruments
from bookings.models import Booking
from bookings.models.booking import BookingQuerySet, stored
from bookings.permissions import may_set_time_aside
from bookings.services.transitions import become, overlap_refused, tell
from bookings.states import Status
from facilities.intervals import Interval, subtracted
from facilities.models import Closure, Facility, Instrument
from facilities.permissions import facilities_visible_to
from facilities.services import close_facility

HIT = (Status.REQUESTED, Status.APPROVED, Status.IN_USE)
CANCELLABLE = (Status.REQUESTED, Status.APPROVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeAside:
    """A time in which nobody books: the whole platform, or one instrument where named.

    `kind` is that of a closure (holiday, shutdown) for a platform; for an instrument that
    of a block (maintenance, training, closure).
    """

    facility_code: str
    instrument_id: int | None
    kind: str
    period: Interval
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """What came of it: the closure or the blocks, and the bookings that were cancelled."""

    closure: Closure | None
    blocks: list[Booking]
    cancelled: list[Booking]


@use_case
def set_time_aside(
    *,
    actor: User,
    time: TimeAside,
    cancel_ids: Collection[int],
    keep_ids: Collection[int],
    now: dt.datetime,
) -> SetAside:
    """Close a platform or block an instrument for a time; cancel what is not kept.

    A cancelled booking costs nothing, however late, and its person is told the reason. A
    kept one stays: a block is laid around it, on each unit. The instruments stay locked
    until commit, so that nothing is booked in between.

    Raises:
        NotFound: no such platform or instrument for this person.
        NotPermitted: the actor neither runs the platform nor administers the centre.
        ReasonRequired: no reason was given.
        BookingsHit: bookings lie in the time that are neither to be kept nor cancelled.
    """
    facility = facilities_visible_to(actor).filter(code=time.facility_code).first()
    if facility is None:
        raise NotFound
    require(may_set_time_aside(actor, facility.pk, whole=time.instrument_id is None))
    if not time.reason.strip():
        raise ReasonRequired
    instruments = _locked(facility, time.instrument_id)
    cancelled = _cleared(time, cancel_ids=cancel_ids, keep_ids=keep_ids, now=now)
    if time.instrument_id is not None:
        blocks = _blocks(instruments[0], time, actor=actor, now=now)
        return SetAside(closure=None, blocks=blocks, cancelled=cancelled)
    closure = close_facility(
        actor=actor,
        facility_code=time.facility_code,
        kind=time.kind,
        period=time.period,
        reason=time.reason,
    )
    return SetAside(closure=closure, blocks=[], cancelled=cancelled)


@use_case
def lift_block(*, actor: User, booking_id: int, now: dt.datetime) -> Booking:
    """Take a block away; its time can be booked again.

    Raises:
        NotFound: no such block on a platform of the actor's.
        WrongState: it was taken away already.
    """
    block = (
        Booking.objects.select_for_update(no_key=True, of=("self",))
        .select_related("instrument__facility")
        .filter(pk=booking_id)
        .exclude(kind=Booking.Kind.USE)
        .first()
    )
    if block is None or not may_set_time_aside(actor, block.instrument.facility_id, whole=False):
        raise NotFound
    become(block, Status.CANCELLED, now=now, cancelled_at=now)
    return block


def bookings_hit(time: TimeAside) -> BookingQuerySet:
    """Return the live bookings of people that lie in a time, the earliest first.

    Blocks are not among them: they are nobody's session.
    """
    bookings = Booking.objects.filter(
        instrument__facility__code=time.facility_code,
        kind=Booking.Kind.USE,
        status__in=HIT,
        imported_history=False,
        blocked__overlap=(time.period.start, time.period.end),
    )
    if time.instrument_id is not None:
        bookings = bookings.filter(instrument=time.instrument_id)
    return bookings.order_by("period", "pk")


def _locked(facility: Facility, instrument_id: int | None) -> list[Instrument]:
    instruments = Instrument.objects.filter(facility=facility)
    if instrument_id is not None:
        instruments = instruments.filter(pk=instrument_id)
    ids = list(instruments.values_list("pk", flat=True))
    if instrument_id is not None and not ids:
        raise NotFound
    return list(lock_instruments(*ids).values())


def _cleared(
    time: TimeAside, *, cancel_ids: Collection[int], keep_ids: Collection[int], now: dt.datetime
) -> list[Booking]:
    """Cancel what is to go; refuse where something lies in the time that nobody decided about."""
    hit = list(bookings_hit(time).select_for_update(no_key=True, of=("self",)))
    if missed := [each for each in hit if each.pk not in {*cancel_ids, *keep_ids}]:
        raise BookingsHit(count=len(missed))
    return [
        _cancelled(booking, reason=time.reason, now=now)
        for booking in hit
        if booking.pk in cancel_ids and booking.status in CANCELLABLE
    ]


def _cancelled(booking: Booking, *, reason: str, now: dt.datetime) -> Booking:
    become(
        booking,
        Status.CANCELLED,
        now=now,
        cancelled_at=now,
        cancel_reason=reason,
        late_cancellation=False,
    )
    reminders.drop(booking)
    tell("cancelled", booking)
    return booking


def _blocks(
    instrument: Instrument, time: TimeAside, *, actor: User, now: dt.datetime
) -> list[Booking]:
    """Block each unit of an instrument around what is on it already."""
    held = (
        Booking.objects.blocking_within(time.period)
        .at(instrument.pk)
        .values_list("unit", "blocked")
    )
    on_it: dict[int, list[Interval]] = {}
    for unit, blocked in held:
        on_it.setdefault(unit, []).append(Interval(blocked.lower, blocked.upper))
    with overlap_refused():
        return [
            Booking.objects.create(
                instrument=instrument,
                unit=unit,
                kind=time.kind,
                status=Status.APPROVED.value,
                period=stored(piece),
                blocked=stored(piece),
                purpose=time.reason,
                created_by=actor,
                created_at=now,
                updated_at=now,
            )
            for unit in range(1, instrument.units + 1)
            for piece in subtracted([time.period], on_it.get(unit, []))
        ]
