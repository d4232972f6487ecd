"""How payment goes: what each invoice got, what is late and how long, who pays when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import connection
from django.db.models import Case, CharField, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from billing.models import Allocation, Invoice
from billing.payments.balances import open_invoices
from billing.payments.late import NO_COST, LateCost, Settlement, late_cost

NOT_DUE, TO_30, TO_60, TO_90, OVER_90 = "not_due", "1_30", "31_60", "61_90", "over_90"
AGES = (NOT_DUE, TO_30, TO_60, TO_90, OVER_90)
"""Days past the due date."""

DAYS_OF_A_YEAR = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeingRow:
    """What is open of one organisation, in cents, by how late it is."""

    organisation_id: int
    organisation: str
    by_age: tuple[int, ...]

    @property
    def total_cents(self) -> int:
        """All that is open."""
        return sum(self.by_age)


@dataclass(frozen=True, slots=True, kw_only=True)
class PayingTime:
    """How many days from the invoice to its last payment, over some paid invoices."""

    name: str
    tier: str
    invoices: int
    mean_days: Decimal
    median_days: Decimal


def ageing(issuer_ids: Collection[int], *, on: dt.date) -> list[AgeingRow]:
    """Return what is open by organisation and age, the most first, in one query."""
    age = Case(
        When(due_on__gte=on, then=Value(NOT_DUE)),
        When(due_on__gte=on - dt.timedelta(days=30), then=Value(TO_30)),
        When(due_on__gte=on - dt.timedelta(days=60), then=Value(TO_60)),
        When(due_on__gte=on - dt.timedelta(days=90), then=Value(TO_90)),
        default=Value(OVER_90),
        output_field=CharField(),
    )
    sums: dict[tuple[int, str], dict[str, int]] = {}
    rows = (
        open_invoices(Invoice.objects.filter(issuer__in=issuer_ids), on=on)
        .order_by()
        .annotate(age=age)
        .values_list("organisation_id", "organisation__name", "age", "open_cents")
    )
    for organisation_id, name, late, cents in rows:
        by_age = sums.setdefault((organisation_id, name), dict.fromkeys(AGES, 0))
        by_age[late] += cents
    found = [
        AgeingRow(organisation_id=pk, organisation=name, by_age=tuple(by_age.values()))
        for (pk, name), by_age in sums.items()
    ]
    return sorted(found, key=lambda row: (-row.total_cents, row.organisation))


_TIMES = """
SELECT o.name, o.tier, GROUPING(o.name) AS of_tier, count(*), avg(paid.days),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY paid.days)
  FROM (SELECT i.organisation_id, max(p.received_on) - i.issued_on AS days
          FROM billing_invoice i
          JOIN billing_allocation a ON a.invoice_id = i.id
          JOIN billing_payment p ON p.id = a.payment_id
         WHERE i.issuer_id = ANY(%(issuers)s) AND i.kind = 'invoice'
           AND i.issued_on BETWEEN %(first_on)s AND %(last_on)s
         GROUP BY i.id
        HAVING sum(a.amount_cents) > 0
           AND sum(a.amount_cents) + coalesce((SELECT sum(n.total_cents) FROM billing_invoice n
                                                WHERE n.corrects_id = i.id), 0) >= i.total_cents
       ) paid
  JOIN accounts_organisation o ON o.id = paid.organisation_id
 GROUP BY GROUPING SETS ((o.name, o.tier), (o.tier), ())
 ORDER BY of_tier DESC, o.tier NULLS FIRST, o.name
"""


def paying_times(
    issuer_ids: Collection[int], *, first_on: dt.date, last_on: dt.date
) -> list[PayingTime]:
    """Return days to payment of the invoices issued in some days and paid in full since.

    First over all (neither name nor tier), then by tier, then by organisation.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _TIMES,
            {"issuers": list(issuer_ids), "first_on": first_on, "last_on": last_on},
        )
        rows = cursor.fetchall()
    return [
        PayingTime(
            name=name or "",
            tier=tier or "",
            invoices=count,
            mean_days=_one_place(mean),
            median_days=_one_place(median),
        )
        for name, tier, _of_tier, count, mean, median in rows
        if count
    ]


def days_of_sales_outstanding(issuer_ids: Collection[int], *, on: dt.date) -> Decimal | None:
    """Return how many days of the last year's sales, with VAT, are open; None without sales."""
    invoices = Invoice.objects.filter(issuer__in=issuer_ids, issued_on__lte=on)
    of_year = invoices.filter(issued_on__gt=on - dt.timedelta(days=DAYS_OF_A_YEAR))
    sold = of_year.aggregate(
        sold=Sum("total_cents", filter=Q(kind=Invoice.Kind.INVOICE), default=0)
        - Sum("total_cents", filter=Q(kind=Invoice.Kind.CREDIT_NOTE, corrects__kind="invoice"),
              default=0)
    )["sold"]  # fmt: skip
    if sold <= 0:
        return None
    still_open = open_invoices(invoices, on=on).aggregate(cents=Sum("open_cents", default=0))
    return _one_place(Decimal(still_open["cents"]) * DAYS_OF_A_YEAR / sold)


def settlements_of(invoice_id: int) -> QuerySet[Any]:
    """Return what settled an invoice, day by day: for its buyer as well as for its issuer.

    `received_on` is the bank's day where the books have a later one.
    """
    at_the_bank = Coalesce("payment__bank_entry__booked_on", "payment__received_on")
    return (
        Allocation.objects.filter(invoice=invoice_id)
        .annotate(received_on=at_the_bank, method=F("payment__method"))
        .order_by("received_on", "id")
    )


def late_cost_of(invoice: Invoice, *, on: dt.date) -> LateCost:
    """Return what may be claimed for an invoice by the end of a day, at its stated terms.

    A payment counts from the day it was received, a credit note from its date.
    """
    if invoice.kind != Invoice.Kind.INVOICE or on <= invoice.due_on:
        return NO_COST
    paid = settlements_of(invoice.pk).values_list("received_on", "amount_cents")
    credited = Invoice.objects.filter(corrects=invoice).values_list("issued_on", "total_cents")
    return late_cost(
        total_cents=invoice.total_cents,
        due_on=invoice.due_on,
        until=on,
        percent=Decimal(invoice.terms.get("late_percent", "0")),
        indemnity_cents=int(invoice.terms.get("indemnity_cents", 0)),
        settlements=[Settlement(on=day, amount_cents=cents) for day, cents in [*paid, *credited]],
    )


def _one_place(days: Decimal | float) -> Decimal:
    return Decimal(str(days)).quantize(Decimal("0.1"), ROUND_HALF_UP)
