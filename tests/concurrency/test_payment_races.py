"""Payments at once never settle more than there is, and a file is taken once.

Run once without the guards, on two cores: with neither row locks nor triggers, of eight
allocations of 10.00 to an invoice open for 48.00 seven went in, and a payment of 25.00 was
spent for 80.00; without the lock of the issuer, of four imports of one file three failed on
`bank_file_once`.
"""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.models import Sum

from billing.models import AccountingPeriod, Allocation, BankFile, Invoice, Payment
from billing.payments.balances import with_balance, with_remainder
from billing.services import issue_credit_note
from billing.services.bank_import import import_bank_file
from billing.services.paying import allocate, record_payment, refund
from billing.services.periods import close_period
from tests.billing.books import TODAY, Books
from tests.concurrency.together import deadlocks, kinds, together
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)
STATEMENT = Path(__file__).parent.parent / "data" / "bank" / "releve.camt053.xml"


@pytest.fixture(autouse=True)
def _no_deadlock():
    before = deadlocks()
    yield
    assert deadlocks() == before


@pytest.fixture
def books():
    return Books()


def payments(books, count, cents):
    return [
        record_payment(
            issuer_id=books.issuer.pk, received_on=TODAY, amount_cents=cents,
            actor=books.keeper, now=NOW,
        )
        for _number in range(count)
    ]  # fmt: skip


def test_many_payments_at_once_never_overpay_an_invoice(books):
    invoice = books.an_invoice(4000)  # 48.00 with VAT
    calls = [
        partial(allocate, payment_id=one.pk, parts={invoice.pk: 1000}, actor=books.keeper, now=NOW)
        for one in payments(books, 8, 1000)
    ]
    assert kinds(together(calls)) == {"TooMuchAllocated": 4, "list": 4}
    row = with_balance(Invoice.objects.filter(pk=invoice.pk), on=TODAY).get()
    assert (row.paid_cents, row.open_cents) == (4000, 800)


def test_one_payment_allocated_and_refunded_at_once_is_spent_once(books):
    invoices = [books.an_invoice(5000) for _number in range(4)]
    (payment,) = payments(books, 1, 2500)
    fields: dict[str, Any] = {"payment_id": payment.pk, "actor": books.keeper, "now": NOW}
    calls: list[Any] = [partial(allocate, parts={one.pk: 1000}, **fields) for one in invoices]
    calls += [partial(refund, kind="refunded", amount_cents=1000, reason="x", **fields)] * 4
    outcomes = kinds(together(calls))
    assert outcomes["PaymentSpent"] == 6
    row = with_remainder(Payment.objects.filter(pk=payment.pk)).get()
    assert row.remaining_cents == 500


def test_rows_written_behind_the_services_back_are_stopped_by_the_database(books):
    invoice = books.an_invoice(4000)
    rows = [
        partial(
            Allocation.objects.create, payment=one, invoice=invoice, amount_cents=1000,
            allocated_on=TODAY, created_at=NOW,
        )
        for one in payments(books, 8, 1000)
    ]  # fmt: skip
    outcomes = together(rows)
    assert sum(isinstance(one, IntegrityError) for one in outcomes) == 4
    assert Allocation.objects.aggregate(s=Sum("amount_cents"))["s"] == 4000


def test_paid_and_credited_at_once_never_goes_wrong(books):
    invoice = books.an_invoice(10000)
    (payment,) = payments(books, 1, 12000)
    outcomes = together(
        [
            partial(
                allocate, payment_id=payment.pk, parts={invoice.pk: 12000}, actor=books.keeper,
                now=NOW,
            ),
            partial(
                issue_credit_note, invoice_id=invoice.pk, reason="All", actor=books.keeper,
                now=NOW,
            ),
        ]
    )  # fmt: skip
    row = with_balance(Invoice.objects.filter(pk=invoice.pk), on=TODAY).get()
    assert row.credited_cents == 12000
    assert row.paid_cents == (12000 if kinds(outcomes).get("list") else 0)


def test_one_file_imported_four_times_at_once_is_taken_once(books):
    books.an_invoice(102880)  # 1,234.56 with VAT: CRC-F2026-00001
    call = partial(
        import_bank_file, issuer_id=books.issuer.pk, name="x.xml",
        content=STATEMENT.read_bytes(), actor=books.keeper, now=NOW,
    )  # fmt: skip
    outcomes = together([call] * 4)
    assert kinds(outcomes) == {"BankImport": 4}
    assert sorted(one.was_imported for one in outcomes) == [False, True, True, True]
    assert BankFile.objects.count() == 1
    assert Payment.objects.count() == 3
    assert Allocation.objects.get().amount_cents == 123456


def test_a_month_closed_while_payments_come_in_holds_all_or_refuses_them(books):
    books.an_invoice(1000, now=NOW - dt.timedelta(days=10))
    later = NOW + dt.timedelta(days=1)
    pays = partial(
        Payment.objects.create,
        issuer=books.issuer,
        received_on=dt.date(2026, 9, 30),
        amount_cents=100,
        created_at=NOW,
    )
    closes = partial(
        close_period, issuer_id=books.issuer.pk, month=dt.date(2026, 9, 1), actor=books.keeper,
        now=later,
    )  # fmt: skip
    outcomes = kinds(together([*[pays] * 6, *[closes] * 2]))
    assert outcomes["AccountingPeriod"] == outcomes["PeriodOutOfOrder"] == 1
    taken = Payment.objects.count()
    assert taken == outcomes.get("Payment", 0)
    assert AccountingPeriod.objects.get().controls["payments"]["count"] == taken
