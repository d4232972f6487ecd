"""Files of the bank: each credit once, what is sure allocated, the rest for a person."""

import datetime as dt

import pytest

from accounts.errors import NotFound
from billing.books.queries import entries_of
from billing.models import AccountingPeriod, Allocation, BankEntry, Invoice, Payment
from billing.payments.balances import with_balance, with_remainder
from billing.payments.collecting import settlements_of
from billing.payments.errors import BankFileUnreadable, OtherAccount
from billing.services.bank_import import import_bank_file, preview_bank_file
from billing.services.paying import record_payment
from tests import factories as make
from tests.billing.books import TODAY, Books
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def books():
    return Books()


def table(*rows):
    """Write credits of (day, payer, text, euros) as a French bank does."""
    lines = [f"{day:02}/10/2026;{payer};{text};{euros}" for day, payer, text, euros in rows]
    return "\n".join(["Date;Émetteur;Libellé;Crédit", *lines]).encode()


def taken(books, *rows, does=import_bank_file, **fields):
    defaults = {"issuer_id": books.issuer.pk, "name": "x.csv", "actor": books.keeper, "now": NOW}
    return does(content=table(*rows), **(defaults | fields))


def states(*invoices):
    rows = with_balance(Invoice.objects.all(), on=TODAY)
    return [rows.get(pk=one.pk).balance_state for one in invoices]


def hows(report):
    return [line.match.how for line in report.lines]


def test_exact_several_partial_and_over_payments_are_allocated(books):
    one, two, three, four, five = (books.an_invoice() for _number in range(5))
    report = taken(
        books,
        (1, "PHARMA", f"facture {one.number}", "120,00"),
        (2, "PHARMA", f"{two.number} {three.number}", "240,00"),
        (3, "PHARMA", four.number.replace("-", " "), "50,00"),
        (4, "PHARMA", five.number.lower(), "130,00"),
    )
    assert hows(report) == ["number", "numbers", "partial", "overpaid"]
    assert states(one, two, three, four, five) == ["paid"] * 3 + ["partly_paid", "paid"]
    left = with_remainder(Payment.objects.order_by("id")).values_list("remaining_cents", flat=True)
    assert list(left) == [0, 0, 0, 1000]
    assert {payment.organisation for payment in Payment.objects.all()} == {books.team.organisation}


def test_what_one_credit_settles_is_not_open_for_the_next(books):
    invoice = books.an_invoice()
    report = taken(
        books,
        (1, "PHARMA", invoice.number, "120,00"),
        (2, "PHARMA", invoice.number, "120,00"),
    )
    assert hows(report) == ["number", "nothing"]
    assert Allocation.objects.count() == 1


def test_what_is_not_sure_waits_for_a_person(books):
    books.an_invoice()
    books.an_invoice()
    report = taken(
        books,
        (1, "PHARMA DU MIDI", "merci", "120,00"),
        (2, "SOMEBODY", "gift", "7,00"),
        (3, "PHARMA", "CRC-F2026-00099", "120,00"),
    )
    assert [line.match.is_sure for line in report.lines] == [False] * 3
    assert (len(report.unsure_lines), report.new_cents) == (3, 24700)
    assert not Allocation.objects.exists()
    assert set(Payment.objects.values_list("organisation", flat=True)) == {None}


def test_the_only_open_invoice_of_its_payer_and_amount_is_sure(books):
    invoice = books.an_invoice(5000)
    books.an_invoice(5000, team=books.a_customer("Méditerranée Biotech"))
    report = taken(books, (1, "PHARMA DU MIDI SAS", "", "60,00"))
    assert hows(report) == ["amount"]
    assert states(invoice) == ["paid"]


def test_a_look_writes_nothing(books):
    invoice = books.an_invoice()
    row = (1, "PHARMA", invoice.number, "120,00")
    looked = taken(books, row, does=preview_bank_file)
    assert not BankEntry.objects.exists()
    assert looked == taken(books, row)


def test_the_same_file_or_the_same_credit_in_another_changes_nothing(books):
    first = (1, "PHARMA", "A", "120,00")
    taken(books, first)
    assert taken(books, first).was_imported
    report = taken(books, first, (2, "PHARMA", "B", "1,00"))
    assert [line.fate for line in report.lines] == ["known", "new"]
    assert list(Payment.objects.order_by("id").values_list("amount_cents", flat=True)) == [
        12000, 100,
    ]  # fmt: skip


def test_a_credit_of_a_closed_month_or_to_come_is_left_out(books):
    AccountingPeriod.objects.create(issuer=books.issuer, month=dt.date(2026, 9, 1), closed_at=NOW)
    content = table((5, "A", "", "1,00"), (7, "B", "", "1,00")) + b"\n30/09/2026;C;;1,00"
    report = import_bank_file(
        issuer_id=books.issuer.pk, name="x", content=content, actor=books.keeper, now=NOW
    )
    assert [line.fate for line in report.lines] == ["new", "future", "closed"]
    assert Payment.objects.count() == 1


def september(books, **fields):
    """Take a credit that settles an invoice and that the bank had in a month now closed."""
    (invoice,) = Invoice.objects.all()
    content = f"Date;Libellé;Crédit\n30/09/2026;{invoice.number};60,00\n02/10/2026;B;1,00"
    fields = {"does": import_bank_file, "actor": books.keeper, "now": NOW} | fields
    does = fields.pop("does")
    return does(issuer_id=books.issuer.pk, name="x", content=content.encode(), **fields)


def test_a_credit_of_a_closed_month_is_recorded_on_the_first_open_day_with_the_banks(books):
    invoice = books.an_invoice(now=NOW - dt.timedelta(days=20))
    AccountingPeriod.objects.create(issuer=books.issuer, month=dt.date(2026, 9, 1), closed_at=NOW)
    looked = september(books, does=preview_bank_file, takes_late=True)
    assert [(line.fate, line.is_late) for line in looked.lines] == [("new", True), ("new", False)]
    assert looked.lines[0].recorded_on == dt.date(2026, 10, 1)
    # Left out first, it is taken when somebody decides so, in the same file.
    assert len(september(books).left_lines) == 1
    taken_late = september(books, takes_late=True)
    assert (taken_late.was_imported, len(taken_late.new_lines)) == (True, 1)
    payment = Payment.objects.get(amount_cents=6000)
    assert (payment.received_on, payment.late_from) == (dt.date(2026, 10, 1), dt.date(2026, 9, 30))
    assert payment.allocations.get().allocated_on == dt.date(2026, 10, 1)
    assert september(books, takes_late=True).new_lines == []
    assert Payment.objects.count() == 2
    (settled,) = settlements_of(invoice.pk)
    assert settled.received_on == dt.date(2026, 9, 30)


def test_the_entry_of_such_a_credit_states_the_day_it_happened(books):
    books.an_invoice(now=NOW - dt.timedelta(days=20))
    AccountingPeriod.objects.create(issuer=books.issuer, month=dt.date(2026, 9, 1), closed_at=NOW)
    september(books, takes_late=True)
    late, in_time = (
        entry
        for entry in entries_of(books.issuer, first_on=dt.date(2026, 10, 1), last_on=TODAY)
        if entry.journal == "BQ"
    )
    assert (late.on, late.piece_on) == (dt.date(2026, 10, 1), dt.date(2026, 9, 30))
    assert late.text.endswith("Pharma du Midi, du 30/09/2026")
    assert in_time.on == in_time.piece_on == dt.date(2026, 10, 2)


def test_what_was_paid_by_hand_is_not_paid_again(books):
    invoice = books.an_invoice()
    record_payment(
        issuer_id=books.issuer.pk, received_on=TODAY, amount_cents=12000, actor=books.keeper,
        now=NOW, parts={invoice.pk: 12000},
    )  # fmt: skip
    report = taken(books, (6, "PHARMA", invoice.number, "120,00"))
    assert [line.match.is_sure for line in report.lines] == [False]


def test_a_file_is_of_the_issuers_account_and_for_who_keeps_its_books(books):
    with pytest.raises(NotFound):
        taken(books, (1, "A", "", "1,00"), actor=make.a_user())
    with pytest.raises(BankFileUnreadable) as refused:
        import_bank_file(
            issuer_id=books.issuer.pk, name="x", content=b"Date;Credit\n1;1", actor=books.keeper,
            now=NOW,
        )  # fmt: skip
    assert str(refused.value) == "This file cannot be read: line 2 makes no sense."
    with pytest.raises(OtherAccount):
        import_bank_file(
            issuer_id=books.issuer.pk, name="x", actor=books.keeper, now=NOW,
            content=b"<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.02'>"
            b"<BkToCstmrStmt><Stmt><Acct><Id><IBAN>FR00</IBAN></Id></Acct></Stmt></BkToCstmrStmt>"
            b"</Document>",
        )  # fmt: skip
