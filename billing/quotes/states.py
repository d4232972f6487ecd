"""The states of a quote and the one table of what may follow what, and what its lines come to.

Services change a state only where this table says so; nothing else assigns it. Amounts
are integer cents, rounded half up once for each line and once for each VAT rate.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from billing.documents.invoicing import Taxed, VatTotal, vat_totals
from billing.prices.unit_prices import discounted


class QuoteState(StrEnum):
    """Where a quote stands."""

    DRAFT = "draft"
    SENT = "sent"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


NEXT: dict[QuoteState, frozenset[QuoteState]] = {
    QuoteState.DRAFT: frozenset({QuoteState.SENT, QuoteState.WITHDRAWN}),
    QuoteState.SENT: frozenset(
        {QuoteState.ACCEPTED, QuoteState.REFUSED, QuoteState.EXPIRED, QuoteState.WITHDRAWN}
    ),
    QuoteState.ACCEPTED: frozenset(),
    QuoteState.REFUSED: frozenset(),
    QuoteState.EXPIRED: frozenset(),
    QuoteState.WITHDRAWN: frozenset(),
}

LABELS: dict[QuoteState, Promise] = {
    QuoteState.DRAFT: pgettext_lazy("of a quote", "Draft"),
    QuoteState.SENT: pgettext_lazy("of a quote", "Sent"),
    QuoteState.ACCEPTED: pgettext_lazy("of a quote", "Accepted"),
    QuoteState.REFUSED: pgettext_lazy("of a quote", "Refused"),
    QuoteState.EXPIRED: pgettext_lazy("of a quote", "Expired"),
    QuoteState.WITHDRAWN: pgettext_lazy("of a quote", "Withdrawn"),
}

WARNED_PERCENTS = (80, 100)
"""Shares of an account's ceiling at which its people are warned, rising."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What a quote comes to, in cents; `lines_cents` before the discount on the whole."""

    lines_cents: int
    discount_cents: int
    net_cents: int
    vat_cents: int
    totals: tuple[VatTotal, ...]

    @property
    def total_cents(self) -> int:
        """With VAT."""
        return self.net_cents + self.vat_cents


def may_become(state: str, new: str) -> bool:
    """Return whether a quote may pass from one state to another.

    Staying as it is is no transition. An unknown state is a ValueError.
    """
    return QuoteState(new) in NEXT[QuoteState(state)]


def line_cents(
    *, quantity: Decimal, unit_price_cents: int, discount_percent: Decimal, sessions: int = 1
) -> int:
    """Return what a line comes to: its units at the price that is charged for each.

    The price of a unit less the line's discount is rounded half up to the cent, as it will
    be when it is used, and so is each of the sessions among which the quantity is shared.
    """
    each = quantity * discounted(unit_price_cents, discount_percent) / sessions
    return sessions * _whole(each)


def sums_of(lines: Sequence[Taxed], *, discount_percent: Decimal) -> Sums:
    """Sum lines by VAT rule and rate; the discount on the whole comes off each sum.

    Source: EN 16931, BG-20: an allowance on the document belongs to one VAT category.
    """
    by_rule: dict[tuple[str, Decimal], int] = defaultdict(int)
    for line in lines:
        by_rule[line.category, line.percent] += line.net_cents
    off = {rule: _whole(cents * discount_percent / 100) for rule, cents in by_rule.items()}
    first = {(line.category, line.percent): line for line in reversed(lines)}
    allowances = [replace(first[rule], net_cents=-cents) for rule, cents in off.items()]
    totals = tuple(vat_totals([*lines, *allowances]))
    lines_cents = sum(by_rule.values())
    discount_cents = sum(off.values())
    return Sums(
        lines_cents=lines_cents,
        discount_cents=discount_cents,
        net_cents=lines_cents - discount_cents,
        vat_cents=sum(total.vat_cents for total in totals),
        totals=totals,
    )


def is_late(*, valid_until: dt.date | None, today: dt.date) -> bool:
    """Say whether the last day on which a quote may be accepted has passed."""
    return valid_until is not None and today > valid_until


def passed_percents(*, ceiling_cents: int, committed_cents: int) -> list[int]:
    """Return the shares of a ceiling that are reached, the lowest first."""
    return [
        percent
        for percent in WARNED_PERCENTS
        if ceiling_cents > 0 and committed_cents * 100 >= ceiling_cents * percent
    ]


def _whole(cents: Decimal) -> int:
    return int(cents.quantize(Decimal(1), ROUND_HALF_UP))
