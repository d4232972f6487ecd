"""The pages about quotes: made by a platform, answered by a company."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import FundingAccount
from billing.models import PriceList, Quote, Surcharge
from tests.billing.cases import with_operator
from tests.billing.quote_cases import Deal

pytestmark = pytest.mark.django_db


@pytest.fixture
def deal():
    return Deal()


def opened(client, person, name, *args):
    client.force_login(person)
    return client.get(reverse(name, args=args))


def sent(client, person, name, *args, **fields):
    client.force_login(person)
    return client.post(reverse(name, args=args), fields)


def test_a_manager_makes_a_quote_and_sends_it(client, deal):
    done = sent(
        client, deal.manager, "quote_new", title="Proteomics", team=deal.team.pk,
        facility=deal.facility.pk, project_name="PDM-017",
    )  # fmt: skip
    quote = Quote.objects.get()
    assert done.url == reverse("quote", args=[quote.pk])
    what = f"service:{deal.service.pk}"
    sent(client, deal.manager, "quote_lines", quote.pk, what=what, quantity="24")
    line = quote.lines.get()
    sent(client, deal.manager, "quote_line", quote.pk, line.pk, quantity="20", price="300.50")
    line.refresh_from_db()
    assert line.net_cents == 601_000
    page = opened(client, deal.manager, "quote", quote.pk)
    assert b"timsTOF proteome" in page.content
    sent(client, deal.manager, "quote_send", quote.pk)
    quote.refresh_from_db()
    assert (quote.state, quote.net_cents) == ("sent", 601_000)


def test_sessions_take_their_operator_and_surcharge_along(client, deal):
    quote = deal.draft()
    page = opened(client, deal.manager, "quote", quote.pk).content.decode()
    assert "With operator hours" not in page
    with_operator(deal.instrument)
    prices = PriceList.objects.get()
    Surcharge.objects.create(price_list=prices, ground="bsl2", name="BSL-2", percent=10)
    page = opened(client, deal.manager, "quote", quote.pk).content.decode()
    assert "With operator hours" in page
    asked = {"what": f"instrument:{deal.instrument.pk}", "with_operator": "on", "bsl2": "on"}
    answer = sent(client, deal.manager, "quote_lines", quote.pk, quantity="3", **asked)
    assert answer.status_code == 422
    assert "how many hours each" in answer.content.decode()
    service = {"what": f"service:{deal.service.pk}", "quantity": "3", "bsl2": "on"}
    answer = sent(client, deal.manager, "quote_lines", quote.pk, **service)
    assert "The price list has none for this." in answer.content.decode()
    sent(client, deal.manager, "quote_lines", quote.pk, sessions="4", hours="3", **asked)
    assert [line.unit for line in quote.lines.all()][1:] == ["hour", "operator-hour", "use"]
    assert "operator hour" in opened(client, deal.manager, "quote", quote.pk).content.decode()


def test_a_line_that_cannot_be_says_why(client, deal):
    quote = deal.draft()
    answer = sent(client, deal.manager, "quote_lines", quote.pk, what="own", quantity="1")
    assert answer.status_code == 409
    assert "price where no list has one" in answer.content.decode()


def test_a_company_accepts_with_its_order(client, deal):
    quote = deal.sent()
    page = opened(client, deal.buyer, "quote", quote.pk)
    assert reverse("quote_accept", args=[quote.pk]) in page.content.decode()
    order = SimpleUploadedFile("order.pdf", b"%PDF-1.7 order", "application/pdf")
    sent(
        client, deal.buyer, "quote_accept", quote.pk, purchase_order="4500123", file=order, seen="2"
    )
    quote.refresh_from_db()
    assert quote.state == "sent", "somebody changed it since version 2"
    order.seek(0)
    sent(
        client, deal.buyer, "quote_accept", quote.pk, purchase_order="4500123", file=order,
        seen=quote.version,
    )  # fmt: skip
    assert FundingAccount.objects.get().ceiling_cents == 768_000
    page = opened(client, deal.buyer, "quote", quote.pk).content.decode()
    assert "left of" in page
    file = opened(client, deal.manager, "quote_order", quote.pk)
    assert (file.content, file["Content-Type"]) == (b"%PDF-1.7 order", "application/pdf")


def test_a_platform_records_what_came_on_paper(client, deal):
    quote = deal.sent()
    page = opened(client, deal.manager, "quote", quote.pk).content.decode()
    assert reverse("quote_record", args=[quote.pk]) in page
    page = opened(client, deal.buyer, "quote", quote.pk).content.decode()
    assert reverse("quote_record", args=[quote.pk]) not in page
    asked = {"signed_name": "Ada Wood", "signed_on": str(quote.sent_on), "seen": quote.version}
    answer = sent(client, deal.manager, "quote_record", quote.pk, **asked)
    assert answer.status_code == 422
    scan = SimpleUploadedFile("scan.png", b"\x89PNG\r\n\x1a\n scan", "image/png")
    sent(client, deal.manager, "quote_record", quote.pk, file=scan, **asked)
    quote.refresh_from_db()
    assert quote.state == "accepted"
    page = opened(client, deal.buyer, "quote", quote.pk).content.decode()
    assert f"on paper, recorded by {deal.manager.get_full_name()}" in page
    assert "Ada Wood" in page
    file = opened(client, deal.buyer, "quote_order", quote.pk)
    assert (file.content, file["Content-Type"]) == (b"\x89PNG\r\n\x1a\n scan", "image/png")


def test_a_company_refuses_for_a_reason(client, deal):
    quote = deal.sent()
    sent(client, deal.buyer, "quote_refuse", quote.pk, reason="")
    quote.refresh_from_db()
    assert quote.state == "sent"
    sent(client, deal.buyer, "quote_refuse", quote.pk, reason="Not this year")
    assert "Not this year" in opened(client, deal.manager, "quote", quote.pk).content.decode()


def test_the_first_page_of_a_company_shows_what_waits(client, deal):
    deal.sent()
    page = opened(client, deal.buyer, "home").content.decode()
    assert "One quote waits for your signature" in page
    assert "€7,680.00" in page
    assert '<span class="pl-count">1</span>' in page


def test_lists_show_each_their_own(client, deal):
    mine, draft, other = deal.sent(), deal.draft(title="Secret draft"), Deal().sent(title="Other")
    page = opened(client, deal.buyer, "quotes").content.decode()
    assert mine.number in page
    assert draft.title not in page
    assert other.title not in page
    page = opened(client, deal.manager, "quotes").content.decode()
    assert draft.title in page
    assert other.title not in page
    assert opened(client, deal.buyer, "quote", draft.pk).status_code == 404
    assert opened(client, deal.buyer, "quote_pdf", other.pk).status_code == 404


def test_a_quote_is_read_on_paper(client, deal):
    answer = opened(client, deal.buyer, "quote_pdf", deal.sent().pk)
    assert answer.content.startswith(b"%PDF")
    assert answer["Content-Type"] == "application/pdf"


def test_a_copy_and_a_withdrawal(client, deal):
    quote = deal.sent()
    sent(client, deal.manager, "quote_withdraw", quote.pk)
    sent(client, deal.manager, "quote_copy", quote.pk)
    assert list(Quote.objects.order_by("id").values_list("state", flat=True)) == [
        "withdrawn",
        "draft",
    ]


def test_a_draft_can_be_changed(client, deal):
    quote = deal.draft()
    assert opened(client, deal.manager, "quote_edit", quote.pk).status_code == 200
    sent(
        client, deal.manager, "quote_edit", quote.pk, title="Anew", discount_percent="50",
        seen=quote.version,
    )  # fmt: skip
    quote.refresh_from_db()
    assert (quote.title, quote.net_cents) == ("Anew", 384_000)
