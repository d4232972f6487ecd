"""What a change of a booking would bring, without making it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts.errors import NotFound, StaleVersion
from accounts.models import User
from accounts.permissions import require
from bookings.judging import Judgement, Verdict, judge
from bookings.models import Booking
from bookings.paying import payer_of
from bookings.permissions import bookings_visible_to, may_book_for, may_change
from bookings.queries import free_unit, free_until, next_free
from bookings.services import moving
from bookings.states import Status
from bookings.violations import Violation
from bookings.wish import Wish
from facilities.models import Instrument
from facilities.permissions import instruments_visible_to


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveVerdict(Verdict):
    """The answer to a dry run of a change.

    `asks_again` says that an approval would be lost, `old_cents` what it costs as it is.
    """

    asks_again: bool
    old_cents: int | None


def move_verdict(
    *, actor: User, booking_id: int, version: int, changes: Mapping[str, Any], now: dt.datetime
) -> MoveVerdict:
    """Say what would become of a change, without making it. Blocks are judged by no rule.

    Raises:
        NotFound, NotPermitted, StaleVersion, WrongState, TooLate: as for the change itself.
    """
    booking = (
        bookings_visible_to(actor, on=now.date())
        .select_related("instrument__facility", "instrument__rules")
        .filter(pk=booking_id)
        .first()
    )
    if booking is None:
        raise NotFound
    require(may_change(actor, booking, on=now.date()))
    wish = moving.changed(booking, changes)
    instrument = _instrument_of(actor, wish, booking)
    if booking.version != version:
        raise StaleVersion
    moving.require_movable(booking, wish, actor=actor, now=now)
    judgement = _judged(actor, wish, instrument, booking, now)
    broken, alternatives = judgement.violations, None
    if free_unit(wish=wish, instrument=instrument, without_booking_id=booking.pk) is None:
        broken = [*broken, Violation("slot_taken", "start")]
        alternatives = next_free(
            wish=wish, instrument=instrument, now=now, without_booking_id=booking.pk
        )
    decided = moving.decided_anew(booking, wish, judgement, instrument, now=now)
    return MoveVerdict(
        violations=broken,
        approval_reasons=judgement.approval_reasons,
        estimate=judgement.estimate,
        alternatives=alternatives,
        facts=judgement.facts,
        free_until=free_until(wish.period, instrument),
        asks_again=decided.get("status") == Status.REQUESTED,
        old_cents=booking.estimate_cents,
    )


def _instrument_of(actor: User, wish: Wish, booking: Booking) -> Instrument:
    if wish.instrument_id == booking.instrument_id:
        return booking.instrument
    found = instruments_visible_to(actor).select_related("rules").filter(pk=wish.instrument_id)
    instrument = found.first()
    if instrument is None:
        raise NotFound
    payer = payer_of(wish, lock=False)
    require(may_book_for(actor, wish=wish, payer=payer, instrument=instrument))
    return instrument


def _judged(
    actor: User, wish: Wish, instrument: Instrument, booking: Booking, now: dt.datetime
) -> Judgement:
    payer = payer_of(wish, lock=False, actor_id=actor.pk)
    judgement = judge(wish=wish, instrument=instrument, payer=payer, now=now, changing=booking)
    if wish.kind == Booking.Kind.USE:
        return judgement
    return Judgement(violations=[], approval_reasons=[], estimate=None, facts=judgement.facts)
