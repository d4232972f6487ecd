"""When a booking waits for a decision, and when a change asks again."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookings.approval import REASONS, approval_reasons, is_night, reopens
from bookings.facts import Facts, Rules
from facilities.intervals import Interval, local_day
from tests.strategies import (
    CLOCKS_BACK,
    CLOCKS_FORWARD,
    MINUTE,
    PARIS,
    intervals,
    minutes_after,
)

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
TUESDAY = date(2026, 11, 10)
SATURDAY = date(2026, 11, 14)
RULES = Rules(
    approval_for_industry=True,
    approval_first_sessions=3,
    approval_over_minutes=480,
    approval_at_night=True,
)
FACTS = Facts(tz=PARIS, rules=RULES, opening=(), level="autonomous", past_sessions=3)


def at(start: float, end: float, day: date = TUESDAY) -> Interval:
    midnight = local_day(day, PARIS).start
    return Interval(midnight + timedelta(hours=start), midnight + timedelta(hours=end))


def reasons(period: Interval | None = None, **changed: Any) -> list[str]:
    rules = {name: changed.pop(name) for name in list(changed) if name in RULE_NAMES}
    facts = replace(FACTS, rules=replace(RULES, **rules), **changed)
    return approval_reasons(period=period or at(10, 12), facts=facts, now=NOW)


RULE_NAMES = set(Rules.__dataclass_fields__)


class TestReasons:
    def test_an_ordinary_booking_is_approved_at_once(self) -> None:
        assert reasons() == []

    @pytest.mark.parametrize(
        ("reason", "changed"),
        [
            ("request_only", {"request_only": True}),
            ("always", {"approval_always": True}),
            ("industry", {"is_industry": True}),
            ("first_sessions", {"past_sessions": 2}),
            ("long", {"period": at(8, 16.5)}),
            ("night", {"period": at(19, 21)}),
            ("night", {"period": at(10, 12, day=SATURDAY)}),
        ],
    )
    def test_each_reason_stands_alone(self, reason: str, changed: dict[str, Any]) -> None:
        assert reasons(**changed) == [reason]

    def test_all_reasons_are_given_at_once_and_can_be_said(self) -> None:
        given_ = reasons(
            at(8, 21),
            request_only=True,
            approval_always=True,
            is_industry=True,
            past_sessions=0,
        )
        assert given_ == list(REASONS)
        assert all(str(sentence) for sentence in REASONS.values())

    def test_industry_is_decided_only_where_the_rules_say_so(self) -> None:
        assert reasons(is_industry=True, approval_for_industry=False) == []

    def test_eight_hours_are_not_yet_long(self) -> None:
        assert reasons(at(8, 16)) == []
        assert reasons(at(8, 20), approval_over_minutes=None) == []

    def test_the_after_hours_level_opens_the_night(self) -> None:
        assert reasons(at(19, 21), level="after_hours") == []

    def test_a_night_is_looked_at_only_where_the_rules_say_so(self) -> None:
        assert reasons(at(19, 21), approval_at_night=False) == []


class TestNights:
    @pytest.mark.parametrize(
        ("period", "expected"),
        [
            (at(8, 20), False),
            (at(7.5, 9), True),
            (at(19, 20.5), True),
            (at(20, 24), True),
            (at(23, 25), True),
            (at(8, 20, day=SATURDAY), True),
            (at(8, 20, day=SATURDAY + timedelta(days=1)), True),
            (at(8, 20, day=SATURDAY - timedelta(days=1)), False),
            (at(8, 48 + 20, day=TUESDAY), True),
        ],
    )
    def test_day_is_monday_to_friday_from_8_to_20(self, period: Interval, expected: bool) -> None:
        assert is_night(period, PARIS) is expected

    @pytest.mark.parametrize("change", [CLOCKS_BACK, CLOCKS_FORWARD])
    def test_the_wall_clock_counts_on_the_day_after_a_change(self, change: date) -> None:
        monday = change + timedelta(days=1)
        assert not is_night(at(8, 20, day=monday), PARIS)
        assert is_night(at(7, 8, day=monday), PARIS)

    @given(intervals(longest_minutes=3000))
    def test_it_is_night_exactly_when_some_minute_of_it_is(self, period: Interval) -> None:
        clocks = [
            (period.start + number * MINUTE).astimezone(PARIS) for number in range(period.minutes)
        ]
        expected = any(clock.weekday() >= 5 or not 8 <= clock.hour < 20 for clock in clocks)
        assert is_night(period, PARIS) is expected


def asks_again(
    new: Interval, *, changed: bool = False, old_cents: int | None = 10, cents: int | None = 10
) -> bool:
    return reopens(
        old=at(10, 12),
        new=new,
        instrument_changed=changed,
        old_cents=old_cents,
        new_cents=cents,
    )


class TestReopening:
    def test_the_same_or_less_time_is_approved_already(self) -> None:
        assert not asks_again(at(10, 12))
        assert not asks_again(at(10.5, 11), cents=5)

    @pytest.mark.parametrize("new", [at(9.5, 12), at(10, 12.5), at(12, 14), at(9, 13)])
    def test_time_outside_the_old_is_decided_again(self, new: Interval) -> None:
        assert asks_again(new)

    def test_another_instrument_is_decided_again(self) -> None:
        assert asks_again(at(10, 12), changed=True)

    def test_a_higher_price_is_decided_again(self) -> None:
        assert asks_again(at(10, 12), cents=11)
        assert not asks_again(at(10, 12), cents=9)

    def test_a_price_that_becomes_known_or_unknown_is_decided_again(self) -> None:
        assert asks_again(at(10, 12), old_cents=None)
        assert asks_again(at(10, 12), cents=None)
        assert not asks_again(at(10, 12), old_cents=None, cents=None)

    @given(st.integers(0, 240), st.integers(1, 240), st.integers(0, 240), st.integers(1, 240))
    def test_undoing_a_change_that_was_let_through_asks_only_where_it_gives_more(
        self, start: int, length: int, other: int, other_length: int
    ) -> None:
        one = minutes_after(NOW, start, start + length)
        two = minutes_after(NOW, other, other + other_length)
        kept = {"instrument_changed": False, "old_cents": 1, "new_cents": 1}
        both = not reopens(old=one, new=two, **kept) and not reopens(old=two, new=one, **kept)  # type: ignore[arg-type]
        assert both == (one == two)
