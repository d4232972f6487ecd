"""What a change of a booking may do, and whether it must be decided anew."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any

from accounts.models import User
from bookings.approval import reopens
from bookings.errors import TooLate, WrongState
from bookings.judging import Judgement
from bookings.models import Booking
from bookings.states import LABELS, Status
from bookings.wish import Wish, wish_of
from facilities.intervals import MINUTE
from facilities.models import Instrument
from facilities.permissions import runs
from facilities.queries import rules_of


def changed(booking: Booking, changes: Mapping[str, Any]) -> Wish:
    """Return what a booking would be after a change.

    Another project is paid from its own account, and another instrument or time has its
    own free unit, unless the change says otherwise. What is running stays where it is.
    """
    follows: dict[str, Any] = {}
    if "project_id" in changes:
        follows["account_id"] = None
    is_running = booking.status == Status.IN_USE
    if not is_running and ("instrument_id" in changes or "period" in changes):
        follows["unit"] = None
    return dataclasses.replace(wish_of(booking), **(follows | dict(changes)))


def hold_deadline(instrument: Instrument, wish: Wish, *, now: dt.datetime) -> dt.datetime:
    """Return when an undecided request lapses: after its hold time, never past its start."""
    return min(now + rules_of(instrument).hold_minutes * MINUTE, wish.period.start)


def is_late(booking: Booking, *, now: dt.datetime) -> bool:
    """Say whether giving a booking up now is too late to be free: an approved one may be.

    A booking that was moved when it was already too late stays so, even where the move
    has to be decided, or a move to next month would undo the fee.
    """
    if booking.evaluation.get("moved_late"):
        return True
    free_until = booking.free_cancellation_until(
        rules_of(booking.instrument).free_cancellation_minutes
    )
    return booking.status == Status.APPROVED and now > free_until


def require_movable(booking: Booking, wish: Wish, *, actor: User, now: dt.datetime) -> None:
    """Refuse a change that the booking's state or the hour forbids.

    Raises:
        WrongState: it is over; or it is in use, and this is more than another end.
        TooLate: shortened, after the time for a free cancellation, by somebody other than
            the platform: the time given back would go unpaid.
    """
    is_longer_use = (
        booking.status == Status.IN_USE
        and wish.instrument_id == booking.instrument_id
        and wish.period.start == booking.interval.start
    )
    if booking.status not in (Status.REQUESTED, Status.APPROVED) and not is_longer_use:
        raise WrongState(status=LABELS[Status(booking.status)])
    gives_back_time = wish.period.minutes < booking.interval.minutes
    if (
        gives_back_time
        and (is_late(booking, now=now) or booking.status == Status.IN_USE)
        and not runs(actor, booking.instrument.facility_id)
    ):
        minutes = rules_of(booking.instrument).free_cancellation_minutes
        free_until = booking.free_cancellation_until(minutes)
        raise TooLate(moment=free_until.astimezone(booking.instrument.facility.tz))


def decided_anew(
    booking: Booking,
    wish: Wish,
    judgement: Judgement,
    instrument: Instrument,
    *,
    now: dt.datetime,
) -> dict[str, Any]:
    """Return the columns of status, deadline and evaluation after a change."""
    is_moved = wish.period.start != booking.interval.start
    fields: dict[str, Any] = {
        "evaluation": {
            "approval_reasons": judgement.approval_reasons,
            "waived": [violation.code for violation in judgement.violations],
            "moved_late": bool(booking.evaluation.get("moved_late"))
            or (is_moved and is_late(booking, now=now)),
        }
    }
    if booking.status == Status.REQUESTED:
        if judgement.approval_reasons:
            fields["hold_until"] = hold_deadline(instrument, wish, now=now)
        else:
            fields["status"] = Status.APPROVED.value
    elif (
        booking.status == Status.APPROVED
        and judgement.approval_reasons
        and reopens(
            old=booking.interval,
            new=wish.period,
            instrument_changed=wish.instrument_id != booking.instrument_id,
            old_cents=booking.estimate_cents,
            new_cents=judgement.estimate.amount_cents if judgement.estimate else None,
        )
    ):
        fields["status"] = Status.REQUESTED.value
        fields["hold_until"] = hold_deadline(instrument, wish, now=now)
    return fields
