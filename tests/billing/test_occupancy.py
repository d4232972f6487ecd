"""Minutes by the hour of the week, shares and the day of the cap: pure figures."""

import datetime as dt
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from billing.occupancy import (
    added,
    days_before,
    empty_grid,
    finding_of,
    full_rate_hours,
    minutes_by_hour,
    percent_of,
    whole_days,
)
from billing.prices.bands import Band
from facilities.intervals import Interval
from facilities.opening import WeeklySlot, open_time, total_minutes
from tests.factories import PARIS, period
from tests.strategies import intervals

ROUND_THE_CLOCK = [WeeklySlot(weekday=day, opens=dt.time(0), closes=dt.time(0)) for day in range(7)]


@given(st.lists(intervals(), max_size=4), st.sampled_from(["Europe/Paris", "Asia/Kolkata", "UTC"]))
def test_no_minute_is_lost_or_counted_twice(periods, zone):
    grid = minutes_by_hour(periods, ZoneInfo(zone))
    assert sum(map(sum, grid)) == total_minutes(periods)


def test_minutes_stand_where_the_wall_clock_stood():
    grid = minutes_by_hour([period("2026-10-07 09:30", "11:15")], PARIS)
    assert (grid[2][9], grid[2][10], grid[2][11]) == (30, 60, 15)


def test_the_hour_that_comes_twice_counts_twice_and_the_skipped_one_not_at_all():
    back = minutes_by_hour([whole_days(dt.date(2026, 10, 25), dt.date(2026, 10, 25), PARIS)], PARIS)
    assert (back[6][2], sum(back[6])) == (120, 25 * 60)
    on = minutes_by_hour([whole_days(dt.date(2027, 3, 28), dt.date(2027, 3, 28), PARIS)], PARIS)
    assert (on[6][2], sum(on[6])) == (0, 23 * 60)


def test_closures_are_no_open_time():
    within = whole_days(dt.date(2026, 10, 5), dt.date(2026, 10, 6), PARIS)
    shut = [period("2026-10-06 00:00", "12:00")]
    times = open_time(slots=ROUND_THE_CLOCK, closures=shut, within=within, tz=PARIS)
    assert total_minutes(times) == 36 * 60


def test_a_session_that_reaches_out_of_the_days_is_clipped():
    night = [WeeklySlot(weekday=0, opens=dt.time(20), closes=dt.time(4), whole_session=True)]
    within = whole_days(dt.date(2026, 10, 5), dt.date(2026, 10, 5), PARIS)
    times = open_time(slots=night, closures=[], within=within, tz=PARIS)
    assert total_minutes(times) == 4 * 60


def test_units_are_added_as_often_as_there_are_any():
    one = minutes_by_hour([period("2026-10-07 09:00", "10:00")], PARIS)
    assert added(empty_grid(), one, times=6)[2][9] == 360


def test_a_share_of_nothing_is_none():
    assert percent_of(1, 0) is None
    assert percent_of(1, 4) == 25


def test_the_full_rate_is_where_no_cheaper_band_is():
    weekdays, weekend = frozenset(range(5)), frozenset({5, 6})
    bands = [
        Band(name="Peak", percent=100, weekdays=weekdays, start_minute=480, end_minute=1200),
        Band(name="Night", percent=25, weekdays=weekdays),
        Band(name="Weekend", percent=50, weekdays=weekend),
    ]
    assert full_rate_hours(bands) == {(day, hour) for day in range(5) for hour in range(8, 20)}


def test_what_stands_out_are_the_fullest_or_the_one_ahead():
    full = finding_of([("A", 91.0), ("B", 84.0), ("C", 82.0), ("D", None)], of_all=60.4)
    assert (full.names, full.is_full, full.percent) == (("A", "B"), True, 60)
    ahead = finding_of([("A", 10.0), ("B", 40.0)], of_all=25.0)
    assert (ahead.names, ahead.is_full) == (("B",), False)
    assert finding_of([("A", 0.0)], of_all=0.0).names == ()


def test_before_a_month_comes_the_month_before_and_else_as_many_days():
    assert days_before(dt.date(2026, 3, 1), dt.date(2026, 3, 31)) == (
        dt.date(2026, 2, 1),
        dt.date(2026, 2, 28),
    )
    assert days_before(dt.date(2026, 3, 2), dt.date(2026, 3, 8)) == (
        dt.date(2026, 2, 23),
        dt.date(2026, 3, 1),
    )


def test_an_interval_within_an_hour_is_all_of_it():
    start = dt.datetime(2026, 10, 7, 7, 10, tzinfo=dt.UTC)
    grid = minutes_by_hour([Interval(start, start + dt.timedelta(minutes=5))], PARIS)
    assert grid[2][9] == 5
