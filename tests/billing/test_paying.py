"""Payments and what they settle: never more than there is, and nothing is ever erased."""

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from accounts.errors import NotFound, ReasonRequired
from billing.models import AccountingPeriod, Allocation, Invoice, Payment, Refund
from billing.payments.balances import with_balance, with_remainder
from billing.payments.errors import (
    AmountNotPositive,
    DayInFuture,
    NothingToTakeBack,
    NotPayable,
    PaymentSpent,
    PeriodClosed,
    TooMuchAllocated,
)
from billing.services import issue_credit_note
from billing.services.paying import allocate, record_payment, refund, take_back
from tests import factories as make
from tests.billing.books import TODAY, Books
from tests.factories import NOW

pytestmark = pytest.mark.django_db
DUE = dt.date(2026, 11, 5)


@pytest.fixture
def books():
    return Books()


def paid(books, cents, parts=None, **fields):
    fields.setdefault("received_on", TODAY)
    return record_payment(
        issuer_id=books.issuer.pk, amount_cents=cents, actor=books.keeper, now=NOW,
        parts=parts, **fields,
    )  # fmt: skip


def balance(invoice, on=TODAY):
    row = with_balance(Invoice.objects.filter(pk=invoice.pk), on=on).get()
    return row.paid_cents, row.credited_cents, row.open_cents, row.balance_state


def remaining(payment):
    return with_remainder(Payment.objects.filter(pk=payment.pk)).get().remaining_cents


def test_an_invoice_goes_from_issued_over_partly_paid_and_overdue_to_paid(books):
    invoice = books.an_invoice()
    assert balance(invoice) == (0, 0, 12000, "issued")
    first = paid(books, 5000, {invoice.pk: 5000})
    assert balance(invoice) == (5000, 0, 7000, "partly_paid")
    assert balance(invoice, DUE) == (5000, 0, 7000, "partly_paid")
    assert balance(invoice, DUE + dt.timedelta(days=1)) == (5000, 0, 7000, "overdue")
    paid(books, 7000, {invoice.pk: 7000})
    assert balance(invoice, DUE + dt.timedelta(days=1)) == (12000, 0, 0, "paid")
    assert first.organisation == books.team.organisation


def test_a_credit_note_settles_with_its_vat(books):
    invoice = books.an_invoice()
    line = invoice.lines.get()
    issue_credit_note(
        invoice_id=invoice.pk, reason="Wrong", actor=books.keeper, now=NOW, parts={line.pk: 2500}
    )
    assert balance(invoice) == (0, 3000, 9000, "issued")
    with pytest.raises(TooMuchAllocated) as refused:
        paid(books, 12000, {invoice.pk: 9001})
    assert str(refused.value) == f"{invoice.number} is open for €90.00."
    issue_credit_note(invoice_id=invoice.pk, reason="All", actor=books.keeper, now=NOW)
    assert balance(invoice) == (0, 12000, 0, "credited")


def test_what_is_credited_after_it_was_paid_is_to_be_given_back(books):
    invoice = books.an_invoice()
    payment = paid(books, 12000, {invoice.pk: 12000})
    line = invoice.lines.get()
    issue_credit_note(
        invoice_id=invoice.pk, reason="Wrong", actor=books.keeper, now=NOW, parts={line.pk: 5000}
    )
    assert balance(invoice) == (12000, 6000, -6000, "paid")
    fields = {"actor": books.keeper, "now": NOW, "payment_id": payment.pk}
    take_back(invoice_id=invoice.pk, amount_cents=6000, reason="Credited", **fields)
    assert balance(invoice) == (6000, 6000, 0, "paid")
    assert remaining(payment) == 6000
    refund(kind="refunded", amount_cents=6000, reason="Credited", **fields)
    assert remaining(payment) == 0


def test_what_is_paid_too_much_stays_until_it_is_allocated_or_refunded(books):
    invoice, later = books.an_invoice(), None
    payment = paid(books, 15000, {invoice.pk: 12000})
    assert remaining(payment) == 3000
    later = books.an_invoice(2000)
    fields = {"actor": books.keeper, "now": NOW, "payment_id": payment.pk}
    allocate(parts={later.pk: 2400}, **fields)
    with pytest.raises(PaymentSpent) as refused:
        refund(kind="refunded", amount_cents=601, reason="Too much", **fields)
    assert str(refused.value) == "This payment has €6.00 left."
    refund(kind="elsewhere", amount_cents=600, reason="A grant", **fields)
    assert remaining(payment) == 0


def test_an_allocation_is_taken_back_by_a_negative_one_with_a_reason(books):
    invoice, other = books.an_invoice(), books.an_invoice(team=books.a_customer("Biotech"))
    payment = paid(books, 12000, {invoice.pk: 12000})
    fields = {"actor": books.keeper, "now": NOW, "payment_id": payment.pk}
    with pytest.raises(ReasonRequired):
        take_back(invoice_id=invoice.pk, reason=" ", **fields)
    with pytest.raises(NothingToTakeBack):
        take_back(invoice_id=other.pk, reason="Wrong one", **fields)
    with pytest.raises(NothingToTakeBack):
        take_back(invoice_id=invoice.pk, amount_cents=12001, reason="Wrong one", **fields)
    row = take_back(invoice_id=invoice.pk, reason="Wrong one", **fields)
    assert (row.amount_cents, row.reason) == (-12000, "Wrong one")
    allocate(parts={other.pk: 12000}, **fields)
    assert balance(invoice)[2:] == (12000, "issued")
    assert balance(other)[2:] == (0, "paid")


def test_only_who_keeps_the_books_records_and_only_of_this_issuer(books):
    invoice = books.an_invoice()
    stranger = make.a_user()
    elsewhere = make.an_issuer(code="OTHER")
    elsewhere.accountants.add(stranger)
    for issuer, actor, parts in (
        (books.issuer, stranger, None),
        (elsewhere, stranger, {invoice.pk: 5}),
    ):
        with pytest.raises(NotFound):
            record_payment(
                issuer_id=issuer.pk, received_on=TODAY, amount_cents=5, actor=actor, now=NOW,
                parts=parts,
            )  # fmt: skip
    payment = paid(books, 100)
    with pytest.raises(NotFound):
        allocate(payment_id=payment.pk, parts={invoice.pk: 5}, actor=stranger, now=NOW)
    with pytest.raises(NotFound):
        take_back(payment_id=payment.pk, invoice_id=invoice.pk, reason="x", actor=stranger, now=NOW)
    with pytest.raises(NotFound):
        refund(
            payment_id=payment.pk, kind="refunded", amount_cents=1, reason="x", actor=stranger,
            now=NOW,
        )  # fmt: skip


def test_what_makes_no_sense_is_refused(books):
    invoice = books.an_invoice()
    note = issue_credit_note(invoice_id=invoice.pk, reason="All", actor=books.keeper, now=NOW)
    with pytest.raises(AmountNotPositive):
        paid(books, 0)
    with pytest.raises(AmountNotPositive):
        paid(books, 10, {invoice.pk: 0})
    with pytest.raises(DayInFuture):
        paid(books, 10, received_on=dt.date(2026, 10, 7))
    with pytest.raises(NotPayable):
        paid(books, 10, {note.pk: 10})
    with pytest.raises(NotFound):
        paid(books, 10, organisation_id=10**9)


def test_nothing_is_changed_or_deleted_afterwards(books):
    invoice = books.an_invoice()
    payment = paid(books, 15000, {invoice.pk: 12000})
    refund(
        payment_id=payment.pk, kind="refunded", amount_cents=1, reason="x", actor=books.keeper,
        now=NOW,
    )  # fmt: skip
    for rows in (Payment.objects, Allocation.objects, Refund.objects):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(amount_cents=1)
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.all().delete()


def test_the_database_itself_refuses_more_than_there_is(books):
    invoice = books.an_invoice()
    payment, big = paid(books, 5000), paid(books, 50000)
    row = {"created_at": NOW, "allocated_on": TODAY, "invoice": invoice}
    for refused in (
        {"payment": payment, "amount_cents": 5001},
        {"payment": big, "amount_cents": 12001},
        {"payment": big, "amount_cents": -1, "reason": "x"},
        {"payment": big, "amount_cents": -1},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Allocation.objects.create(**row, **refused)
    with pytest.raises(IntegrityError), transaction.atomic():
        Refund.objects.create(
            payment=payment, amount_cents=5001, refunded_on=TODAY, reason="x", created_at=NOW
        )


def test_nothing_is_dated_in_a_closed_month(books):
    invoice = books.an_invoice(now=NOW - dt.timedelta(days=10))
    payment = paid(books, 100)
    AccountingPeriod.objects.create(issuer=books.issuer, month=dt.date(2026, 9, 1), closed_at=NOW)
    for day in (dt.date(2026, 9, 30), dt.date(2026, 8, 1)):
        with pytest.raises(PeriodClosed) as refused:
            paid(books, 100, received_on=day)
    assert str(refused.value) == "The books of August 2026 are closed. Choose a later day."
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.create(
            issuer=books.issuer, received_on=dt.date(2026, 9, 30), amount_cents=1, created_at=NOW
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Allocation.objects.create(
            payment=payment, invoice=invoice, amount_cents=1, created_at=NOW,
            allocated_on=dt.date(2026, 9, 30),
        )  # fmt: skip
    # What was issued before is paid after, and other issuers are not concerned.
    allocate(payment_id=payment.pk, parts={invoice.pk: 100}, actor=books.keeper, now=NOW)
    Payment.objects.create(
        issuer=make.an_issuer(), received_on=dt.date(2026, 9, 30), amount_cents=1, created_at=NOW
    )
