"""Closing months of the books: in order, each once, never opened again."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, F, Max, Min, Q, Sum

from accounts.models import User
from accounts.transactions import use_case
from billing.books.closed_months import last_closed_month
from billing.books.fec import fec_file
from billing.books.names import KEPT, kept_names
from billing.books.queries import documents_of, entries_of
from billing.models import AccountingPeriod, Invoice, Issuer, Payment
from billing.month_end.months import last_month, next_month
from billing.payments.errors import NumbersMissing, PeriodNotOver, PeriodOutOfOrder
from billing.payments.permissions import kept_issuer
from billing.services.issuing import local_day
from bookings.wording import month_text

SUMS = ("count", "net", "vat", "total", "last")


@use_case
def close_period(
    *, issuer_id: int, month: dt.date, actor: User, now: dt.datetime
) -> AccountingPeriod:
    """Close a month of an issuer's books, given by any of its days, for good.

    From then on the database refuses documents and payments dated in it or before. The
    issuer's row is locked against both, so that what was begun is waited for.

    Raises:
        NotFound: the actor does not keep the books of this issuer.
        PeriodNotOver: the month goes on, or lies in the future.
        PeriodOutOfOrder: another month comes first, or it is closed already.
        NumbersMissing: a series of documents has a gap.
    """
    issuer = kept_issuer(actor, issuer_id)
    Issuer.objects.select_for_update().get(pk=issuer.pk)
    today, first = local_day(now), month.replace(day=1)
    if next_month(first) > today:
        raise PeriodNotOver(month=month_text(first))
    wanted = next_to_close(issuer_id, today=today)
    if first != wanted:
        raise PeriodOutOfOrder(month=month_text(wanted))
    if gaps := series_with_gaps(issuer_id):
        raise NumbersMissing(series=", ".join(gaps))
    return AccountingPeriod.objects.create(
        issuer=issuer,
        month=first,
        controls=control_totals(issuer, first),
        closed_by=actor,
        closed_at=now,
    )


def next_to_close(issuer_id: int, *, today: dt.date) -> dt.date:
    """Return the month to close next: after the last, or the first in which anything is."""
    if closed := last_closed_month(issuer_id):
        return next_month(closed)
    invoices = Invoice.objects.filter(issuer=issuer_id).aggregate(on=Min("issued_on"))["on"]
    payments = Payment.objects.filter(issuer=issuer_id).aggregate(on=Min("received_on"))["on"]
    first = min(filter(None, (invoices, payments)), default=None)
    return first.replace(day=1) if first else last_month(today)


def series_with_gaps(issuer_id: int) -> list[str]:
    """Return the series in which a number is missing, such as F2026."""
    series = (
        Invoice.objects.filter(issuer=issuer_id)
        .order_by()
        .values("kind", "year")
        .annotate(count=Count("pk"), last=Max("sequence"), any_number=Min("number"))
        .exclude(count=F("last"))
        .order_by("kind", "year")
    )
    return [row["any_number"].rpartition("-")[0] for row in series]


def control_totals(issuer: Issuer, month: dt.date) -> dict[str, Any]:
    """Return what a month comes to: sums, last numbers, and a digest of its entries.

    Also the accounts and names that its entries state, which stay with it.
    """
    last_on = next_month(month) - dt.timedelta(days=1)
    documents = documents_of(issuer, first_on=month, last_on=last_on)
    kinds: Iterable[Any] = (
        documents.order_by()
        .values("kind")
        .annotate(
            count=Count("pk"),
            net=Sum("net_cents"),
            vat=Sum("vat_cents"),
            total=Sum("total_cents"),
            last=Max("number"),
        )
    )
    paid = Payment.objects.filter(
        Q(issuer=issuer) & Q(received_on__range=(month, last_on))
    ).aggregate(count=Count("pk"), total=Sum("amount_cents", default=0))
    entries = entries_of(issuer, first_on=month, last_on=last_on)
    text = fec_file(entries, closed_on={}, today=month)
    return {
        "documents": {row["kind"]: {name: row[name] for name in SUMS} for row in kinds},
        "payments": paid,
        "entries": len(entries),
        "debit": sum(entry.debit_cents for entry in entries),
        "sha256": hashlib.sha256(text).hexdigest(),
        KEPT: kept_names(issuer, entries, first_on=month, last_on=last_on),
    }
