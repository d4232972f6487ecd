"""Booking over HTTP: what is asked, answered, listed and refused."""

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from bookings.models import Booking
from facilities.models import Instrument
from tests import factories as make
from tests.api.bodies import body
from tests.factories import period


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


def test_refusals_speak_the_persons_language_where_the_request_names_none(
    as_, researcher, instrument
):
    researcher.language = "fr"
    researcher.save()
    make.a_booking(make.a_partner(), instrument)
    client = as_(researcher)

    def said(**headers):
        answer = client.post("/api/v1/bookings/", body(instrument), headers=headers)
        return answer.json()["detail"]

    english = said(**{"Accept-Language": "en"})
    assert english == "Taken a moment ago. Choose another time."
    assert said() == said(**{"Accept-Language": "fr"}) != english


def test_a_request_tells_why_it_waits_and_until_when(as_, researcher):
    instrument = make.an_instrument(rules={"approval_always": True})
    told = as_(researcher).post("/api/v1/bookings/", body(instrument)).json()
    assert told["status"] == "requested"
    assert [reason["code"] for reason in told["approval_reasons"]] == ["always"]
    assert told["approval_reasons"][0]["detail"]
    assert told["hold_until"] == "2026-10-07T12:00:00Z"


def test_a_manager_sets_a_rule_aside_with_a_reason_that_is_kept(as_, researcher):
    instrument = make.an_instrument(rules={"longest_minutes": 60})
    manager = make.a_staff_member(instrument.facility)
    asked = body(instrument, booked_for=researcher.pk)
    refused = as_(manager).post("/api/v1/bookings/", asked)
    assert [violation["code"] for violation in refused.json()["violations"]] == ["too_long"]
    made = as_(manager).post("/api/v1/bookings/", asked | {"override_reason": "Conference"})
    assert (made.status_code, made.json()["override_reason"]) == (201, "Conference")
    own = body(instrument, start="2026-10-08T14:00:00+02:00", end="2026-10-08T16:00:00+02:00")
    for_own = as_(researcher).post("/api/v1/bookings/", own | {"override_reason": "Please"})
    assert for_own.status_code == 422


def test_a_platform_blocks_time_for_maintenance(as_, researcher, instrument):
    operator = as_(make.a_staff_member(instrument.facility, "operator"))
    block = operator.post("/api/v1/bookings/", body(instrument, kind="maintenance")).json()
    assert (block["status"], block["booked_for"], block["estimate"]) == ("approved", None, None)
    assert as_(researcher).post("/api/v1/bookings/", body(instrument)).status_code == 409


@pytest.mark.django_db(transaction=True)
def test_a_person_who_does_not_exist_is_the_senders_mistake(as_, instrument):
    manager = as_(make.a_staff_member(instrument.facility))
    asked = body(instrument, kind="maintenance", booked_for=2**40)
    refused = manager.post("/api/v1/bookings/", asked)
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid")
    assert not Booking.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_instrument_that_stays_locked_is_503_with_a_time_to_come_back(
    as_, researcher, instrument
):
    other = connection.copy("other")
    connections["other"] = other
    try:
        with transaction.atomic(using="other"), connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")
            Instrument.objects.using("other").select_for_update().get(pk=instrument.pk)
            answer = as_(researcher).post("/api/v1/bookings/", body(instrument))
    finally:
        other.close()
        connection.close()
        del connections["other"]
    assert (answer.status_code, answer.json()["code"]) == (503, "busy")
    assert int(answer.headers["Retry-After"]) > 0
    assert not Booking.objects.exists()
