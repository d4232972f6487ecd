"""Opening windows and the step grid, on ordinary days and when the clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facilities.intervals import Interval, local_day, local_week
from facilities.opening import (
    WeeklySlot,
    Window,
    is_on_step,
    opening_windows,
    step_at_or_after,
    step_at_or_before,
)
from tests.strategies import (
    CLOCKS_BACK,
    CLOCKS_FORWARD,
    MINUTE,
    PARIS,
    days_near_clock_changes,
    instants,
    instants_near_clock_changes,
    minute_numbers,
    weekly_slots,
    zones,
)

MONDAY = date(2026, 11, 2)
MIDNIGHT = time(0)
ROUND_THE_CLOCK = [WeeklySlot(weekday=day, opens=MIDNIGHT, closes=MIDNIGHT) for day in range(7)]


def local(day: date, hour: int, minute: int = 0, *, fold: int = 0) -> datetime:
    wall = datetime(day.year, day.month, day.day, hour, minute, tzinfo=PARIS, fold=fold)
    return wall.astimezone(UTC)


def slot(day: int, opens: int, closes: int, **more: object) -> WeeklySlot:
    return WeeklySlot(weekday=day, opens=time(opens), closes=time(closes), **more)  # type: ignore[arg-type]


def opened(slots: list[WeeklySlot], within: Interval) -> list[Interval]:
    return [w.interval for w in opening_windows(slots=slots, within=within, tz=PARIS)]


class TestFreeForm:
    def test_round_the_clock_is_one_window_across_a_clock_change(self) -> None:
        for day in (MONDAY, CLOCKS_BACK, CLOCKS_FORWARD):
            week = local_week(day, PARIS)
            assert opened(ROUND_THE_CLOCK, week) == [week]

    def test_hours_that_touch_are_one_window(self) -> None:
        day = local_day(MONDAY, PARIS)
        assert opened([slot(0, 8, 12), slot(0, 12, 20)], day) == [
            Interval(local(MONDAY, 8), local(MONDAY, 20))
        ]

    def test_windows_of_different_steps_stay_apart(self) -> None:
        day = local_day(MONDAY, PARIS)
        slots = [slot(0, 8, 12, step_minutes=15), slot(0, 12, 20, step_minutes=60)]
        windows = opening_windows(slots=slots, within=day, tz=PARIS)
        assert [(w.interval.minutes, w.step_minutes) for w in windows] == [(240, 15), (480, 60)]

    def test_windows_are_clipped_to_what_was_asked(self) -> None:
        asked = Interval(local(MONDAY, 9), local(MONDAY, 10))
        assert opened([slot(0, 8, 20)], asked) == [asked]

    def test_nothing_is_open_on_another_weekday(self) -> None:
        assert opened([slot(1, 8, 20)], local_day(MONDAY, PARIS)) == []

    def test_closing_at_midnight_lasts_to_the_end_of_the_day(self) -> None:
        day = local_day(MONDAY, PARIS)
        assert opened([slot(0, 20, 0)], day) == [Interval(local(MONDAY, 20), day.end)]

    def test_hours_over_midnight_reach_into_the_next_day(self) -> None:
        tuesday = local_day(MONDAY + timedelta(days=1), PARIS)
        night = Interval(tuesday.start, tuesday.start + 6 * 60 * MINUTE)
        assert opened([slot(0, 22, 6)], tuesday) == [night]

    @pytest.mark.parametrize(
        ("first", "last", "is_open"),
        [
            (None, None, True),
            (MONDAY, MONDAY, True),
            (MONDAY + timedelta(days=1), None, False),
            (None, MONDAY - timedelta(days=1), False),
        ],
    )
    def test_both_dates_of_validity_are_included(
        self, first: date | None, last: date | None, is_open: bool
    ) -> None:
        slots = [slot(0, 8, 20, valid_from=first, valid_until=last)]
        assert bool(opened(slots, local_day(MONDAY, PARIS))) is is_open


class TestSessions:
    SLOTS = [slot(0, 9, 13, whole_session=True), slot(0, 14, 18, whole_session=True)]

    def test_each_session_is_a_window_of_its_own(self) -> None:
        day = local_day(MONDAY, PARIS)
        windows = opening_windows(slots=self.SLOTS, within=day, tz=PARIS)
        assert windows == [
            Window(interval=Interval(local(MONDAY, 9), local(MONDAY, 13)), whole_session=True),
            Window(interval=Interval(local(MONDAY, 14), local(MONDAY, 18)), whole_session=True),
        ]

    def test_sessions_that_touch_are_not_joined(self) -> None:
        slots = [slot(0, 9, 13, whole_session=True), slot(0, 13, 18, whole_session=True)]
        assert len(opened(slots, local_day(MONDAY, PARIS))) == 2

    def test_a_session_that_reaches_out_of_what_was_asked_comes_whole(self) -> None:
        asked = Interval(local(MONDAY, 12), local(MONDAY, 15))
        assert [interval.minutes for interval in opened(self.SLOTS, asked)] == [240, 240]

    def test_a_session_takes_its_time_out_of_the_free_form_hours(self) -> None:
        slots = [slot(0, 8, 20), slot(0, 9, 13, whole_session=True)]
        day = local_day(MONDAY, PARIS)
        windows = opening_windows(slots=slots, within=day, tz=PARIS)
        assert [(w.interval.minutes, w.whole_session) for w in windows] == [
            (60, False),
            (240, True),
            (420, False),
        ]


class TestClockChanges:
    def test_a_night_slot_is_an_hour_longer_when_the_clocks_go_back(self) -> None:
        night = [slot(6, 0, 8)]
        assert opened(night, local_day(CLOCKS_BACK, PARIS))[0].minutes == 9 * 60
        assert opened(night, local_day(CLOCKS_FORWARD, PARIS))[0].minutes == 7 * 60

    def test_hours_that_the_clocks_skip_do_not_exist(self) -> None:
        skipped = WeeklySlot(weekday=6, opens=time(2, 15), closes=time(2, 45))
        assert opened([skipped], local_day(CLOCKS_FORWARD, PARIS)) == []

    def test_sessions_that_touch_in_the_repeated_hour_do_not_overlap(self) -> None:
        slots = [
            WeeklySlot(weekday=6, opens=MIDNIGHT, closes=time(2, 30), whole_session=True),
            WeeklySlot(weekday=6, opens=time(2, 30), closes=time(8), whole_session=True),
        ]
        first, second = opened(slots, local_day(CLOCKS_BACK, PARIS))
        assert first.end == second.start == local(CLOCKS_BACK, 2, 30)
        assert first.minutes + second.minutes == 9 * 60

    @settings(max_examples=60)
    @given(st.lists(weekly_slots(), max_size=8), days_near_clock_changes)
    def test_a_minute_is_open_exactly_when_the_wall_clock_says_so(
        self, slots: list[WeeklySlot], day: date
    ) -> None:
        within = local_day(day, PARIS)
        windows = opening_windows(slots=slots, within=within, tz=PARIS)
        starts = [window.interval.start for window in windows]
        assert starts == sorted(starts)
        minutes = minute_numbers((window.interval for window in windows), within.start)
        for number in range(within.minutes):
            wall = (within.start + number * MINUTE).astimezone(PARIS)
            assert (number in minutes) == any(shows_open(slot, wall) for slot in slots)


def shows_open(slot: WeeklySlot, wall: datetime) -> bool:
    """Say it from the wall clock alone; the repeated hour of Paris ends at 3:00."""
    if wall.weekday() != slot.weekday:
        return False
    opens = slot.opens.hour * 60 + slot.opens.minute
    closes = slot.closes.hour * 60 + slot.closes.minute or 24 * 60
    if wall.fold:
        return opens < 180 <= closes
    return opens <= wall.hour * 60 + wall.minute < closes


steps = st.sampled_from([1, 5, 7, 15, 30, 60, 90, 240, 420, 1440])


class TestSteps:
    def test_the_step_counts_from_local_midnight(self) -> None:
        kathmandu = ZoneInfo("Asia/Kathmandu")  # 5 h 45 ahead
        instant = datetime(2026, 11, 2, 3, 15, tzinfo=UTC)
        assert is_on_step(instant, step_minutes=60, tz=kathmandu)
        assert not is_on_step(instant, step_minutes=60, tz=PARIS)

    def test_seconds_are_off_every_step(self) -> None:
        instant = datetime(2026, 11, 2, 9, 0, 30, tzinfo=UTC)
        assert not is_on_step(instant, step_minutes=1, tz=PARIS)
        assert step_at_or_after(instant, step_minutes=1, tz=PARIS) == instant.replace(
            minute=1, second=0
        )
        assert step_at_or_before(instant, step_minutes=1, tz=PARIS) == instant.replace(second=0)

    def test_a_step_that_does_not_divide_the_day_begins_again_at_midnight(self) -> None:
        late = local(MONDAY, 22)
        after = step_at_or_after(late, step_minutes=7 * 60, tz=PARIS)
        assert after == local_day(MONDAY, PARIS).end

    def test_both_passes_of_the_repeated_hour_are_on_the_step(self) -> None:
        between = local(CLOCKS_BACK, 2, 10)
        after = step_at_or_after(between, step_minutes=60, tz=PARIS)
        assert after == local(CLOCKS_BACK, 2, fold=1)

    @given(instants | instants_near_clock_changes, st.integers(0, 59), steps, zones)
    def test_no_step_lies_between_an_instant_and_its_neighbours(
        self, instant: datetime, second: int, step: int, tz: ZoneInfo
    ) -> None:
        instant = instant.replace(second=second)
        before = step_at_or_before(instant, step_minutes=step, tz=tz)
        after = step_at_or_after(instant, step_minutes=step, tz=tz)
        assert before <= instant <= after
        assert is_on_step(after, step_minutes=step, tz=tz)
        if is_on_step(instant, step_minutes=step, tz=tz):
            assert before == instant == after
        between = before + MINUTE
        while between < after:
            assert not is_on_step(between, step_minutes=step, tz=tz)
            between += MINUTE
