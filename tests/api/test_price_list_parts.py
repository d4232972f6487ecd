"""The parts of a price list over the API: read, set whole on a draft, as a workbook."""

import base64
import io

import openpyxl
import pytest

from billing.prices.parts import PARTS
from billing.services.price_lists import draft_list
from tests import factories as make
from tests.billing.price_world import NEXT_YEAR, a_full_list

pytestmark = pytest.mark.django_db

ROOT = "/api/v1/price-lists/"


@pytest.fixture
def full():
    return a_full_list()


@pytest.fixture
def person(full):
    return make.a_staff_member(full.facility)


@pytest.fixture
def manager(as_, person):
    return as_(person)


@pytest.fixture
def draft(person, full):
    return draft_list(
        actor=person, facility_id=full.facility_id, card=NEXT_YEAR, copied_from_id=full.pk
    )


@pytest.fixture
def fortessa(full):
    return full.facility.instruments.get(name="Fortessa X-20")


def said(prices):
    return [part.rows_of(prices) for part in PARTS]


def put(client, prices, name, **body):
    return client.put(f"{ROOT}{prices.pk}/{name}/", body, format="json")


def without_currency(rows):
    return [{name: value for name, value in row.items() if name != "currency"} for row in rows]


def test_a_list_is_shown_with_every_part(manager, full, fortessa):
    shown = manager.get(f"{ROOT}{full.pk}/").json()
    assert shown["surcharges"][0] == {
        "instrument": None,
        "tier": "",
        "ground": "bsl2",
        "name": "BSL-2",
        "percent": 20,
        "amount": None,
        "currency": "EUR",
    }
    assert shown["volume_discounts"] == [
        {
            "instrument": fortessa.pk,
            "service": None,
            "tier": "",
            "from_quantity": "40.0000",
            "percent": 10,
        }
    ]
    (package,) = shown["packages"]
    assert (package["name"], package["name_fr"]) == ("Panel", "Panneau")
    assert package["prices"] == [{"tier": "IND", "amount": "999.00", "currency": "EUR"}]
    assert [item["quantity"] for item in package["items"]] == ["0.5000", "1.0000"]


def test_what_was_read_can_be_set_again_and_changes_nothing(manager, full, draft):
    shown = manager.get(f"{ROOT}{draft.pk}/").json()
    before = said(draft)
    packages = [
        package | {"prices": without_currency(package["prices"])} for package in shown["packages"]
    ]
    for name, body in (
        ("bands", {"bands": shown["bands"]}),
        ("surcharges", {"surcharges": without_currency(shown["surcharges"])}),
        ("discounts", {"volume_discounts": shown["volume_discounts"]}),
        ("packages", {"packages": packages}),
    ):
        answer = put(manager, draft, name, **body)
        assert (answer.status_code, answer.json()) == (200, shown)
        refused = put(manager, full, name, **body)
        assert (refused.status_code, refused.data["code"]) == (409, "not_a_draft")
    assert said(draft) == before


def test_parts_of_a_draft_are_set_whole(manager, draft, fortessa):
    slide = draft.facility.services.get(code="slide")
    sum_of = {"ground": "bsl2", "name": "BSL-2", "tier": "IND", "amount": "12.50"}
    answer = put(manager, draft, "surcharges", surcharges=[sum_of])
    assert [(row["tier"], row["amount"]) for row in answer.data["surcharges"]] == [("IND", "12.50")]
    package = {
        "name": "Ten",
        "prices": [{"tier": "INT", "amount": "20.00"}],
        "items": [{"service": slide.pk, "quantity": "10", "unit": "slide"}],
    }
    answer = put(manager, draft, "packages", packages=[package])
    assert [package["name"] for package in answer.data["packages"]] == ["Ten"]
    assert answer.data["packages"][0]["items"][0]["service"] == slide.pk
    assert put(manager, draft, "discounts", volume_discounts=[]).status_code == 200
    assert not draft.volume_discounts.exists()
    rate = {"instrument": fortessa.pk, "tier": "INT", "unit": "hour", "amount": "19.00"}
    rates = {"rates": [rate | {"minimum": "9.50"}]}
    manager.post(f"{ROOT}{draft.pk}/rates/", rates, format="json")
    assert draft.rates.get(instrument=fortessa, tier="INT").minimum_cents == 950
    manager.post(f"{ROOT}{draft.pk}/rates/", {"rates": [rate]}, format="json")
    assert draft.rates.get(instrument=fortessa, tier="INT").minimum_cents == 950


def test_everything_that_is_wrong_is_told_with_its_place(manager, draft):
    theirs = make.an_instrument(make.a_facility())
    rows = [
        {"ground": "bsl2", "name": "A", "percent": 10, "amount": "1.00"},
        {"ground": "bsl2", "name": "B", "percent": 10, "instrument": theirs.pk},
    ]
    before = said(draft)
    answer = put(manager, draft, "surcharges", surcharges=rows)
    assert (answer.status_code, answer.data["code"]) == (422, "parts_not_possible")
    assert [(each["field"], each["detail"]) for each in answer.data["violations"]] == [
        ("surcharges.1.percent", "A surcharge is a percentage or a sum."),
        ("surcharges.2.instrument", "This platform has no instrument of that name."),
    ]
    twice = [{"name": "Two", "prices": [], "items": []}] * 2
    assert put(manager, draft, "packages", packages=twice).status_code == 422
    assert put(manager, draft, "surcharges", surcharges=[{"ground": "x"}]).status_code == 400
    assert said(draft) == before


def encoded(book):
    saved = io.BytesIO()
    book.save(saved)
    return base64.b64encode(saved.getvalue()).decode()


def test_a_list_is_fetched_as_a_workbook_and_taken_back_into_a_draft(manager, full, draft):
    fetched = manager.get(f"{ROOT}{full.pk}/file/")
    assert fetched["Content-Disposition"].startswith('attachment; filename="plateau-prices-')
    book = openpyxl.load_workbook(io.BytesIO(fetched.content))
    book["Rates"]["E2"] = 19.5
    del book["Surcharges"]
    sent = {"content": encoded(book)}
    address = f"{ROOT}{draft.pk}/file/"
    tried = manager.post(address, sent | {"dry_run": True}, format="json")
    assert tried.status_code == 200, tried.data
    changes = {row["part"]: row for row in tried.json()["changes"]}
    assert changes["rates"] == {"part": "rates", "added": 0, "changed": 1, "dropped": 0}
    assert "surcharges" not in changes
    assert draft.rates.get(tier="INT", unit="hour").amount_cents == 1800
    assert manager.post(address, sent, format="json").json() == tried.json()
    assert draft.rates.get(tier="INT", unit="hour").amount_cents == 1950
    assert draft.surcharges.count() == 2
    again = manager.post(address, sent, format="json").json()["changes"]
    assert not any(row["added"] or row["changed"] or row["dropped"] for row in again)
    refused = manager.post(f"{ROOT}{full.pk}/file/", sent, format="json")
    assert (refused.status_code, refused.data["code"]) == (409, "not_a_draft")


def test_a_wrong_file_is_refused_with_every_mistake(manager, draft):
    address = f"{ROOT}{draft.pk}/file/"
    book = openpyxl.load_workbook(io.BytesIO(manager.get(address).content))
    book["Rates"]["E2"], book["Rates"]["C3"] = "much", "XXX"
    answer = manager.post(address, {"content": encoded(book)}, format="json")
    assert (answer.status_code, answer.data["code"]) == (422, "list_file_refused")
    assert [each["field"] for each in answer.data["violations"]] == [
        "rates.2.amount",
        "rates.3.tier",
    ]
    broken = base64.b64encode(b"not a workbook").decode()
    answer = manager.post(address, {"content": broken}, format="json")
    assert (answer.status_code, answer.data["code"]) == (422, "file_refused")
    assert manager.post(address, {"content": "§"}, format="json").status_code == 400


def test_who_only_reads_prices_changes_none(as_, full, draft):
    accountant = as_(make.a_staff_member(full.facility, "accountant"))
    assert accountant.get(f"{ROOT}{draft.pk}/file/").status_code == 200
    assert put(accountant, draft, "bands", bands=[]).status_code == 403
    stranger = as_(make.a_staff_member(make.a_facility()))
    assert stranger.get(f"{ROOT}{draft.pk}/file/").status_code == 404
    assert put(stranger, draft, "bands", bands=[]).status_code == 404
