"""Services, service requests and standing uses over the API."""

from __future__ import annotations

import pytest

from billing.models import Charge
from tests import factories as make
from tests.billing.order_cases import a_bench, a_service, a_standing_use

REQUESTS = "/api/v1/service-requests/"


@pytest.fixture
def bench(db):
    return a_bench()


def wanted(bench, quantity="24"):
    return {
        "items": [{"service": bench.service.pk, "quantity": quantity}],
        "project": bench.team.projects.get().pk,
        "title": "Kinases",
    }


def test_services_are_listed_with_my_price(as_, bench):
    found = as_(bench.person).get("/api/v1/services/", {"facility": bench.facility.code}).json()
    (service,) = found["results"]
    assert service["price"] == {"amount": "60.00", "currency": "EUR"}
    assert (service["unit"], service["counting"]) == ("sample", "piece")
    one = as_(bench.manager).get(f"/api/v1/services/{service['id']}/").json()
    assert one["price"] is None


def test_a_request_goes_from_asking_to_the_last_delivery(as_, bench):
    person, manager = as_(bench.person), as_(bench.manager)
    made = person.post(REQUESTS, wanted(bench))
    assert made.status_code == 201
    assert made.headers["ETag"] == '"1"'
    request = made.json()
    assert (request["state"], request["items"][0]["ordered"]) == ("requested", "24.00")
    assert request["items"][0]["unit_price"] is None
    address = f"{REQUESTS}{request['id']}/"
    counts = [{"item": request["items"][0]["id"], "quantity": "24"}]
    accepted = manager.post(f"{address}accept/", {}, headers={"If-Match": '"1"'})
    assert accepted.json()["promised"] == "1440.00"
    assert accepted.headers["ETag"] == '"2"'
    assert manager.post(f"{address}receive/", {"counts": counts}).status_code == 200
    assert manager.post(f"{address}start/").status_code == 200
    done = manager.post(f"{address}deliver/", {"counts": counts}).json()
    assert (done["state"], done["promised"]) == ("delivered", "0.00")
    assert person.get(address).json()["items"][0]["delivered"] == "24.00"
    assert Charge.objects.get().amount_cents == 144_000
    listed = person.get(REQUESTS, {"state": "delivered", "facility": bench.facility.code}).json()
    assert [one["id"] for one in listed["results"]] == [request["id"]]


def test_a_delivery_is_taken_back_and_stays_listed(as_, bench):
    request = bench.begun("24")
    bench.deliver(request, "24")
    manager, address = as_(bench.manager), f"{REQUESTS}{request.pk}/"
    (delivery,) = manager.get(address).json()["deliveries"]
    assert (delivery["quantity"], delivery["taken_back_at"]) == ("24.00", None)
    assert delivery["taken_back_reason"] is None
    asked = {"delivery": delivery["id"], "reason": "Counted twice"}

    done = manager.post(f"{address}take-back/", asked).json()

    assert (done["state"], done["promised"]) == ("in_progress", "1440.00")
    assert done["items"][0]["delivered"] == "0.00"
    (kept,) = done["deliveries"]
    assert (kept["quantity"], kept["taken_back_reason"]) == ("24.00", "Counted twice")
    assert kept["taken_back_at"]
    again = manager.post(f"{address}take-back/", asked)
    assert (again.status_code, again.json()["code"]) == (409, "delivery_taken_back")
    assert as_(bench.person).post(f"{address}take-back/", asked).status_code == 403


def test_a_delivery_that_is_sent_twice_is_charged_once(as_, bench):
    request = bench.begun("4")
    counts = [{"item": request.items.get().pk, "quantity": "2"}]
    address = f"{REQUESTS}{request.pk}/deliver/"
    for _time in range(2):
        answer = as_(bench.manager).post(
            address, {"counts": counts}, headers={"Idempotency-Key": "delivery-1"}
        )
        assert answer.status_code == 200
    assert Charge.objects.count() == 1


def test_refusals_have_their_codes(as_, bench):
    request = bench.ask("4")
    address = f"{REQUESTS}{request.pk}/"
    manager = as_(bench.manager)
    stale = manager.post(f"{address}accept/", {}, headers={"If-Match": '"7"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")
    early = manager.post(f"{address}start/")
    assert (early.status_code, early.json()["code"]) == (409, "wrong_stage")
    mixed = {"milestones": [{"name": "Half", "percent": "50"}]}
    refused = manager.post(f"{address}accept/", mixed)
    assert (refused.status_code, refused.json()["code"]) == (422, "milestones_do_not_add_up")
    bench.account.__class__.objects.update(ceiling_cents=100)
    passed = manager.post(f"{address}accept/", {})
    assert (passed.status_code, passed.json()["code"]) == (422, "ceiling_passed")
    nothing = as_(bench.person).post(REQUESTS, wanted(bench, quantity="0"))
    assert nothing.status_code == 400


def test_milestones_are_reached(as_, bench):
    request = bench.ask("1")
    address = f"{REQUESTS}{request.pk}/"
    manager = as_(bench.manager)
    shares = [{"name": "Start", "percent": "40"}, {"name": "Report", "percent": "60"}]
    accepted = manager.post(f"{address}accept/", {"milestones": shares}).json()
    assert [one["amount"] for one in accepted["milestones"]] == ["24.00", "36.00"]
    first = accepted["milestones"][0]["id"]
    reached = manager.post(f"{address}reach/", {"milestone": first}).json()
    assert reached["milestones"][0]["reached_at"] == "2026-10-06T10:00:00Z"
    assert manager.post(f"{address}reach/", {"milestone": first}).status_code == 409


def test_a_team_chooses_what_pays_and_takes_back(as_, bench):
    request = bench.ask("1")
    address = f"{REQUESTS}{request.pk}/"
    other = make.an_account(bench.team)
    person = as_(bench.person)
    assert person.post(f"{address}account/", {"account": other.pk}).json()["account"] == other.pk
    assert person.post(f"{address}cancel/", {"note": "No samples"}).json()["state"] == "cancelled"


def test_what_stands_is_opened_and_counted(as_, bench):
    service = a_service(bench.facility, {"INT": 55}, code="cage", unit="cage-day", counting="day")
    manager = as_(bench.manager)
    opened = manager.post(
        "/api/v1/standing-uses/",
        {
            "service": service.pk,
            "project": bench.team.projects.get().pk,
            "code": "MOUSE-1",
            "label": "Breeding",
            "starts_on": "2026-10-01",
        },
    )
    assert opened.status_code == 201
    assert opened.json()["count"] is None
    address = f"/api/v1/standing-uses/{opened.json()['id']}/"
    counted = manager.post(f"{address}census/", {"day": "2026-10-01", "count": "12"})
    assert counted.json() == {"day": "2026-10-01", "count": "12.00"}
    assert Charge.objects.count() == 5
    future = manager.post(f"{address}census/", {"day": "2026-11-01", "count": "12"})
    assert (future.status_code, future.json()["code"]) == (422, "day_not_possible")
    head = as_(make.a_member(bench.team, "head"))
    (seen,) = head.get("/api/v1/standing-uses/", {"team": bench.team.pk}).json()["results"]
    assert (seen["count"], seen["counted_on"]) == ("12.00", "2026-10-01")
    assert head.get("/api/v1/standing-uses/", {"facility": "NONE"}).json()["results"] == []


def test_a_partner_sees_nothing_of_others(as_, bench):
    request = bench.ask("1")
    use = a_standing_use(
        a_service(bench.facility, {"INT": 55}, code="cage", unit="cage-day", counting="day"),
        bench.team,
    )
    partner = as_(make.a_partner())
    assert partner.get(REQUESTS).json()["results"] == []
    assert partner.get(f"{REQUESTS}{request.pk}/").status_code == 404
    assert partner.get("/api/v1/standing-uses/").json()["results"] == []
    assert partner.get(f"/api/v1/standing-uses/{use.pk}/").status_code == 404
