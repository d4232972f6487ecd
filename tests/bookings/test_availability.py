"""Free windows against plain sets of minutes, and the next free periods."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookings.availability import (
    blocked_interval,
    free_windows,
    lowest_free_unit,
)
from facilities.intervals import Interval, local_day, merged
from facilities.opening import WeeklySlot, Window, opening_windows
from tests.strategies import (
    CLOCKS_BACK,
    CLOCKS_FORWARD,
    MINUTE,
    PARIS,
    days_near_clock_changes,
    disjoint_windows,
    intervals_within,
    minute_numbers,
    minutes_after,
    weekly_slots,
)

BASE = datetime(2026, 11, 2, tzinfo=UTC)
SPAN = 24 * 60
FREE_FORM = Window(interval=minutes_after(BASE, 8 * 60, 20 * 60))
SESSION = Window(interval=minutes_after(BASE, 9 * 60, 13 * 60), whole_session=True)
some_busy = st.lists(intervals_within(BASE, SPAN, 240), max_size=6).map(merged)
paddings = st.sampled_from([0, 1, 15, 45])


def at(start: float, end: float) -> Interval:
    return minutes_after(BASE, int(start * 60), int(end * 60))


def free(
    *busy: Interval,
    opening: Sequence[Window] = (FREE_FORM,),
    closures: Sequence[Interval] = (),
    setup: int = 0,
    cleanup: int = 0,
) -> list[Interval]:
    windows = free_windows(
        opening=opening,
        closures=closures,
        busy_by_unit={1: busy},
        setup_minutes=setup,
        cleanup_minutes=cleanup,
    )
    return [window.interval for window in windows]


class TestFreeWindows:
    def test_what_is_booked_and_closed_is_taken_out(self) -> None:
        assert free(at(10, 12), closures=[at(18, 24)]) == [at(8, 10), at(12, 18)]

    def test_set_up_and_clean_up_of_the_newcomer_stay_clear_of_what_is_blocked(self) -> None:
        assert free(at(10, 12), setup=15, cleanup=30) == [at(8, 9.5), at(12.25, 20)]

    def test_set_up_may_lie_in_closed_time(self) -> None:
        assert free(setup=60, closures=[at(8, 9)]) == [at(9, 20)]

    def test_a_session_is_free_only_when_all_of_it_is(self) -> None:
        assert free(opening=[SESSION]) == [SESSION.interval]
        assert free(at(12, 14), opening=[SESSION]) == []
        assert free(opening=[SESSION], closures=[at(8, 9.5)]) == []
        assert free(at(13, 14), opening=[SESSION]) == [SESSION.interval]
        assert free(at(13, 14), opening=[SESSION], cleanup=10) == []

    def test_a_unit_that_is_free_is_enough(self) -> None:
        windows = free_windows(
            opening=[FREE_FORM],
            closures=[],
            busy_by_unit={1: [at(8, 20)], 2: [at(10, 12)], 3: [at(11, 13)]},
            setup_minutes=0,
            cleanup_minutes=0,
        )
        assert [window.interval for window in windows] == [
            at(8, 11),
            at(12, 20),
        ]

    def test_windows_of_different_units_may_overlap_and_stay_apart(self) -> None:
        windows = free_windows(
            opening=[FREE_FORM],
            closures=[],
            busy_by_unit={1: [at(12, 20)], 2: [at(8, 11)]},
            setup_minutes=0,
            cleanup_minutes=0,
        )
        assert [window.interval for window in windows] == [at(8, 12), at(11, 20)]

    def test_without_units_nothing_is_free(self) -> None:
        assert (
            free_windows(
                opening=[FREE_FORM],
                closures=[],
                busy_by_unit={},
                setup_minutes=0,
                cleanup_minutes=0,
            )
            == []
        )

    @settings(deadline=None)
    @given(
        opening=disjoint_windows(BASE, SPAN),
        closures=some_busy,
        units=st.lists(some_busy, min_size=1, max_size=3),
        setup=paddings,
        cleanup=paddings,
    )
    def test_free_time_is_exactly_opening_minus_closures_minus_busy(
        self,
        opening: list[Window],
        closures: list[Interval],
        units: list[list[Interval]],
        setup: int,
        cleanup: int,
    ) -> None:
        windows = free_windows(
            opening=opening,
            closures=closures,
            busy_by_unit=dict(enumerate(units, start=1)),
            setup_minutes=setup,
            cleanup_minutes=cleanup,
        )
        assert windows == sorted(windows, key=lambda window: window.interval)
        blocked = [minute_numbers(unit, BASE) for unit in units]
        closed = minute_numbers(closures, BASE)

        def fits(first: int, last: int) -> bool:
            widened = set(range(first - setup, last + cleanup))
            return not closed & set(range(first, last)) and any(
                not widened & unit for unit in blocked
            )

        expected = {
            minute
            for window in opening
            if not window.whole_session
            for minute in minute_numbers([window.interval], BASE)
            if fits(minute, minute + 1)
        }
        free_form = [w.interval for w in windows if not w.whole_session]
        assert minute_numbers(free_form, BASE) == expected
        sessions = [
            window
            for window in opening
            if window.whole_session
            and fits(
                (window.interval.start - BASE) // MINUTE, (window.interval.end - BASE) // MINUTE
            )
        ]
        assert [window for window in windows if window.whole_session] == sessions

    @settings(deadline=None, max_examples=300)
    @given(
        units=st.lists(some_busy, min_size=1, max_size=3),
        setup=paddings,
        cleanup=paddings,
        period=intervals_within(BASE, SPAN, 300),
    )
    def test_a_period_lies_in_a_window_exactly_when_a_unit_can_take_it(
        self, units: list[list[Interval]], setup: int, cleanup: int, period: Interval
    ) -> None:
        busy_by_unit = dict(enumerate(units, start=1))
        windows = free_windows(
            opening=[FREE_FORM],
            closures=[],
            busy_by_unit=busy_by_unit,
            setup_minutes=setup,
            cleanup_minutes=cleanup,
        )
        unit = lowest_free_unit(
            blocked=blocked_interval(period, setup_minutes=setup, cleanup_minutes=cleanup),
            busy_by_unit=busy_by_unit,
            units=len(units),
        )
        is_in_a_window = any(window.interval.contains(period) for window in windows)
        assert is_in_a_window == (unit is not None and FREE_FORM.interval.contains(period))
        for one in windows:
            assert not any(w != one and w.interval.contains(one.interval) for w in windows)

    @settings(deadline=None, max_examples=50)
    @given(day=days_near_clock_changes, slots=st.lists(weekly_slots(), max_size=6), data=st.data())
    def test_it_holds_on_the_nights_the_clocks_change(
        self,
        day: date,
        slots: list[WeeklySlot],
        data: st.DataObject,
    ) -> None:
        within = local_day(day, PARIS)
        opening = opening_windows(slots=slots, within=within, tz=PARIS)
        busy = merged(
            data.draw(st.lists(intervals_within(within.start, within.minutes, 240), max_size=5))
        )
        windows = free_windows(
            opening=opening,
            closures=[],
            busy_by_unit={1: busy},
            setup_minutes=0,
            cleanup_minutes=0,
        )
        left = minute_numbers((window.interval for window in windows), within.start)
        opened = minute_numbers((window.interval for window in opening), within.start)
        assert left == opened - minute_numbers(busy, within.start)

    @pytest.mark.parametrize(("day", "hours"), [(CLOCKS_BACK, 25), (CLOCKS_FORWARD, 23)])
    def test_a_whole_day_round_the_clock_has_its_true_length(self, day: date, hours: int) -> None:
        within = local_day(day, PARIS)
        assert free(opening=[Window(interval=within)])[0].minutes == hours * 60


class TestBlockedTimeAndUnits:
    def test_set_up_and_clean_up_are_blocked_as_well(self) -> None:
        blocked = blocked_interval(at(10, 12), setup_minutes=15, cleanup_minutes=30)
        assert blocked == at(9.75, 12.5)

    def test_biosafety_level_2_doubles_the_clean_up(self) -> None:
        blocked = blocked_interval(at(10, 12), setup_minutes=15, cleanup_minutes=30, bsl2=True)
        assert blocked == at(9.75, 13)

    def test_the_lowest_free_unit_is_given(self) -> None:
        busy = {1: [at(9, 11)], 2: [at(12, 13)], 3: []}
        assert lowest_free_unit(blocked=at(10, 12), busy_by_unit=busy, units=3) == 2
        assert lowest_free_unit(blocked=at(11, 12), busy_by_unit=busy, units=3) == 1
        assert lowest_free_unit(blocked=at(10, 13), busy_by_unit=busy, units=3) == 3
        assert lowest_free_unit(blocked=at(10, 13), busy_by_unit=busy, units=2) is None

    def test_a_unit_with_nothing_on_it_is_free(self) -> None:
        assert lowest_free_unit(blocked=at(10, 12), busy_by_unit={}, units=1) == 1
