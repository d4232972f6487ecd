"""A booking over HTTP from step to step: moved, decided, used, cancelled, waived."""

from tests import factories as make
from tests.api.bodies import body
from tests.factories import period


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


def test_a_move_to_a_taken_slot_is_409_with_alternatives(as_, researcher, instrument):
    make.a_booking(make.a_partner(), instrument, period("2026-10-08 14:00", "16:00"))
    client = as_(researcher)
    url = client.post("/api/v1/bookings/", body(instrument)).headers["Location"]
    move = {"start": "2026-10-08T15:00:00+02:00", "end": "2026-10-08T17:00:00+02:00"}
    refused = client.patch(url, move, headers={"If-Match": '"1"'})
    assert (refused.status_code, refused.json()["code"]) == (409, "slot_taken")
    assert refused.json()["alternatives"][0]["start"] == "2026-10-08T14:00:00Z"
    assert client.get(url).json()["start"] == "2026-10-07T12:00:00Z"


def test_null_takes_back_what_was_chosen(as_, researcher, instrument):
    client = as_(researcher)
    made = client.post(
        "/api/v1/bookings/",
        body(instrument, animals=4, unit=None, project=None, account=None, operator=None),
    )
    assert made.json()["animals"] == 4
    changed = client.patch(made.headers["Location"], {"animals": None, "version": 1})
    assert (changed.status_code, changed.json()["animals"]) == (200, None)


def test_a_session_is_started_and_finished(as_, researcher, instrument):
    booking = make.a_booking(researcher, instrument, period("2026-10-06 12:00", "13:00"))
    client, url = as_(researcher), f"/api/v1/bookings/{booking.pk}/"
    assert client.post(f"{url}finish/").json()["code"] == "wrong_state"
    assert client.post(f"{url}start/").json()["status"] == "in_use"
    assert client.post(f"{url}finish/").json()["status"] == "completed"
    assert client.post(f"{url}cancel/").json()["code"] == "wrong_state"


def test_a_no_show_is_noted_when_the_time_to_come_has_passed(as_, researcher):
    instrument = make.an_instrument(rules={"no_show_minutes": 30})
    operator = as_(make.a_staff_member(instrument.facility, "operator"))
    missed = make.a_booking(researcher, instrument, period("2026-10-06 11:00", "13:00"))
    coming = make.a_booking(researcher, instrument, period("2026-10-06 14:00", "15:00"))
    assert operator.post(f"/api/v1/bookings/{missed.pk}/no-show/").json()["status"] == "no_show"
    early = operator.post(f"/api/v1/bookings/{coming.pk}/no-show/")
    assert (early.status_code, early.json()["code"]) == (409, "too_early")


def test_a_charge_is_waived_with_a_reason(as_, researcher, instrument):
    booking = make.a_booking(researcher, instrument, status="completed")
    manager, url = as_(make.a_staff_member(instrument.facility)), f"/api/v1/bookings/{booking.pk}/"
    assert manager.post(f"{url}waive/", {"reason": " "}).json()["code"] == "reason_required"
    assert manager.post(f"{url}waive/", {"reason": "Laser"}).json()["waived_reason"] == "Laser"


def test_who_runs_one_platform_moves_nothing_to_another(as_, researcher, instrument):
    elsewhere = make.an_instrument()
    operator = as_(make.a_staff_member(instrument.facility, "operator"))
    block = operator.post("/api/v1/bookings/", body(instrument, kind="maintenance"))
    there = {"instrument": elsewhere.pk, "version": 1}
    assert operator.patch(block.headers["Location"], there).status_code == 403
    later = period("2026-10-08 14:00", "16:00")
    booking = make.a_booking(researcher, instrument, later)
    url = f"/api/v1/bookings/{booking.pk}/"
    assert operator.patch(url, there).status_code == 403
    assert as_(researcher).patch(url, there).json()["instrument"] == elsewhere.pk


def test_an_operator_is_one_of_the_platform(as_, researcher, instrument):
    manager = as_(make.a_staff_member(instrument.facility))
    operator = make.a_staff_member(instrument.facility, "operator")
    for nobody in (researcher.pk, make.a_staff_member(make.a_facility(), "operator").pk, 2**40):
        asked = body(instrument, booked_for=researcher.pk, operator=nobody)
        refused = manager.post("/api/v1/bookings/", asked)
        assert (refused.status_code, refused.json()["code"]) == (422, "not_an_operator")
    asked = body(instrument, booked_for=researcher.pk, operator=operator.pk)
    made = manager.post("/api/v1/bookings/", asked)
    assert made.json()["operator"] == operator.pk
    change = {"operator": 2**40, "version": 1}
    assert manager.patch(made.headers["Location"], change).json()["code"] == "not_an_operator"
    instrument.rules.approval_always = True
    instrument.rules.save()
    later = body(instrument, start="2026-10-08T14:00:00+02:00", end="2026-10-08T16:00:00+02:00")
    url = as_(researcher).post("/api/v1/bookings/", later).headers["Location"]
    assert manager.post(f"{url}approve/", {"operator": 2**40}).json()["code"] == "not_an_operator"
    assert manager.post(f"{url}approve/", {"operator": operator.pk}).json()["status"] == "approved"


def test_a_step_bound_to_what_was_seen_is_refused_once_it_has_changed(as_, researcher, instrument):
    client = as_(researcher)
    url = client.post("/api/v1/bookings/", body(instrument)).headers["Location"]
    for verb in ("approve", "reject", "cancel", "start", "finish", "no-show", "waive"):
        stale = client.post(f"{url}{verb}/", headers={"If-Match": '"7"'})
        assert (stale.status_code, stale.json()["code"]) == (412, "stale_version"), verb
    done = client.post(f"{url}cancel/", headers={"If-Match": '"1"'})
    assert (done.status_code, done.headers["ETag"]) == (200, '"2"')


def test_a_change_is_tried_without_being_made(as_, researcher, instrument):
    instrument.rules.approval_always = True
    instrument.rules.save()
    booking = make.a_booking(researcher, instrument, estimate_cents=3600)
    client, url = as_(researcher), f"/api/v1/bookings/{booking.pk}/"
    move = {"start": "2026-10-08T15:00:00+02:00", "end": "2026-10-08T17:00:00+02:00"}
    assert client.post(f"{url}check/", move).status_code == 428
    assert client.post(f"{url}check/", {**move, "version": 3}).status_code == 412
    told = client.post(f"{url}check/", move, headers={"If-Match": '"1"'}).json()
    assert (told["violations"], told["asks_again"]) == ([], True)
    assert client.get(url).json()["start"] == "2026-10-07T12:00:00Z"
