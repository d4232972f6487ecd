"""What can be booked now of what is free, and the next free periods."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bookings.availability import (
    alternatives,
    bookable_windows,
    free_windows,
)
from bookings.facts import Facts, Rules
from bookings.policy import violations
from facilities.intervals import Interval, local_day, merged
from facilities.opening import WeeklySlot, Window, is_on_step, opening_windows
from tests.strategies import (
    MINUTE,
    PARIS,
    days_near_clock_changes,
    intervals_within,
    minutes_after,
    weekly_slots,
)

BASE = datetime(2026, 11, 2, tzinfo=UTC)
SPAN = 24 * 60
FREE_FORM = Window(interval=minutes_after(BASE, 8 * 60, 20 * 60))
SESSION = Window(interval=minutes_after(BASE, 9 * 60, 13 * 60), whole_session=True)
some_busy = st.lists(intervals_within(BASE, SPAN, 240), max_size=6).map(merged)


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


class TestBookableWindows:
    def bookable(
        self, *windows: Window, now: datetime = BASE, shortest: int = 30, **limits: Any
    ) -> list[Interval]:
        rules = Rules(step_minutes=30, shortest_minutes=shortest, **limits)
        kept = bookable_windows(windows, rules=rules, now=now, tz=PARIS)
        return [window.interval for window in kept]

    def test_the_window_starts_on_the_step_after_the_notice(self) -> None:
        assert self.bookable(FREE_FORM, notice_minutes=545) == [at(9.5, 20)]

    def test_the_window_ends_with_the_last_day_of_the_horizon(self) -> None:
        days = Window(interval=at(0, 72))
        assert self.bookable(days, horizon_days=1) == [at(0, 47)]  # midnight in Paris
        assert self.bookable(days) == [at(0, 72)]

    def test_the_window_ends_on_the_step(self) -> None:
        odd = Window(interval=minutes_after(BASE, 8 * 60 + 5, 9 * 60 + 50))
        assert self.bookable(odd) == [at(8.5, 9.5)]

    def test_what_is_shorter_than_the_shortest_booking_goes(self) -> None:
        assert self.bookable(Window(interval=at(8, 9)), shortest=61) == []
        assert self.bookable(Window(interval=at(8, 9)), shortest=60) == [at(8, 9)]
        assert self.bookable(Window(interval=minutes_after(BASE, 1, 29)), shortest=1) == []
        assert self.bookable(Window(interval=minutes_after(BASE, 20, 40)), shortest=0) == []

    def test_a_session_stays_only_whole(self) -> None:
        assert self.bookable(SESSION, notice_minutes=540) == [SESSION.interval]
        assert self.bookable(SESSION, notice_minutes=541) == []
        night = Window(interval=at(22, 26), whole_session=True)
        assert self.bookable(night, horizon_days=0) == []
        assert self.bookable(night, horizon_days=1) == [night.interval]

    def test_nothing_can_be_booked_when_the_notice_reaches_beyond_the_horizon(self) -> None:
        assert self.bookable(FREE_FORM, notice_minutes=2880, horizon_days=1) == []
        assert self.bookable(FREE_FORM, notice_minutes=47 * 60, horizon_days=1) == []

    def test_a_window_keeps_its_own_step(self) -> None:
        window = Window(interval=at(8.25, 11.75), step_minutes=60)
        assert self.bookable(window) == [at(9, 11)]

    @settings(deadline=None)
    @given(
        day=days_near_clock_changes,
        slots=st.lists(weekly_slots() | weekly_slots(whole_session=True), min_size=1, max_size=8),
        step=st.sampled_from([15, 30, 60, 240]),
        notice=st.sampled_from([0, 45, 600]),
        data=st.data(),
    )
    def test_whatever_is_offered_breaks_no_rule(
        self,
        day: date,
        slots: list[WeeklySlot],
        step: int,
        notice: int,
        data: st.DataObject,
    ) -> None:
        within = Interval(
            local_day(day, PARIS).start, local_day(day + timedelta(days=2), PARIS).end
        )
        rules = Rules(
            step_minutes=step, shortest_minutes=step, horizon_days=1, notice_minutes=notice
        )
        opening = opening_windows(slots=slots, within=within, tz=PARIS)
        facts = Facts(tz=PARIS, rules=rules, opening=tuple(opening))
        now = within.start + timedelta(minutes=data.draw(st.integers(0, 1200)))
        offered = bookable_windows(opening, rules=rules, now=now, tz=PARIS)
        for window in offered:
            assert violations(period=window.interval, facts=facts, now=now) == []
        for period in alternatives(offered, wanted=minutes_after(now, 0, step), tz=PARIS):
            assert violations(period=period, facts=facts, now=now) == []


class TestAlternatives:
    def next_free(self, *windows: Window, wanted: Interval, count: int = 3) -> list[Interval]:
        return alternatives(windows, wanted=wanted, tz=PARIS, count=count)

    def test_the_next_free_periods_of_the_same_length_are_given(self) -> None:
        windows = [
            Window(interval=at(8, 10)),
            Window(interval=at(12, 15)),
            Window(interval=at(18, 20)),
        ]
        assert self.next_free(*windows, wanted=at(10, 11.5)) == [
            at(12, 13.5),
            at(13.5, 15),
            at(18, 19.5),
        ]

    def test_windows_that_are_too_short_are_passed_over(self) -> None:
        windows = [Window(interval=at(11, 12)), Window(interval=at(13, 15))]
        assert self.next_free(*windows, wanted=at(9, 11)) == [at(13, 15)]

    def test_a_window_that_is_open_already_is_used_from_the_wanted_start(self) -> None:
        assert self.next_free(FREE_FORM, wanted=at(17, 18), count=2) == [at(17, 18), at(18, 19)]

    def test_starts_and_ends_are_on_the_step(self) -> None:
        window = Window(interval=at(8, 20), step_minutes=30)
        assert self.next_free(window, wanted=minutes_after(BASE, 605, 655), count=1) == [
            at(10.5, 11.5)
        ]

    def test_a_length_with_seconds_is_rounded_up_to_the_minute(self) -> None:
        blink = Interval(BASE, BASE + timedelta(seconds=1))
        assert self.next_free(FREE_FORM, wanted=blink, count=1)[0].minutes == 1

    def test_free_sessions_count_whatever_their_length(self) -> None:
        assert self.next_free(SESSION, wanted=at(8, 9)) == [SESSION.interval]
        assert self.next_free(SESSION, wanted=at(9, 10)) == [SESSION.interval]
        assert self.next_free(SESSION, wanted=at(10, 11)) == []

    def test_periods_of_several_units_keep_apart(self) -> None:
        windows = [Window(interval=at(8, 10)), Window(interval=at(8.5, 12))]
        assert self.next_free(*windows, wanted=at(8, 9)) == [at(8, 9), at(9, 10), at(10, 11)]

    def test_a_sooner_period_of_a_later_window_goes_before(self) -> None:
        coarse = Window(interval=at(8, 20), step_minutes=60)
        fine = Window(interval=at(8.25, 9.5), step_minutes=15)
        wanted = minutes_after(BASE, 8 * 60 + 5, 8 * 60 + 20)
        assert self.next_free(coarse, fine, wanted=wanted, count=1) == [at(8.25, 8.5)]

    @settings(deadline=None)
    @given(
        units=st.lists(some_busy, min_size=1, max_size=3), wanted=intervals_within(BASE, SPAN, 200)
    )
    def test_they_come_in_order_apart_and_free(
        self, units: list[list[Interval]], wanted: Interval
    ) -> None:
        windows = free_windows(
            opening=[FREE_FORM],
            closures=[],
            busy_by_unit=dict(enumerate(units, start=1)),
            setup_minutes=0,
            cleanup_minutes=0,
        )
        given_ = alternatives(windows, wanted=wanted, tz=PARIS)
        assert len(given_) <= 3
        for one, next_ in pairwise(given_):
            assert one.end <= next_.start
        for period in given_:
            assert period.start >= wanted.start
            assert period.minutes == wanted.minutes
            assert is_on_step(period.start, step_minutes=1, tz=PARIS)
            assert any(window.interval.contains(period) for window in windows)

    @given(some_busy, intervals_within(BASE, SPAN, 200))
    def test_the_first_is_the_earliest_there_is(
        self, busy: list[Interval], wanted: Interval
    ) -> None:
        windows = [Window(interval=interval) for interval in free(*busy)]
        fitting = [
            start
            for start in range((wanted.start - BASE) // MINUTE, SPAN)
            if any(
                w.interval.contains(minutes_after(BASE, start, start + wanted.minutes))
                for w in windows
            )
        ]
        assume(fitting)
        first = alternatives(windows, wanted=wanted, tz=PARIS, count=1)[0]
        assert (first.start - BASE) // MINUTE == fitting[0]
