"""Rows of one standing use, stated together: a month of days reads as one line.

Pure, no Django. The ledger has a row for each day; a document states what they come to.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any, Generic, TypeVar

TEN_THOUSANDTH = Decimal("0.0001")
HUNDREDTH = Decimal("0.01")

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row(Generic[T]):
    """A row of the ledger or of a document. `use` is its standing use; of others None."""

    what: T
    use: int | None
    account: int | None
    day: dt.date
    quantity: Decimal
    unit: str
    unit_price_cents: int
    percent: int
    vat: tuple[str, Decimal, str]
    net_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Together(Generic[T]):
    """A stated line: what it states by day, from the first to the last, and in all."""

    rows: tuple[Row[T], ...]
    first: dt.date
    last: dt.date
    quantity: Decimal
    net_cents: int

    @property
    def what(self) -> T:
        """What the first row is of."""
        return self.rows[0].what

    @property
    def is_several(self) -> bool:
        """Whether it states more than one row."""
        return len(self.rows) > 1


def together(rows: Iterable[Row[T]]) -> list[Together[T]]:
    """State rows of the same standing use, terms and month as one line, others alone.

    Every row is in exactly one line, and each line comes to what its rows come to. A line
    stands where the first of its rows does.
    """
    lines: dict[Any, list[Row[T]]] = {}
    for place, row in enumerate(rows):
        lines.setdefault(place if row.use is None else _terms(row), []).append(row)
    return [_line(tuple(of_line)) for of_line in lines.values()]


def _terms(row: Row[Any]) -> tuple[Any, ...]:
    """Return what rows have in common that are stated together."""
    month = (row.day.year, row.day.month)
    return (row.use, row.account, month, row.unit, row.unit_price_cents, row.percent, row.vat)


def _line(rows: tuple[Row[T], ...]) -> Together[T]:
    days = [row.day for row in rows]
    return Together(
        rows=rows,
        first=min(days),
        last=max(days),
        quantity=sum_of_units((row.day, row.quantity) for row in rows),
        net_cents=sum(row.net_cents for row in rows),
    )


def sum_of_units(quantities: Iterable[tuple[dt.date, Decimal]]) -> Decimal:
    """Add up units of days, to four places: a month at one count is that count, not 0.9990."""
    first, *others = quantities
    if not others:
        return first[1]
    exact = sum((_units(number, day) for day, number in (first, *others)), Fraction(0))
    return _to_four_places(exact)


def _units(quantity: Decimal, day: dt.date) -> Fraction:
    """Return the units of a day as they were before they were rounded to four places.

    What is counted by the month is a share of it, of a count with two decimals: no two of
    those round to the same quantity. What is counted by the day has no more than two
    decimals, and is its own count over as many days as the month has, too. Any other
    quantity is taken as it stands.
    """
    days = monthrange(day.year, day.month)[1]
    count = (quantity * days).quantize(HUNDREDTH, ROUND_HALF_UP)
    exact = Fraction(count) / days
    return exact if _to_four_places(exact) == quantity else Fraction(quantity)


def _to_four_places(exact: Fraction) -> Decimal:
    number = Decimal(exact.numerator) / Decimal(exact.denominator)
    return number.quantize(TEN_THOUSANDTH, ROUND_HALF_UP)
