"""What a document comes to: which lines belong on one, VAT for each rate, totals.

Pure functions on plain values, no Django. Amounts are integer cents. VAT is computed once
for each rate on the sum of its lines and rounded half up, as EN 16931 wants it (BR-CO-17),
never line by line.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

INTERNAL_FAMILY, OUT_OF_SCOPE_FAMILY, TAXED_FAMILY = "internal", "out_of_scope", "taxed"
"""VAT rules that share a document: the first two stand alone. Source: EN 16931, BR-O-11 to 14."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taxed:
    """An amount without VAT and the rule it falls under."""

    net_cents: int
    category: str
    percent: Decimal
    exemption: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VatTotal:
    """What the lines of one rule and rate come to."""

    category: str
    percent: Decimal
    exemption: str
    net_cents: int
    vat_cents: int


def vat_totals(lines: Iterable[Taxed]) -> list[VatTotal]:
    """Sum lines by rule and rate, the highest rate first."""
    sums: dict[tuple[str, Decimal], int] = defaultdict(int)
    exemptions: dict[tuple[str, Decimal], str] = {}
    for line in lines:
        key = (line.category, line.percent)
        sums[key] += line.net_cents
        exemptions[key] = exemptions.get(key) or line.exemption
    return [
        VatTotal(
            category=category,
            percent=percent,
            exemption=exemptions[category, percent],
            net_cents=net,
            vat_cents=vat_on(net, percent),
        )
        for (category, percent), net in sorted(
            sums.items(), key=lambda one: (-one[0][1], one[0][0])
        )
    ]


def vat_on(net_cents: int, percent: Decimal) -> int:
    """Return the VAT on an amount, rounded half up (away from nought) to the cent."""
    return int((net_cents * percent / 100).quantize(Decimal(1), ROUND_HALF_UP))
