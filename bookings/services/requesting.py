"""Booking and moving: the one path of page, API, series, waitlist and import."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from accounts.errors import NotFound, StaleVersion
from accounts.models import User
from accounts.permissions import require
from accounts.transactions import use_case
from bookings import reminders
from bookings.errors import PolicyViolated, SlotTaken
from bookings.industry_time import tell_managers
from bookings.judging import Judgement, judge
from bookings.locking import lock_instruments
from bookings.models import Booking
from bookings.models.booking import stored
from bookings.paying import Payer, payer_of
from bookings.permissions import may_book_for, may_change
from bookings.queries import blocked_by, free_unit, next_free
from bookings.services import moving
from bookings.services.transitions import (
    locked_for,
    overlap_refused,
    require_operator,
    store,
    tell,
)
from bookings.states import Status
from bookings.violations import Violation
from bookings.wish import Wish
from facilities.intervals import Interval
from facilities.models import Instrument
from facilities.permissions import manages, runs


def request_booking(
    *, actor: User, wish: Wish, now: dt.datetime, override_reason: str = ""
) -> Booking:
    """Book an instrument for a period, to be paid by a project's account.

    The booking is approved at once, or holds its slot until somebody decides. The account
    and the instrument stay locked until commit, so that a limit counted over several
    bookings cannot be overspent by two requests at the same moment. A manager of the
    platform may set rules aside with a reason, which is kept.

    Raises:
        NotFound: no such instrument for this person.
        NotPermitted: the actor may not book for that person.
        PolicyViolated: carries every rule that is broken, not only the first.
        SlotTaken: another booking holds the time; carries the next free periods.
        Busy: too many people wanted this instrument at once.
    """
    try:
        return _request(actor=actor, wish=wish, now=now, override_reason=override_reason)
    except SlotTaken as taken:
        raise SlotTaken(_alternatives(wish, now)) from taken


def move_booking(
    *,
    actor: User,
    booking_id: int,
    version: int,
    changes: Mapping[str, Any],
    now: dt.datetime,
    override_reason: str = "",
) -> Booking:
    """Change a booking: its time, instrument or anything else that a wish holds.

    `changes` names fields of Wish. The rules hold as for a new booking. An approval stands
    unless the time reaches outside the old one, the instrument changes or the price rises.

    Raises:
        NotFound: the actor cannot see such a booking.
        NotPermitted: the actor may see it but not change it.
        StaleVersion: it changed since the actor read it.
        WrongState: it is over, or in use and the change is more than a longer end.
        PolicyViolated, SlotTaken, Busy: as for a request.
    """
    try:
        return _move(
            actor=actor,
            booking_id=booking_id,
            version=version,
            changes=changes,
            now=now,
            override_reason=override_reason,
        )
    except SlotTaken as taken:
        wish = moving.changed(Booking.objects.get(pk=booking_id), changes)
        raise SlotTaken(_alternatives(wish, now, without_booking_id=booking_id)) from taken


@use_case
def _request(*, actor: User, wish: Wish, now: dt.datetime, override_reason: str) -> Booking:
    payer = payer_of(wish, lock=True, actor_id=actor.pk)
    instrument = _locked(wish.instrument_id)[wish.instrument_id]
    require(may_book_for(actor, wish=wish, payer=payer, instrument=instrument))
    require(wish.operator_id is None or runs(actor, instrument.facility_id))
    require_operator(wish.operator_id, instrument.facility_id)
    fields = placement(wish, instrument)
    if wish.kind == Booking.Kind.USE:
        judgement = judge(wish=wish, instrument=instrument, payer=payer, now=now)
        fields |= _judged(judgement, payer, actor, instrument, override_reason)
        fields |= _awaiting(judgement.approval_reasons, instrument, wish, now)
    else:
        fields["status"] = Status.APPROVED.value
    with overlap_refused():
        booking = Booking.objects.create(
            created_by=actor, created_at=now, updated_at=now, **_of_person(actor, wish), **fields
        )
    if wish.kind == Booking.Kind.USE:
        reminders.plan(booking, now)
        tell("requested" if booking.status == Status.REQUESTED else "confirmed", booking)
        tell_managers(instrument, judgement.facts, wish.period)
    return booking


@use_case
def _move(
    *,
    actor: User,
    booking_id: int,
    version: int,
    changes: Mapping[str, Any],
    now: dt.datetime,
    override_reason: str,
) -> Booking:
    # Read without a lock first: the account and the instruments are locked before the booking.
    before = Booking.objects.filter(pk=booking_id).first()
    if before is None:
        raise NotFound
    wish = moving.changed(before, changes)
    payer = payer_of(wish, lock=True, actor_id=actor.pk)
    instrument = _locked(before.instrument_id, wish.instrument_id)[wish.instrument_id]
    booking = locked_for(actor, booking_id, now=now)
    require(may_change(actor, booking, on=now.date()))
    require(wish.operator_id == booking.operator_id or runs(actor, booking.instrument.facility_id))
    if wish.instrument_id != booking.instrument_id:
        # Who runs the one platform may not run the other.
        require(may_book_for(actor, wish=wish, payer=payer, instrument=instrument))
    require_operator(wish.operator_id, instrument.facility_id)
    if booking.version != version or booking.version != before.version:
        raise StaleVersion
    moving.require_movable(booking, wish, actor=actor, now=now)
    fields = placement(wish, instrument, moved=booking)
    if wish.kind == Booking.Kind.USE:
        judgement = judge(wish=wish, instrument=instrument, payer=payer, now=now, changing=booking)
        fields |= _judged(judgement, payer, actor, instrument, override_reason)
        fields |= moving.decided_anew(booking, wish, judgement, instrument, now=now)
    store(booking, now=now, **fields)
    if wish.kind == Booking.Kind.USE:
        reminders.replan(booking, now)
        tell("requested" if fields.get("status") == Status.REQUESTED else "moved", booking)
        tell_managers(instrument, judgement.facts, wish.period)
    return booking


def placement(wish: Wish, instrument: Instrument, moved: Booking | None = None) -> dict[str, Any]:
    """Return the columns that say where, when and how; find the unit.

    Raises:
        PolicyViolated: the instrument has no such unit.
        SlotTaken: no unit is free.
    """
    if wish.unit is not None and not 1 <= wish.unit <= instrument.units:
        raise PolicyViolated([Violation("no_such_unit", "unit", {"units": instrument.units})])
    unit: int | None = 1
    if instrument.units > 1:  # of a single unit the constraint alone says whether it is free
        unit = free_unit(
            wish=wish, instrument=instrument, without_booking_id=moved.pk if moved else None
        )
    if unit is None:
        raise SlotTaken
    return {
        "instrument": instrument,
        "unit": unit,
        "period": stored(wish.period),
        "blocked": stored(blocked_by(wish, instrument)),
        "operator_needed": wish.operator_needed,
        "operator_id": wish.operator_id,
        "bsl2": wish.bsl2,
        "animals": wish.animals,
        "purpose": wish.purpose,
    }


def _judged(
    judgement: Judgement, payer: Payer, actor: User, instrument: Instrument, reason: str
) -> dict[str, Any]:
    """Refuse what the rules refuse; return the columns that keep what they said.

    Raises:
        PolicyViolated: a rule is broken that is not set aside.
    """
    waived = [violation.code for violation in judgement.violations]
    if waived:
        may_waive = (
            bool(reason)
            and all(violation.is_overridable for violation in judgement.violations)
            and manages(actor, instrument.facility_id)
        )
        if not may_waive:
            raise PolicyViolated(judgement.violations)
    return {
        "project_id": payer.project.pk if payer.project else None,
        "account_id": payer.account.pk if payer.account else None,
        "team_id": payer.team_id,
        "estimate_cents": judgement.estimate.amount_cents if judgement.estimate else None,
        "evaluation": {"approval_reasons": judgement.approval_reasons, "waived": waived},
        "override_reason": reason if waived else "",
    }


def _awaiting(
    approval_reasons: list[str], instrument: Instrument, wish: Wish, now: dt.datetime
) -> dict[str, Any]:
    if not approval_reasons:
        return {"status": Status.APPROVED.value}
    return {
        "status": Status.REQUESTED.value,
        "hold_until": moving.hold_deadline(instrument, wish, now=now),
    }


def _of_person(actor: User, wish: Wish) -> dict[str, Any]:
    # The row of the actor is at hand; anybody else's is read when it is needed.
    is_own = wish.booked_for_id == actor.pk
    person = {"booked_for": actor} if is_own else {"booked_for_id": wish.booked_for_id}
    return {"kind": wish.kind, **person}


def _locked(*instrument_ids: int) -> dict[int, Instrument]:
    instruments = lock_instruments(*instrument_ids)
    if not all(instrument.facility.is_active for instrument in instruments.values()):
        raise NotFound
    return instruments


def _alternatives(
    wish: Wish, now: dt.datetime, *, without_booking_id: int | None = None
) -> list[Interval]:
    instrument = Instrument.objects.select_related("facility", "rules").get(pk=wish.instrument_id)
    return next_free(
        wish=wish, instrument=instrument, now=now, without_booking_id=without_booking_id
    )
