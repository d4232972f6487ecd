"""What a team gets off because it used much of one thing in a month. Pure values, no Django."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import zip_longest

from billing.prices.bands import FULL_PERCENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A percentage off what lies above a quantity, until the next step begins."""

    from_quantity: Decimal
    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """Something that was bought, of one price for each unit, in the order of the month."""

    quantity: Decimal
    amount_cents: int


def discounts(bought: Sequence[Bought], steps: Sequence[Step]) -> list[Fraction]:
    """Return the exact cents off each of the things bought, in the same order.

    Quantities add up from the first on; of each, the part that lies above a step gets its
    percentage off its share of the amount.
    """
    ordered = sorted(steps, key=lambda step: step.from_quantity)
    found = []
    before = Decimal(0)
    for one in bought:
        found.append(_off(one, before, ordered))
        before += one.quantity
    return found


def _off(one: Bought, before: Decimal, steps: Sequence[Step]) -> Fraction:
    if one.quantity <= 0:
        return Fraction(0)
    off = Fraction(0)
    after = before + one.quantity
    for step, following in zip_longest(steps, steps[1:]):
        last = min(following.from_quantity, after) if following else after
        part = last - max(step.from_quantity, before)
        if part > 0:
            off += Fraction(part) / Fraction(one.quantity) * step.percent
    return off * one.amount_cents / FULL_PERCENT
