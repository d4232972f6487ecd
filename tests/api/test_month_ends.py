"""Disputes, statements line by line and month ends over the API."""

import datetime as dt
from decimal import Decimal

import pytest

from billing.models import MonthEndRun, Statement
from billing.services import close_month, continue_run
from billing.services.standing import enter_census
from tests import factories as make
from tests.billing.order_cases import a_service, a_standing_use
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def facility():
    return make.a_facility(code="CYT")


@pytest.fixture
def issuer(facility):
    return make.an_issuer(facility, code="CRC")


@pytest.fixture
def charge(issuer, facility):
    team = make.a_team(make.a_legal_person())
    make.an_account(team)
    charge = make.a_charge(team, facility, 1850)
    close_month(month=dt.date(2026, 9, 1), now=NOW)
    return charge


def test_a_statement_says_of_each_line_until_when_it_may_be_disputed(as_, charge):
    head = make.a_member(charge.team, "head")
    answer = as_(head).get(f"/api/v1/statements/{Statement.objects.get().pk}/").json()
    (line,) = answer["lines"]
    assert line["charge"]["id"] == charge.pk
    assert line["charge"]["amount"] == "18.50"
    assert (line["disputable_until"], line["is_disputable"]) == ("2026-10-11", True)
    assert line["dispute"] is None


def test_who_keeps_an_issuers_books_reads_what_it_states_and_no_more(as_, charge, issuer):
    imaging = make.a_facility(code="MIC")
    other = make.an_issuer(imaging, code="UPR")
    theirs = make.a_charge(charge.team, imaging, 99)
    close_month(month=dt.date(2026, 9, 1), now=NOW)
    keepers = [make.a_user(), make.a_user()]
    for seller, keeper in zip((issuer, other), keepers, strict=True):
        seller.accountants.add(keeper)

    for keeper, code, its in zip(keepers, ("CRC", "UPR"), (charge, theirs), strict=True):
        client = as_(keeper)
        (row,) = client.get("/api/v1/statements/").json()["results"]
        assert row["issuer"] == code
        lines = client.get(f"/api/v1/statements/{row['id']}/").json()["lines"]
        assert [line["charge"]["id"] for line in lines] == [its.pk]
        listed = client.get(f"/api/v1/charges/?statement={row['id']}").json()["results"]
        assert [one["id"] for one in listed] == [its.pk]
    hidden = Statement.objects.get(issuer=issuer)
    client = as_(keepers[1])
    assert client.get(f"/api/v1/statements/{hidden.pk}/").status_code == 404
    assert client.get("/api/v1/statements/?issuer=CRC").json()["results"] == []
    head = as_(make.a_member(charge.team, "head"))
    assert len(head.get("/api/v1/statements/").json()["results"]) == 2
    (row,) = head.get("/api/v1/statements/?issuer=UPR").json()["results"]
    assert row["total"] == "0.99"


def test_a_line_is_disputed_and_answered(as_, charge, facility):
    head, manager = make.a_member(charge.team, "head"), make.a_staff_member(facility)
    made = as_(head).post("/api/v1/disputes/", {"charge": charge.pk, "reason": "We were two"})
    assert made.status_code == 201
    dispute = made.json()
    assert (dispute["state"], dispute["amount"], dispute["facility"]) == ("open", "18.50", "CYT")
    again = as_(head).post("/api/v1/disputes/", {"charge": charge.pk, "reason": "Again"})
    assert (again.status_code, again.json()["code"]) == (409, "already_disputed")

    address = f"/api/v1/disputes/{dispute['id']}/"
    answered = as_(manager).post(f"{address}reject/", {"answer": "Two were booked"})
    assert (answered.status_code, answered.json()["state"]) == (200, "rejected")
    assert as_(head).get(address).json()["answer"] == "Two were booked"
    assert as_(head).get("/api/v1/disputes/?state=open").json()["results"] == []
    late = as_(manager).post(f"{address}uphold/", {"answer": "Yes"})
    assert (late.status_code, late.json()["code"]) == (409, "already_answered")


def test_a_step_is_started_and_followed(as_, charge, issuer):
    keeper = make.a_user()
    issuer.accountants.add(keeper)
    given = {"issuer": "CRC", "month": "2026-09-15", "step": "documents"}
    started = as_(keeper).post("/api/v1/month-ends/start/", given)
    assert started.status_code == 202
    month_end = started.json()
    assert (month_end["month"], month_end["next"]) == ("2026-09-01", "disputes")
    assert month_end["disputable_until"] == "2026-10-11"
    assert month_end["held_up"] == [
        {"reason": "disputable", "count": 1, "amount": "18.50", "is_waiting": True, "standing": []}
    ]
    assert month_end["run"]["finished_at"] is None
    again = as_(keeper).post("/api/v1/month-ends/start/", given)
    assert (again.status_code, again.json()["code"]) == (409, "run_under_way")

    continue_run(run_id=MonthEndRun.objects.get().pk, now=NOW)
    (listed,) = as_(keeper).get("/api/v1/month-ends/").json()["results"]
    assert (listed["issuer"], listed["run"]["step"]) == ("CRC", "documents")
    assert listed["run"]["finished_at"] == "2026-10-06T10:00:00Z"


def test_what_stands_without_a_price_is_named_with_its_days(as_, issuer, facility, charge):
    keeper = make.a_user()
    issuer.accountants.add(keeper)
    cage = a_service(facility, {}, code="cage", unit="cage-day", counting="day")
    use = a_standing_use(cage, charge.team, starts_on=dt.date(2026, 9, 20))
    enter_census(actor=use.created_by, use_id=use.pk, day=use.starts_on, count=Decimal(3), now=NOW)
    given = {"issuer": "CRC", "month": "2026-09-30", "step": "statements"}
    begun = as_(keeper).post("/api/v1/month-ends/start/", given).json()
    answer = as_(keeper).get(f"/api/v1/month-ends/{begun['id']}/").json()
    held_up = {one["reason"]: one for one in answer["held_up"]}
    assert held_up["rate_missing"]["count"] == 1
    assert held_up["rate_missing"]["standing"] == [
        {
            "standing_use": use.pk,
            "code": use.code,
            "facility": "CYT",
            "service": cage.pk,
            "first_on": "2026-09-20",
            "last_on": "2026-09-30",
            "days": 11,
        }
    ]
    assert all(not one["standing"] for one in answer["held_up"] if one["reason"] != "rate_missing")
