"""The months of an issuer's books, each with what it comes to and whether it is closed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, F, Min, Q, Sum, Value, When
from django.db.models.functions import TruncMonth

from billing.models import AccountingPeriod, Invoice, Issuer, Payment


@dataclass(frozen=True, slots=True, kw_only=True)
class BookMonth:
    """A month: sales without VAT and VAT (credit notes subtracted), transfers, payments."""

    month: dt.date
    documents: int
    net_cents: int
    vat_cents: int
    transfer_cents: int
    paid_cents: int
    closed: AccountingPeriod | None

    @property
    def is_closed(self) -> bool:
        """Whether nothing is dated in it any more."""
        return self.closed is not None


def book_months(issuer: Issuer, *, year: int) -> list[BookMonth]:
    """Return the months of a year in which there is anything, or that are closed."""
    days = (dt.date(year, 1, 1), dt.date(year, 12, 31))
    sums = {row["month"]: row for row in _documents(issuer, days)}
    paid = {row["month"]: row["cents"] for row in _payments(issuer, days)}
    closed = {row.month: row for row in issuer.periods.filter(month__range=days)}
    return [
        BookMonth(
            month=month,
            documents=sums.get(month, {}).get("documents", 0),
            net_cents=sums.get(month, {}).get("net", 0),
            vat_cents=sums.get(month, {}).get("vat", 0),
            transfer_cents=sums.get(month, {}).get("transfers", 0),
            paid_cents=paid.get(month, 0),
            closed=closed.get(month),
        )
        for month in sorted({*sums, *paid, *closed}, reverse=True)
    ]


def first_year(issuer: Issuer) -> int | None:
    """Return the year in which the books begin."""
    first = Invoice.objects.filter(issuer=issuer).aggregate(on=Min("issued_on"))["on"]
    return first.year if first else None


def _documents(issuer: Issuer, days: tuple[dt.date, dt.date]) -> Iterable[Any]:
    sign = Case(When(kind=Invoice.Kind.CREDIT_NOTE, then=Value(-1)), default=Value(1))
    is_transfer = Q(kind=Invoice.Kind.RECHARGE) | Q(corrects__kind=Invoice.Kind.RECHARGE)
    return (
        Invoice.objects.filter(issuer=issuer, issued_on__range=days)
        .order_by()
        .values(month=TruncMonth("issued_on"))
        .annotate(
            documents=Count("pk"),
            net=Sum(sign * F("net_cents"), filter=~is_transfer, default=0),
            vat=Sum(sign * F("vat_cents"), filter=~is_transfer, default=0),
            transfers=Sum(sign * F("total_cents"), filter=is_transfer, default=0),
        )
    )


def _payments(issuer: Issuer, days: tuple[dt.date, dt.date]) -> Iterable[Any]:
    return (
        Payment.objects.filter(issuer=issuer, received_on__range=days)
        .order_by()
        .values(month=TruncMonth("received_on"))
        .annotate(cents=Sum("amount_cents"))
    )
