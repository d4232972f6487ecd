"""Price lists over the API: begun, filled, voted, in force, compared and tried on past use."""

import datetime as dt

import pytest

from billing.models import PriceList
from billing.services import charge_all_finished_uses
from tests import factories as make
from tests.billing.cases import LATER, a_use, someone
from tests.billing.price_world import a_full_list

pytestmark = pytest.mark.django_db

LISTS = "/api/v1/price-lists/"
NEXT_YEAR = {"name": "2027", "first_on": "2027-01-01", "last_on": "2027-12-31"}


@pytest.fixture
def full():
    return a_full_list()


@pytest.fixture
def fortessa(full):
    return full.facility.instruments.get(name="Fortessa X-20")


@pytest.fixture
def manager(as_, full):
    return as_(make.a_staff_member(full.facility))


@pytest.fixture
def draft(manager, full):
    asked = {"facility": full.facility.code, "copy_of": full.pk, "percent": "4", "round_to": 5}
    answer = manager.post(LISTS, NEXT_YEAR | asked)
    assert answer.status_code == 201, answer.data
    return answer.data


def of(listed, *path, **query):
    return f"{LISTS}{listed['id']}/{'/'.join(path)}{'/' if path else ''}", query


def step(client, listed, verb, **body):
    return client.post(*of(listed, verb)[:1], body, format="json")


def test_lists_are_found_by_platform_and_state(manager, full, draft):
    make.a_price_list(make.a_facility())
    assert [row["id"] for row in manager.get(LISTS).data["results"]] == [draft["id"], full.pk]
    drafts = manager.get(LISTS, {"status": "draft", "facility": full.facility.code})
    assert drafts.data["results"] == [draft]
    assert draft == {
        "id": draft["id"],
        "facility": full.facility.code,
        "name": "2027",
        "status": "draft",
        "first_on": "2027-01-01",
        "last_on": "2027-12-31",
        "voted_on": None,
    }


def test_a_list_is_shown_with_rates_and_bands(manager, full, fortessa):
    shown = manager.get(f"{LISTS}{full.pk}/").data
    assert {
        "instrument": fortessa.pk,
        "service": None,
        "tier": "INT",
        "unit": "hour",
        "amount": "18.00",
        "minimum": "0.00",
        "currency": "EUR",
    } in [dict(rate) for rate in shown["rates"]]
    assert dict(shown["bands"][2]) == {
        "name": "Night",
        "weekdays": [0, 1, 2, 3, 4],
        "on_holidays": False,
        "starts": "00:00",
        "ends": "08:00",
        "percent": 25,
    }


def test_a_draft_is_filled_voted_and_put_in_force(manager, fortessa, draft):
    rates = [
        {"instrument": fortessa.pk, "tier": "INT", "unit": "hour", "amount": "19.55"},
        {"instrument": fortessa.pk, "tier": "SUP", "unit": "hour", "amount": None},
    ]
    filled = step(manager, draft, "rates", rates=rates)
    assert filled.status_code == 200
    amounts = {
        rate["tier"]: rate["amount"]
        for rate in filled.data["rates"]
        if rate["instrument"] == fortessa.pk
    }
    assert amounts == {"INT": "19.55", "ACA": "36.40", "IND": "124.80"}
    assert step(manager, draft, "in-force").data["code"] == "not_voted"
    voted = step(manager, draft, "vote", voted_on="2026-10-05")
    assert (voted.data["status"], voted.data["voted_on"]) == ("voted", "2026-10-05")
    assert step(manager, draft, "in-force").data["status"] == "in_force"
    ended = step(manager, draft, "end", last_on="2027-06-30")
    assert ended.data["last_on"] == "2027-06-30"
    for verb, body, code in (
        ("vote", {"voted_on": "2026-10-05"}, "not_a_draft"),
        ("withdraw", {}, "not_a_draft"),
        ("rates", {"rates": rates}, "not_a_draft"),
        ("in-force", {}, "not_voted"),
    ):
        answer = step(manager, draft, verb, **body)
        assert (answer.status_code, answer.data["code"]) == (409, code)


def test_what_cannot_be_is_refused_by_its_code(manager, full, fortessa, draft):
    wrong_rate = {"instrument": fortessa.pk, "tier": "INT", "unit": "minute", "amount": "1.00"}
    twice = {"instrument": fortessa.pk, "tier": "INT", "unit": "session", "amount": "1.00"}
    for verb, body, status, code in (
        ("vote", {"voted_on": "2026-10-07"}, 422, "voted_too_late"),
        ("rates", {"rates": [wrong_rate]}, 422, "rate_not_possible"),
        ("rates", {"rates": [twice]}, 422, "time_priced_twice"),
        ("rates", {"rates": []}, 400, "invalid"),
        ("end", {"last_on": "2027-01-01"}, 409, "not_in_force"),
    ):
        answer = step(manager, draft, verb, **body)
        assert (answer.status_code, answer.data["code"]) == (status, code)
    asked = NEXT_YEAR | {"facility": full.facility.code}
    for changed, status in (
        ({"last_on": "2026-12-31"}, 422),
        ({"percent": "-100"}, 422),
        ({"round_to": 7}, 400),
        ({"facility": "NONE"}, 404),
        ({"copy_of": 10**9}, 404),
    ):
        assert manager.post(LISTS, asked | changed).status_code == status


def test_an_overlap_names_the_other_list(manager, full):
    again = make.a_price_list(
        full.facility, name="Again", status="voted", validity=(dt.date(2026, 12, 31), None)
    )
    answer = step(manager, {"id": again.pk}, "in-force")
    assert (answer.status_code, answer.data["code"]) == (409, "lists_overlap")
    assert answer.data["detail"].startswith("2026 is in force")


def test_a_draft_is_withdrawn(manager, draft):
    assert step(manager, draft, "withdraw").status_code == 204
    assert not PriceList.objects.filter(pk=draft["id"]).exists()


def test_a_retry_begins_no_second_list(manager, full):
    asked = NEXT_YEAR | {"facility": full.facility.code}
    answers = [manager.post(LISTS, asked, headers={"Idempotency-Key": "a"}) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert PriceList.objects.filter(status="draft").count() == 1


def test_two_lists_are_compared(manager, full, draft):
    address, query = of(draft, "compare", old=full.pk)
    found = manager.get(address, query).data
    assert (found["old"]["id"], found["new"]["id"]) == (full.pk, draft["id"])
    rates = [rate for rate in found["rates"] if rate["thing"] == "Fortessa X-20"]
    assert dict(rates[0]) == {
        "thing": "Fortessa X-20",
        "tier": "INT",
        "unit": "hour",
        "old": "18.00",
        "new": "18.70",
        "difference": "0.70",
        "percent": "3.9",
        "old_minimum": "0.00",
        "new_minimum": "0.00",
        "currency": "EUR",
    }
    assert [row["part"] for row in found["others"]] == ["surcharges", "package_prices"]
    assert manager.get(address).data == found
    assert manager.get(address, {"old": 10**9}).status_code == 404


def test_past_uses_are_priced_by_a_list(manager, fortessa, draft):
    a_use(someone(), fortessa, make.period("2026-09-22 09:00", "11:00"))
    charge_all_finished_uses(now=LATER)
    address, _query = of(draft, "simulation")
    found = manager.get(address).data
    total = {
        "uses": 1,
        "charged": "36.00",
        "simulated": "37.40",
        "difference": "1.40",
        "percent": "3.9",
        "unpriced": 0,
        "unpriced_charged": "0.00",
        "currency": "EUR",
    }
    assert (found["first_on"], found["last_on"]) == ("2025-10-07", "2026-10-06")
    assert dict(found["total"]) == total
    assert found["rows"] == [total | {"kind": "instrument", "name": "Fortessa X-20", "tier": "INT"}]
    turned = manager.get(address, {"first_on": "2026-10-02", "last_on": "2026-10-01"})
    assert turned.status_code == 422


def test_a_simulation_reads_as_many_rows_as_needed(manager, draft, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        assert manager.get(of(draft, "simulation")[0]).status_code == 200
