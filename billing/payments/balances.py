"""What is left to pay of invoices and left to allocate of payments, summed by the database.

An invoice is settled by its credit notes and by the payments allocated to it. Transfer
notes within one body and credit notes are paid by nobody: nothing of them is ever open.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    CharField,
    DateField,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import gettext_lazy as _

from billing.models import Allocation, DepositState, Invoice, Payment, Refund


class BalanceState:
    """What became of a document; `with_balance` gives it as `balance_state`."""

    ISSUED = "issued"
    PARTLY_PAID = "partly_paid"
    PAID = "paid"
    CREDITED = "credited"
    OVERDUE = "overdue"


STATE_LABELS = {
    BalanceState.ISSUED: _("Issued"),
    BalanceState.PARTLY_PAID: _("Partly paid"),
    BalanceState.PAID: _("Paid"),
    BalanceState.CREDITED: _("Credited"),
    BalanceState.OVERDUE: _("Overdue"),
}


def with_balance(invoices: QuerySet[Invoice], *, on: dt.date) -> QuerySet[Any]:
    """Annotate documents with `paid_cents`, `credited_cents`, `open_cents` (with VAT).

    Also `last_paid_on`, `is_overdue` on a day, and `balance_state`. More credited than
    was left unpaid makes `open_cents` negative: that much of its payments is to be taken
    back and given back.
    """
    is_payable = Q(kind=Invoice.Kind.INVOICE)
    return invoices.annotate(
        paid_cents=_sum_of(Allocation.objects.filter(invoice=OuterRef("pk")), "invoice"),
        credited_cents=_sum_of(
            Invoice.objects.filter(corrects=OuterRef("pk")), "corrects", "total_cents"
        ),
        last_paid_on=Subquery(
            Allocation.objects.filter(invoice=OuterRef("pk"), amount_cents__gt=0)
            .order_by("-payment__received_on")
            .values("payment__received_on")[:1],
            output_field=DateField(),
        ),
    ).annotate(
        open_cents=Case(
            When(is_payable, then=F("total_cents") - F("paid_cents") - F("credited_cents")),
            default=Value(0),
            output_field=BigIntegerField(),
        ),
        is_overdue=ExpressionWrapper(
            Q(open_cents__gt=0, due_on__lt=on), output_field=BooleanField()
        ),
        balance_state=Case(
            When(
                Q(credited_cents__gte=F("total_cents"), credited_cents__gt=0),
                then=Value(BalanceState.CREDITED),
            ),
            When(Q(is_overdue=True), then=Value(BalanceState.OVERDUE)),
            When(is_payable & Q(open_cents__lte=0), then=Value(BalanceState.PAID)),
            When(Q(paid_cents__gt=0), then=Value(BalanceState.PARTLY_PAID)),
            default=Value(BalanceState.ISSUED),
            output_field=CharField(),
        ),
    )


def open_invoices(invoices: QuerySet[Invoice], *, on: dt.date) -> QuerySet[Any]:
    """Keep the invoices of which something is to be paid, or given back, with their balance."""
    return with_balance(invoices.filter(kind=Invoice.Kind.INVOICE), on=on).exclude(open_cents=0)


def said_paid(invoices: QuerySet[Invoice], *, on: dt.date) -> QuerySet[Any]:
    """Keep the open invoices that the buyer's platform calls paid, with their balance.

    `said_paid_on` is the day on which it said so. That is a message, no money: somebody
    who sees the bank records the payment.
    """
    is_said = {"deposit__state": DepositState.PAID, "open_cents__gt": 0}
    day = TruncDate("deposit__state_at", tzinfo=ZoneInfo(settings.CELERY_TIMEZONE))
    return open_invoices(invoices, on=on).filter(**is_said).annotate(said_paid_on=day)


def with_remainder(payments: QuerySet[Payment]) -> QuerySet[Any]:
    """Annotate payments with `allocated_cents`, `refunded_cents` and `remaining_cents`."""
    return payments.annotate(
        allocated_cents=_sum_of(Allocation.objects.filter(payment=OuterRef("pk")), "payment"),
        refunded_cents=_sum_of(Refund.objects.filter(payment=OuterRef("pk")), "payment"),
    ).annotate(
        remaining_cents=F("amount_cents") - F("allocated_cents") - F("refunded_cents"),
    )


def _sum_of(rows: QuerySet[Any], by: str, field: str = "amount_cents") -> Coalesce:
    summed = rows.order_by().values(by).annotate(of_all=Sum(field)).values("of_all")
    return Coalesce(Subquery(summed, output_field=BigIntegerField()), Value(0))
