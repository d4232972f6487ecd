"""A platform is run on its own pages: by who runs it, and nobody else."""

import pytest

from facilities.models import FacilityStaff, Instrument, TimeSlot
from tests import factories as make
from tests.web.pages import Page, inline_code
from tests.web.running import OF_PLATFORM, PAGES, STEPS, address, parts


@pytest.fixture
def facility(instrument):
    return instrument.facility


@pytest.fixture
def rows(instrument):
    make.a_price_list(instrument.facility, {instrument: {"INT": 1800}})
    return parts(instrument)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_page_opens_in_both_languages_without_code_in_it(
    client, manager, facility, rows, language
):
    client.cookies["django_language"] = language
    for name in PAGES:
        response = client.get(address(name, facility, rows))
        assert response.status_code == 200, name
        assert f'<html lang="{language}"' in response.text
        assert inline_code(response.text) == [], name


@pytest.mark.parametrize("name", PAGES + STEPS)
def test_to_who_runs_another_platform_it_is_not_there(client, manager, facility, rows, name):
    client.force_login(make.a_staff_member(make.a_facility()))
    place = address(name, facility, rows)
    answer = client.get(place) if name in PAGES else client.post(place)
    assert answer.status_code == 404
    if name in PAGES and name not in ("platform", "platform_prices"):
        assert client.post(place, {"reason": "x"}).status_code in (404, 405)


@pytest.mark.parametrize("role", ["operator", "accountant", "trainer"])
def test_other_staff_sees_no_set_up_but_trainers_the_people(client, facility, rows, role):
    client.force_login(make.a_staff_member(facility, role))
    for name in OF_PLATFORM:
        is_theirs = role == "trainer" and ("people" in name or "qualification" in name)
        status = 200 if is_theirs else 404
        assert client.get(address(name, facility)).status_code == status, name


def test_rows_of_another_platform_are_not_reached_through_ones_own(client, manager, facility):
    theirs = parts(make.an_instrument(name="Theirs"))
    for name in (*PAGES, *STEPS):
        if name in theirs and name not in ("platform_reopen", "platform_lift"):
            method = client.get if name in PAGES else client.post
            answer = method(address(name, facility, theirs))
            assert answer.status_code == 404, name
    for name in ("platform_reopen", "platform_lift"):
        assert client.post(address(name, facility, theirs)).status_code == 404


def test_an_administrator_runs_every_platform(client, facility, rows):
    client.force_login(make.a_user(is_superuser=True))
    for name in PAGES:
        assert client.get(address(name, facility, rows)).status_code == 200, name


def test_set_up_leads_to_the_one_platform_or_lets_choose(client, manager, facility):
    assert client.get("/platform/").url == address("platform", facility)
    assert client.get("/people/").url == address("platform_people", facility)
    other = make.a_facility(name="Second place")
    FacilityStaff.objects.create(user=manager, facility=other, role="manager")
    assert "Second place" in client.get("/platform/").text
    client.force_login(make.a_researcher())
    assert client.get("/platform/").status_code == 403


def test_the_overview_says_what_is_missing(client, manager, facility):
    TimeSlot.objects.all().delete()
    text = client.get(address("platform", facility)).text
    assert "0 of 1 instrument can be booked" in text
    assert "It is never open" in text
    assert "No price: give one" in text
    Instrument.objects.all().delete()
    assert "It has no instrument yet." in client.get(address("platform", facility)).text


CARD = {"name": "LSM 980", "kind": "instrument", "mode": "self_service", "units": 1}


def test_an_instrument_is_added_and_changed(client, manager, facility):
    new = address("platform_instrument_new", facility)
    assert client.post(new, CARD).status_code == 302
    made = Instrument.objects.get(name="LSM 980")
    page = address(
        "platform_instrument", facility, {"platform_instrument": {"instrument_id": made.pk}}
    )
    [seen] = Page(client.get(page).text).all("input", name="seen")
    changed = {**CARD, "units": 3, "location": "B2", "seen": seen["value"]}
    assert client.post(page, changed).status_code == 302
    made.refresh_from_db()
    assert (made.units, made.location) == (3, "B2")
    stale = client.post(page, changed)
    assert stale.status_code == 409
    assert "changed since you read it" in stale.text


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"units": 0}, {"units": "x"}, {"mode": "?"}, {"name": "x" * 201}]
)
def test_a_wrong_instrument_is_told_at_its_field(client, manager, facility, wrong):
    response = client.post(address("platform_instrument_new", facility), {**CARD, **wrong})
    assert response.status_code == 422
    assert "pl-bad" in response.text
    taken = client.post(
        address("platform_instrument_new", facility), {**CARD, "name": "Fortessa X-20"}
    )
    assert "is called Fortessa X-20 already" in taken.text


def test_a_stop_shows_who_is_hit_and_asks_for_a_reason(client, manager, facility, instrument, rows):
    booked = make.a_booking(make.a_researcher(), instrument)
    page = address("platform_state", facility, rows)
    assert "1 session is still to come" in client.get(page).text
    assert str(booked.booked_for) in client.get(page).text
    assert client.post(page, {"reason": "", "stop": "1"}).status_code == 422
    client.post(page, {"reason": "405 nm laser", "stop": "1"})
    instrument.refresh_from_db()
    assert (instrument.state, instrument.state_reason) == ("out_of_service", "405 nm laser")
    client.post(page, {"resume": "1"})
    instrument.refresh_from_db()
    assert instrument.state == "working"
    client.post(page, {"reason": "Sold", "retire": "1"})
    instrument.refresh_from_db()
    assert instrument.state == "retired"
    assert "1 retired instrument" in client.get(address("platform", facility)).text


HOURS = {"weekdays": ["0", "1"], "opens": "09:00", "closes": "13:00", "whole_session": "on"}


def test_hours_are_added_seen_changed_and_removed(client, manager, facility, instrument):
    TimeSlot.objects.all().delete()
    client.post(address("platform_hours_new", facility), HOURS)
    assert [slot.facility for slot in TimeSlot.objects.all()] == [facility, facility]
    text = client.get(address("platform_hours", facility)).text
    assert "Monday: open 09:00–13:00" in text
    assert "whole session" in text
    slot = TimeSlot.objects.order_by("pk")[0]
    page = address("platform_hours_of", facility, {"platform_hours_of": {"slot_id": slot.pk}})
    [seen] = Page(client.get(page).text).all("input", name="seen")
    until = {**HOURS, "weekdays": "0", "valid_until": "2026-12-31", "seen": seen["value"]}
    assert client.post(page, until).status_code == 302
    slot.refresh_from_db()
    assert f"{slot.valid_until}" == "2026-12-31"
    assert client.post(page, until).status_code == 409
    client.post(page, {"remove": "1"})
    assert TimeSlot.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [{"weekdays": []}, {"weekdays": ["9"]}, {"closes": "08:00"}, {"place": "1"}, {"opens": "x"}],
)
def test_wrong_hours_are_told(client, manager, facility, wrong):
    answer = client.post(address("platform_hours_new", facility), {**HOURS, **wrong})
    assert answer.status_code in (409, 422)
    assert "pl-bad" in answer.text


def test_roles_are_given_and_ended_but_the_last_managers(client, manager, facility):
    page = address("platform_staff", facility)
    make.a_user("lucie@lab.example", first_name="Lucie")
    client.post(page, {"email": "lucie@lab.example", "role": "operator"})
    assert "Lucie" in client.get(page).text
    unknown = client.post(page, {"email": "nobody@lab.example", "role": "operator"})
    assert "Nobody here has the address" in unknown.text
    own = {"platform_staff_end": {"staff_id": manager.staff_roles.get().pk}}
    answer = client.post(address("platform_staff_end", facility, own), follow=True)
    assert "keeps one manager" in answer.text
    assert manager.staff_roles.exists()


def test_a_session_without_an_operator_stands_in_the_roster(client, manager, facility, instrument):
    make.a_booking(make.a_researcher(), instrument, operator_needed=True)
    assert "nobody named" in client.get(address("platform_staff", facility)).text


@pytest.mark.parametrize("count", [1, 6])
def test_lists_ask_a_fixed_number_of_questions(
    client, manager, facility, count, django_assert_max_num_queries
):
    for number in range(count):
        one = make.an_instrument(facility, name=f"Machine {number}")
        make.a_grant(make.a_user(), make.a_qualification(one))
        make.a_staff_member(facility, "operator")
        make.a_booking(make.a_researcher(), one, operator_needed=True)
    # One of them asks whether this member of staff keeps books, for the bar.
    most = {"platform": 11, "platform_hours": 9, "platform_rules": 8, "platform_staff": 9}
    most |= {"platform_people": 10, "platform_prices": 11, "platform_closures": 10}
    for name, number in most.items():
        with django_assert_max_num_queries(number):
            client.get(address(name, facility))
