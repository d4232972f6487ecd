"""What two versions of a price list have apart, and what a raise makes of an amount.

Pure values, no Django. A row of a list is a key, which says what is priced, and what the
list says of it; amounts are cents.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any, Generic, TypeVar

STEPS = (1, 5, 10)
"""Cents to which a raised amount may be rounded."""
LEAST_PERCENT, MOST_PERCENT = Decimal(-100), Decimal(1000)
TENTH = Decimal("0.1")

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An amount before and after, in cents; None where a version has none."""

    old: int | None
    new: int | None

    @property
    def cents(self) -> int | None:
        """How much more it is; None where one version does not say."""
        return None if self.old is None or self.new is None else self.new - self.old

    @property
    def percent(self) -> Decimal | None:
        """How much more of the old amount, in tenths of a per cent; None where it was nothing."""
        if self.cents is None or not self.old:
            return None
        return percent_of(self.cents, self.old)

    @property
    def is_same(self) -> bool:
        """Whether both versions say the same."""
        return self.old == self.new


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart(Generic[K]):
    """Which rows one version alone has, and which say something else in the other."""

    added: tuple[K, ...] = ()
    dropped: tuple[K, ...] = ()
    changed: tuple[K, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.dropped or self.changed)


def apart(old: Mapping[K, Any], new: Mapping[K, Any]) -> Apart[K]:
    """Return the keys of what was added, dropped and changed, in the order of the versions."""
    return Apart(
        added=tuple(key for key in new if key not in old),
        dropped=tuple(key for key in old if key not in new),
        changed=tuple(key for key in new if key in old and old[key] != new[key]),
    )


def changes(old: Mapping[K, int], new: Mapping[K, int]) -> dict[K, Change]:
    """Return each amount of either version before and after, those of the old one first."""
    keys = dict.fromkeys([*old, *new])
    return {key: Change(old=old.get(key), new=new.get(key)) for key in keys}


def percent_of(part: int, whole: int) -> Decimal:
    """Return a part in per cent of a whole that is not 0, half up in tenths."""
    exact = Decimal(part) * 100 / Decimal(whole)
    return exact.quantize(TENTH, ROUND_HALF_UP)


def is_a_raise(percent: Decimal, step: int) -> bool:
    """Say whether a list may be raised by so many per cent, rounded to so many cents."""
    return LEAST_PERCENT < percent <= MOST_PERCENT and step in STEPS


def raised(cents: int, percent: Decimal, step: int = 1) -> int:
    """Return an amount raised by per cents, half up to a multiple of `step` cents.

    Without a raise an amount stays as it is, also where it is no such multiple.
    """
    if not percent:
        return cents
    exact = Fraction(cents) * Fraction(100 + percent) / 100
    return int(exact / step + Fraction(1, 2)) * step
