"""Payments and books over the API: recorded, allocated, imported, aged, closed."""

import base64
import datetime as dt
from pathlib import Path

import pytest

from billing.models import AccountingPeriod, Payment
from tests import factories as make
from tests.billing.books import Books
from tests.factories import NOW

pytestmark = pytest.mark.django_db
STATEMENT = Path(__file__).parent.parent / "data" / "bank" / "releve.camt053.xml"
ROOT = "/api/v1/"


@pytest.fixture
def books():
    return Books()


@pytest.fixture
def keeper(as_, books):
    return as_(books.keeper)


def test_a_payment_is_recorded_allocated_and_taken_back(books, keeper):
    invoice = books.an_invoice()
    sent = {
        "issuer": "CRC", "received_on": "2026-10-05", "amount": "150.00",
        "parts": [{"invoice": invoice.pk, "amount": "100.00"}],
    }  # fmt: skip
    answer = keeper.post(f"{ROOT}payments/", sent)
    assert answer.status_code == 201
    told = answer.json()
    address = f"{ROOT}payments/{told['id']}/"
    assert (told["amount"], told["remaining"], told["organisation"]) == (
        "150.00", "50.00", invoice.organisation_id,
    )  # fmt: skip
    too_much = {"parts": [{"invoice": invoice.pk, "amount": "20.01"}]}
    refused = keeper.post(f"{address}allocate/", too_much)
    assert (refused.status_code, refused.json()["code"]) == (409, "too_much_allocated")
    keeper.post(f"{address}allocate/", {"parts": [{"invoice": invoice.pk, "amount": "20"}]})
    keeper.post(f"{address}refund/", {"kind": "refunded", "amount": "30", "reason": "Too much"})
    keeper.post(f"{address}take-back/", {"invoice": invoice.pk, "reason": "Wrong one"})
    whole = keeper.get(address).json()
    assert [one["amount"] for one in whole["allocations"]] == ["100.00", "20.00", "-120.00"]
    assert whole["remaining"] == "120.00"
    assert keeper.get(f"{ROOT}payments/?unallocated=true").json()["results"][0]["id"] == told["id"]
    assert keeper.get(f"{ROOT}payments/?issuer=OTHER").json()["results"] == []


def test_a_payment_sent_twice_with_a_key_is_recorded_once(books, keeper):
    sent = {"issuer": "CRC", "received_on": "2026-10-05", "amount": "1.00"}
    for _time in range(2):
        answer = keeper.post(f"{ROOT}payments/", sent, headers={"Idempotency-Key": "k1"})
        assert answer.status_code == 201
    assert Payment.objects.count() == 1


def test_a_file_is_tried_and_imported(books, keeper):
    invoice = books.an_invoice(102880)
    content = base64.b64encode(STATEMENT.read_bytes()).decode()
    sent = {"issuer": "CRC", "name": "october.xml", "content": content}
    tried = keeper.post(f"{ROOT}payments/import/", sent | {"dry_run": True}).json()
    assert not Payment.objects.exists()
    done = keeper.post(f"{ROOT}payments/import/", sent).json()
    assert tried == done
    assert done["lines"][0] | {"text": ""} == {
        "booked_on": "2026-10-06", "recorded_on": "2026-10-06", "amount": "1234.56",
        "payer": "PHARMA DU MIDI SAS", "text": "",
        "fate": "new", "how": "number", "sure": True,
        "parts": [{"invoice": invoice.pk, "number": invoice.number, "amount": "1234.56"}],
    }  # fmt: skip
    again = keeper.post(f"{ROOT}payments/import/", sent).json()
    assert again["was_imported"]
    assert {line["fate"] for line in again["lines"]} == {"known"}
    assert Payment.objects.count() == 3
    for wrong, status in (("§", 400), (base64.b64encode(b"x").decode(), 422)):
        answer = keeper.post(f"{ROOT}payments/import/", sent | {"content": wrong})
        assert answer.status_code == status


def test_the_buyer_sees_what_was_paid_of_their_invoice_and_nothing_else(books, keeper, as_):
    invoice = books.an_invoice()
    keeper.post(
        f"{ROOT}payments/",
        {"issuer": "CRC", "received_on": "2026-10-05", "amount": "50.00", "reference": "Secret",
         "parts": [{"invoice": invoice.pk, "amount": "20.00"}]},
    )  # fmt: skip
    buyer = as_(make.a_member(books.team, "billing_contact"))
    told = buyer.get(f"{ROOT}invoices/{invoice.pk}/payments/").json()
    assert told == {
        "paid": "20.00", "credited": "0.00", "open": "100.00",
        "said_paid_on": None,
        "settlements": [{"received_on": "2026-10-05", "method": "transfer", "amount": "20.00"}],
        "late_interest": "0.00", "late_indemnity": "0.00",
    }  # fmt: skip
    assert buyer.get(f"{ROOT}payments/").json()["results"] == []
    assert buyer.get(f"{ROOT}ageing/").status_code == 404


def test_a_credit_of_a_closed_month_is_taken_on_demand_with_the_day_at_the_bank(books, keeper):
    AccountingPeriod.objects.create(issuer=books.issuer, month=dt.date(2026, 9, 1), closed_at=NOW)
    content = base64.b64encode("Date;Libellé;Crédit\n30/09/2026;A;1,00".encode()).decode()
    sent = {"issuer": "CRC", "name": "x.csv", "content": content}
    (left,) = keeper.post(f"{ROOT}payments/import/", sent).json()["lines"]
    assert (left["fate"], left["recorded_on"]) == ("closed", "2026-10-01")
    (line,) = keeper.post(f"{ROOT}payments/import/", sent | {"takes_late": True}).json()["lines"]
    assert (line["fate"], line["booked_on"]) == ("new", "2026-09-30")
    (payment,) = keeper.get(f"{ROOT}payments/").json()["results"]
    assert (payment["received_on"], payment["late_from"]) == ("2026-10-01", "2026-09-30")


def test_what_is_open_by_age(books, keeper):
    books.an_invoice()
    books.an_invoice(now=NOW - dt.timedelta(days=60), service_date=dt.date(2026, 1, 5))
    (row,) = keeper.get(f"{ROOT}ageing/").json()
    assert (row["not_due"], row["days_1_30"], row["total"]) == ("120.00", "120.00", "240.00")


def test_the_books_are_read_and_closed(books, keeper):
    books.an_invoice(now=NOW - dt.timedelta(days=20))
    make.a_charge(books.team, books.facility, 700)
    (month,) = keeper.get(f"{ROOT}books/months/?year=2026").json()
    assert (month["month"], month["net"], month["closed"]) == ("2026-09-01", "100.00", False)
    vat = keeper.get(f"{ROOT}books/vat/?first=2026-09-01&last=2026-09-30").json()
    assert (vat["due"], vat["paid"], vat["advances"]) == ("payments", [], [])
    assert (vat["due_vat"], vat["unallocated"]) == ("0.00", "0.00")
    assert vat["invoiced"] == [
        {"vat_category": "S", "vat_percent": "20.00", "base": "100.00", "vat": "20.00"}
    ]
    (use,) = keeper.get(f"{ROOT}books/year-end/").json()["not_invoiced"]
    assert (use["net"], use["vat"]) == ("7.00", "1.40")
    closed = keeper.post(f"{ROOT}books/close/", {"issuer": "CRC", "month": "2026-09-15"})
    assert closed.status_code == 201
    assert AccountingPeriod.objects.get().month == dt.date(2026, 9, 1)
    (month,) = keeper.get(f"{ROOT}books/months/").json()
    assert month["closed"]
    early = {"issuer": "CRC", "received_on": "2026-09-30", "amount": "1.00"}
    refused = keeper.post(f"{ROOT}payments/", early)
    assert (refused.status_code, refused.json()["code"]) == (409, "period_closed")
