"""VAT of some days, by rule and rate: on what was invoiced, and on what was paid.

Which of the two is due follows the issuer's choice; the other is there to compare.
Source: code général des impôts, article 269, 2, c.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, F, Sum, Value, When, Window
from django.db.models.expressions import RowRange
from django.db.models.functions import Coalesce

from billing.books.vat_shares import share_of_part
from billing.models import Allocation, Charge, Invoice, InvoiceVat, Issuer

Key = tuple[str, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class VatLine:
    """Base and VAT of one rule and rate, in cents."""

    category: str
    percent: Decimal
    net_cents: int
    vat_cents: int

    @property
    def word(self) -> str:
        """The rule, in words."""
        return str(Charge.VatCategory(self.category).label)


@dataclass(frozen=True, slots=True, kw_only=True)
class VatSummary:
    """VAT of some days; `is_on_debits` says which of the two tables is due."""

    is_on_debits: bool
    invoiced: tuple[VatLine, ...]
    paid: tuple[VatLine, ...]

    @property
    def due(self) -> tuple[VatLine, ...]:
        """The table that is declared."""
        return self.invoiced if self.is_on_debits else self.paid

    @property
    def due_cents(self) -> int:
        """VAT to declare."""
        return sum(line.vat_cents for line in self.due)


def vat_summary(issuer: Issuer, *, first_on: dt.date, last_on: dt.date) -> VatSummary:
    """Return the VAT of some days. Credit notes are subtracted; transfer notes bear none."""
    return VatSummary(
        is_on_debits=issuer.vat_on_debits,
        invoiced=_lines(_invoiced(issuer, first_on, last_on)),
        paid=_lines(_paid(issuer, first_on, last_on)),
    )


def _lines(sums: dict[Key, list[int]]) -> tuple[VatLine, ...]:
    ordered = sorted(sums.items(), key=lambda one: (-one[0][1], one[0][0]))
    return tuple(
        VatLine(category=category, percent=percent, net_cents=net, vat_cents=vat)
        for (category, percent), (net, vat) in ordered
        if net or vat
    )


def _invoiced(issuer: Issuer, first_on: dt.date, last_on: dt.date) -> dict[Key, list[int]]:
    sign = Case(When(invoice__kind=Invoice.Kind.CREDIT_NOTE, then=Value(-1)), default=Value(1))
    rows = (
        InvoiceVat.objects.filter(
            invoice__issuer=issuer, invoice__issued_on__range=(first_on, last_on)
        )
        .exclude(vat_category="internal")
        .order_by()
        .values("vat_category", "vat_percent")
        .annotate(net=Sum(sign * F("net_cents")), vat=Sum(sign * F("vat_cents")))
    )
    return {(row["vat_category"], row["vat_percent"]): [row["net"], row["vat"]] for row in rows}


def _paid(issuer: Issuer, first_on: dt.date, last_on: dt.date) -> dict[Key, list[int]]:
    # Not in SQL: what was paid before has to be counted first.
    parts = [part for part in _parts(issuer, last_on) if part["allocated_on"] >= first_on]
    rates: dict[int, list[InvoiceVat]] = defaultdict(list)
    for rate in InvoiceVat.objects.filter(invoice__in={part["invoice_id"] for part in parts}):
        rates[rate.invoice_id].append(rate)
    sums: dict[Key, list[int]] = defaultdict(lambda: [0, 0])
    for part in parts:
        for rate in rates[part["invoice_id"]]:
            of_rate = sums[rate.vat_category, rate.vat_percent]
            for place, whole in enumerate((rate.net_cents, rate.vat_cents)):
                of_rate[place] += share_of_part(
                    whole_cents=whole,
                    total_cents=part["invoice__total_cents"],
                    before_cents=part["before"],
                    part_cents=part["amount_cents"],
                )
    return sums


def _parts(issuer: Issuer, last_on: dt.date) -> Iterable[Any]:
    """Return allocations up to a day, each with what its invoice had got before."""
    before = Window(
        Sum("amount_cents"),
        partition_by=F("invoice_id"),
        order_by=(F("allocated_on").asc(), F("id").asc()),
        frame=RowRange(start=None, end=-1),
    )
    return (
        Allocation.objects.filter(payment__issuer=issuer, allocated_on__lte=last_on)
        .annotate(before=Coalesce(before, Value(0)))
        .values("invoice_id", "invoice__total_cents", "allocated_on", "amount_cents", "before")
    )
