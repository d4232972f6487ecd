"""The calendar feed: everything that is busy, and only what one may know about it."""

import datetime as dt
import itertools
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.errors import NotFound
from accounts.models import Membership
from bookings.calendar import calendar_json
from bookings.models.booking import Booking, stored
from bookings.permissions import bookings_visible_to
from bookings.states import ACTIVE, Status
from facilities.intervals import Interval
from facilities.models import Closure
from tests import factories as make
from tests.factories import NOW, at, period

pytestmark = pytest.mark.django_db

WEEK = Interval(at("2026-10-05 00:00"), at("2026-10-12 00:00"))
TELLING = {"id", "version", "mine", "purpose", "person", "team", "project"}


@pytest.fixture
def instrument():
    return make.an_instrument(name="Fortessa", units=6)


def calendar(viewer, facility, within=WEEK) -> dict:
    return json.loads(
        calendar_json(viewer=viewer, facility_code=facility.code, within=within, now=NOW)
    )


def bookings(viewer, facility, within=WEEK) -> list[dict]:
    return calendar(viewer, facility, within)["bookings"]


def test_the_instruments_of_the_platform_are_listed_by_name(instrument):
    facility = instrument.facility
    make.an_instrument(facility, name="Canto", mode="assisted", state="out_of_service")
    make.an_instrument(facility, name="Retired", state="retired")
    make.an_instrument(name="Of another platform")
    told = calendar(make.a_user(), facility)
    assert [row["name"] for row in told["instruments"]] == ["Canto", "Fortessa"]
    assert told["instruments"][0] | {"id": 0} == {
        "id": 0,
        "name": "Canto",
        "units": 1,
        "state": "out_of_service",
        "mode": "assisted",
    }
    assert (told["facility"], told["time_zone"]) == (facility.code, "Europe/Paris")


def test_one_sees_ones_own_booking_whole(instrument):
    person = make.a_researcher()
    person.first_name, person.last_name = "Ada", "Lovelace"
    person.save()
    booking = make.a_booking(
        person,
        instrument,
        purpose="Panel 12 «α»",
        blocked=stored(period("2026-10-07 13:45", "16:30")),
    )
    assert bookings(person, instrument.facility) == [
        {
            "id": booking.pk,
            "version": 1,
            "instrument": instrument.pk,
            "unit": 1,
            "kind": "use",
            "status": "approved",
            "start": "2026-10-07T12:00:00+00:00",
            "end": "2026-10-07T14:00:00+00:00",
            "set_up": 15,
            "clean_up": 30,
            "mine": True,
            "purpose": "Panel 12 «α»",
            "person": "Ada Lovelace",
            "team": person.teams.get().name,
            "project": person.teams.get().projects.get().name,
        }
    ]


def test_a_stranger_sees_busy_and_not_a_word_more(instrument):
    person = make.a_researcher()
    make.a_booking(person, instrument, purpose="Secret compound", status="requested")
    facility = instrument.facility
    assert bookings(make.a_partner(), facility) == [
        {
            "instrument": instrument.pk,
            "unit": 1,
            "kind": "use",
            "status": "busy",
            "start": "2026-10-07T12:00:00+00:00",
            "end": "2026-10-07T14:00:00+00:00",
            "set_up": 0,
            "clean_up": 0,
        }
    ]


def with_teams(viewer, facility) -> list[dict]:
    text = calendar_json(
        viewer=viewer, facility_code=facility.code, within=WEEK, now=NOW, with_teams=True
    )
    return json.loads(text)["bookings"]


def test_colleagues_read_which_team_is_busy_and_no_company_by_its_name(instrument):
    person, partner = make.a_researcher(), make.a_partner()
    make.a_booking(person, instrument, purpose="Secret")
    make.a_booking(partner, instrument, unit=2, purpose="Secret")
    make.a_booking(make.a_user(), instrument, unit=3, kind="maintenance", booked_for=None)
    rows = with_teams(make.a_researcher(), instrument.facility)
    assert [row["by"] for row in rows] == [person.teams.get().name, "", None]
    assert all(not TELLING & set(row) for row in rows)


def test_people_of_companies_and_of_no_team_read_busy_and_not_a_word_more(instrument):
    make.a_booking(make.a_researcher(), instrument)
    both = make.a_researcher()
    make.a_member(make.a_partner().teams.get(), user=both)
    left = make.a_researcher()
    left.memberships.update(ends_on=NOW.date() - dt.timedelta(1))
    for viewer in (make.a_partner(), make.a_user(), both, left):
        (row,) = with_teams(viewer, instrument.facility)
        assert "by" not in row


def test_a_team_mate_sees_it_whole_but_not_as_theirs(instrument):
    person = make.a_researcher()
    make.a_booking(person, instrument)
    (row,) = bookings(make.a_member(person.teams.get()), instrument.facility)
    assert (row["mine"], row["person"]) == (False, person.email)


def test_a_block_by_the_platform_shows_its_kind(instrument):
    make.a_booking(make.a_user(), instrument, kind="maintenance", booked_for=None)
    (row,) = bookings(make.a_user(), instrument.facility)
    assert (row["kind"], row["status"]) == ("maintenance", "busy")
    (row,) = bookings(make.a_staff_member(instrument.facility), instrument.facility)
    assert (row["kind"], row["mine"], row["person"]) == ("maintenance", False, None)


def test_only_what_holds_its_slot_or_was_used_is_shown(instrument):
    person = make.a_researcher()
    for number, status in enumerate(Status):
        day = period(f"2026-10-{5 + number % 7:02} {10 + number}:00", f"{11 + number}:00")
        make.a_booking(person, instrument, day, status=status.value)
    assert {row["status"] for row in bookings(person, instrument.facility)} == ACTIVE


@pytest.mark.parametrize(
    ("blocked", "is_shown"),
    [
        (period("2026-10-04 22:00", "2026-10-05 00:00"), False),
        (period("2026-10-04 22:00", "2026-10-05 00:01"), True),
        (period("2026-10-11 23:59", "2026-10-12 02:00"), True),
        (period("2026-10-12 00:00", "2026-10-12 02:00"), False),
        (period("2026-10-01 00:00", "2026-10-20 00:00"), True),
    ],
)
def test_what_reaches_into_the_week_is_shown_its_cleanup_included(instrument, blocked, is_shown):
    inner = Interval(blocked.start + dt.timedelta(minutes=30), blocked.end)
    if blocked.end == WEEK.start + dt.timedelta(minutes=1):
        inner = Interval(blocked.start, WEEK.start - dt.timedelta(minutes=30))
    make.a_booking(make.a_researcher(), instrument, inner, blocked=stored(blocked))
    assert bool(bookings(make.a_user(), instrument.facility)) is is_shown


def test_closures_of_the_platform_and_of_the_centre_are_shown(instrument):
    facility, day = instrument.facility, dt.timedelta(days=1)
    spans = {"starts_at": WEEK.start + day, "ends_at": WEEK.start + 2 * day}
    Closure.objects.create(facility=facility, reason="Works", kind="shutdown", **spans)
    Closure.objects.create(facility=None, reason="Holiday", **spans)
    Closure.objects.create(facility=make.a_facility(), reason="Elsewhere", **spans)
    Closure.objects.create(reason="Later", starts_at=WEEK.end, ends_at=WEEK.end + day)
    shown = calendar(make.a_user(), facility)["closures"]
    assert [row["reason"] for row in shown] == ["Works", "Holiday"]
    assert shown[0] == {
        "kind": "shutdown",
        "start": "2026-10-05T22:00:00+00:00",
        "end": "2026-10-06T22:00:00+00:00",
        "reason": "Works",
    }


def test_a_platform_that_is_closed_is_shown_to_its_staff_and_administrators_only(instrument):
    facility = instrument.facility
    facility.is_active = False
    facility.save()
    with pytest.raises(NotFound):
        calendar(make.a_user(), facility)
    assert calendar(make.a_staff_member(facility), facility)["instruments"] == []
    administrator = make.a_user(is_superuser=True)
    assert len(calendar(administrator, facility)["instruments"]) == 1


def test_a_platform_that_does_not_exist_is_not_found(instrument):
    with pytest.raises(NotFound):
        calendar_json(viewer=make.a_user(), facility_code="NONE", within=WEEK, now=NOW)


def test_the_feed_shows_whole_exactly_what_its_viewer_may_see():
    """Every kind of viewer against every kind of booking, by `bookings_visible_to`."""
    facilities = [make.a_facility() for _ in range(2)]
    instruments = [make.an_instrument(facility) for facility in facilities]
    viewers = _viewers(facilities)
    people = [viewer for viewer in viewers if viewer.memberships.exists()]
    hours = itertools.count()
    for instrument in instruments:
        for person, maker in itertools.product(people, [None, *viewers[:3]]):
            start = WEEK.start + dt.timedelta(hours=next(hours))
            when = Interval(start, start + dt.timedelta(hours=1))
            make.a_booking(person, instrument, when, created_by=maker)
    whole = Interval(WEEK.start, WEEK.start + dt.timedelta(hours=next(hours) + 1))
    for viewer, facility in itertools.product(viewers, facilities):
        rows = bookings(viewer, facility, whole)
        at_place = Booking.objects.filter(instrument__facility=facility)
        visible = bookings_visible_to(viewer, on=NOW.date()) & at_place
        assert {row["id"] for row in rows if "id" in row} == set(
            visible.values_list("id", flat=True)
        )
        assert len(rows) == at_place.count()
        assert all(("id" in row) == (row["status"] != "busy") for row in rows)
        assert all("id" in row or not TELLING & set(row) for row in rows)


def _viewers(facilities) -> list:
    researcher, partner = make.a_researcher(), make.a_partner()
    team = researcher.teams.get()
    left, joining, of_closed_team = make.a_user(), make.a_user(), make.a_researcher()
    today = NOW.date()
    Membership.objects.create(
        user=left, team=team, starts_on=today - dt.timedelta(9), ends_on=today - dt.timedelta(1)
    )
    Membership.objects.create(user=joining, team=team, starts_on=today + dt.timedelta(1))
    of_closed_team.teams.update(is_active=False)
    last_day = make.a_member(team)
    last_day.memberships.update(ends_on=today)
    staff = [
        make.a_staff_member(facilities[0], role)
        for role in ("manager", "operator", "trainer", "accountant")
    ]
    administrators = [
        make.a_user(is_superuser=True),
        make.a_user(is_superuser=True, is_active=False),
        make.a_user(is_staff=True),
    ]
    return [
        researcher,
        partner,
        make.a_member(team, "head"),
        left,
        joining,
        last_day,
        of_closed_team,
        *staff,
        *administrators,
    ]


def test_one_statement_whatever_the_number(instrument):
    person = make.a_researcher()
    for hour in range(20):
        day = period(f"2026-10-07 {hour:02}:00", f"{hour + 1:02}:00")
        make.a_booking(person, make.an_instrument(instrument.facility), day)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert len(bookings(person, instrument.facility)) == 20
    assert len(queries) == 1
