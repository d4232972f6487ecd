"""Booking over HTTP: shapes, refusals, versions and repeats."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.models import Booking
from tests import factories as make
from tests.factories import period

START, END = "2026-10-07T14:00:00+02:00", "2026-10-07T16:00:00+02:00"


def body(instrument, **more):
    return {"instrument": instrument.pk, "start": START, "end": END} | more


def test_a_booking_is_made_and_looked_at(as_, researcher, instrument):
    client = as_(researcher)
    made = client.post("/api/v1/bookings/", body(instrument, purpose="Panel B"))
    assert made.status_code == 201
    assert made.headers["ETag"] == '"1"'
    answer = made.json()
    assert (answer["status"], answer["unit"], answer["version"]) == ("approved", 1, 1)
    assert (answer["start"], answer["end"]) == ("2026-10-07T12:00:00Z", "2026-10-07T14:00:00Z")
    assert answer["facility"] == instrument.facility.code
    assert answer["free_cancellation_until"] == "2026-10-07T00:00:00Z"
    assert client.get(made.headers["Location"]).json() == answer
    assert client.get("/api/v1/bookings/").json()["results"] == [answer]


def test_a_taken_slot_is_409_with_alternatives(as_, researcher, instrument):
    as_(researcher).post("/api/v1/bookings/", body(instrument))
    refused = as_(make.a_partner()).post("/api/v1/bookings/", body(instrument))
    assert refused.status_code == 409
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.json()["code"] == "slot_taken"
    assert [a["start"] for a in refused.json()["alternatives"]] == [
        "2026-10-07T14:00:00Z",
        "2026-10-07T16:00:00Z",
        "2026-10-07T18:00:00Z",
    ]


def test_every_violation_comes_at_once_in_the_persons_language(as_, researcher, instrument):
    make.a_qualification(instrument)
    refused = as_(researcher).post(
        "/api/v1/bookings/",
        body(instrument, end="2026-10-07T14:10:00+02:00"),
        headers={"Accept-Language": "fr"},
    )
    assert refused.status_code == 422
    assert {v["code"] for v in refused.json()["violations"]} == {
        "not_qualified",
        "off_step",
        "too_short",
    }
    assert all(v["field"] and v["detail"] for v in refused.json()["violations"])


def test_a_time_without_its_offset_is_refused(as_, researcher, instrument):
    refused = as_(researcher).post(
        "/api/v1/bookings/", body(instrument, start="2026-10-07T14:00:00")
    )
    assert refused.status_code == 400
    assert refused.json()["code"] == "naive_datetime"


def test_a_dry_run_says_what_would_happen_and_writes_nothing(as_, researcher):
    instrument = make.an_instrument(rules={"approval_always": True})
    told = as_(researcher).post("/api/v1/bookings/check/", body(instrument))
    assert told.status_code == 200
    assert told.json()["needs_approval"]
    assert told.json()["violations"] == []
    make.a_booking(researcher, instrument)
    taken = as_(researcher).post("/api/v1/bookings/check/", body(instrument)).json()
    assert [v["code"] for v in taken["violations"]] == ["slot_taken"]
    assert len(taken["alternatives"]) == 3
    assert Booking.objects.count() == 1


def test_a_change_names_the_version_it_saw(as_, researcher, instrument):
    client = as_(researcher)
    url = client.post("/api/v1/bookings/", body(instrument)).headers["Location"]
    change = {"purpose": "Panel C"}
    assert client.patch(url, change).status_code == 428
    assert client.patch(url, change, headers={"If-Match": '"7"'}).status_code == 412
    changed = client.patch(url, change, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    assert client.patch(url, {"version": 2, "end": "2026-10-07T15:00:00+02:00"}).json()["end"] == (
        "2026-10-07T13:00:00Z"
    )


def test_an_idempotency_key_is_answered_as_the_first_time(as_, researcher, instrument):
    client = as_(researcher)
    key = {"Idempotency-Key": "my-key"}
    first = client.post("/api/v1/bookings/", body(instrument), headers=key)
    again = client.post("/api/v1/bookings/", body(instrument), headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert (again.content, again.headers["ETag"]) == (first.content, first.headers["ETag"])
    assert Booking.objects.count() == 1
    other = client.post("/api/v1/bookings/", body(instrument, purpose="Other"), headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    stranger = as_(make.a_researcher()).post("/api/v1/bookings/", body(instrument), headers=key)
    assert stranger.status_code == 409


def test_a_refused_request_leaves_its_key_free(as_, researcher, instrument):
    client, key = as_(researcher), {"Idempotency-Key": "k"}
    block = make.a_booking(make.a_researcher(), instrument)
    assert client.post("/api/v1/bookings/", body(instrument), headers=key).status_code == 409
    Booking.objects.filter(pk=block.pk).update(status="cancelled")
    assert client.post("/api/v1/bookings/", body(instrument), headers=key).status_code == 201


def test_a_request_passes_from_state_to_state(as_, researcher, instrument):
    instrument.rules.approval_always = True
    instrument.rules.save()
    manager = as_(make.a_staff_member(instrument.facility))
    url = as_(researcher).post("/api/v1/bookings/", body(instrument)).headers["Location"]
    assert as_(researcher).post(f"{url}approve/").status_code == 403
    assert manager.post(f"{url}reject/", {}).json()["code"] == "reason_required"
    assert manager.post(f"{url}approve/").json()["status"] == "approved"
    assert manager.post(f"{url}approve/").json()["code"] == "wrong_state"
    assert as_(researcher).post(f"{url}start/").json()["code"] == "too_early"
    assert as_(researcher).post(f"{url}cancel/", {"reason": "Ill"}).json()["status"] == "cancelled"


def test_a_foreign_booking_is_missing_like_one_that_never_was(as_, researcher, instrument):
    booking = make.a_booking(researcher, instrument)
    stranger = as_(make.a_partner())
    for url in (f"/api/v1/bookings/{booking.pk}/", "/api/v1/bookings/999999/"):
        for answer in (stranger.get(url), stranger.post(f"{url}cancel/")):
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_lists_are_filtered(as_, researcher, instrument):
    mine = make.a_booking(researcher, instrument)
    colleague = make.a_member(researcher.teams.get())
    theirs = make.a_booking(
        colleague, instrument, period("2026-10-08 14:00", "16:00"), status="cancelled"
    )
    client = as_(researcher)

    def ids(query):
        return {b["id"] for b in client.get(f"/api/v1/bookings/?{query}").json()["results"]}

    assert ids("") == {mine.pk, theirs.pk}
    assert ids("mine=true") == {mine.pk}
    assert ids("status=cancelled") == {theirs.pk}
    assert ids("start=2026-10-08T00:00:00Z") == {theirs.pk}
    assert ids(f"facility={instrument.facility.code}&end=2026-10-08T00:00:00Z") == {mine.pk}
    assert ids("instrument=999") == set()
    assert client.get("/api/v1/bookings/?status=odd").status_code == 400


@pytest.mark.django_db(transaction=True)
def test_a_booking_takes_at_most_fifteen_statements(as_, researcher, instrument):
    team = researcher.teams.get()
    team.accounts.update(ceiling_cents=1_000_000)
    client = as_(researcher)
    asked = body(instrument, project=team.projects.get().pk, account=team.accounts.get().pk)
    with CaptureQueriesContext(connection) as queries:
        assert client.post("/api/v1/bookings/", asked).status_code == 201
    assert len(queries) <= 15


def test_a_list_takes_as_many_queries_for_fifty_as_for_one(as_, researcher, instrument):
    client = as_(researcher)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/api/v1/bookings/").status_code == 200
        return len(captured)

    make.a_booking(researcher, instrument)
    for_one = queries()
    for day in range(8, 28):
        make.a_booking(researcher, instrument, period(f"2026-10-{day:02d} 14:00", "16:00"))
    assert queries() == for_one <= 6
