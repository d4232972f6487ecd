"""Staff time, costs passed on, splits and allowances over the API."""

import base64

import pytest

from billing.models import Charge, Rate
from facilities.models import Service
from tests import factories as make

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7 courier"


@pytest.fixture
def facility():
    """Make a platform whose staff costs 60.00 an hour."""
    facility = make.a_facility(code="CYT")
    service = Service.objects.create(
        facility=facility, code="analysis", name="Analysis", unit="staff-hour"
    )
    Rate.objects.create(
        price_list=make.a_price_list(facility),
        service=service,
        tier="INT",
        unit="staff-hour",
        amount_cents=6000,
    )
    return facility


@pytest.fixture
def team(researcher):
    return researcher.teams.get()


def told(team, **more):
    return {
        "facility": "CYT",
        "team": team.pk,
        "account": team.accounts.get().pk,
        "day": "2026-10-05",
        "what": "Gating",
        **more,
    }


def test_staff_time_is_charged_listed_and_taken_back(as_, facility, team):
    operator = as_(make.a_staff_member(facility, "operator"))
    body = told(team, service=facility.services.get().pk, minutes=50)
    made = operator.post("/api/v1/staff-times/", body)
    assert made.status_code == 201
    row = made.json()
    assert (row["amount"], row["unit_price"], row["minutes"]) == ("50.00", "60.00", 50)
    assert (row["day"], row["is_taken_back"]) == ("2026-10-05", False)
    assert Charge.objects.get().pk == row["charge"]
    listed = as_(make.a_member(team, "head")).get("/api/v1/staff-times/?facility=CYT").json()
    assert [one["id"] for one in listed["results"]] == [row["id"]]
    assert operator.get("/api/v1/staff-times/?team=999999").json()["results"] == []
    manager = as_(make.a_staff_member(facility))
    back = manager.post(f"/api/v1/staff-times/{row['id']}/take-back/", {"reason": "Wrong team"})
    assert back.json()["is_taken_back"] is True


def test_a_retry_with_its_key_charges_once(as_, facility, team):
    operator = as_(make.a_staff_member(facility, "operator"))
    body = told(team, service=facility.services.get().pk, minutes=50)
    first, again = (
        operator.post("/api/v1/staff-times/", body, headers={"Idempotency-Key": "once"})
        for _ in range(2)
    )
    assert first.json() == again.json()
    assert Charge.objects.count() == 1


def test_a_cost_travels_with_its_receipt(as_, facility, team):
    operator = as_(make.a_staff_member(facility, "operator"))
    body = told(
        team,
        net_cents=1250,
        receipt=base64.b64encode(PDF).decode(),
        receipt_name="../courier.exe",
    )
    row = operator.post("/api/v1/pass-throughs/", body).json()
    assert (row["amount"], row["receipt_name"]) == ("12.50", "courier.pdf")
    file = operator.get(f"/api/v1/pass-throughs/{row['id']}/receipt/")
    assert file.content == PDF
    assert file["Content-Disposition"] == 'attachment; filename="courier.pdf"'
    assert file["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"receipt": "not base64!"}, 400, "invalid"),
        ({"receipt": base64.b64encode(b"<html>").decode()}, 422, "receipt_not_taken"),
        ({"net_cents": 0}, 400, "invalid"),
        ({"account": 999_999}, 422, "payer_not_usable"),
        ({"day": "2026-10-07"}, 422, "day_ahead"),
        ({"facility": "MIC"}, 404, "not_found"),
    ],
)
def test_what_is_wrong_has_its_code(as_, facility, team, changed, status, code):
    operator = as_(make.a_staff_member(facility, "operator"))
    body = told(team, net_cents=1250, receipt=base64.b64encode(PDF).decode()) | changed
    refused = operator.post("/api/v1/pass-throughs/", body)
    assert (refused.status_code, refused.json()["code"]) == (status, code)


def test_a_booking_is_split_and_joined_again(as_, researcher, team, instrument):
    second = make.an_account(team)
    booking = make.a_booking(researcher, instrument, estimate_cents=3600)
    path, client = f"/api/v1/bookings/{booking.pk}/split/", as_(researcher)
    assert client.get(path).json() == {"booking": booking.pk, "shares": []}
    shares = [
        {"account": team.accounts.order_by("pk")[0].pk, "percent": "33.33"},
        {"account": second.pk, "percent": "66.67"},
    ]
    assert client.post(path, {"shares": shares}).json()["shares"] == shares
    refused = client.post(path, {"shares": shares[:1]})
    assert (refused.status_code, refused.json()["code"]) == (422, "shares_do_not_add_up")
    assert client.post(path, {"shares": []}).json()["shares"] == []
    assert as_(make.a_researcher()).get(path).status_code == 404


def test_an_allowance_is_given_seen_and_taken_away(as_, researcher, team):
    head, account = as_(make.a_member(team, "head")), team.accounts.get()
    path = f"/api/v1/accounts/{account.pk}/allowances/"
    given = head.post(
        path, {"person": researcher.pk, "monthly_cents": 25_000, "ends_on": "2026-12-31"}
    ).json()
    assert (given["monthly"], given["ends_on"]) == ("250.00", "2026-12-31")
    assert as_(researcher).get(path).json()["allowances"] == [given]
    assert as_(make.a_member(team)).get(path).json()["allowances"] == []
    assert as_(researcher).post(path, {"person": researcher.pk}).status_code == 403
    assert head.post(f"/api/v1/allowances/{given['id']}/end/").status_code == 204
    assert head.get(path).json()["allowances"] == []


def test_what_passes_a_members_limit_names_the_head(as_, researcher, team, instrument):
    make.a_price_list(instrument.facility, {instrument: {"INT": 1800}})
    head = make.a_member(team, "head", make.a_user(first_name="Ada", last_name="Head"))
    account = team.accounts.get()
    as_(head).post(
        f"/api/v1/accounts/{account.pk}/allowances/",
        {"person": researcher.pk, "monthly_cents": 1000},
    )
    body = {
        "instrument": instrument.pk,
        "start": "2026-10-14T14:00:00+02:00",
        "end": "2026-10-14T16:00:00+02:00",
    }
    refused = as_(researcher).post("/api/v1/bookings/", body).json()
    (violation,) = refused["violations"]
    assert (violation["code"], violation["field"]) == ("member_limit", "account")
    assert "Ada Head" in violation["detail"]
    body |= {"booked_for": researcher.pk, "project": team.projects.get().pk}
    assert as_(head).post("/api/v1/bookings/", body).status_code == 201


def test_who_leads_keeps_a_title_for_the_team(as_, team):
    head, project = as_(make.a_member(team, "head")), team.projects.get()
    path = f"/api/v1/projects/{project.pk}/"
    kept = head.patch(path, {"is_confidential": True}).json()
    assert (kept["is_confidential"], kept["name"]) == (True, project.name)
    admin = as_(make.a_user(is_superuser=True, is_staff=True))
    assert admin.get(path).json()["name"] == "Confidential project"
