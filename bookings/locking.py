"""The one place where rows are locked, in the one order that cannot deadlock.

Funding account, then person, then instrument; several of a kind by rising id. The row
that carries a limit is locked before the limit is counted. FOR NO KEY UPDATE leaves
other tables' foreign keys to the row alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.errors import NotFound
from accounts.statements import Row, rows_of
from accounts.transactions import assert_in_transaction
from bookings.models import Booking
from facilities.models import Instrument


def lock_account(choice: str, values: Mapping[str, Any]) -> list[Row]:
    """Lock the account that a statement chooses, which pays, until the transaction ends."""
    assert_in_transaction()
    return rows_of(choice + " FOR NO KEY UPDATE", values)


def lock_instruments(*instrument_ids: int) -> dict[int, Instrument]:
    """Lock instruments in the order of their ids, with their platform and rules.

    Raises:
        NotFound: one of them does not exist.
    """
    assert_in_transaction()
    locked = (
        Instrument.objects.select_for_update(no_key=True, of=("self",))
        .select_related("facility", "rules")
        .filter(pk__in=instrument_ids)
        .order_by("pk")
    )
    found = {instrument.pk: instrument for instrument in locked}
    if len(found) != len(set(instrument_ids)):
        raise NotFound
    return found


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
