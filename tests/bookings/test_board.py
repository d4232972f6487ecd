"""What goes on at platforms: late, used, asked for, and how much of a week is taken."""

import pytest

from bookings.board import (
    is_late,
    last_used_by,
    marks_within,
    overrunning,
    requests_waiting,
    use_of_weeks,
    used_now,
)
from bookings.models import Booking
from facilities.models import Closure
from tests import factories as make

pytestmark = pytest.mark.django_db
WEEK = make.period("2026-10-05 00:00", "2026-10-12 00:00")


@pytest.mark.parametrize(
    ("start", "end", "status", "no_show_minutes", "late"),
    [
        ("09:00", "11:00", "in_use", None, True),
        ("11:00", "13:00", "in_use", 30, False),
        ("11:45", "13:00", "approved", 30, True),
        ("11:45", "13:00", "approved", None, False),
        ("12:00", "13:00", "approved", 30, False),
        ("09:00", "11:00", "approved", 30, False),
        ("11:45", "13:00", "requested", 30, False),
    ],
)
def test_late_is_over_its_end_or_not_started_in_time(start, end, status, no_show_minutes, late):
    instrument = make.an_instrument(rules={"no_show_minutes": no_show_minutes})
    booking = make.a_booking(
        make.a_researcher(), instrument, make.period(f"2026-10-06 {start}", end), status=status
    )
    assert is_late(booking, now=make.NOW) is late


def test_what_runs_over_is_found_whatever_day_it_began():
    person, instrument = make.a_researcher(), make.an_instrument()
    forgotten = make.a_booking(
        person, instrument, make.period("2026-10-05 20:00", "23:00"), status="in_use"
    )
    make.a_booking(person, instrument, make.period("2026-10-06 11:00", "13:00"), status="in_use")
    assert list(overrunning([instrument], now=make.NOW)) == [forgotten]


def test_strangers_tell_blocks_apart_and_people_their_own_too():
    person, instrument = make.a_researcher(), make.an_instrument()
    own = make.a_booking(person, instrument, make.period("2026-10-07 09:00", "10:00"))
    make.a_booking(make.a_researcher(), instrument, make.period("2026-10-07 11:00", "12:00"))
    block = make.a_booking(
        person, instrument, make.period("2026-10-08 11:00", "12:00"), kind="maintenance"
    )
    assert list(marks_within([instrument], WEEK, known=None)) == [block]
    mine = Booking.objects.filter(booked_for=person)
    assert list(marks_within([instrument], WEEK, known=mine)) == [own, block]


def test_the_last_used_come_first_and_each_once():
    person = make.a_researcher()
    first, second = make.an_instrument(), make.an_instrument()
    for day, instrument in ((1, first), (2, second), (3, first)):
        make.a_booking(person, instrument, make.period(f"2026-10-0{day} 09:00", "10:00"))
    assert last_used_by(person.pk, count=4) == [first.pk, second.pk]
    assert last_used_by(person.pk, count=1) == [first.pk]


def test_in_use_counts_what_need_not_be_started_by_hand():
    person, instrument = make.a_researcher(), make.an_instrument()
    by_hand = make.an_instrument(instrument.facility, rules={"no_show_minutes": 30})
    now = make.period("2026-10-06 11:00", "13:00")
    make.a_booking(person, instrument, now)
    make.a_booking(person, by_hand, now)
    make.a_booking(person, make.an_instrument(by_hand.facility), now, status="in_use")
    assert used_now(now=make.NOW) == {instrument.facility_id: 2}


def test_requests_wait_until_their_hold_ends():
    person, instrument = make.a_researcher(), make.an_instrument()
    make.a_booking(person, instrument, status="requested")
    lapsed = make.a_booking(
        person, instrument, make.period("2026-10-08 09:00", "10:00"), status="requested"
    )
    Booking.objects.filter(pk=lapsed.pk).update(hold_until=make.NOW)
    assert requests_waiting(now=make.NOW) == {instrument.facility_id: 1}


def test_a_weeks_use_has_open_time_without_closures_for_its_base():
    instrument = make.an_instrument()
    instrument.time_slots.all().delete()
    make.open_daily(instrument, "09:00", "19:00")
    Closure.objects.create(
        starts_at=make.at("2026-10-10 00:00"), ends_at=make.at("2026-10-12 00:00"), reason="Works"
    )
    make.a_booking(make.a_researcher(), instrument, make.period("2026-10-07 09:00", "14:00"))
    ((use,),) = use_of_weeks([instrument], [WEEK], now=make.NOW).values()
    assert (use.open_minutes, use.taken_minutes, use.percent) == (3000, 300, 10)


def test_nothing_open_has_no_share():
    instrument = make.an_instrument()
    instrument.time_slots.all().delete()
    ((use,),) = use_of_weeks([instrument], [WEEK], now=make.NOW).values()
    assert use.percent is None
