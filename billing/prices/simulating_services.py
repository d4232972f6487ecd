"""Past sales of services at other prices, and what volume takes off by other steps.

Pure values, no Django. A sale costs its quantity at the new price of its day, rounded as when
it was charged; what was given back of it is given back in the same proportion.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from billing.orders.accrual import StoodDay, amounts_of_month
from billing.prices.pricing import rounded
from billing.prices.simulating import NOTHING, Total, left_of
from billing.prices.volume import Bought, Step, discounts

MINUTES = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Stood:
    """What a day of a standing use is besides its charge: whose, how many, counted how."""

    use_id: int
    count: Decimal
    counting: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """A sale of a service as the ledger has it: at first its whole price, and what was left.

    `payer` is for whom discounts are rounded together; `minutes` are those of staff time,
    whose quantity is hours to four places.
    """

    source_id: int
    service_id: int
    unit: str
    tier: str
    day: date
    organisation_id: int
    team_id: int
    account_id: int | None
    payer: Hashable
    quantity: Decimal
    whole_cents: int
    charged_cents: int
    minutes: int | None = None
    stood: Stood | None = None


PriceOf = Callable[[Sale], int | None]
"""What a unit of a sale costs by the new prices; None where they have none."""


def sold_again(sales: Sequence[Sale], *, price_of: PriceOf) -> list[tuple[Sale, int | None]]:
    """Return what each sale would have cost, less what was given back; None without a price.

    Days of a standing use are priced with all days of their month that are among the sales,
    so that no cent is lost between them.
    """
    stood = _standing(sales, price_of)
    found: list[tuple[Sale, int | None]] = []
    for sale in sales:
        price = price_of(sale)
        if price is None:
            found.append((sale, None))
            continue
        whole = stood[sale.stood.use_id, sale.day] if sale.stood else _cost(sale, price)
        left = left_of(whole, whole_cents=sale.whole_cents, charged_cents=sale.charged_cents)
        found.append((sale, left))
    return found


def _cost(sale: Sale, price: int) -> int:
    if sale.minutes is not None:
        return rounded(Fraction(sale.minutes * price, MINUTES))
    return rounded(Fraction(sale.quantity) * price)


def _standing(sales: Iterable[Sale], price_of: PriceOf) -> dict[tuple[int, date], int]:
    months: dict[tuple[int, str, date], list[StoodDay]] = defaultdict(list)
    for sale in sales:
        if sale.stood is not None:
            key = (sale.stood.use_id, sale.stood.counting, sale.day.replace(day=1))
            cents = price_of(sale) or 0
            months[key].append(
                StoodDay(day=sale.day, count=sale.stood.count, unit_price_cents=cents)
            )
    return {
        (use_id, day): cents
        for (use_id, counting, _month), days in months.items()
        for day, cents in amounts_of_month(
            sorted(days, key=lambda one: one.day), counting=counting
        ).items()
    }


def totals_of_services(
    sold: Iterable[tuple[Sale, int | None]],
) -> dict[tuple[int, str], Total]:
    """Return what sales come to by service and tier, charged and at other prices."""
    totals: dict[tuple[int, str], Total] = {}
    for sale, cents in sold:
        key = (sale.service_id, sale.tier)
        one = (
            Total(unpriced=1, unpriced_cents=sale.charged_cents)
            if cents is None
            else Total(uses=1, charged_cents=sale.charged_cents, simulated_cents=cents)
        )
        totals[key] = totals.get(key, NOTHING) + one
    return totals


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What counts towards a discount on volume: in which month, of what, for whom, how much.

    `thing` is an instrument's id or None, and a service's id or None.
    """

    thing: tuple[int | None, int | None]
    unit: str
    tier: str
    team_id: int
    payer: Hashable
    day: date
    source_id: int
    quantity: Decimal
    cents: int


StepsOf = Callable[[tuple[int | None, int | None], str], Sequence[Step]]
"""The steps of a thing for a tier."""
Key = tuple[tuple[int | None, int | None], str]


def volume_off(counted: Iterable[Counted], *, steps_of: StepsOf) -> dict[Key, int]:
    """Return the cents that volume takes off by thing and tier.

    As when a month ends: by team, month and unit, in the order of the days, rounded once
    for each payer.
    """
    months: dict[Hashable, list[Counted]] = defaultdict(list)
    for one in counted:
        month = one.day.replace(day=1)
        months[one.team_id, month, one.thing, one.unit, one.tier].append(one)
    off: dict[Key, int] = defaultdict(int)
    for same in months.values():
        key = (same[0].thing, same[0].tier)
        steps = steps_of(*key)
        if steps:
            off[key] += _off(sorted(same, key=lambda one: (one.day, one.source_id)), steps)
    return {key: cents for key, cents in off.items() if cents}


def _off(same: Sequence[Counted], steps: Sequence[Step]) -> int:
    bought = [Bought(quantity=one.quantity, amount_cents=one.cents) for one in same]
    due: dict[Hashable, Fraction] = defaultdict(Fraction)
    for one, exact in zip(same, discounts(bought, steps), strict=True):
        due[one.payer] += exact
    return sum(rounded(exact) for exact in due.values())
