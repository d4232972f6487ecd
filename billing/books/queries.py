"""The books of an issuer, read from its documents and payments: entries in order.

Nothing here is stored: what documents and payments say is the truth, and closed months
keep both as they are. A fixed number of queries for any number of rows.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal

from django.db.models import F, QuerySet, Sum

from billing.books.journal import (
    BANK,
    OTHER,
    SALES,
    TRANSFERS,
    Chart,
    Customer,
    Document,
    Entry,
    Sale,
    document_entry,
    move_entry,
    payment_entry,
    refund_entry,
)
from billing.models import (
    Allocation,
    Invoice,
    InvoiceLine,
    InvoiceVat,
    Issuer,
    Payment,
    Refund,
    SalesAccount,
)

ORDER = {SALES: 0, TRANSFERS: 1, BANK: 2, OTHER: 3}


def chart_of(issuer: Issuer) -> Chart:
    """Return the accounts of an issuer."""
    return Chart(
        customers=issuer.customers_account,
        vat=issuer.vat_account,
        bank=issuer.bank_account,
        accrued=issuer.accrued_account,
    )


def entries_of(issuer: Issuer, *, first_on: dt.date, last_on: dt.date) -> list[Entry]:
    """Return the entries of some days, in order of day, journal and writing."""
    days = (first_on, last_on)
    chart = chart_of(issuer)
    entries = [
        *_of_documents(issuer, chart, days),
        *_of_payments(issuer, chart, days),
        *_of_allocations(issuer, chart, days),
        *_of_refunds(issuer, chart, days),
    ]
    return sorted(entries, key=lambda entry: (entry.on, ORDER[entry.journal]))


def sales_accounts(issuer: Issuer) -> defaultdict[int, str]:
    """Return the account of each platform's sales: its own, or the issuer's for all."""
    own = SalesAccount.objects.filter(facility__seller__issuer=issuer)
    return defaultdict(lambda: issuer.sales_account, own.values_list("facility_id", "number"))


def documents_of(issuer: Issuer, *, first_on: dt.date, last_on: dt.date) -> QuerySet[Invoice]:
    """Return the documents of some days, in order of writing."""
    return Invoice.objects.filter(issuer=issuer, issued_on__range=(first_on, last_on)).order_by(
        "pk"
    )


def _of_documents(issuer: Issuer, chart: Chart, days: tuple[dt.date, dt.date]) -> Iterator[Entry]:
    of_days = {"invoice__issuer": issuer, "invoice__issued_on__range": days}
    accounts = sales_accounts(issuer)
    sales: dict[int, list[Sale]] = defaultdict(list)
    nets = (
        InvoiceLine.objects.filter(**of_days)
        .order_by()
        .values("invoice_id", "facility_id", "facility__name")
        .annotate(cents=Sum("net_cents"))
        .order_by("invoice_id", "facility__name", "facility_id")
    )
    for net in nets:
        sales[net["invoice_id"]].append(
            Sale(
                account=accounts[net["facility_id"]],
                platform=net["facility__name"],
                cents=net["cents"],
            )
        )
    vat: dict[int, list[tuple[Decimal, int]]] = defaultdict(list)
    for total in InvoiceVat.objects.filter(**of_days).exclude(vat_cents=0).order_by("id"):
        vat[total.invoice_id].append((total.vat_percent, total.vat_cents))
    documents = documents_of(issuer, first_on=days[0], last_on=days[1])
    for row in documents.select_related("organisation", "corrects"):
        origin = row.corrects or row
        document = Document(
            number=row.number,
            issued_on=row.issued_on,
            customer=_known(row.organisation_id, row.organisation.name),
            sales=sales[row.pk],
            vat=vat[row.pk],
            is_credit=row.kind == Invoice.Kind.CREDIT_NOTE,
            is_transfer=origin.kind == Invoice.Kind.RECHARGE,
        )
        yield document_entry(document, chart)


def _of_payments(issuer: Issuer, chart: Chart, days: tuple[dt.date, dt.date]) -> Iterator[Entry]:
    rows = Payment.objects.filter(issuer=issuer, received_on__range=days)
    for row in rows.select_related("organisation").order_by("received_on", "pk"):
        yield payment_entry(
            on=row.received_on,
            piece=payment_piece(row.pk),
            cents=row.amount_cents,
            payer=_payer(row),
            text=row.payer,
            chart=chart,
        )


def _of_allocations(issuer: Issuer, chart: Chart, days: tuple[dt.date, dt.date]) -> Iterable[Entry]:
    rows = (
        Allocation.objects.filter(payment__issuer=issuer, allocated_on__range=days)
        .exclude(payment__organisation=F("invoice__organisation"))
        .select_related("payment__organisation", "invoice__organisation")
        .order_by("pk")
    )
    moves = (
        move_entry(
            on=row.allocated_on,
            piece=payment_piece(row.payment_id),
            cents=row.amount_cents,
            payer=_payer(row.payment),
            customer=_known(row.invoice.organisation_id, row.invoice.organisation.name),
            chart=chart,
        )
        for row in rows
    )
    return filter(None, moves)


def _of_refunds(issuer: Issuer, chart: Chart, days: tuple[dt.date, dt.date]) -> Iterable[Entry]:
    rows = (
        Refund.objects.filter(payment__issuer=issuer, refunded_on__range=days)
        .select_related("payment__organisation")
        .order_by("pk")
    )
    written = (
        refund_entry(
            on=row.refunded_on,
            piece=payment_piece(row.payment_id),
            cents=row.amount_cents,
            payer=_payer(row.payment),
            goes_elsewhere=row.kind == Refund.Kind.ELSEWHERE,
            chart=chart,
        )
        for row in rows
    )
    return filter(None, written)


def payment_piece(payment_id: int) -> str:
    """Return how the books name a payment."""
    return f"P{payment_id:07}"


def _known(organisation_id: int, name: str) -> Customer:
    return Customer(code=f"C{organisation_id:05}", name=name)


def _payer(payment: Payment) -> Customer | None:
    organisation = payment.organisation
    return _known(organisation.pk, organisation.name) if organisation else None
