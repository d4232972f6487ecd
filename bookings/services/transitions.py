"""How a booking passes from one status to another, and how a change is told.

Status and version are assigned here and, at birth, in requesting.py; nowhere else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError

from accounts.errors import DomainError, NotFound, StaleVersion
from accounts.models import User
from accounts.permissions import is_administrator, is_member
from bookings.errors import NotAnOperator, OperatorTaken, SlotTaken, WrongState
from bookings.locking import lock_booking
from bookings.models import Booking
from bookings.permissions import may_attend
from bookings.states import LABELS, Status, may_become
from facilities.permissions import has_role
from notifications import outbox

ERROR_OF_CONSTRAINT: dict[str, Callable[[], DomainError]] = {
    "booking_no_overlap": SlotTaken,
    "booking_operator_in_one_place": OperatorTaken,
}


@contextmanager
def overlap_refused() -> Iterator[None]:
    """Turn the refusal of an exclusion constraint into what it means."""
    try:
        yield
    except IntegrityError as error:
        diagnostic = getattr(error.__cause__, "diag", None)
        refusal = ERROR_OF_CONSTRAINT.get(getattr(diagnostic, "constraint_name", None) or "")
        if refusal is None:
            raise
        raise refusal() from error


def locked_for(
    actor: User, booking_id: int, *, now: dt.datetime, version: int | None = None
) -> Booking:
    """Lock a booking that the actor may see, as they have seen it where they say so.

    Raises:
        NotFound: there is none, or it is none of theirs: the answer is the same.
        StaleVersion: it changed since the `version` that the actor read.
    """
    booking = lock_booking(booking_id)
    is_visible = (
        is_administrator(actor)
        or actor.pk in (booking.booked_for_id, booking.created_by_id)
        or has_role(actor, booking.instrument.facility_id)
        or (booking.team_id is not None and is_member(actor, booking.team_id, on=now.date()))
    )
    if not is_visible:
        raise NotFound
    if version is not None and booking.version != version:
        raise StaleVersion
    return booking


def require_operator(operator_id: int | None, facility_id: int) -> None:
    """Refuse an operator who is none, or nobody at all; without one there is nothing to refuse.

    Raises:
        NotAnOperator: they do not run the platform.
    """
    if operator_id is not None and not may_attend(operator_id, facility_id):
        raise NotAnOperator


def become(booking: Booking, status: Status, *, now: dt.datetime, **fields: Any) -> None:
    """Take a booking to another status, with what else changes by it.

    Raises:
        WrongState: the table of states has no such step.
    """
    if not may_become(booking.status, status):
        raise WrongState(status=LABELS[Status(booking.status)])
    store(booking, now=now, status=status.value, **fields)


def store(booking: Booking, *, now: dt.datetime, **fields: Any) -> None:
    """Write fields of a locked booking and count its version up."""
    fields |= {"version": booking.version + 1, "updated_at": now}
    for name, value in fields.items():
        setattr(booking, name, value)
    with overlap_refused():
        booking.save(update_fields=list(fields))


def tell(
    topic: str, booking: Booking, *, available_at: dt.datetime | None = None, **ids: Any
) -> None:
    """Publish what happened to a booking, once for each of its versions."""
    outbox.publish(
        topic=f"bookings.{topic}",
        key=key_of(topic, booking),
        payload={"booking": booking.pk, **ids},
        available_at=available_at,
    )


def key_of(topic: str, booking: Booking) -> str:
    """Return the name under which an event of a booking is told."""
    return f"bookings.{topic}:{booking.pk}:{booking.version}"
