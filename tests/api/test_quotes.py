"""Quotes over the API: extras of sessions, files of orders, acceptances on paper."""

import base64

import pytest

from billing.models import PriceList, Quote, Surcharge
from billing.quotes.acceptance import MOST_BYTES
from tests import factories as make
from tests.billing.cases import with_operator
from tests.billing.quote_cases import Deal

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7 order"


@pytest.fixture
def deal():
    return Deal()


def encoded(content):
    return base64.b64encode(content).decode()


def test_sessions_bring_their_operator_and_surcharge(as_, deal):
    with_operator(deal.instrument)
    prices = PriceList.objects.get()
    Surcharge.objects.create(price_list=prices, ground="bsl2", name="BSL-2", percent=10)
    wish = {"instrument": deal.instrument.pk, "sessions": 2, "hours": "3"}
    lines = [wish | {"with_operator": True, "bsl2": True, "discount_percent": "15"}]
    quote = deal.draft()
    url = f"/api/v1/quotes/{quote.pk}/lines/"
    answer = as_(deal.manager).put(url, {"lines": lines})
    assert [(line["unit"], line["quantity"]) for line in answer.json()["lines"]] == [
        ("hour", "6.00"),
        ("operator-hour", "6.00"),
        ("use", "2.00"),
    ]


def test_a_quote_is_accepted_with_the_file_of_its_order(as_, deal):
    quote = deal.sent()
    buyer, url = as_(deal.buyer), f"/api/v1/quotes/{quote.pk}/"
    body = {"purchase_order": "4500123", "file_name": "order.pdf"}
    for wrong, status in (("%%", 400), (encoded(b"MZ"), 422)):
        assert buyer.post(f"{url}accept/", body | {"file": wrong}).status_code == status
    answer = buyer.post(f"{url}accept/", body | {"file": encoded(PDF)})
    assert answer.status_code == 200
    assert answer.json()["answer"]["file_type"] == "application/pdf"
    assert answer.json()["answer"]["recorded_by"] is None
    file = as_(deal.manager).get(f"{url}order/")
    assert (file.content, file["Content-Type"]) == (PDF, "application/pdf")
    assert as_(make.a_partner()).get(f"{url}order/").status_code == 404


def test_a_file_of_ten_megabytes_is_taken_and_no_other_body_of_that_size(as_, deal):
    quote = deal.sent()
    file = encoded(PDF.ljust(MOST_BYTES, b"0"))
    buyer, url = as_(deal.buyer), f"/api/v1/quotes/{quote.pk}/"
    body = {"purchase_order": "4500123"}
    refused = buyer.post(f"{url}refuse/", body | {"reason": file})
    assert (refused.status_code, refused.json()["detail"]) == (413, "Send 1 MB at the most.")
    refused = buyer.post(f"{url}accept/", body | {"file": encoded(b"0" * (MOST_BYTES + 600_000))})
    assert refused.status_code == 413
    assert buyer.post(f"{url}accept/", body | {"file": file}).status_code == 200


def test_what_came_on_paper_is_recorded(as_, deal):
    quote = deal.sent()
    url = f"/api/v1/quotes/{quote.pk}/record/"
    body = {"signed_name": "Ada Wood", "purchase_order": "4500123"}
    manager = as_(deal.manager)
    assert manager.post(url, body).status_code == 400
    body |= {"signed_on": str(quote.sent_on), "file": encoded(PDF)}
    assert as_(deal.buyer).post(url, body).status_code == 403
    answer = manager.post(url, body).json()["answer"]
    assert answer["recorded_by"] == deal.manager.get_full_name()
    assert (answer["signed_name"], answer["signed_on"]) == ("Ada Wood", str(quote.sent_on))
    assert Quote.objects.get().state == "accepted"
