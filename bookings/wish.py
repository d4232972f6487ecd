"""What somebody wants to book, as a plain value: the same for request, change and dry run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from facilities.intervals import Interval

if TYPE_CHECKING:
    from bookings.models import Booking


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One unit of an instrument for a period.

    Without `project` or `account` the person's last used one is taken. Without `unit` the
    lowest free one is given. Any `kind` but "use" is a block by the platform.
    """

    instrument_id: int
    period: Interval
    booked_for_id: int | None
    kind: str = "use"
    project_id: int | None = None
    account_id: int | None = None
    unit: int | None = None
    operator_needed: bool = False
    operator_id: int | None = None
    bsl2: bool = False
    animals: int | None = None
    purpose: str = ""


def wish_of(booking: Booking) -> Wish:
    """Return the wish that a stored booking fulfils."""
    return Wish(
        instrument_id=booking.instrument_id,
        period=booking.interval,
        booked_for_id=booking.booked_for_id,
        kind=booking.kind,
        project_id=booking.project_id,
        account_id=booking.account_id,
        unit=booking.unit,
        operator_needed=booking.operator_needed,
        operator_id=booking.operator_id,
        bsl2=booking.bsl2,
        animals=booking.animals,
        purpose=booking.purpose,
    )
