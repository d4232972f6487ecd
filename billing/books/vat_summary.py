"""VAT of some days, by rule and rate: on what was invoiced, and on what was paid.

Which of the two is due follows the issuer's choice; the other is there to compare. What is
paid bears VAT on the day it is received, an advance too, with or without that choice; its
rule and rate are those of the invoice it is allocated to. So money that nobody has
allocated yet is told beside the tables: it has no rate, and a mere over-payment bears none.
Allocated after the month of its receipt was closed, it counts on the day it is allocated,
so that what was declared stays. Documents know goods as exports only, which bear none
(`issuing.nature_of`); goods delivered with VAT would fall due on delivery, not with payment.
Source: code général des impôts, article 269, 2, a (goods: advances from 1 January 2023 on)
and c (services: advances, price or, by choice, debits); BOI-TVA-BASE-20-20, BOI-TVA-BASE-20-50;
an advance is taxed once what it is for is known in its particulars (CJEU, C-419/02).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Sum, Value, When, Window
from django.db.models.expressions import RowRange
from django.db.models.functions import Coalesce, TruncMonth

from billing.books.vat_shares import share_of_part
from billing.models import (
    AccountingPeriod,
    Allocation,
    Charge,
    Invoice,
    InvoiceVat,
    Issuer,
    Payment,
    Refund,
)

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
    """VAT of some days; `is_on_debits` says which of the two tables is due.

    `advances` are what was received before its invoice was issued: added on the day it
    came, taken off on the day of the invoice. `paid` holds them already, `invoiced` does not.
    `unallocated_cents` is the money that nobody had allocated at the end of the last day.
    """

    is_on_debits: bool
    invoiced: tuple[VatLine, ...]
    paid: tuple[VatLine, ...]
    advances: tuple[VatLine, ...]
    unallocated_cents: int

    @property
    def due(self) -> tuple[VatLine, ...]:
        """What is declared."""
        return _merged(self.invoiced, self.advances) if self.is_on_debits else self.paid

    @property
    def due_cents(self) -> int:
        """VAT to declare."""
        return sum(line.vat_cents for line in self.due)


def vat_summary(issuer: Issuer, *, first_on: dt.date, last_on: dt.date) -> VatSummary:
    """Return the VAT of some days. Credit notes are subtracted; transfer notes bear none."""
    parts = list(_parts(issuer, last_on))
    paid = [part for part in parts if part["vat_on"] >= first_on]
    early = [part for part in parts if part["vat_on"] < part["invoice__issued_on"]]
    advances = [
        *((part, 1) for part in early if part["vat_on"] >= first_on),
        *((part, -1) for part in early if first_on <= part["invoice__issued_on"] <= last_on),
    ]
    rates = _rates([*paid, *(part for part, _sign in advances)])
    return VatSummary(
        is_on_debits=issuer.vat_on_debits,
        invoiced=_lines(_invoiced(issuer, first_on, last_on)),
        paid=_lines(_shared(((part, 1) for part in paid), rates)),
        advances=_lines(_shared(advances, rates)),
        unallocated_cents=_unallocated(issuer, parts, last_on),
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


def _shared(
    parts: Iterable[tuple[Any, int]], rates: Mapping[int, list[InvoiceVat]]
) -> dict[Key, list[int]]:
    # Not in SQL: what was paid before has to be counted first.
    sums: dict[Key, list[int]] = defaultdict(lambda: [0, 0])
    for part, sign in parts:
        for rate in rates[part["invoice_id"]]:
            of_rate = sums[rate.vat_category, rate.vat_percent]
            for place, whole in enumerate((rate.net_cents, rate.vat_cents)):
                of_rate[place] += sign * share_of_part(
                    whole_cents=whole,
                    total_cents=part["invoice__total_cents"],
                    before_cents=part["before"],
                    part_cents=part["amount_cents"],
                )
    return sums


def _rates(parts: Iterable[Any]) -> dict[int, list[InvoiceVat]]:
    rates: dict[int, list[InvoiceVat]] = defaultdict(list)
    for rate in InvoiceVat.objects.filter(invoice__in={part["invoice_id"] for part in parts}):
        rates[rate.invoice_id].append(rate)
    return rates


def _parts(issuer: Issuer, last_on: dt.date) -> Iterable[Any]:
    """Return what was allocated whose VAT fell due up to a day, `vat_on` saying when.

    Each with what its invoice had got before.
    """
    was_closed = Exists(
        AccountingPeriod.objects.filter(
            issuer=issuer,
            month__gte=OuterRef("received_in"),
            closed_at__lte=OuterRef("created_at"),
        )
    )
    before = Window(
        Sum("amount_cents"),
        partition_by=F("invoice_id"),
        order_by=(F("vat_on").asc(), F("id").asc()),
        frame=RowRange(start=None, end=-1),
    )
    return (
        Allocation.objects.filter(payment__issuer=issuer)
        .annotate(received_in=TruncMonth("payment__received_on"))
        .annotate(
            vat_on=Case(
                When(was_closed, then=F("allocated_on")), default=F("payment__received_on")
            )
        )
        .filter(vat_on__lte=last_on)
        .annotate(before=Coalesce(before, Value(0)))
        .values(
            "invoice_id", "invoice__total_cents", "invoice__issued_on",
            "vat_on", "amount_cents", "before",
        )
    )  # fmt: skip


def _unallocated(issuer: Issuer, parts: Iterable[Any], last_on: dt.date) -> int:
    """Return what was received up to a day and then was neither allocated nor gone again."""
    received = Payment.objects.filter(issuer=issuer, received_on__lte=last_on)
    gone = Refund.objects.filter(payment__issuer=issuer, refunded_on__lte=last_on)
    in_cents, out_cents = (
        rows.aggregate(cents=Sum("amount_cents", default=0))["cents"] for rows in (received, gone)
    )
    return int(in_cents - out_cents - sum(part["amount_cents"] for part in parts))


def _merged(*tables: tuple[VatLine, ...]) -> tuple[VatLine, ...]:
    sums: dict[Key, list[int]] = defaultdict(lambda: [0, 0])
    for line in chain(*tables):
        of_rate = sums[line.category, line.percent]
        of_rate[0] += line.net_cents
        of_rate[1] += line.vat_cents
    return _lines(sums)
