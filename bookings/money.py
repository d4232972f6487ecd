"""What bookings need to know of money, answered by the app that owns prices.

Billing stands above bookings and may not be imported here; the setting PLATEAU_MONEY
names the module that answers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib import import_module
from typing import Protocol, cast

from django.conf import settings

from facilities.intervals import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month of a platform's calendar: its days, and the same on the clock."""

    first: dt.date
    until: dt.date
    period: Interval


class PriceLine(Protocol):
    """A part of a price; `percent` is the share of the full rate.

    Its unit is hour, session, day or operator-hour, or use for what is charged once: a
    surcharge by its name, or without one what fills up to the minimum.
    """

    @property
    def unit(self) -> str: ...

    @property
    def quantity(self) -> Decimal: ...

    @property
    def name(self) -> str: ...

    @property
    def unit_price_cents(self) -> int: ...

    @property
    def band(self) -> str: ...

    @property
    def percent(self) -> int: ...

    @property
    def amount_cents(self) -> int: ...


class Estimate(Protocol):
    """The price a booking would have, by the lists known today."""

    @property
    def amount_cents(self) -> int: ...

    @property
    def currency(self) -> str: ...

    @property
    def lines(self) -> Sequence[PriceLine]: ...


class Money(Protocol):
    """The questions bookings ask. Each is a fixed number of queries."""

    def estimate(
        self,
        *,
        instrument_id: int,
        facility_id: int,
        team_id: int,
        project_id: int | None,
        period: Interval,
        mode: str,
        now: dt.datetime,
        operator_needed: bool = False,
        bsl2: bool = False,
        account_id: int | None = None,
    ) -> Estimate | None:
        """Return what a period would cost the team, or None where no price is set.

        The account is what pays, whose own agreed prices come first.
        """
        ...

    def estimates(
        self,
        *,
        instrument_id: int,
        facility_id: int,
        team_id: int,
        project_id: int | None,
        periods: Sequence[Interval],
        mode: str,
        now: dt.datetime,
        operator_needed: bool = False,
        bsl2: bool = False,
        account_id: int | None = None,
    ) -> Sequence[Estimate | None]:
        """Return the same for several periods of one instrument."""
        ...

    def committed_cents(self, account_id: int, *, exclude_booking_id: int | None = None) -> int:
        """Return what an account has spent and promised, in cents.

        The ledger, plus the estimates of active bookings that have no charge yet.
        """
        ...

    def month_cents(
        self, account_id: int, *, person_id: int, month: Month, exclude_booking_id: int | None
    ) -> int:
        """Return what one person has spent and promised of an account in a month, in cents.

        Charges by their service date, promises by the start of the booking.
        """
        ...


def money() -> Money:
    """Return the module that answers."""
    return cast(Money, import_module(settings.PLATEAU_MONEY))
