"""How payment goes: ages of what is open, days to payment, what late payment costs."""

import datetime as dt
from decimal import Decimal

import pytest

from billing.payments.collecting import (
    ageing,
    days_of_sales_outstanding,
    late_cost_of,
    paying_times,
    settlements_of,
)
from billing.services import issue_credit_note
from billing.services.paying import record_payment, take_back
from tests import factories as make
from tests.billing.books import TODAY, Books
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def books():
    return Books()


def paid(books, invoice, cents, on):
    return record_payment(
        issuer_id=books.issuer.pk, received_on=on, amount_cents=cents, actor=books.keeper,
        now=NOW + dt.timedelta(days=400), parts={invoice.pk: cents},
    )  # fmt: skip


def test_what_is_open_is_aged_by_organisation(books, django_assert_num_queries):
    biotech = books.a_customer("Biotech")
    for days_ago, cents, team in (
        (0, 100, None), (30, 1000, None), (31, 200, None), (60, 300, biotech),
        (61, 400, None), (91, 500, None), (120, 600, biotech), (200, 700, biotech),
    ):  # fmt: skip
        books.an_invoice(cents, team=team, now=NOW - dt.timedelta(days=days_ago),
                         service_date=dt.date(2026, 1, 5))  # fmt: skip
    with django_assert_num_queries(1):
        rows = ageing([books.issuer.pk], on=TODAY)
    pharma, other = rows if rows[0].organisation == "Pharma du Midi" else rows[::-1]
    # Issued 30 days ago it is due today, 31 days ago one day late.
    assert pharma.by_age == (1320, 240, 480, 600, 0)
    assert other.by_age == (0, 360, 0, 720, 840)
    assert pharma.total_cents == 2640
    assert ageing([], on=TODAY) == []


def test_days_to_payment_count_what_is_paid_in_full(books):
    biotech = books.a_customer("Biotech", tier="SUP")
    for days, team in ((10, None), (20, None), (60, None), (5, biotech)):
        paid(books, books.an_invoice(team=team), 12000, TODAY + dt.timedelta(days=days))
    half = books.an_invoice()
    paid(books, half, 6000, TODAY + dt.timedelta(days=90))
    rest_credited = books.an_invoice(team=biotech)
    paid(books, rest_credited, 6000, TODAY + dt.timedelta(days=7))
    issue_credit_note(
        invoice_id=rest_credited.pk, reason="x", actor=books.keeper, now=NOW,
        parts={rest_credited.lines.get().pk: 5000},
    )  # fmt: skip
    found = paying_times([books.issuer.pk], first_on=TODAY, last_on=TODAY)
    facts = [(one.name, one.tier, one.invoices, one.mean_days, one.median_days) for one in found]
    assert facts == [
        ("", "", 5, Decimal("20.4"), Decimal("10.0")),
        ("", "IND", 3, Decimal("30.0"), Decimal("20.0")),
        ("", "SUP", 2, Decimal("6.0"), Decimal("6.0")),
        ("Pharma du Midi", "IND", 3, Decimal("30.0"), Decimal("20.0")),
        ("Biotech", "SUP", 2, Decimal("6.0"), Decimal("6.0")),
    ]  # fmt: skip
    assert paying_times([books.issuer.pk], first_on=dt.date(2027, 1, 1), last_on=TODAY) == []


def test_days_of_sales_outstanding(books):
    assert days_of_sales_outstanding([books.issuer.pk], on=TODAY) is None
    for _number in range(4):
        invoice = books.an_invoice()
    assert days_of_sales_outstanding([books.issuer.pk], on=TODAY) == Decimal("365.0")
    paid(books, invoice, 12000, TODAY)
    assert days_of_sales_outstanding([books.issuer.pk], on=TODAY) == Decimal("273.8")


def test_late_cost_takes_payments_by_their_day_and_credit_notes_too(books):
    invoice = books.an_invoice(100000)  # 1,200.00, due on 5 November
    due = invoice.due_on
    assert late_cost_of(invoice, on=due).total_cents == 0
    payment = paid(books, invoice, 60000, due + dt.timedelta(days=10))
    late = late_cost_of(invoice, on=due + dt.timedelta(days=30))
    # 1,200 for ten days at 12.15 %, 600 for twenty.
    assert [one.interest_cents for one in late.stretches] == [399, 399]
    assert late.total_cents == 798 + 4000
    take_back(
        payment_id=payment.pk, invoice_id=invoice.pk, reason="Wrong", actor=books.keeper,
        now=NOW + dt.timedelta(days=50),
    )  # fmt: skip
    assert late_cost_of(invoice, on=due + dt.timedelta(days=30)).interest_cents == 1198
    assert [row.amount_cents for row in settlements_of(invoice.pk)] == [60000, -60000]
    note = issue_credit_note(invoice_id=invoice.pk, reason="x", actor=books.keeper, now=NOW)
    assert late_cost_of(note, on=due + dt.timedelta(days=90)).total_cents == 0
    assert late_cost_of(invoice, on=due + dt.timedelta(days=90)).total_cents == 0


def test_transfer_notes_are_never_open(books):
    make.a_charge(make.a_team(books.issuer.organisation), books.facility, 5000)
    assert ageing([books.issuer.pk], on=TODAY) == []
