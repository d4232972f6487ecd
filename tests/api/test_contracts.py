"""Framework contracts over HTTP, for who keeps the books."""

import pytest

from tests import factories as make
from tests.billing.cases import a_priced_instrument, someone

pytestmark = pytest.mark.django_db


@pytest.fixture
def fortessa():
    return a_priced_instrument()


@pytest.fixture
def bookkeeper(client, fortessa):
    person = make.a_user()
    make.an_issuer(fortessa.facility).accountants.add(person)
    client.force_login(person)
    return person


def sent(client, address, body, method="post"):
    send = getattr(client, method)
    return send(f"/api/v1/{address}", body, content_type="application/json")


def test_a_contract_is_agreed_changed_and_ended(client, bookkeeper, fortessa):
    organisation = someone("IND").memberships.get().team.organisation
    body = {
        "organisation": organisation.pk,
        "facility": fortessa.facility_id,
        "reference": "FC-7",
        "first": "2026-01-01",
        "discount_percent": "5.5",
        "is_confidential": True,
        "prices": [{"instrument": fortessa.pk, "unit": "hour", "amount": "90.00"}],
    }
    made = sent(client, "contracts/", body)
    assert made.status_code == 201, made.json()
    contract = made.json()
    price = {"instrument": fortessa.pk, "service": None, "unit": "hour", "amount": "90.00"}
    assert contract["prices"] == [price | {"currency": "EUR"}]
    assert (contract["discount_percent"], contract["last"]) == ("5.50", None)
    assert contract["organisation_name"] == organisation.name

    assert sent(client, "contracts/", body).json()["code"] == "contracts_overlap"
    address = f"contracts/{contract['id']}/"
    terms = {"reference": "FC-8", "first": "2026-01-01", "last": "2026-12-31"}
    changed = sent(client, address, terms, "put").json()
    assert (changed["reference"], changed["last"], changed["prices"]) == ("FC-8", "2026-12-31", [])
    ended = sent(client, f"{address}end/", {"last": "2026-06-30"}).json()
    assert ended["last"] == "2026-06-30"
    assert [each["id"] for each in client.get("/api/v1/contracts/").json()["results"]] == [
        contract["id"]
    ]


@pytest.mark.parametrize(
    ("price", "status", "code"),
    [
        ({"unit": "hour", "amount": "1"}, 400, "invalid"),
        ({"unit": "hour", "amount": "1", "instrument": 1, "service": 1}, 400, "invalid"),
        ({"unit": "hour", "amount": "-1", "instrument": 1}, 400, "invalid"),
        ({"unit": "hour", "amount": "1", "service": 4_000_000}, 422, "not_sold_by_platform"),
        ({"unit": "slide", "amount": "1", "instrument": "mine"}, 422, "unit_not_priced"),
    ],
)
def test_a_price_that_makes_no_sense_is_refused(client, bookkeeper, fortessa, price, status, code):
    if price.get("instrument") == "mine":
        price = price | {"instrument": fortessa.pk}
    body = {
        "organisation": someone("IND").memberships.get().team.organisation_id,
        "facility": fortessa.facility_id,
        "reference": "FC-7",
        "first": "2026-01-01",
        "prices": [price],
    }
    answer = sent(client, "contracts/", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
