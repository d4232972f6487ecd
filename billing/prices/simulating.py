"""Past uses at other prices: what they would have cost by a list that is not in force.

Pure values, no Django. A use is priced whole, as when it is charged; what was given back of
it, because it was retaken, corrected or made free, is given back in the same proportion.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, tzinfo
from fractions import Fraction

from billing.errors import RateMissing
from billing.prices.bands import Tariff
from billing.prices.comparing import Change
from billing.prices.pricing import Line, rounded, total_cents
from billing.prices.uses import Manner, price_use
from facilities.intervals import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargedUse:
    """A use as the ledger has it: at first its whole price, and what was left of that.

    `payer` is for whom discounts on volume are rounded together.
    """

    instrument_id: int
    organisation_id: int
    account_id: int | None = None
    booking_id: int = 0
    team_id: int = 0
    payer: Hashable = None
    billed: Interval
    manner: Manner
    whole_cents: int
    charged_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """What some uses were charged, and would be; uses the list has no price for apart."""

    uses: int = 0
    charged_cents: int = 0
    simulated_cents: int = 0
    unpriced: int = 0
    unpriced_cents: int = 0

    def __add__(self, other: Total) -> Total:
        return Total(
            uses=self.uses + other.uses,
            charged_cents=self.charged_cents + other.charged_cents,
            simulated_cents=self.simulated_cents + other.simulated_cents,
            unpriced=self.unpriced + other.unpriced,
            unpriced_cents=self.unpriced_cents + other.unpriced_cents,
        )

    @property
    def change(self) -> Change:
        """What is charged by both, before and after."""
        return Change(old=self.charged_cents, new=self.simulated_cents)


NOTHING = Total()

TariffsOf = Callable[[ChargedUse], Sequence[Tariff]]


def priced_again(
    uses: Iterable[ChargedUse], *, tariffs_of: TariffsOf, tz: tzinfo, holidays: Set[date]
) -> list[tuple[ChargedUse, Sequence[Line] | None]]:
    """Return the lines that each use would have at other prices; None where they have none."""
    found: list[tuple[ChargedUse, Sequence[Line] | None]] = []
    for use in uses:
        lines: Sequence[Line] | None = None
        with suppress(RateMissing):
            lines = price_use(
                use.billed,
                tariffs=tariffs_of(use),
                manner=use.manner,
                tz=tz,
                holidays=holidays,
            )
        found.append((use, lines))
    return found


def totals_of_uses(
    priced: Iterable[tuple[ChargedUse, Sequence[Line] | None]],
) -> dict[tuple[int, str], Total]:
    """Return what uses come to by instrument and tier, charged and at other prices."""
    totals: dict[tuple[int, str], Total] = {}
    for use, lines in priced:
        key = (use.instrument_id, use.manner.tier)
        one = Total(unpriced=1, unpriced_cents=use.charged_cents)
        if lines is not None:
            cents = left_of(
                total_cents(lines), whole_cents=use.whole_cents, charged_cents=use.charged_cents
            )
            one = Total(uses=1, charged_cents=use.charged_cents, simulated_cents=cents)
        totals[key] = totals.get(key, NOTHING) + one
    return totals


def left_of(cents: int, *, whole_cents: int, charged_cents: int) -> int:
    """Return what is left of a whole price in the proportion in which it was charged.

    What cost nothing at first, and was not corrected, is charged whole.
    """
    if charged_cents == whole_cents:
        return cents
    if whole_cents <= 0 or charged_cents <= 0:
        return 0
    return rounded(Fraction(cents * charged_cents, whole_cents))


def summed(totals: Iterable[Total]) -> Total:
    """Return what totals come to together."""
    return sum(totals, NOTHING)
