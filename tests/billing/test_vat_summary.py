"""VAT of advances, over-payments and late allocations, to the cent."""

import datetime as dt
from decimal import Decimal

import pytest

from billing.books.vat_summary import vat_summary
from billing.services import issue_credit_note
from billing.services.paying import allocate, record_payment, refund, take_back
from billing.services.periods import close_period
from tests import factories as make
from tests.billing.books import Books
from tests.factories import NOW

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(days=30)  # 5 November
DECEMBER = NOW + dt.timedelta(days=60)


@pytest.fixture
def books():
    return Books()


def paid(books, cents, parts=None, now=NOW):
    return record_payment(
        issuer_id=books.issuer.pk, amount_cents=cents, actor=books.keeper, now=now,
        parts=parts, received_on=now.date(), organisation_id=books.team.organisation_id,
    )  # fmt: skip


def settled(books, payment, invoice, cents, now=LATER):
    allocate(payment_id=payment.pk, parts={invoice.pk: cents}, actor=books.keeper, now=now)


def month(books, number):
    last = 31 if number in {10, 12} else 30
    return vat_summary(
        books.issuer, first_on=dt.date(2026, number, 1), last_on=dt.date(2026, number, last)
    )


def amounts(lines):
    return [(line.percent, line.net_cents, line.vat_cents) for line in lines]


def closed(books, number, now):
    close_period(
        issuer_id=books.issuer.pk, month=dt.date(2026, number, 1), actor=books.keeper, now=now
    )


def test_an_advance_bears_vat_in_the_month_it_came_once_its_invoice_is_known(books):
    advance = paid(books, 6000)
    october = month(books, 10)
    assert (october.due_cents, october.unallocated_cents) == (0, 6000)
    invoice = books.an_invoice(10000, now=LATER)
    settled(books, advance, invoice, 6000)
    paid(books, 6000, {invoice.pk: 6000}, now=LATER)
    october, november = month(books, 10), month(books, 11)
    assert amounts(october.due) == [(Decimal(20), 5000, 1000)]
    assert amounts(november.due) == [(Decimal(20), 5000, 1000)]
    assert (october.unallocated_cents, november.unallocated_cents) == (0, 0)


def test_a_payment_allocated_after_its_month_was_closed_counts_when_it_is_allocated(books):
    invoice = books.an_invoice(10000)
    payment = paid(books, 12000)
    closed(books, 10, LATER)
    before = month(books, 10)
    settled(books, payment, invoice, 12000, now=LATER + dt.timedelta(hours=1))
    october, november = month(books, 10), month(books, 11)
    assert october == before
    assert (october.due_cents, october.unallocated_cents) == (0, 12000)
    assert (november.due_cents, november.unallocated_cents) == (2000, 0)


def test_one_received_earlier_and_allocated_while_its_month_is_open_counts_when_received(books):
    invoice = books.an_invoice(10000)
    payment = paid(books, 12000)
    settled(books, payment, invoice, 12000)
    assert (month(books, 10).due_cents, month(books, 11).due_cents) == (2000, 0)
    take_back(
        payment_id=payment.pk, invoice_id=invoice.pk, reason="x", actor=books.keeper, now=LATER
    )
    october = month(books, 10)
    assert (october.due_cents, october.unallocated_cents) == (0, 12000)
    closed(books, 10, LATER)
    settled(books, payment, invoice, 12000, now=DECEMBER)
    assert [month(books, number).due_cents for number in (10, 11, 12)] == [0, 0, 2000]


def test_an_over_payment_has_no_rate_until_it_is_allocated_and_none_if_paid_back(books):
    invoice = books.an_invoice(10000)
    payment = paid(books, 15001, {invoice.pk: 12000})
    october = month(books, 10)
    assert (october.due_cents, october.unallocated_cents) == (2000, 3001)
    refund(
        payment_id=payment.pk, kind="refunded", amount_cents=1, reason="Too much",
        actor=books.keeper, now=LATER,
    )  # fmt: skip
    assert (month(books, 10).unallocated_cents, month(books, 11).unallocated_cents) == (3001, 3000)
    training = make.a_charge(books.team, books.facility, 1000, nature="training")
    other = books.an_invoice(1667, now=LATER)  # 16.67 + 3.33 + 10.00
    assert (int(training.vat_percent), other.total_cents) == (0, 3000)
    settled(books, payment, other, 3000)
    october, november = month(books, 10), month(books, 11)
    assert amounts(october.due) == [(Decimal(20), 11667, 2333), (Decimal(0), 1000, 0)]
    assert (november.due, november.unallocated_cents) == ((), 0)


def test_on_debits_an_advance_is_due_before_its_invoice_and_not_again_with_it(books):
    books.issuer.vat_on_debits = True
    books.issuer.save()
    advance = paid(books, 6001)
    invoice = books.an_invoice(10000, now=LATER)
    assert (month(books, 10).due_cents, month(books, 11).due_cents) == (0, 2000)
    settled(books, advance, invoice, 6001)
    october, november = month(books, 10), month(books, 11)
    assert amounts(october.advances) == amounts(october.due) == [(Decimal(20), 5001, 1000)]
    assert amounts(november.invoiced) == [(Decimal(20), 10000, 2000)]
    assert amounts(november.advances) == [(Decimal(20), -5001, -1000)]
    assert amounts(november.due) == [(Decimal(20), 4999, 1000)]


def test_on_debits_a_payment_after_the_invoice_changes_nothing(books):
    books.issuer.vat_on_debits = True
    books.issuer.save()
    invoice = books.an_invoice(10000)
    paid(books, 12000, {invoice.pk: 12000}, now=LATER)
    assert (month(books, 10).due_cents, month(books, 11).due_cents) == (2000, 0)
    issue_credit_note(invoice_id=invoice.pk, reason="x", actor=books.keeper, now=LATER)
    assert (month(books, 11).due_cents, month(books, 11).advances) == (-2000, ())


def test_parts_received_in_any_order_come_to_the_vat_of_the_invoice(books):
    early = paid(books, 3333)
    invoice = books.an_invoice(10001)
    paid(books, 3334, {invoice.pk: 3334}, now=DECEMBER)
    settled(books, early, invoice, 3333, now=DECEMBER)
    paid(books, 12001 - 6667, {invoice.pk: 12001 - 6667}, now=DECEMBER)
    whole = vat_summary(books.issuer, first_on=dt.date(2026, 1, 1), last_on=dt.date(2026, 12, 31))
    assert amounts(whole.due) == amounts(whole.invoiced) == [(Decimal(20), 10001, 2000)]
    assert [month(books, number).due_cents for number in (10, 11, 12)] == [555, 0, 1445]
