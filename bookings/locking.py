"""The one place where rows are locked, in the one order that cannot deadlock.

Funding account, then person, then instrument; several of a kind by rising id. The row
that carries a limit is locked before the limit is counted. FOR NO KEY UPDATE leaves
other tables' foreign keys to the row alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.errors import NotFound
from accounts.statements import Row, columns_of, instance_of, rows_of
from accounts.transactions import assert_in_transaction
from bookings.models import Booking
from facilities.models import BookingRules, Facility, Instrument


def lock_account(choice: str, values: Mapping[str, Any]) -> list[Row]:
    """Lock the account that a statement chooses, which pays, until the transaction ends."""
    assert_in_transaction()
    return rows_of(choice + " FOR NO KEY UPDATE", values)


_INSTRUMENTS = f"""
SELECT {columns_of(Instrument, "instrument")},
       {columns_of(Facility, "facility")},
       {columns_of(BookingRules, "rules")}
  FROM facilities_instrument instrument
  JOIN facilities_facility facility ON facility.id = instrument.facility_id
  LEFT JOIN facilities_bookingrules rules ON rules.instrument_id = instrument.id
 WHERE instrument.id = ANY(%(instruments)s::bigint[])
 ORDER BY instrument.id
   FOR NO KEY UPDATE OF instrument
"""  # noqa: S608 - joined from the names of columns; the values are bound
"""Lock some instruments in one order, and read them with their platforms and rules."""


def lock_instruments(*instrument_ids: int) -> dict[int, Instrument]:
    """Lock instruments in the order of their ids, with their platform and rules.

    Raises:
        NotFound: one of them does not exist.
    """
    assert_in_transaction()
    rows = rows_of(_INSTRUMENTS, {"instruments": list(instrument_ids)})
    found = {instrument.pk: instrument for instrument in map(_instrument, rows)}
    if len(found) != len(set(instrument_ids)):
        raise NotFound
    return found


def _instrument(row: Row) -> Instrument:
    instrument = instance_of(Instrument, "instrument", row)
    instrument.facility = instance_of(Facility, "facility", row)
    has_rules = row["rules.id"] is not None
    instrument.rules = instance_of(BookingRules, "rules", row) if has_rules else BookingRules()
    return instrument


def lock_booking(booking_id: int) -> Booking:
    """Lock a booking for a change of its state.

    Raises:
        NotFound: there is no such booking.
    """
    assert_in_transaction()
    booking = (
        Booking.objects.select_for_update(no_key=True, of=("self",))
        .select_related("instrument__facility", "instrument__rules")
        .filter(pk=booking_id)
        .first()
    )
    if booking is None:
        raise NotFound
    return booking
