"""Intervals: what they refuse, their arithmetic, and local days across clock changes."""

from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facilities.intervals import (
    Interval,
    instant_of,
    local_day,
    local_days,
    local_week,
    merged,
    subtracted,
    weeks_touched,
)
from tests.strategies import (
    CLOCKS_BACK,
    CLOCKS_FORWARD,
    PARIS,
    days,
    intervals,
    intervals_within,
    minute_numbers,
    minutes_after,
    zones,
)

BASE = datetime(2026, 11, 2, tzinfo=UTC)
SPAN = 600
some = st.lists(intervals_within(BASE, SPAN, 90), max_size=12)


def hours(start: int, end: int) -> Interval:
    return minutes_after(BASE, start * 60, end * 60)


class TestWhatIsRefused:
    def test_a_naive_instant_is_refused(self) -> None:
        with pytest.raises(ValueError, match="UTC"):
            Interval(datetime(2026, 11, 2, 9), datetime(2026, 11, 2, 10))

    @pytest.mark.parametrize(
        "zone", [PARIS, ZoneInfo("Africa/Abidjan"), timezone(timedelta(hours=1))]
    )
    def test_an_instant_of_another_zone_is_refused(self, zone: ZoneInfo) -> None:
        with pytest.raises(ValueError, match="UTC"):
            Interval(datetime(2026, 11, 2, 9, tzinfo=zone), datetime(2026, 11, 2, 10, tzinfo=UTC))
        with pytest.raises(ValueError, match="UTC"):
            Interval(datetime(2026, 11, 2, 9, tzinfo=UTC), datetime(2026, 11, 2, 10, tzinfo=zone))

    def test_an_end_that_is_not_after_the_start_is_refused(self) -> None:
        for end in (0, -1):
            with pytest.raises(ValueError, match="ends after it starts"):
                hours(0, end)

    def test_every_spelling_of_utc_is_taken_and_made_one(self) -> None:
        named = ZoneInfo("UTC")
        interval = Interval(
            datetime(2026, 11, 2, tzinfo=named), datetime(2026, 11, 2, 1, tzinfo=named)
        )
        assert interval == hours(0, 1)
        assert interval.start.tzinfo is UTC
        assert hash(interval) == hash(hours(0, 1))


class TestArithmetic:
    def test_ranges_that_touch_do_not_overlap(self) -> None:
        assert not hours(9, 10).overlaps(hours(10, 11))
        assert not hours(10, 11).overlaps(hours(9, 10))
        assert hours(9, 10).intersection(hours(10, 11)) is None

    def test_a_range_contains_itself_and_its_parts(self) -> None:
        assert hours(9, 12).contains(hours(9, 12))
        assert hours(9, 12).contains(hours(10, 11))
        assert not hours(9, 12).contains(hours(11, 13))

    def test_seconds_beyond_the_last_whole_minute_are_left_out(self) -> None:
        assert Interval(BASE, BASE + timedelta(seconds=119)).minutes == 1

    def test_widening_adds_time_at_either_end(self) -> None:
        widened = hours(9, 10).widened(before_minutes=60, after_minutes=120)
        assert widened == hours(8, 12)

    @given(intervals_within(BASE, 12), intervals_within(BASE, 12))
    def test_overlap_containment_and_intersection_are_those_of_the_minutes(
        self, one: Interval, other: Interval
    ) -> None:
        here, there = minute_numbers([one], BASE), minute_numbers([other], BASE)
        both = one.intersection(other)
        assert minute_numbers([both] if both else [], BASE) == here & there
        assert one.overlaps(other) is bool(here & there)
        assert one.contains(other) is (here >= there)

    @given(some)
    def test_merging_keeps_every_minute_and_leaves_gaps(self, ranges: list[Interval]) -> None:
        joined = merged(ranges)
        assert minute_numbers(joined, BASE) == minute_numbers(ranges, BASE)
        assert all(one.end < next_.start for one, next_ in pairwise(joined))

    @given(some, some)
    def test_subtracting_keeps_exactly_the_minutes_outside_the_holes(
        self, ranges: list[Interval], holes: list[Interval]
    ) -> None:
        left = subtracted(ranges, holes)
        assert minute_numbers(left, BASE) == (
            minute_numbers(ranges, BASE) - minute_numbers(holes, BASE)
        )
        assert left == merged(left)


class TestLocalTime:
    def test_a_day_has_25_hours_when_the_clocks_go_back(self) -> None:
        day = local_day(CLOCKS_BACK, PARIS)
        assert day.minutes == 25 * 60
        assert day.start == datetime(2026, 10, 24, 22, tzinfo=UTC)

    def test_a_day_has_23_hours_when_the_clocks_go_forward(self) -> None:
        assert local_day(CLOCKS_FORWARD, PARIS).minutes == 23 * 60

    def test_a_week_begins_on_monday_whatever_its_day(self) -> None:
        for day in (date(2026, 10, 19), date(2026, 10, 22), CLOCKS_BACK):
            week = local_week(day, PARIS)
            assert week.start == datetime(2026, 10, 18, 22, tzinfo=UTC)
            assert week.minutes == (7 * 24 + 1) * 60

    def test_a_skipped_time_is_the_instant_of_the_change(self) -> None:
        change = datetime(2027, 3, 28, 1, tzinfo=UTC)
        for minute in (0, 1, 30, 59):
            assert instant_of(datetime(2027, 3, 28, 2, minute), PARIS) == change
        assert instant_of(datetime(2027, 3, 28, 3), PARIS) == change

    def test_of_a_repeated_time_the_first_is_taken(self) -> None:
        assert instant_of(datetime(2026, 10, 25, 2, 30), PARIS) == datetime(
            2026, 10, 25, 0, 30, tzinfo=UTC
        )

    def test_a_midnight_that_the_clocks_skip_begins_the_day_at_one(self) -> None:
        day = local_day(date(2027, 3, 28), ZoneInfo("Asia/Beirut"))
        assert day.start == datetime(2027, 3, 27, 22, tzinfo=UTC)
        assert day.minutes == 23 * 60

    def test_a_range_that_ends_at_midnight_does_not_touch_the_next_day(self) -> None:
        sunday = local_day(date(2026, 11, 8), PARIS)
        assert local_days(sunday, PARIS) == [date(2026, 11, 8)]
        assert weeks_touched(sunday, PARIS) == [date(2026, 11, 2)]

    def test_a_range_across_monday_midnight_touches_both_weeks(self) -> None:
        night = Interval(
            datetime(2026, 11, 8, 22, 30, tzinfo=UTC), datetime(2026, 11, 8, 23, 30, tzinfo=UTC)
        )
        assert weeks_touched(night, PARIS) == [date(2026, 11, 2), date(2026, 11, 9)]
        assert weeks_touched(night, ZoneInfo("UTC")) == [date(2026, 11, 2)]

    @given(days, zones)
    def test_days_follow_each_other_without_gap_or_overlap(self, day: date, tz: ZoneInfo) -> None:
        today, tomorrow = local_day(day, tz), local_day(day + timedelta(days=1), tz)
        assert today.end == tomorrow.start
        assert 22 * 60 < today.minutes < 26 * 60

    @given(days, zones)
    def test_a_week_is_its_seven_days(self, day: date, tz: ZoneInfo) -> None:
        monday = day - timedelta(days=day.weekday())
        week_days = [local_day(monday + timedelta(days=number), tz) for number in range(7)]
        assert merged(week_days) == [local_week(day, tz)]

    @given(intervals(), zones)
    def test_the_days_and_weeks_touched_hold_the_whole_range(
        self, interval: Interval, tz: ZoneInfo
    ) -> None:
        touched = [local_day(day, tz) for day in local_days(interval, tz)]
        assert all(day.overlaps(interval) for day in touched)
        assert merged(touched)[0].contains(interval)
        weeks = [local_week(day, tz) for day in weeks_touched(interval, tz)]
        assert all(week.overlaps(interval) for week in weeks)
        assert merged(weeks)[0].contains(interval)

    @given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)), zones)
    def test_wall_clocks_in_order_give_instants_in_order(
        self, wall: datetime, tz: ZoneInfo
    ) -> None:
        wall = wall.replace(microsecond=0)
        later = wall + timedelta(minutes=17)
        assert instant_of(wall, tz) <= instant_of(later, tz)
