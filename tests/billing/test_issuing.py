"""Issuing documents from the ledger: each charge on one, numbers without a gap."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.errors import NotFound, NotPermitted
from billing.documents.billable import groups_to_bill
from billing.errors import (
    AlreadyReversed,
    NotAnInvoice,
    NothingToCredit,
    PartyIncomplete,
    ReasonMissing,
    TooMuchCredited,
)
from billing.models import Charge, Invoice, InvoiceLine, NumberSeries
from billing.services import (
    issue_all,
    issue_credit_note,
    issue_document,
    issue_due_credit_notes,
    reverse_charge,
)
from notifications.models import OutboxMessage
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db
OCTOBER = dt.date(2026, 10, 1)


@pytest.fixture
def facility():
    return make.a_facility(code="CYT")


@pytest.fixture
def issuer(facility):
    return make.an_issuer(facility, code="CRC")


@pytest.fixture
def keeper(issuer):
    person = make.a_user()
    issuer.accountants.add(person)
    return person


@pytest.fixture
def team(issuer):
    team = make.a_team(make.a_legal_person())
    make.an_account(team, kind="purchase_order", reference="PO-17")
    return team


def issued(issuer, **fields):
    return issue_all(issuer_id=issuer.pk, until=OCTOBER, now=NOW, **fields)


def test_an_invoice_bills_the_charges_of_an_order_and_adds_vat_once_for_each_rate(
    issuer, facility, team
):
    charges = [make.a_charge(team, facility, cents) for cents in (1003, 1003, 1003)]
    training = make.a_charge(team, facility, 5000, nature="training")

    (invoice,) = issued(issuer)

    assert (invoice.kind, invoice.number) == ("invoice", "CRC-F2026-00001")
    assert (invoice.issued_on, invoice.due_on) == (dt.date(2026, 10, 6), dt.date(2026, 11, 5))
    assert invoice.purchase_order == "PO-17"
    # 20 % of 30.09, rounded once: three times the rounded VAT of a line would be 6.03.
    assert (invoice.net_cents, invoice.vat_cents, invoice.total_cents) == (8009, 602, 8611)
    assert [line.charge for line in invoice.lines.all()] == [*charges, training]
    totals = invoice.vat_totals.values_list(
        "vat_category", "vat_percent", "net_cents", "vat_cents", "vat_exemption"
    )
    assert list(totals) == [
        ("S", Decimal(20), 3009, 602, ""),
        ("E", Decimal(0), 5000, 0, "VATEX-EU-132-1I"),
    ]
    assert OutboxMessage.objects.filter(topic="billing.invoice_issued").count() == 1


def test_running_again_changes_nothing(issuer, facility, team):
    make.a_charge(team, facility)
    assert len(issued(issuer)) == 1

    assert issued(issuer) == []
    assert Invoice.objects.count() == NumberSeries.objects.get().last == 1


def test_parties_and_terms_stay_as_they_were_on_the_day(issuer, facility, team):
    make.a_charge(team, facility)
    (invoice,) = issued(issuer)
    team.organisation.legal_name = "Renamed"
    team.organisation.save()

    invoice.refresh_from_db()

    assert invoice.buyer["name"] != "Renamed"
    assert invoice.buyer["siren"] == "000987651"
    assert invoice.seller["iban"] == issuer.iban
    assert invoice.terms == {
        "payment_days": 30,
        "late_percent": "12.15",
        "indemnity_cents": 4000,
        "vat_on_debits": False,
        "natures": ["service"],
    }


def test_work_within_one_body_is_a_transfer_note_in_a_series_of_its_own(issuer, facility):
    inside = make.a_team(issuer.organisation)
    make.an_account(inside)
    make.a_charge(inside, facility, 1800)

    (note,) = issued(issuer)

    assert (note.kind, note.number) == ("recharge", "CRC-NT2026-00001")
    assert (note.net_cents, note.vat_cents) == (1800, 0)


def test_what_is_out_of_scope_stands_on_a_document_of_its_own(issuer, facility):
    abroad = make.a_team(
        make.a_legal_person(country="CH", siren="", siret="", vat_number="CHE000000000")
    )
    make.an_account(abroad)
    make.a_charge(abroad, facility, 1000)
    make.a_charge(abroad, facility, 2000, nature="goods")

    found = {one.vat_totals.get().vat_category: one.net_cents for one in issued(issuer)}

    assert found == {"O": 1000, "G": 2000}


@pytest.mark.parametrize(("by_order", "orders"), [(True, ["A", "B"]), (False, [""])])
def test_several_orders_are_several_invoices_or_one_as_the_buyer_wants(
    issuer, facility, by_order, orders
):
    team = make.a_team(make.a_legal_person(invoices_by_order=by_order))
    for reference in ("A", "B"):
        account = make.an_account(team, kind="purchase_order", reference=reference)
        make.a_charge(team, facility, account=account)

    assert sorted(one.purchase_order for one in issued(issuer)) == orders


def test_what_was_undone_before_it_was_billed_comes_onto_no_document(issuer, facility, team):
    charge = make.a_charge(team, facility)
    admin = make.a_user(is_superuser=True)
    reverse_charge(charge_id=charge.pk, actor=admin, reason="A mistake", now=NOW)

    assert issued(issuer) == []
    assert issue_due_credit_notes(issuer_id=issuer.pk, until=OCTOBER, now=NOW) == []


def test_charges_without_an_account_or_on_an_expired_one_wait(issuer, facility, team):
    expired = make.an_account(team, valid_until=dt.date(2026, 9, 1))
    make.a_charge(team, facility, account=None)
    make.a_charge(team, facility, account=expired)

    assert issued(issuer) == []


def test_discounts_that_exceed_what_is_billed_wait(issuer, facility, team):
    make.a_charge(team, facility, 1000)
    make.a_charge(team, facility, -1500)
    assert issued(issuer) == []

    make.a_charge(team, facility, 800)

    (invoice,) = issued(issuer)
    assert invoice.net_cents == 300


def test_a_buyer_of_whom_something_is_missing_is_left_out_and_named(issuer, facility, team):
    make.a_charge(team, facility)
    team.organisation.siren = ""
    team.organisation.save()
    assert issued(issuer) == []
    (group,) = groups_to_bill(issuer_id=issuer.pk, until=OCTOBER)

    with pytest.raises(PartyIncomplete) as refusal:
        issue_document(group=group, until=OCTOBER, now=NOW)

    assert refusal.value.data["missing"] == "buyer.siren"
    assert not NumberSeries.objects.exists()


def test_a_credit_note_gives_back_all_that_is_left_in_ledger_and_document(
    issuer, facility, team, keeper
):
    make.a_charge(team, facility, 1000)
    make.a_charge(team, facility, 500)
    (invoice,) = issued(issuer)

    note = issue_credit_note(invoice_id=invoice.pk, reason="Wrong team", actor=keeper, now=NOW)

    assert (note.kind, note.number, note.corrects) == ("credit_note", "CRC-A2026-00001", invoice)
    assert (note.net_cents, note.vat_cents, note.total_cents) == (1500, 300, 1800)
    assert [line.quantity for line in note.lines.all()] == [1, 1]
    assert sum(charge.amount_cents for charge in Charge.objects.all()) == 0
    with pytest.raises(NothingToCredit):
        issue_credit_note(invoice_id=invoice.pk, reason="Again", actor=keeper, now=NOW)


def test_a_part_can_be_credited_and_then_no_more_than_the_rest(issuer, facility, team, keeper):
    charge = make.a_charge(team, facility, 1000)
    (invoice,) = issued(issuer)
    line = invoice.lines.get()

    def credit(cents):
        return issue_credit_note(
            invoice_id=invoice.pk, reason="Half", actor=keeper, now=NOW, parts={line.pk: cents}
        )

    assert credit(400).net_cents == 400
    with pytest.raises(TooMuchCredited):
        credit(601)
    with pytest.raises(AlreadyReversed):
        reverse_charge(
            charge_id=charge.pk, actor=make.a_user(is_superuser=True), reason="All", now=NOW
        )
    assert credit(600).net_cents == 600
    assert sum(one.amount_cents for one in Charge.objects.all()) == 0


def test_a_credit_note_needs_a_reason_and_an_invoice(issuer, facility, team, keeper):
    make.a_charge(team, facility)
    (invoice,) = issued(issuer)
    with pytest.raises(ReasonMissing):
        issue_credit_note(invoice_id=invoice.pk, reason=" ", actor=keeper, now=NOW)
    note = issue_credit_note(invoice_id=invoice.pk, reason="Wrong", actor=keeper, now=NOW)

    with pytest.raises(NotAnInvoice):
        issue_credit_note(invoice_id=note.pk, reason="Wrong", actor=keeper, now=NOW)


def test_only_who_keeps_the_books_credits(issuer, facility, team):
    make.a_charge(team, facility)
    (invoice,) = issued(issuer)
    manager, stranger = make.a_staff_member(facility), make.a_partner()

    with pytest.raises(NotPermitted):
        issue_credit_note(invoice_id=invoice.pk, reason="Wrong", actor=manager, now=NOW)
    with pytest.raises(NotFound):
        issue_credit_note(invoice_id=invoice.pk, reason="Wrong", actor=stranger, now=NOW)


def test_a_reversal_of_what_was_billed_becomes_a_credit_note(issuer, facility, team):
    charge = make.a_charge(team, facility, 1000)
    (invoice,) = issued(issuer)
    admin = make.a_user(is_superuser=True)
    reversal = reverse_charge(charge_id=charge.pk, actor=admin, reason="Disputed", now=NOW)

    (note,) = issue_due_credit_notes(issuer_id=issuer.pk, until=OCTOBER, now=NOW)

    assert (note.corrects, note.reason, note.net_cents) == (invoice, "Disputed", 1000)
    assert note.lines.get().charge == reversal
    assert issued(issuer) == []
    assert issue_due_credit_notes(issuer_id=issuer.pk, until=OCTOBER, now=NOW) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE billing_invoice SET total_cents = total_cents",
        "DELETE FROM billing_invoice",
        "UPDATE billing_invoiceline SET net_cents = 0",
        "DELETE FROM billing_invoiceline",
        "UPDATE billing_invoicevat SET vat_cents = 0",
        "DELETE FROM billing_invoicevat",
    ],
)
def test_what_was_issued_resists_the_console(issuer, facility, team, statement):
    make.a_charge(team, facility)
    issued(issuer)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert InvoiceLine.objects.count() == 1


def test_a_number_of_a_transaction_that_fails_is_given_again(issuer, facility, team):
    make.a_charge(team, facility)

    with transaction.atomic():
        issued(issuer)
        transaction.set_rollback(True)

    (invoice,) = issued(issuer)
    assert invoice.sequence == 1
