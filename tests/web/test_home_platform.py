"""The first page of who runs a platform, and of who administers the centre."""

import pytest

from billing.services import charge_finished_uses
from bookings.models import UsageSession
from tests import factories as make
from tests.web.pages import Page


def test_a_manager_sees_what_they_can_decide_and_not_their_own(client, manager, instrument):
    make.a_booking(make.a_researcher(), instrument, status="requested")
    make.a_booking(
        manager, instrument, make.period("2026-10-08 09:00", "10:00"), status="requested"
    )
    make.a_booking(make.a_researcher(), make.an_instrument(), status="requested")
    response = client.get("/")
    assert response.context["title"] == "1 request"
    assert len(response.context["requests"]) == 1


def test_the_board_says_who_is_late_what_is_stopped_and_what_is_free(client, manager, instrument):
    facility = instrument.facility
    make.an_instrument(facility, name="Stopped", state="out_of_service", state_reason="Laser")
    make.an_instrument(facility, name="Idle")
    missing = make.an_instrument(facility, name="Missing", rules={"no_show_minutes": 30})
    person = make.a_researcher()
    person.first_name, person.last_name = "Inès", "Benali"
    person.save()
    make.a_booking(person, instrument, make.period("2026-10-06 09:00", "11:00"), status="in_use")
    make.a_booking(person, missing, make.period("2026-10-06 11:45", "13:00"))
    response = client.get("/")
    assert response.context["title"] == "2 late, 1 stopped"
    ((_facility, lines),) = response.context["platforms"]
    said = {line.instrument.name: (line.state.css, line.state.word) for line in lines}
    assert said == {
        "Fortessa X-20": ("is-late", "over since 11:00"),
        "Idle": ("is-free", "Free now"),
        "Missing": ("is-late", "not here, expected at 11:45"),
        "Stopped": ("is-down", "Out of service"),
    }
    assert "Inès Benali" in response.text


def test_a_session_nobody_finished_yesterday_is_late_today(client, manager, instrument):
    person = make.a_researcher()
    make.a_booking(person, instrument, make.period("2026-10-05 20:00", "23:00"), status="in_use")
    assert client.get("/").context["title"] == "1 late"


def test_the_operators_day_names_sessions_without_one_first(client, manager, instrument):
    operator = make.a_staff_member(
        instrument.facility, "operator", make.a_user(first_name="Lucie", last_name="Brunet")
    )
    person = make.a_researcher()
    make.a_booking(
        person, instrument, make.period("2026-10-06 09:00", "11:00"), operator_needed=True
    )
    make.a_booking(person, instrument, make.period("2026-10-06 14:00", "16:00"), operator=operator)
    operators = client.get("/").context["operators"]
    assert list(operators) == ["", "Lucie Brunet"]
    assert [one.times for one in operators["Lucie Brunet"]] == ["14:00–16:00"]


def test_the_weeks_use_stands_against_last_weeks(client, manager, instrument):
    instrument.time_slots.all().delete()
    make.open_daily(instrument, "09:00", "19:00")
    person = make.a_researcher()
    make.a_booking(person, instrument, make.period("2026-10-08 09:00", "16:00"))
    make.a_booking(person, instrument, make.period("2026-09-29 09:00", "16:00"), status="completed")
    make.a_booking(person, instrument, make.period("2026-09-30 09:00", "16:00"), status="completed")
    (week,) = client.get("/").context["weeks"]
    assert (week.now, week.before) == (10, 20)


def test_an_operator_sees_the_day_of_the_platform_and_no_requests(client, instrument):
    client.force_login(make.a_staff_member(instrument.facility, "operator"))
    make.a_booking(make.a_researcher(), instrument, status="requested")
    response = client.get("/")
    assert "Operators today" in response.text
    assert "Waiting for your decision" not in response.text


@pytest.mark.parametrize("count", [1, 8])
def test_so_does_a_managers(client, manager, instrument, count, django_assert_num_queries):
    for hour in range(8, 8 + count):
        other = make.an_instrument(instrument.facility)
        for day, status in (("06", "approved"), ("08", "requested")):
            when = make.period(f"2026-10-{day} {hour:02}:00", f"{hour:02}:30")
            make.a_booking(make.a_researcher(), other, when, status=status)
    # session, person, roles, teams, count; instruments, today, overrunning;
    # hours, closures, bookings; the oldest; hours, closures, bookings of two weeks
    with django_assert_num_queries(16):
        client.get("/")


def used(person, instrument, day="2026-10-02", price=3600):
    """Store a session that was used and will be charged."""
    when = make.period(f"{day} 09:00", "11:00")
    booking = make.a_booking(person, instrument, when, status="completed", estimate_cents=price)
    UsageSession.objects.create(
        booking=booking, started_at=when.start, ended_at=when.end, source="person"
    )
    return booking


def test_the_centre_at_a_glance(client, instrument):
    client.force_login(make.a_user(is_superuser=True, is_staff=True))
    facility = instrument.facility
    make.an_instrument(facility, name="ImageStream", state="out_of_service")
    make.a_price_list(facility, {instrument: {"INT": 1800}})
    person = make.a_researcher()
    used(person, instrument)
    charge_finished_uses(now=make.NOW)
    make.a_booking(person, instrument, make.period("2026-10-06 11:00", "13:00"), status="in_use")
    make.a_booking(person, instrument, status="requested")
    response = client.get("/")
    assert response.context["title"] == "1 in use, 1 stopped, 1 request"
    (line,) = response.context["lines"]
    assert (line.in_use, line.stopped, line.requests) == (1, ("ImageStream",), 1)
    assert line.income == {"INT": 3600}
    assert Page(response.text).all("table")


@pytest.mark.parametrize("count", [1, 4])
def test_and_an_administrators(client, count, django_assert_num_queries):
    client.force_login(make.a_user(is_superuser=True))
    for _ in range(count):
        make.a_booking(make.a_researcher(), make.an_instrument())
    # session, person, roles, teams; platforms, instruments, income; weeks in three;
    # in use, requests; mails; the first steps, with where the next one is taken
    with django_assert_num_queries(16):
        client.get("/")
