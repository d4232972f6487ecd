"""Which lines of customers' accounts settle one another, and since when."""

import csv
import datetime as dt
import io
from typing import Any

import pytest

from accounts.models import Organisation
from billing.books.fec_export import fec_export
from billing.books.journal import Chart, Customer, Document, Sale, document_entry, payment_entry
from billing.books.lettering import (
    Letter,
    Tie,
    invoice_item,
    letters,
    letters_of,
    payment_item,
)
from billing.books.queries import entries_of
from billing.models import AccountingPeriod, SalesAccount
from billing.services import issue_credit_note
from billing.services.paying import allocate, record_payment, refund, take_back
from billing.services.periods import close_period, control_totals
from facilities.models import Facility
from tests.billing.books import TODAY, Books
from tests.factories import NOW

CHART = Chart(customers="411000", vat="445710", bank="512000", accrued="418100")
PHARMA = Customer(code="C00007", name="Pharma")
NOVEMBER = NOW + dt.timedelta(days=40)
NEXT_YEAR = NOW + dt.timedelta(days=100)


def an_invoice(pk, cents, *, on=TODAY, is_credit=False):
    return document_entry(
        Document(
            number=f"F{pk}", issued_on=on, customer=PHARMA, vat=[], item=invoice_item(pk),
            sales=[Sale(account="706000", platform="CYT", cents=cents)], is_credit=is_credit,
        ),
        CHART,
    )  # fmt: skip


def a_payment(pk, cents, *, on=TODAY):
    return payment_entry(
        on=on, piece=f"P{pk}", cents=cents, payer=PHARMA, text="", chart=CHART,
        item=payment_item(pk),
    )  # fmt: skip


def a_tie(invoice, payment, cents, *, on=TODAY):
    return Tie(
        customer=PHARMA.code, invoice=invoice_item(invoice), payment=payment_item(payment),
        cents=cents, on=on,
    )  # fmt: skip


def coded(found):
    return {item: (letter.code, letter.on) for (_customer, item), letter in found.items()}


def test_a_settled_invoice_and_its_payments_share_a_letter_from_the_day_of_the_last():
    later = dt.date(2026, 11, 3)
    entries = [an_invoice(5, 100), a_payment(1, 60), a_payment(2, 40, on=later)]
    ties = [a_tie(5, 1, 60), a_tie(5, 2, 40, on=later)]
    code = ("AAK", later)
    assert coded(letters(entries, ties)) == {10: code, 3: code, 5: code}
    assert letters(entries[:2], ties[:1]) == {}
    assert letters(list(reversed(entries)), ties) == letters(entries, ties)


def test_nothing_is_settled_while_a_payment_holds_more_or_is_not_allocated():
    assert letters([an_invoice(5, 100), a_payment(1, 150)], [a_tie(5, 1, 100)]) == {}
    # The account balances, but nobody has said that the rest of one is for the other.
    assert letters([an_invoice(5, 100), a_payment(1, 100)], [a_tie(5, 1, 60)]) == {}
    assert letters([an_invoice(5, 100), a_payment(1, 100)], []) == {}


def test_a_credit_note_settles_its_invoice_without_a_payment():
    entries = [an_invoice(5, 100), an_invoice(5, 100, on=dt.date(2026, 10, 9), is_credit=True)]
    assert coded(letters(entries, [])) == {10: ("AAK", dt.date(2026, 10, 9))}


@pytest.mark.parametrize(
    ("number", "code"), [(0, "AAA"), (25, "AAZ"), (26, "ABA"), (26**3 - 1, "ZZZ"), (26**3, "BAAA")]
)
def test_codes_are_letters_only(number, code):
    assert letters_of(number) == code
    assert Letter(code=code, on=TODAY).code.isalpha()


@pytest.fixture
def books(db):
    return Books()


def paid(books, cents, parts=None, now=NOW, **fields):
    fields.setdefault("received_on", now.date())
    return record_payment(
        issuer_id=books.issuer.pk, amount_cents=cents, actor=books.keeper, now=now,
        parts=parts, **fields,
    )  # fmt: skip


def lettered(books, year=2026, today=NOVEMBER):
    """Return the code and day of each piece's line on the customers' account."""
    text = fec_export(books.issuer, year=year, today=today.date()).content.decode("iso8859-15")
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter="\t")
    found: dict[str, Any] = {}
    for row in rows:
        if row["CompteNum"] == "411000":
            found.setdefault(row["PieceRef"], set()).add((row["EcritureLet"], row["DateLet"]))
        else:
            assert (row["EcritureLet"], row["DateLet"]) == ("", "")
    return found


def test_the_file_letters_a_part_payment_only_with_the_rest(books):
    invoice = books.an_invoice(10000)
    first = paid(books, 5000, {invoice.pk: 5000})
    assert set().union(*lettered(books).values()) == {("", "")}
    second = paid(books, 7000, {invoice.pk: 7000}, now=NOVEMBER)
    found = lettered(books)
    assert set(found) == {invoice.number, f"P{first.pk:07}", f"P{second.pk:07}"}
    ((code, day),) = set().union(*found.values())
    assert (code.isalpha(), day) == (True, f"{NOVEMBER:%Y%m%d}")
    assert lettered(books) == found


def test_an_over_payment_stays_open_until_the_rest_is_paid_back(books):
    invoice = books.an_invoice(10000)
    payment = paid(books, 12500, {invoice.pk: 12000})
    assert set().union(*lettered(books).values()) == {("", "")}
    refund(
        payment_id=payment.pk, kind="refunded", amount_cents=500, reason="Too much",
        actor=books.keeper, now=NOVEMBER,
    )  # fmt: skip
    (of_payment,) = {frozenset(codes) for codes in lettered(books).values()}
    assert {day for _code, day in of_payment} == {f"{NOVEMBER:%Y%m%d}"}


def test_a_credit_note_takes_the_letter_away_until_the_money_is_given_back(books):
    invoice = books.an_invoice(10000)
    payment = paid(books, 12000, {invoice.pk: 12000})
    before = lettered(books)
    assert ("", "") not in set().union(*before.values())
    note = issue_credit_note(invoice_id=invoice.pk, reason="x", actor=books.keeper, now=NOVEMBER)
    assert set().union(*lettered(books).values()) == {("", "")}
    take_back(
        payment_id=payment.pk, invoice_id=invoice.pk, reason="x", actor=books.keeper, now=NOVEMBER
    )
    refund(
        payment_id=payment.pk, kind="refunded", amount_cents=12000, reason="Credited",
        actor=books.keeper, now=NOVEMBER,
    )  # fmt: skip
    found = lettered(books)
    assert (
        found[invoice.number]
        == found[note.number]
        == {(letters_of(invoice_item(invoice.pk)), f"{NOVEMBER:%Y%m%d}")}
    )
    assert found[f"P{payment.pk:07}"] == {
        (letters_of(payment_item(payment.pk)), f"{NOVEMBER:%Y%m%d}")
    }


def test_a_payment_of_somebody_unknown_letters_the_invoice_by_what_is_moved(books):
    invoice = books.an_invoice(10000)
    payment = paid(books, 15000)
    allocate(payment_id=payment.pk, parts={invoice.pk: 12000}, actor=books.keeper, now=NOVEMBER)
    codes = {(letters_of(invoice_item(invoice.pk)), f"{NOVEMBER:%Y%m%d}")}
    assert lettered(books) == {invoice.number: codes, f"P{payment.pk:07}": codes}


def test_a_year_that_is_closed_gets_letters_later_and_no_other_change(books):
    invoice = books.an_invoice(10000)
    for month in (10, 11, 12):
        close_period(
            issuer_id=books.issuer.pk, month=dt.date(2026, month, 1), actor=books.keeper,
            now=NEXT_YEAR,
        )  # fmt: skip
    before = fec_export(books.issuer, year=2026, today=NEXT_YEAR.date()).content
    paid(books, 12000, {invoice.pk: 12000}, now=NEXT_YEAR)
    after = fec_export(books.issuer, year=2026, today=NEXT_YEAR.date()).content
    code = f"\t{letters_of(invoice_item(invoice.pk))}\t{NEXT_YEAR:%Y%m%d}\t".encode()
    assert before != after
    assert after.count(code) == 1
    assert after.replace(code, b"\t\t\t") == before


def test_a_closed_month_keeps_accounts_and_names_as_they_were(books):
    paid(books, 500, organisation_id=books.team.organisation_id)
    books.an_invoice(10000)
    close_period(
        issuer_id=books.issuer.pk, month=TODAY, actor=books.keeper, now=NOVEMBER
    )  # fmt: skip
    days = {"first_on": dt.date(2026, 10, 1), "last_on": dt.date(2026, 10, 31)}
    closed = AccountingPeriod.objects.get()
    before = entries_of(books.issuer, **days)
    Organisation.objects.filter(pk=books.team.organisation_id).update(name="Pharma Group")
    Facility.objects.filter(pk=books.facility.pk).update(name="Flow cytometry")
    SalesAccount.objects.create(facility=books.facility, number="706900")
    books.issuer.customers_account = "411900"
    books.issuer.save()
    assert entries_of(books.issuer, **days) == before
    assert control_totals(books.issuer, closed.month)["sha256"] == closed.controls["sha256"]
    books.an_invoice(2000, now=NOVEMBER)
    (entry,) = entries_of(books.issuer, first_on=dt.date(2026, 11, 1), last_on=NOVEMBER.date())
    assert [(line.account, line.label) for line in entry.lines][:2] == [
        ("411900", "Clients"), ("706900", "Prestations Flow cytometry"),
    ]  # fmt: skip
    assert entry.text.endswith("Pharma Group")


def test_what_two_customers_owe_is_lettered_for_each(books):
    other = books.a_customer("Biotech", siren="000123455")
    invoice = books.an_invoice(10000)
    payment = paid(books, 12000, organisation_id=other.organisation_id)
    allocate(payment_id=payment.pk, parts={invoice.pk: 12000}, actor=books.keeper, now=NOVEMBER)
    found = lettered(books)
    day = f"{NOVEMBER:%Y%m%d}"
    own, theirs = (
        (letters_of(invoice_item(invoice.pk)), day),
        (letters_of(payment_item(payment.pk)), day),
    )
    assert found == {invoice.number: {own}, f"P{payment.pk:07}": {own, theirs}}
