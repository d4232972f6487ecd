"""Answering a request: approve, reject, or let it lapse; and thinking better of it."""

from __future__ import annotations

import datetime as dt

from accounts.models import User
from accounts.permissions import require
from accounts.transactions import use_case
from bookings import reminders
from bookings.errors import AlreadyTold, OwnRequest, ReasonRequired, WrongState
from bookings.models import Booking, Decision
from bookings.permissions import is_own_request, is_sole_manager, may_decide
from bookings.services.transitions import become, key_of, locked_for, require_operator, tell
from bookings.states import LABELS, Status
from facilities.queries import rules_of
from notifications import outbox


@use_case
def approve_booking(
    *,
    actor: User,
    booking_id: int,
    now: dt.datetime,
    reason: str = "",
    operator_id: int | None = None,
    told_at: dt.datetime | None = None,
    version: int | None = None,
) -> Booking:
    """Approve a request, and name its operator where one attends.

    The person is told at once, or not before `told_at`: until then the approval can be
    taken back by `undo_approval`.

    Raises:
        NotFound: the actor cannot see such a booking.
        NotPermitted: the actor does not manage the platform.
        OwnRequest: nobody decides what they asked for.
        WrongState: it was decided already, or its time to be decided has passed.
        NotAnOperator: the operator does not run the platform.
        OperatorTaken: the operator attends another session then.
        StaleVersion: it changed since the `version` the actor read, where one is given.
    """
    booking = _to_decide(actor, booking_id, now, version)
    require_operator(operator_id, booking.instrument.facility_id)
    operator = operator_id if operator_id is not None else booking.operator_id
    become(booking, Status.APPROVED, now=now, operator_id=operator)
    decision = Decision.objects.create(
        booking=booking, approved=True, decided_by=actor, reason=reason, decided_at=now
    )
    # Those that fell due while it waited are past: the approval itself reminds.
    reminders.replan(booking, now)
    tell("approved", booking, available_at=told_at, decision=decision.pk)
    return booking


@use_case
def undo_approval(*, actor: User, booking_id: int, now: dt.datetime) -> Booking:
    """Take an approval back that nobody has been told of: the booking is a request again.

    An operator who was named with it stays named. Only approvals: a refused slot is free
    at once, and somebody else may have it.

    Raises:
        NotFound: the actor cannot see such a booking.
        NotPermitted: somebody else approved it, or the actor manages the platform no more.
        WrongState: it is not approved any more.
        AlreadyTold: the person has heard of it, or the request would have lapsed by now.
    """
    booking = locked_for(actor, booking_id, now=now)
    require(may_decide(actor, booking))
    if booking.status != Status.APPROVED:
        raise WrongState(status=LABELS[Status(booking.status)])
    decision = booking.decisions.last()
    require(decision is not None and decision.decided_by_id == actor.pk)
    assert decision is not None
    has_lapsed = booking.hold_until is None or booking.hold_until <= now
    if has_lapsed or not outbox.taken_back(key=key_of("approved", booking), now=now):
        raise AlreadyTold
    decision.delete()
    become(booking, Status.REQUESTED, now=now)
    return booking


@use_case
def reject_booking(
    *, actor: User, booking_id: int, reason: str, now: dt.datetime, version: int | None = None
) -> Booking:
    """Reject a request, with a reason the person will read; the slot is free at once.

    Raises:
        ReasonRequired: no reason was given.
        NotFound, NotPermitted, OwnRequest, WrongState, StaleVersion: as for an approval.
    """
    booking = _to_decide(actor, booking_id, now, version)
    if not reason.strip():
        raise ReasonRequired
    become(booking, Status.REJECTED, now=now)
    decision = Decision.objects.create(
        booking=booking, approved=False, decided_by=actor, reason=reason, decided_at=now
    )
    reminders.drop(booking)
    tell("rejected", booking, decision=decision.pk)
    return booking


def expire_requests(*, now: dt.datetime, limit: int = 200) -> int:
    """Let requests lapse whose deadline has passed; tell both sides. Safe to repeat."""
    due = list(
        Booking.objects.filter(status=Status.REQUESTED, hold_until__lte=now)
        .order_by("hold_until")
        .values_list("pk", flat=True)[:limit]
    )
    return sum(_expire(booking_id=booking_id, now=now) for booking_id in due)


@use_case
def _expire(*, booking_id: int, now: dt.datetime) -> bool:
    booking = (
        Booking.objects.select_for_update(no_key=True, skip_locked=True)
        .filter(pk=booking_id, status=Status.REQUESTED, hold_until__lte=now)
        .first()
    )
    if booking is None:  # decided, moved, or being changed at this moment
        return False
    become(booking, Status.EXPIRED, now=now)
    reminders.drop(booking)
    tell("expired", booking)
    return True


def _to_decide(actor: User, booking_id: int, now: dt.datetime, version: int | None) -> Booking:
    booking = locked_for(actor, booking_id, now=now, version=version)
    require(may_decide(actor, booking))
    if is_own_request(actor, booking):
        facility_id = booking.instrument.facility_id
        rules = rules_of(booking.instrument)
        if not (rules.sole_manager_decides_own and is_sole_manager(actor, facility_id)):
            raise OwnRequest
    if booking.status == Status.REQUESTED and booking.hold_until and booking.hold_until <= now:
        raise WrongState(status=LABELS[Status.EXPIRED])
    if booking.status != Status.REQUESTED:
        raise WrongState(status=LABELS[Status(booking.status)])
    return booking
