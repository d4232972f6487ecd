"""The rules about when: at their edges, across windows and clock changes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bookings.facts import earliest_start, latest_end
from facilities.intervals import Interval, local_day
from facilities.opening import Window
from tests.bookings.cases import (
    NOW,
    PERIOD,
    ROUND_THE_CLOCK,
    RULES,
    TUESDAY,
    at,
    broken,
    codes,
    only,
)
from tests.strategies import CLOCKS_BACK, CLOCKS_FORWARD, PARIS


class TestStart:
    def test_a_start_at_this_very_moment_is_not_past(self) -> None:
        assert codes(now=PERIOD.start, notice_minutes=0) == []

    def test_notice_ends_exactly_so_long_before_the_start(self) -> None:
        assert codes(now=PERIOD.start - timedelta(minutes=60)) == []
        assert codes(now=PERIOD.start - timedelta(minutes=59)) == ["too_little_notice"]

    def test_the_first_start_that_is_early_enough_is_proposed(self) -> None:
        now = PERIOD.start - timedelta(minutes=10)
        earliest = only(now=now).data["earliest"]
        assert earliest == PERIOD.start + timedelta(minutes=60)
        assert earliest.tzinfo is PARIS

    def test_a_change_that_keeps_its_start_may_have_begun(self) -> None:
        begun = PERIOD.start + timedelta(minutes=30)
        assert codes(now=begun, start_kept=True) == []

    def test_a_change_that_keeps_its_start_must_end_after_now(self) -> None:
        violation = only(now=PERIOD.end, start_kept=True)
        assert (violation.code, violation.field) == ("in_the_past", "end")


class TestHorizon:
    def test_the_last_day_is_open_as_a_whole(self) -> None:
        evening = NOW + timedelta(hours=13)
        for now in (NOW, evening):
            assert codes(now=now, horizon_days=8) == []
            assert codes(now=now, horizon_days=7) == ["beyond_horizon"]

    def test_a_booking_must_end_within_the_horizon(self) -> None:
        night = at(22, 26)
        violation = only(night, opening=ROUND_THE_CLOCK, horizon_days=8)
        assert (violation.code, violation.field) == ("beyond_horizon", "end")
        assert violation.data == {"until": TUESDAY}
        assert codes(at(22, 24), opening=ROUND_THE_CLOCK, horizon_days=8) == []

    def test_without_a_horizon_any_day_will_do(self) -> None:
        assert latest_end(rules=replace(RULES, horizon_days=None), now=NOW, tz=PARIS) is None
        assert codes(horizon_days=None) == []

    def test_the_earliest_start_is_the_notice_from_now(self) -> None:
        assert earliest_start(rules=RULES, now=NOW) == NOW + timedelta(hours=1)


class TestOpening:
    def test_the_opening_of_that_day_is_said(self) -> None:
        assert "Tue 10 Nov, 08:00–20:00" in only(at(19, 21)).detail

    def test_it_is_the_day_of_the_start_and_no_more_of_longer_hours(self) -> None:
        opening = (Window(interval=at(-5, 20)), Window(interval=at(25, 44)))
        assert "Open: Tue 10 Nov, 00:00–20:00." in only(at(19, 26), opening=opening).detail

    def test_a_day_without_opening_says_so(self) -> None:
        assert "opening hours" in only(opening=()).detail

    def test_a_booking_may_cross_windows_that_touch(self) -> None:
        opening = (
            Window(interval=at(8, 11), step_minutes=15),
            Window(interval=at(11, 20), step_minutes=60),
        )
        assert codes(at(10.25, 12), opening=opening) == []
        assert codes(at(10, 12.25), opening=opening) == ["off_step"]
        backwards = (
            Window(interval=at(8, 11), step_minutes=60),
            Window(interval=at(11, 20), step_minutes=15),
        )
        assert codes(at(10, 12.25), opening=backwards) == []
        assert codes(at(10.25, 12), opening=backwards) == ["off_step"]

    def test_a_whole_session_is_taken_exactly(self) -> None:
        sessions = (
            Window(interval=at(9, 13), whole_session=True),
            Window(interval=at(14, 18), whole_session=True),
        )
        assert codes(at(9, 13), opening=sessions) == []
        for period in (at(9, 12), at(8, 13), at(9, 18), at(12, 15), at(13.5, 18)):
            assert codes(period, opening=sessions) == ["not_whole_session"]
        assert codes(at(13, 14), opening=sessions) == ["outside_opening_hours"]

    def test_step_and_length_do_not_bind_a_whole_session(self) -> None:
        session = (Window(interval=at(9.2, 13.1), whole_session=True),)
        assert codes(at(9.2, 13.1), opening=session, longest_minutes=60) == []
        assert codes(at(9.2, 13.1), opening=session, shortest_minutes=600) == []

    def test_the_sessions_to_choose_from_are_said(self) -> None:
        sessions = (
            Window(interval=at(9, 13), whole_session=True),
            Window(interval=at(14, 18), whole_session=True),
        )
        detail = only(at(10, 15), opening=sessions).detail
        assert "Tue 10 Nov, 09:00–13:00, 14:00–18:00" in detail

    def test_a_closure_that_touches_is_none(self) -> None:
        assert codes(closures=(at(8, 10), at(12, 20))) == []

    def test_every_closure_in_the_way_is_said(self) -> None:
        assert codes(closures=(at(8, 10.5), at(11.5, 20))) == ["closed", "closed"]


class TestStepAndLength:
    def test_both_ends_are_on_the_step(self) -> None:
        ends = broken(at(10.25, 11.75))
        assert [(end.code, end.field) for end in ends] == [
            ("off_step", "start"),
            ("off_step", "end"),
        ]

    def test_the_nearest_steps_are_proposed(self) -> None:
        data = only(at(10.25, 12)).data
        assert (data["earlier"], data["later"]) == (at(10, 11).start, at(10.5, 11).start)

    def test_seconds_are_off_every_step(self) -> None:
        period = Interval(PERIOD.start + timedelta(seconds=1), PERIOD.end)
        assert codes(period, step_minutes=1) == ["off_step"]

    def test_the_step_of_the_window_goes_before_that_of_the_rules(self) -> None:
        window = (Window(interval=at(8, 20), step_minutes=15),)
        assert codes(at(10.25, 12), opening=window) == []

    def test_the_limits_themselves_are_allowed(self) -> None:
        assert codes(at(8, 18)) == []
        assert codes(at(8, 18.5)) == ["too_long"]
        assert codes(at(8, 8.5)) == []
        assert codes(at(8, 8.5), shortest_minutes=31) == ["too_short"]

    def test_the_nearest_end_that_will_do_is_proposed(self) -> None:
        assert only(at(8, 8.5), shortest_minutes=60).data["end_by"] == at(8, 9).end
        assert only(at(8, 12), longest_minutes=60).data["end_by"] == at(8, 9).end

    def test_without_a_longest_any_length_will_do(self) -> None:
        assert codes(at(8, 20), longest_minutes=None) == []

    @pytest.mark.parametrize(
        ("day", "minutes"), [(CLOCKS_BACK, 25 * 60), (CLOCKS_FORWARD, 23 * 60)]
    )
    def test_length_is_elapsed_time_on_the_nights_the_clocks_change(
        self, day: date, minutes: int
    ) -> None:
        whole_day = local_day(day, PARIS)
        changed: dict[str, Any] = {
            "opening": (Window(interval=whole_day),),
            "now": whole_day.start - timedelta(days=1),
            "person_weekly_minutes": None,
            "team_weekly_minutes": None,
            "project_ends_on": None,
            "account_valid_until": None,
        }
        assert codes(whole_day, longest_minutes=minutes, **changed) == []
        assert codes(whole_day, longest_minutes=minutes - 1, **changed) == ["too_long"]

    def test_the_step_is_that_of_the_wall_clock_after_the_clocks_change(self) -> None:
        start = datetime(2026, 10, 25, 1, tzinfo=UTC)  # 2:00 for the second time
        period = Interval(start, start + timedelta(hours=2))
        changed: dict[str, Any] = {"opening": ROUND_THE_CLOCK, "now": start - timedelta(days=1)}
        assert codes(period, step_minutes=120, **changed) == []
        assert codes(period, step_minutes=180, **changed) == ["off_step", "off_step"]
