"""Pages of payments: what is open, a payment by hand, a file of the bank, the ages."""

import base64
import datetime as dt
from pathlib import Path

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from billing.models import AccountingPeriod, Allocation, Deposit, Payment, Refund, ReminderHold
from billing.services.paying import record_payment
from tests import factories as make
from tests.billing.books import TODAY, Books
from tests.factories import NOW

pytestmark = pytest.mark.django_db
STATEMENT = Path(__file__).parent.parent / "data" / "bank" / "releve.camt053.xml"


@pytest.fixture
def books(client):
    books = Books()
    client.force_login(books.keeper)
    return books


def paid(books, cents, parts=None):
    return record_payment(
        issuer_id=books.issuer.pk, received_on=TODAY, amount_cents=cents, actor=books.keeper,
        now=NOW, parts=parts, payer="PHARMA",
    )  # fmt: skip


def text_of(answer):
    return answer.content.decode()


def test_the_page_says_what_is_open_late_and_not_allocated(
    books, client, django_assert_max_num_queries
):
    books.an_invoice()
    late = books.an_invoice(now=NOW - dt.timedelta(days=60), service_date=dt.date(2026, 1, 5))
    paid(books, 5000)
    with django_assert_max_num_queries(20):
        text = text_of(client.get(reverse("payments")))
    assert "1 payment waits for you" in text
    assert late.number in text
    assert "€240.00" in text
    assert "€50.00" in text


def test_a_payment_is_recorded_from_an_invoice_and_settles_it(books, client):
    invoice = books.an_invoice()
    address = f"{reverse('payment_new')}?invoice={invoice.pk}"
    assert 'value="120.00"' in text_of(client.get(address))
    body = {
        "invoice": invoice.pk, "received_on": "2026-10-05", "amount": "150.00",
        "method": "transfer", "organisation": invoice.organisation_id,
    }  # fmt: skip
    client.post(reverse("payment_new"), body)
    payment = Payment.objects.get()
    assert Allocation.objects.get().amount_cents == 12000
    text = text_of(client.get(reverse("payment", args=[payment.pk])))
    assert "€30.00 is not allocated yet." in text
    refused = client.post(reverse("payment_new"), body | {"received_on": "2026-10-07"})
    assert refused.status_code == 409
    assert "That day has not come yet." in text_of(refused)


def test_what_the_buyers_platform_calls_paid_is_recorded_only_by_a_person(books, client):
    invoice = books.an_invoice(now=NOW - dt.timedelta(days=20))
    Deposit.objects.create(
        invoice=invoice, channel="simulator", key="1", reference="SIM-1", state="paid",
        state_at=NOW - dt.timedelta(days=4), created_at=NOW,
    )  # fmt: skip
    record = f"{reverse('payment_new')}?issuer=CRC&amp;invoice={invoice.pk}"
    for page in (reverse("payments"), reverse("invoice", args=[invoice.pk])):
        text = text_of(client.get(page))
        assert "2 October 2026" in text
        assert record in text
    assert not Payment.objects.exists()
    form = client.get(reverse("payment_new"), {"invoice": invoice.pk}).context["form"]
    assert (form["received_on"].value(), form["amount"].value()) == (dt.date(2026, 10, 2), "120.00")
    paid(books, 12000, {invoice.pk: 12000})
    for page in (reverse("payments"), reverse("invoice", args=[invoice.pk])):
        assert record not in text_of(client.get(page))


def test_the_rest_is_allocated_refunded_and_taken_back(books, client):
    invoice, other = books.an_invoice(), books.an_invoice(1000)
    payment = paid(books, 15000, {invoice.pk: 12000})
    settle = reverse("payment_settle", args=[payment.pk])
    refused = client.post(settle, {f"invoice_{other.pk}": "12.01"})
    assert refused.status_code == 409
    assert "is open for €12.00." in text_of(refused)
    client.post(settle, {f"invoice_{other.pk}": "12.00"})
    give_back = reverse("payment_refund", args=[payment.pk])
    assert client.post(give_back, {"kind": "refunded", "amount": "99"}).status_code == 422
    client.post(give_back, {"kind": "refunded", "amount": "18.00", "reason": "Too much"})
    assert Refund.objects.get().amount_cents == 1800
    client.post(reverse("payment_undo", args=[payment.pk, other.pk]), {"reason": "Wrong invoice"})
    assert Allocation.objects.latest("id").amount_cents == -1200
    text = text_of(client.get(reverse("payment", args=[payment.pk])))
    assert "Wrong invoice" in text
    assert "€12.00 is not allocated yet." in text


def test_a_file_is_looked_at_and_then_imported_once(books, client):
    invoice = books.an_invoice(102880)
    address = reverse("payments_import")
    assert client.get(address).status_code == 200

    def sent(act):
        file = SimpleUploadedFile("october.xml", STATEMENT.read_bytes())
        return client.post(address, {"file": file, "act": act})

    preview = sent("look")
    assert "3 new" in text_of(preview)
    assert invoice.number in text_of(preview)
    assert not Payment.objects.exists()
    carried = preview.context["content"]
    client.post(address, {"content": carried, "name": "october.xml", "act": "import"})
    assert Payment.objects.count() == 3
    assert Allocation.objects.get().invoice == invoice
    again = client.get(sent("import").url)
    assert "Nothing in this file is new." in text_of(again)
    assert "was imported before" in text_of(sent("look"))


def test_what_came_in_a_closed_month_is_proposed_for_the_first_open_day(books, client):
    AccountingPeriod.objects.create(issuer=books.issuer, month=dt.date(2026, 9, 1), closed_at=NOW)
    address = reverse("payments_import")
    content = base64.b64encode("Date;Libellé;Crédit\n30/09/2026;A;1,00".encode()).decode()
    sent = {"content": content, "name": "x.csv"}
    looked = text_of(client.post(address, sent | {"act": "look"}))
    assert "in the books on 1 October 2026" in looked
    assert "1 payment came in a month that is closed." in looked
    left = text_of(client.post(address, sent | {"act": "import"}, follow=True))
    assert "1 payment of a closed month was left out." in left
    client.post(address, sent | {"act": "import", "takes_late": "1"})
    payment = Payment.objects.get()
    text = text_of(client.get(reverse("payment", args=[payment.pk])))
    assert "The books were closed for that day." in text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"hello", "no line names a date and an amount"),
        (b"<html/>", "no statement in the form camt.053"),
        (STATEMENT.read_bytes().replace(b"FR7630006", b"FR1430006"), "not of FR7630006"),
    ],
)
def test_what_cannot_be_read_is_said(books, client, content, said):
    file = SimpleUploadedFile("x.xml", content)
    answer = client.post(reverse("payments_import"), {"file": file, "act": "look"})
    assert answer.status_code == 409
    assert said in text_of(answer)


@pytest.mark.parametrize("body", [{}, {"content": "§"}, {"content": "", "act": "import"}])
def test_no_file_is_asked_for_again(books, client, body):
    assert client.post(reverse("payments_import"), body).status_code == 422


def test_ages_come_as_a_page_and_as_files(books, client):
    books.an_invoice()
    invoice = books.an_invoice(now=NOW - dt.timedelta(days=60), service_date=dt.date(2026, 1, 5))
    other = books.an_invoice()
    paid(books, 12000, {other.pk: 12000})
    text = text_of(client.get(reverse("ageing")))
    assert "€240.00 is open" in text
    assert invoice.organisation.name in text
    rows = text_of(client.get(reverse("ageing_csv"))).splitlines()
    assert rows[1] == "Pharma du Midi,120,120,0,0,0,240"
    assert client.get(reverse("ageing_xlsx")).status_code == 200


def test_the_invoice_says_what_was_paid_and_only_its_keeper_acts(books, client):
    invoice = books.an_invoice()
    paid(books, 5000, {invoice.pk: 5000})
    address = reverse("invoice", args=[invoice.pk])
    with time_machine.travel(NOW + dt.timedelta(days=60), tick=False):
        client.force_login(books.keeper)
        text = text_of(client.get(address))
    assert "Hold reminders back" in text
    assert "Being late costs" in text
    client.force_login(books.keeper)
    client.post(reverse("invoice_hold", args=[invoice.pk]), {"reason": "They wait for a stamp"})
    assert "They wait for a stamp" in text_of(client.get(address))
    client.post(reverse("invoice_release", args=[invoice.pk]))
    assert not ReminderHold.objects.exists()
    client.force_login(make.a_member(books.team, "billing_contact"))
    text = text_of(client.get(address))
    assert "€50.00" in text
    assert "€70.00" in text
    assert "Hold reminders back" not in text
    assert "Record a payment" not in text


def test_who_keeps_no_books_sees_none_of_it(books, client):
    payment = paid(books, 5000)
    client.force_login(make.a_staff_member(books.facility))
    for name in ("payments", "payment_new", "payments_import", "ageing", "books", "books_fec"):
        assert client.get(reverse(name)).status_code == 403
    assert client.get(reverse("payment", args=[payment.pk])).status_code == 404
