"""Platforms, instruments, where there is room, the calendar and closures."""

from bookings.models import Booking
from facilities.models import Closure
from tests import factories as make
from tests.factories import period

WEEK = "start=2026-10-07T00:00:00Z&end=2026-10-08T00:00:00Z"


def test_platforms_and_instruments_are_listed_and_filtered(as_, researcher, instrument):
    other = make.an_instrument(name="Aurora")
    client = as_(researcher)
    facilities = client.get("/api/v1/facilities/").json()
    assert set(facilities) == {"next", "previous", "results"}
    assert {f["code"] for f in facilities["results"]} == {
        instrument.facility.code,
        other.facility.code,
    }

    def names(query):
        return [i["name"] for i in client.get(f"/api/v1/instruments/?{query}").json()["results"]]

    assert names(f"facility={instrument.facility.code}") == [instrument.name]
    assert names("search=auro") == ["Aurora"]
    assert names("kind=room") == []
    assert client.get("/api/v1/instruments/?page_size=1").json()["next"]


def test_an_instrument_tells_its_rules_and_my_training(as_, researcher, instrument):
    make.a_grant(researcher, make.a_qualification(instrument), level="supervised")
    detail = as_(researcher).get(f"/api/v1/instruments/{instrument.pk}/").json()
    assert detail["rules"]["step_minutes"] == 30
    assert detail["access"] == {
        "training_required": True,
        "qualified": True,
        "level": "supervised",
        "missing": [],
    }


def test_availability_leaves_out_what_is_booked(as_, researcher, instrument):
    make.a_booking(make.a_partner(), instrument)
    url = f"/api/v1/instruments/{instrument.pk}/availability/?{WEEK}"
    windows = as_(researcher).get(url).json()["windows"]
    assert [(w["start"], w["end"]) for w in windows] == [
        ("2026-10-07T00:00:00Z", "2026-10-07T12:00:00Z"),
        ("2026-10-07T14:00:00Z", "2026-10-08T00:00:00Z"),
    ]


def test_the_earliest_slot_is_found_on_any_instrument(as_, researcher, instrument):
    other = make.an_instrument(instrument.facility)
    make.a_booking(make.a_partner(), instrument, period("2026-10-07 02:00", "09:00"))
    query = f"{WEEK}&facility={instrument.facility.code}&minutes=60"
    found = as_(researcher).get(f"/api/v1/availability/?{query}").json()["windows"]
    assert [(w["instrument"], w["start"]) for w in found] == [
        (other.pk, "2026-10-07T00:00:00Z"),
        (instrument.pk, "2026-10-07T07:00:00Z"),
    ]


def test_ranges_are_bounded_and_in_order(as_, researcher, instrument):
    url = f"/api/v1/instruments/{instrument.pk}/availability/"
    client = as_(researcher)
    for query in (
        "start=2026-10-08T00:00:00Z&end=2026-10-07T00:00:00Z",
        "start=2026-10-08T00:00:00Z&end=2028-10-07T00:00:00Z",
        "start=0001-01-01T00:00:00Z&end=0001-01-02T00:00:00Z",
        "start=soon&end=later",
    ):
        assert client.get(f"{url}?{query}").status_code == 400, query


def test_the_calendar_hides_whose_it_is_from_a_partner(as_, researcher, instrument):
    make.a_booking(researcher, instrument, purpose="Secret panel")
    url = f"/api/v1/calendar/?facility={instrument.facility.code}&{WEEK}"
    partner = as_(make.a_partner()).get(url)
    assert partner.status_code == 200
    assert "2026-10-07T12:00:00" in partner.text
    for secret in ("Secret", researcher.email, researcher.teams.get().name):
        assert secret not in partner.text
    assert "Secret panel" in as_(researcher).get(url).text


def test_an_instrument_tells_its_hours_and_what_i_lack(as_, researcher, instrument):
    qualification = make.a_qualification(instrument)
    detail = as_(researcher).get(f"/api/v1/instruments/{instrument.pk}/").json()
    assert detail["access"] == {
        "training_required": True,
        "qualified": False,
        "level": None,
        "missing": [{"id": qualification.pk, "name": qualification.name}],
    }
    assert [slot["weekday"] for slot in detail["time_slots"]] == list(range(7))
    assert (detail["time_slots"][0]["opens"], detail["time_slots"][0]["closes"]) == (
        "00:00",
        "00:00",
    )


def test_a_platform_speaks_the_readers_language(as_, instrument):
    facility = instrument.facility
    facility.name, facility.name_fr = "Cytometry", "Cytométrie"
    facility.save()
    reader = make.a_user()
    url = f"/api/v1/facilities/{facility.pk}/"
    assert as_(reader).get(url).json()["name"] == "Cytometry"
    assert as_(reader).get(url, headers={"Accept-Language": "fr"}).json()["name"] == "Cytométrie"
    reader.language = "fr"
    reader.save()
    assert as_(reader).get(url).json()["name"] == "Cytométrie"
    assert as_(reader).get(url, headers={"Accept-Language": "en"}).json()["name"] == "Cytometry"


def test_windows_are_priced_for_the_one_who_asks(as_, researcher, instrument):
    make.a_price_list(instrument.facility, {instrument: {"INT": 1800, "IND": 12000}})
    url = f"/api/v1/instruments/{instrument.pk}/availability/"
    day = "start=2026-10-07T08:00:00%2B02:00&end=2026-10-07T10:00:00%2B02:00"

    def price(person):
        return as_(person).get(f"{url}?{day}").json()["windows"][0]["estimate"]

    assert price(researcher) == {"amount": "36.00", "currency": "EUR"}
    assert price(make.a_partner()) == {"amount": "240.00", "currency": "EUR"}
    assert price(make.a_user()) is None


def test_a_search_spans_three_months_at_most(as_, researcher, instrument):
    query = "start=2026-10-07T00:00:00Z&end=2027-02-07T00:00:00Z&minutes=60"
    assert as_(researcher).get(f"/api/v1/availability/?{query}").status_code == 400


def test_the_calendar_of_no_platform_is_missing(as_, researcher):
    answer = as_(researcher).get(f"/api/v1/calendar/?facility=NONE&{WEEK}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_closed_platform_takes_no_new_bookings(as_, researcher, instrument):
    manager = as_(make.a_staff_member(instrument.facility))
    closed = {
        "facility": instrument.facility.code,
        "start": "2026-10-07T00:00:00+02:00",
        "end": "2026-10-08T00:00:00+02:00",
        "reason": "Flood",
    }
    made = manager.post("/api/v1/closures/", closed)
    assert made.status_code == 201
    assert made.json()["kind"] == "shutdown"
    asked = {
        "instrument": instrument.pk,
        "start": "2026-10-07T14:00:00+02:00",
        "end": "2026-10-07T16:00:00+02:00",
    }
    refused = as_(researcher).post("/api/v1/bookings/", asked).json()
    assert [violation["code"] for violation in refused["violations"]] == ["closed"]
    assert not Booking.objects.exists()


def test_closures_are_listed_with_the_centres_own(as_, researcher, instrument):
    other = make.a_facility()
    for facility, start in (
        (None, "2026-10-10"),
        (instrument.facility, "2026-10-11"),
        (other, "2026-10-12"),
    ):
        Closure.objects.create(
            facility=facility,
            starts_at=make.at(f"{start} 00:00"),
            ends_at=make.at(f"{start} 12:00"),
            reason="Holiday",
        )

    def facilities(query):
        rows = as_(researcher).get(f"/api/v1/closures/?{query}").json()["results"]
        return [row["facility"] for row in rows]

    assert facilities("") == [other.code, instrument.facility.code, None]
    assert facilities(f"facility={instrument.facility.code}") == [instrument.facility.code, None]
    assert facilities("start=2026-10-11T00:00:00Z&end=2026-10-11T20:00:00Z") == [
        instrument.facility.code
    ]
