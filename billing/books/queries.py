"""The books of an issuer, read from its documents and payments: entries in order.

Nothing here is stored: what documents and payments say is the truth, and closed months
keep both as they are. A fixed number of queries for any number of rows.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from django.db.models import F, Max, QuerySet, Sum

from billing.books.journal import (
    BANK,
    OTHER,
    SALES,
    TRANSFERS,
    Customer,
    Document,
    Entry,
    Sale,
    document_entry,
    move_entry,
    payment_entry,
    refund_entry,
)
from billing.books.lettering import Tie, invoice_item, payment_item
from billing.books.names import Names, Naming, customer_code, naming_of
from billing.models import (
    Allocation,
    Invoice,
    InvoiceLine,
    InvoiceVat,
    Issuer,
    Payment,
    Refund,
)

ORDER = {SALES: 0, TRANSFERS: 1, BANK: 2, OTHER: 3}


def entries_of(issuer: Issuer, *, first_on: dt.date, last_on: dt.date) -> list[Entry]:
    """Return the entries of some days, in order of day, journal and writing.

    Those of closed months state accounts and names as they were at the closing.
    """
    days = (first_on, last_on)
    naming = naming_of(issuer)
    entries = [
        *_of_documents(issuer, naming, days),
        *_of_payments(issuer, naming, days),
        *_of_allocations(issuer, naming, days),
        *_of_refunds(issuer, naming, days),
    ]
    return sorted(entries, key=lambda entry: (entry.on, ORDER[entry.journal]))


def documents_of(issuer: Issuer, *, first_on: dt.date, last_on: dt.date) -> QuerySet[Invoice]:
    """Return the documents of some days, in order of writing."""
    return Invoice.objects.filter(issuer=issuer, issued_on__range=(first_on, last_on)).order_by(
        "pk"
    )


def ties_of(issuer: Issuer) -> list[Tie]:
    """Return which payments settle which invoices of the same customer, all that stand."""
    rows = (
        Allocation.objects.filter(
            payment__issuer=issuer, payment__organisation=F("invoice__organisation")
        )
        .order_by()
        .values("payment_id", "invoice_id", "invoice__organisation_id")
        .annotate(cents=Sum("amount_cents"), on=Max("allocated_on"))
        .exclude(cents=0)
    )
    return [
        Tie(
            customer=customer_code(row["invoice__organisation_id"]),
            invoice=invoice_item(row["invoice_id"]),
            payment=payment_item(row["payment_id"]),
            cents=row["cents"],
            on=row["on"],
        )
        for row in rows
    ]


def _of_documents(issuer: Issuer, naming: Naming, days: tuple[dt.date, dt.date]) -> Iterator[Entry]:
    of_days = {"invoice__issuer": issuer, "invoice__issued_on__range": days}
    sales: dict[int, list[Sale]] = defaultdict(list)
    nets = (
        InvoiceLine.objects.filter(**of_days)
        .order_by()
        .values("invoice_id", "invoice__issued_on", "facility_id", "facility__name")
        .annotate(cents=Sum("net_cents"))
        .order_by("invoice_id", "facility__name", "facility_id")
    )
    for net in nets:
        names, facility = naming.on(net["invoice__issued_on"]), net["facility_id"]
        sales[net["invoice_id"]].append(
            Sale(
                account=names.sales[facility],
                platform=names.platforms.get(facility, net["facility__name"]),
                cents=net["cents"],
            )
        )
    vat: dict[int, list[tuple[Decimal, int]]] = defaultdict(list)
    for total in InvoiceVat.objects.filter(**of_days).exclude(vat_cents=0).order_by("id"):
        vat[total.invoice_id].append((total.vat_percent, total.vat_cents))
    documents = documents_of(issuer, first_on=days[0], last_on=days[1])
    for row in documents.select_related("organisation", "corrects"):
        origin, names = row.corrects or row, naming.on(row.issued_on)
        document = Document(
            number=row.number,
            issued_on=row.issued_on,
            customer=names.customer(row.organisation),
            item=invoice_item(origin.pk),
            sales=sales[row.pk],
            vat=vat[row.pk],
            is_credit=row.kind == Invoice.Kind.CREDIT_NOTE,
            is_transfer=origin.kind == Invoice.Kind.RECHARGE,
        )
        yield document_entry(document, names.chart)


def _of_payments(issuer: Issuer, naming: Naming, days: tuple[dt.date, dt.date]) -> Iterator[Entry]:
    rows = Payment.objects.filter(issuer=issuer, received_on__range=days)
    for row in rows.select_related("organisation", "bank_entry").order_by("received_on", "pk"):
        names = naming.on(row.received_on)
        yield payment_entry(
            on=row.received_on,
            piece=payment_piece(row.pk),
            cents=row.amount_cents,
            payer=_payer(row, names),
            text=row.payer,
            happened_on=row.late_from,
            chart=names.chart,
            item=payment_item(row.pk),
        )


def _of_allocations(
    issuer: Issuer, naming: Naming, days: tuple[dt.date, dt.date]
) -> Iterator[Entry]:
    rows = (
        Allocation.objects.filter(payment__issuer=issuer, allocated_on__range=days)
        .exclude(payment__organisation=F("invoice__organisation"))
        .select_related("payment__organisation", "invoice__organisation")
        .order_by("pk")
    )
    for row in rows:
        names = naming.on(row.allocated_on)
        if entry := move_entry(
            on=row.allocated_on,
            piece=payment_piece(row.payment_id),
            cents=row.amount_cents,
            payer=_payer(row.payment, names),
            customer=names.customer(row.invoice.organisation),
            chart=names.chart,
            item=payment_item(row.payment_id),
            settles=invoice_item(row.invoice_id),
        ):
            yield entry


def _of_refunds(issuer: Issuer, naming: Naming, days: tuple[dt.date, dt.date]) -> Iterator[Entry]:
    rows = (
        Refund.objects.filter(payment__issuer=issuer, refunded_on__range=days)
        .select_related("payment__organisation")
        .order_by("pk")
    )
    for row in rows:
        names = naming.on(row.refunded_on)
        if entry := refund_entry(
            on=row.refunded_on,
            piece=payment_piece(row.payment_id),
            cents=row.amount_cents,
            payer=_payer(row.payment, names),
            goes_elsewhere=row.kind == Refund.Kind.ELSEWHERE,
            chart=names.chart,
            item=payment_item(row.payment_id),
        ):
            yield entry


def payment_piece(payment_id: int) -> str:
    """Return how the books name a payment."""
    return f"P{payment_id:07}"


def _payer(payment: Payment, names: Names) -> Customer | None:
    return names.customer(payment.organisation) if payment.organisation else None
