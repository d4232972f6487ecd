"""What stands day after day costs each day, and what each part of a whole costs.

Pure functions on plain values, no Django. Amounts are integer cents, rounded half up.
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from billing.prices.pricing import TEN_THOUSANDTH, rounded

DAY, MONTH = "day", "month"
"""How standing use is counted: a unit for each day, or a unit for each whole month."""

ONE_DAY = timedelta(days=1)
HUNDRED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class StoodDay:
    """How many stood on a day, and what one costs for the unit of the service."""

    day: date
    count: Decimal
    unit_price_cents: int


def counts_by_day(
    censuses: Mapping[date, Decimal], *, first: date, last: date
) -> dict[date, Decimal]:
    """Return how many stood on each day of a range, both ends included.

    A census holds from its day until the next. Days before the first have no count.
    """
    known = sorted(censuses)
    counts: dict[date, Decimal] = {}
    at = -1
    day = first
    while day <= last:
        while at + 1 < len(known) and known[at + 1] <= day:
            at += 1
        if at >= 0:
            counts[day] = censuses[known[at]]
        day += ONE_DAY
    return counts


def amounts_of_month(days: Sequence[StoodDay], *, counting: str) -> dict[date, int]:
    """Return what each of some days of one calendar month costs, in cents.

    By the day: rate times count, rounded half up. By the month a day costs a share of the
    month, and its amount is what the month comes to with it, rounded half up, less what
    it came to before it, rounded alike. No cent is lost or won on the way: a whole month
    at one count comes to exactly rate times count, and a part of a month to its share.
    """
    if counting == DAY:
        return {one.day: rounded(one.unit_price_cents * Fraction(one.count)) for one in days}
    amounts: dict[date, int] = {}
    exact, told = Fraction(0), 0
    for one in sorted(days, key=lambda each: each.day):
        exact += one.unit_price_cents * Fraction(one.count) / days_in_month(one.day)
        amounts[one.day] = rounded(exact) - told
        told += amounts[one.day]
    return amounts


def quantity_of_day(day: date, count: Decimal, *, counting: str) -> Decimal:
    """Return how many units a day is, to four places: the count, or its share of the month."""
    exact = count if counting == DAY else count / days_in_month(day)
    return exact.quantize(TEN_THOUSANDTH, ROUND_HALF_UP)


def days_in_month(day: date) -> int:
    """Return how many days the month of a day has."""
    return monthrange(day.year, day.month)[1]


def parts_of(whole_cents: int, percents: Iterable[Decimal]) -> list[int]:
    """Cut an amount into shares whose percentages come to 100, in cents.

    Each part is rounded half up, but never more than what is left; the last takes what
    is left. So the parts come to the whole, whatever the percentages.
    """
    shares = list(percents)
    left = whole_cents
    parts: list[int] = []
    for percent in shares[:-1]:
        parts.append(min(rounded(whole_cents * Fraction(percent) / HUNDRED), left))
        left -= parts[-1]
    return [*parts, left] if shares else []


def cost_of(quantity: Decimal, unit_price_cents: int) -> int:
    """Return what a number of units costs, rounded half up to the cent."""
    return rounded(unit_price_cents * Fraction(quantity))
