"""The books of an issuer: entries, VAT, the year's end, and months that are closed."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.errors import NotFound
from billing.books.queries import entries_of
from billing.books.vat_summary import vat_summary
from billing.books.year_end import year_end, year_end_entries
from billing.models import AccountingPeriod, Invoice, SalesAccount
from billing.payments.errors import (
    NumbersMissing,
    PeriodClosed,
    PeriodNotOver,
    PeriodOutOfOrder,
)
from billing.services import issue_all, issue_credit_note
from billing.services.paying import allocate, record_payment, refund, take_back
from billing.services.periods import close_period, next_to_close
from tests import factories as make
from tests.billing.books import TODAY, Books
from tests.factories import NOW

pytestmark = pytest.mark.django_db
SEPTEMBER, OCTOBER = dt.date(2026, 9, 1), dt.date(2026, 10, 1)
LATER = NOW + dt.timedelta(days=40)
YEAR = {"first_on": dt.date(2026, 1, 1), "last_on": dt.date(2026, 12, 31)}


@pytest.fixture
def books():
    return Books()


def paid(books, cents, parts=None, now=NOW, **fields):
    fields.setdefault("received_on", TODAY)
    return record_payment(
        issuer_id=books.issuer.pk, amount_cents=cents, actor=books.keeper, now=now,
        parts=parts, **fields,
    )  # fmt: skip


def by_account(entries):
    sums: dict[Any, int] = {}
    for entry in entries:
        for line in entry.lines:
            key = (entry.journal, line.account)
            sums[key] = sums.get(key, 0) + line.debit_cents - line.credit_cents
    return {key: cents for key, cents in sums.items() if cents}


def test_documents_and_payments_become_entries_in_a_fixed_number_of_queries(
    books, django_assert_num_queries
):
    imaging = make.a_facility(code="MIC", name="Imaging")
    books.issuer.facilities.add(imaging)
    SalesAccount.objects.create(facility=imaging, number="706200")
    make.a_charge(books.team, imaging, 5000)
    invoice = books.an_invoice(10000)  # 150.00 + 30.00
    issue_credit_note(
        invoice_id=invoice.pk, reason="x", actor=books.keeper, now=NOW,
        parts={invoice.lines.get(facility=imaging).pk: 1000},
    )  # fmt: skip
    make.a_charge(make.a_team(books.issuer.organisation), books.facility, 7000)
    make.an_account(make.a_team(books.issuer.organisation))
    issue_all(issuer_id=books.issuer.pk, until=OCTOBER, now=NOW)
    unknown = paid(books, 20000)
    allocate(payment_id=unknown.pk, parts={invoice.pk: 16800}, actor=books.keeper, now=NOW)
    refund(
        payment_id=unknown.pk, kind="refunded", amount_cents=3200, reason="Too much",
        actor=books.keeper, now=NOW,
    )  # fmt: skip
    with django_assert_num_queries(8):
        entries = entries_of(books.issuer, **YEAR)
    assert by_account(entries) == {
        ("VE", "411000"): 16800, ("VE", "706000"): -10000, ("VE", "706200"): -4000,
        ("VE", "445710"): -2800, ("BQ", "512000"): 16800, ("BQ", "471000"): -16800,
        ("OD", "471000"): 16800, ("OD", "411000"): -16800,
    }  # fmt: skip
    assert all(e.debit_cents == sum(one.credit_cents for one in e.lines) for e in entries)


def test_transfer_notes_have_a_journal_of_their_own(books):
    team = make.a_team(books.issuer.organisation)
    make.an_account(team)
    make.a_charge(team, books.facility, 7000)
    (note,) = issue_all(issuer_id=books.issuer.pk, until=OCTOBER, now=NOW)
    assert note.kind == Invoice.Kind.RECHARGE
    issue_credit_note(invoice_id=note.pk, reason="x", actor=books.keeper, now=NOW)
    entries = entries_of(books.issuer, **YEAR)
    assert [entry.journal for entry in entries] == ["NT", "NT"]
    assert by_account(entries) == {}


def test_vat_is_given_on_debits_and_on_payments_and_said_which_is_due(books):
    training = make.a_charge(books.team, books.facility, 3000, nature="training")
    invoice = books.an_invoice(10000)
    assert training.vat_percent == 0
    before = vat_summary(books.issuer, first_on=OCTOBER, last_on=TODAY)
    table = [(one.category, one.percent, one.net_cents, one.vat_cents) for one in before.invoiced]
    assert table == [("S", Decimal(20), 10000, 2000), ("E", Decimal(0), 3000, 0)]
    assert (before.paid, before.due_cents) == ((), 0)
    half = paid(books, 7500, {invoice.pk: 7500})
    paid(books, 7500, {invoice.pk: 7500}, now=LATER, received_on=LATER.date())
    october = vat_summary(books.issuer, first_on=OCTOBER, last_on=dt.date(2026, 10, 31))
    november = vat_summary(
        books.issuer, first_on=dt.date(2026, 11, 1), last_on=dt.date(2026, 11, 30)
    )
    assert [(one.net_cents, one.vat_cents) for one in october.paid] == [(5000, 1000), (1500, 0)]
    assert (october.due_cents, november.due_cents) == (1000, 1000)
    take_back(payment_id=half.pk, invoice_id=invoice.pk, reason="x", actor=books.keeper, now=LATER)
    issue_credit_note(invoice_id=invoice.pk, reason="x", actor=books.keeper, now=LATER)
    whole = vat_summary(books.issuer, **YEAR)
    assert (whole.invoiced, whole.due_cents) == ((), 1000)
    books.issuer.vat_on_debits = True
    assert vat_summary(books.issuer, first_on=OCTOBER, last_on=TODAY).due_cents == 2000


def test_use_on_the_wrong_side_of_a_years_end_is_found(books):
    new_year = dt.datetime(2027, 1, 4, 10, tzinfo=dt.UTC)
    late, early = dt.date(2026, 12, 30), dt.date(2027, 1, 20)
    make.a_charge(books.team, books.facility, 10000, service_date=late)
    internal = make.a_team(books.issuer.organisation)
    make.a_charge(internal, books.facility, 500, service_date=late)
    books.an_invoice(3000, now=NOW, service_date=dt.date(2026, 9, 2))
    found = year_end(books.issuer, last_on=YEAR["last_on"])
    facts = [(u.organisation, u.is_internal, u.net_cents, u.vat_cents) for u in found.not_invoiced]
    assert (books.team.organisation.name, False, 10000, 2000) in facts
    assert (found.accrued_cents, found.deferred_cents, len(facts)) == (10000, 0, 2)
    (entry,) = year_end_entries(books.issuer, found)
    assert by_account([entry]) == {
        ("OD", "418100"): 12000, ("OD", "706000"): -10000, ("OD", "445870"): -2000,
    }  # fmt: skip
    # Invoiced in January, the table of the year before stays as it is.
    issue_all(issuer_id=books.issuer.pk, until=dt.date(2027, 1, 1), now=new_year)
    assert year_end(books.issuer, last_on=YEAR["last_on"]) == found
    make.a_charge(books.team, books.facility, 700, service_date=early)
    issue_all(issuer_id=books.issuer.pk, until=dt.date(2027, 2, 1), now=new_year)
    assert year_end(books.issuer, last_on=dt.date(2027, 1, 10)).deferred_cents == 700
    entries = year_end_entries(books.issuer, year_end(books.issuer, last_on=dt.date(2027, 1, 10)))
    assert by_account(entries) == {("OD", "706000"): 700, ("OD", "487000"): -700}


def closed(books, month, now=LATER):
    return close_period(issuer_id=books.issuer.pk, month=month, actor=books.keeper, now=now)


def test_months_are_closed_in_order_when_they_are_over_and_once(books):
    books.an_invoice(now=NOW - dt.timedelta(days=20))
    assert next_to_close(books.issuer.pk, today=TODAY) == SEPTEMBER
    with pytest.raises(PeriodOutOfOrder) as refused:
        closed(books, OCTOBER)
    assert str(refused.value) == "Months are closed in order: the next one is September 2026."
    with pytest.raises(PeriodNotOver):
        closed(books, OCTOBER, now=NOW)
    row = closed(books, dt.date(2026, 9, 17))
    assert (row.month, row.closed_by) == (SEPTEMBER, books.keeper)
    assert row.controls["documents"] == {
        "invoice": {"count": 1, "net": 10000, "vat": 2000, "total": 12000,
                    "last": "CRC-F2026-00001"}
    }  # fmt: skip
    assert (row.controls["entries"], row.controls["debit"]) == (1, 12000)
    with pytest.raises(PeriodOutOfOrder):
        closed(books, SEPTEMBER)
    closed(books, OCTOBER)
    with pytest.raises(NotFound):
        close_period(issuer_id=books.issuer.pk, month=OCTOBER, actor=make.a_user(), now=LATER)


def test_nothing_is_issued_or_paid_in_a_closed_month_nor_the_month_opened_again(books):
    invoice = books.an_invoice(now=NOW - dt.timedelta(days=20))
    closed(books, SEPTEMBER)
    with pytest.raises(PeriodClosed):
        books.an_invoice(now=NOW - dt.timedelta(days=10))
    with pytest.raises(PeriodClosed):
        issue_credit_note(
            invoice_id=invoice.pk, reason="x", actor=books.keeper,
            now=NOW - dt.timedelta(days=10),
        )  # fmt: skip
    with pytest.raises(PeriodClosed):
        paid(books, 100, received_on=dt.date(2026, 9, 30))
    fields = {f.attname: getattr(invoice, f.attname) for f in Invoice._meta.concrete_fields}
    with pytest.raises(IntegrityError), transaction.atomic():
        Invoice.objects.create(**fields | {"id": None, "sequence": 99, "number": "X"})
    with pytest.raises(DatabaseError), transaction.atomic():
        AccountingPeriod.objects.all().delete()
    books.an_invoice()


def test_a_series_with_a_gap_is_not_closed(books):
    books.an_invoice(now=NOW - dt.timedelta(days=20))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE billing_numberseries SET last = 4")
    books.an_invoice(now=NOW - dt.timedelta(days=20))
    with pytest.raises(NumbersMissing) as refused:
        closed(books, SEPTEMBER)
    assert re.search(r"CRC-F2026:", str(refused.value))
