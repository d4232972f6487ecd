"""Files of invoices, their way to the buyer, and files of recharges: pages and API."""

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from billing.services import depositing
from tests import factories as make
from tests.factories import NOW
from tests.golden import invoice_cases as cases

pytestmark = pytest.mark.django_db


@pytest.fixture
def invoice(settings):
    """An invoice to a public body that asks for an engagement number since it was issued."""
    settings.EINVOICE_CHANNEL = "simulator"
    issuer, facility = cases.a_seller()
    team = cases.a_buyer(**(cases.PUBLIC | {"needs_engagement": False}))
    cases.an_order(team, "BC-77")
    cases.use(team, facility, 23, "6", 4200, 100, 25200)
    issued = cases.issued(issuer)
    team.organisation.needs_engagement = True
    team.organisation.save()
    return issued


@pytest.fixture
def keeper(invoice):
    person = make.a_user()
    invoice.issuer.accountants.add(person)
    return person


def browser(person):
    client = Client()
    client.force_login(person)
    return client


def test_the_files_are_downloads_under_the_number(invoice):
    head = browser(make.a_member(invoice.team, "head"))

    pdf = head.get(reverse("invoice_pdf", args=[invoice.pk]))
    xml = head.get(reverse("invoice_xml", args=[invoice.pk]))

    assert pdf.headers["Content-Type"] == "application/pdf"
    assert pdf.headers["Content-Disposition"] == 'attachment; filename="CRC-F2026-00001.pdf"'
    assert pdf.content.startswith(b"%PDF-")
    assert xml.headers["Content-Disposition"] == 'attachment; filename="CRC-F2026-00001.xml"'
    assert b"CRC-F2026-00001" in xml.content
    page = head.get(reverse("invoice", args=[invoice.pk])).text
    assert reverse("invoice_pdf", args=[invoice.pk]) in page
    assert "Electronic invoice" not in page, "the way is for who keeps the books"


def test_who_keeps_the_books_sees_what_is_missing_and_sends_again(invoice, keeper):
    depositing.hand_over_due(now=NOW, limit=1)
    client = browser(keeper)

    page = client.get(reverse("invoice", args=[invoice.pk])).text
    assert "Something is missing" in page
    assert "the engagement number of the account" in page

    client.post(reverse("invoice_send", args=[invoice.pk]))
    invoice.deposit.refresh_from_db()
    assert invoice.deposit.state == "waiting"
    again = client.post(reverse("invoice_send", args=[invoice.pk]), follow=True).text
    assert "It is not sent again." in again


def test_the_api_gives_the_same(invoice, keeper):
    depositing.hand_over_due(now=NOW, limit=1)
    client = APIClient()
    client.force_authenticate(keeper)
    address = f"/api/v1/invoices/{invoice.pk}"

    assert client.get(f"{address}/pdf/").content.startswith(b"%PDF-")
    assert client.get(f"{address}/xml/", HTTP_ACCEPT="application/xml").status_code == 200
    way = client.get(f"{address}/deposit/").json()
    assert (way["state"], way["missing"]) == ("lacking", ["buyer.engagement_number"])
    assert [event["state"] for event in way["events"]] == ["waiting", "lacking"]
    assert client.post(f"{address}/send/").json()["state"] == "waiting"
    assert client.post(f"{address}/send/").json()["code"] == "not_sent_again"


def test_a_file_of_recharges_is_laid_out_changed_and_read(db):
    note = cases.transfer_note(*cases.a_seller())
    person = make.a_user()
    note.issuer.accountants.add(person)
    client = browser(person)

    client.post(reverse("recharge_new"), {"preset": "hospital", "issuer": "CRC"})
    export = note.issuer.recharge_exports.get()
    layout = reverse("recharge_layout", args=[export.pk])
    form = {"name": "Books", "delimiter": ",", "encoding": "utf-8"}
    refused = client.post(layout, form | {"columns": "A | secret"})
    assert refused.status_code == 409
    assert "Column 1 is wrong: secret." in refused.text
    client.post(layout, form | {"columns": "UF | account\nType | =UF\nSum | amount | cents"})
    days = {"first": "2026-10-01", "last": "2026-10-31"}
    assert client.get(reverse("recharges"), days).status_code == 200

    file = client.get(reverse("recharge_file", args=[export.pk]), days)

    assert file.content == b"4417,UF,7200\r\n"
    assert file.headers["Content-Disposition"].endswith('"crc-books-2026-10-01-2026-10-31.csv"')
    api = APIClient()
    api.force_authenticate(person)
    answer = api.get("/api/v1/recharges/export/", {"layout": str(export.pk), **days})
    assert answer.content == file.content
    assert api.get("/api/v1/recharges/").json()["results"][0]["columns"][1]["source"] == "=UF"
