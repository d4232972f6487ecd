"""The demo's invoices: most are paid by the bank's file, some make work."""

import datetime as dt

import pytest

from billing.demo_centre.payments import make_payments
from billing.models import AccountingPeriod, BankFile, Invoice, InvoiceReminder, Payment
from billing.payments.balances import with_balance, with_remainder
from tests.billing.books import TODAY, Books
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def states():
    invoices = with_balance(Invoice.objects.order_by("id"), on=TODAY)
    return list(invoices.values_list("balance_state", flat=True))


def test_most_are_paid_one_in_part_one_too_much_and_one_is_reminded_of():
    books = Books()
    for days in (250, 220, 190, 160, 130, 100, 70, 40):
        books.an_invoice(now=NOW - dt.timedelta(days=days), service_date=dt.date(2026, 1, 5))
    make_payments({"accountant": books.keeper}, now=NOW)
    assert states() == [
        "paid", "paid", "paid", "overdue", "paid", "paid", "overdue", "paid",
    ]  # fmt: skip
    late = Invoice.objects.order_by("id")[6]
    levels = InvoiceReminder.objects.filter(invoice=late).values_list("level", flat=True)
    assert list(levels) == [1, 2]
    left = with_remainder(Payment.objects.order_by("received_on")).filter(remaining_cents__gt=0)
    assert [payment.remaining_cents for payment in left] == [1500, 25000]
    months = sorted(AccountingPeriod.objects.values_list("month", flat=True))
    assert (months[0], months[-1]) == (dt.date(2026, 1, 1), dt.date(2026, 5, 1))
    assert BankFile.objects.get().form == "camt053"


def test_a_centre_without_invoices_has_only_what_nobody_recognises():
    books = Books()
    make_payments({"accountant": books.keeper}, now=NOW)
    assert Payment.objects.get().organisation is None
