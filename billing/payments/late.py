"""What late payment costs: interest on what was open each day, and the fixed indemnity.

Pure functions on plain values. Simple interest on a year of 365 days, for each day after
the due date up to and including that of the payment; every stretch between payments is a
line, rounded half up to the cent, and the total is the sum of the lines.

Source: code de commerce, article L441-10, II (interest runs from the day after the due
date on the invoice, no reminder needed) and article D441-5 (an indemnity of 40 €).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

DAYS_OF_A_YEAR = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """Part of an invoice that was paid or credited on a day; negative if taken back."""

    on: dt.date
    amount_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LateStretch:
    """Days after the due date on which the same amount was open; `last_on` is one of them."""

    first_on: dt.date
    last_on: dt.date
    days: int
    open_cents: int
    interest_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LateCost:
    """What an invoice paid late may be claimed for, on top of what is open."""

    stretches: tuple[LateStretch, ...]
    interest_cents: int
    indemnity_cents: int

    @property
    def total_cents(self) -> int:
        """Interest and indemnity."""
        return self.interest_cents + self.indemnity_cents


NO_COST = LateCost(stretches=(), interest_cents=0, indemnity_cents=0)


def late_cost(
    *,
    total_cents: int,
    due_on: dt.date,
    until: dt.date,
    percent: Decimal,
    indemnity_cents: int,
    settlements: Iterable[Settlement],
) -> LateCost:
    """Return what may be claimed by the end of a day for an invoice.

    The indemnity is due once anything was open after the due date, however little.
    """
    by_day: dict[dt.date, int] = {}
    for one in settlements:
        by_day[one.on] = by_day.get(one.on, 0) + one.amount_cents
    left = total_cents - sum(cents for day, cents in by_day.items() if day <= due_on)
    edges = sorted(day for day, cents in by_day.items() if cents and due_on < day < until)
    stretches, since = [], due_on
    for day in [*edges, until]:
        if left > 0 and day > since:
            stretches.append(_stretch(since, day, left, percent))
        left -= by_day.get(day, 0)
        since = day
    if not stretches:
        return NO_COST
    return LateCost(
        stretches=tuple(stretches),
        interest_cents=sum(one.interest_cents for one in stretches),
        indemnity_cents=indemnity_cents,
    )


def _stretch(after: dt.date, last_on: dt.date, open_cents: int, percent: Decimal) -> LateStretch:
    days = (last_on - after).days
    interest = open_cents * percent * days / (100 * DAYS_OF_A_YEAR)
    return LateStretch(
        first_on=after + dt.timedelta(days=1),
        last_on=last_on,
        days=days,
        open_cents=open_cents,
        interest_cents=int(interest.quantize(Decimal(1), ROUND_HALF_UP)),
    )
