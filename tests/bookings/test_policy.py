"""The house rules: each alone, all at once, at their edges, and how they are said."""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from bookings.policy import OVERRIDABLE, Violation
from bookings.violations import SENTENCES
from facilities.intervals import Interval, local_week
from facilities.opening import Window
from tests.bookings.cases import (
    NEARLY_FULL,
    NOW,
    PERIOD,
    ROUND_THE_CLOCK,
    SPENT,
    TUESDAY,
    at,
    broken,
    codes,
    only,
)
from tests.strategies import PARIS


def test_a_proper_booking_breaks_nothing() -> None:
    assert broken() == []


ALONE: dict[str, tuple[str, Callable[[], list[Violation]]]] = {
    "in_the_past": ("start", lambda: broken(now=PERIOD.start + timedelta(seconds=1))),
    "too_little_notice": ("start", lambda: broken(now=PERIOD.start)),
    "beyond_horizon": ("start", lambda: broken(horizon_days=7)),
    "outside_opening_hours": ("start", lambda: broken(at(7, 9))),
    "not_whole_session": (
        "start",
        lambda: broken(opening=(Window(interval=at(9, 13), whole_session=True),)),
    ),
    "off_step": ("start", lambda: broken(at(10.25, 12))),
    "too_short": ("end", lambda: broken(shortest_minutes=150)),
    "too_long": ("end", lambda: broken(longest_minutes=90)),
    "closed": ("start", lambda: broken(closures=(at(11, 24),))),
    "instrument_out_of_service": (
        "instrument",
        lambda: broken(instrument_state="out_of_service"),
    ),
    "person_weekly_hours": (
        "end",
        lambda: broken(person_week_minutes={date(2026, 11, 9): 1081}),
    ),
    "team_weekly_hours": ("end", lambda: broken(team_week_minutes={date(2026, 11, 9): 2281})),
    "not_qualified": ("booked_for", lambda: broken(level=None)),
    "operator_needed": ("operator_needed", lambda: broken(level="supervised")),
    "project_required": ("project", lambda: broken(project_given=False)),
    "project_not_usable": ("project", lambda: broken(project_usable=False)),
    "project_not_open": ("project", lambda: broken(project_open=False)),
    "account_required": ("account", lambda: broken(account_given=False)),
    "account_not_usable": ("account", lambda: broken(account_usable=False)),
    "account_not_valid": (
        "account",
        lambda: broken(account_valid_until=TUESDAY - timedelta(days=1)),
    ),
    "account_exceeded": ("account", lambda: broken(account_left_cents=3_599)),
    "member_limit": ("account", lambda: broken(member_limit=SPENT)),
    "industry_share_reached": (
        "instrument",
        lambda: broken(industry_cap_percent=20, industry_years=(NEARLY_FULL,)),
    ),
    "patient_data": ("purpose", lambda: broken(purpose="IPP 123456")),
}


@pytest.mark.parametrize("code", ALONE)
def test_each_rule_alone_gives_exactly_its_code(code: str) -> None:
    field, break_it = ALONE[code]
    assert [(violation.code, violation.field) for violation in break_it()] == [(code, field)]


def test_every_code_that_can_be_said_has_been_broken_here() -> None:
    said = {key.partition("/")[0] for key in SENTENCES}
    assert said - {"slot_taken", "no_such_unit", "split_stands"} == set(
        ALONE
    )  # those the services know
    assert set(ALONE) > OVERRIDABLE


# What may be wrong together; of one line at most one, as they leave each other no room.
TOGETHER: list[dict[str, dict[str, Any]]] = [
    {
        "in_the_past": {"now": PERIOD.start + timedelta(hours=1)},
        "too_little_notice": {"notice_minutes": 30 * 24 * 60},
    },
    {"too_short": {"shortest_minutes": 150}, "too_long": {"longest_minutes": 90}},
    {"beyond_horizon": {"horizon_days": 0, "now_is_early": True}},
    {"outside_opening_hours": {"opening": (Window(interval=at(8, 11)),)}},
    {"closed": {"closures": (at(11, 24),)}},
    {"instrument_out_of_service": {"instrument_state": "retired"}},
    {"person_weekly_hours": {"person_weekly_minutes": 60}},
    {"team_weekly_hours": {"team_weekly_minutes": 60}},
    {"not_qualified": {"level": None}, "operator_needed": {"operator_required": True}},
    {
        "project_required": {"project_given": False},
        "project_not_usable": {"project_usable": False},
        "project_not_open": {"project_ends_on": date(2026, 11, 9)},
    },
    {
        "account_required": {"account_given": False},
        "account_not_usable": {"account_usable": False},
        "account_not_valid": {"account_valid_from": date(2026, 11, 11)},
        "account_exceeded": {"estimate_cents": 10_001},
    },
    {"patient_data": {"purpose": "NIR 185057800608491"}},
]


@given(st.tuples(*(st.sampled_from([None, *line]) for line in TOGETHER)))
def test_everything_that_is_wrong_is_said_at_once(chosen: tuple[str | None, ...]) -> None:
    changed: dict[str, Any] = {}
    for line, code in zip(TOGETHER, chosen, strict=True):
        if code is not None:
            changed |= line[code]
    expected = {code for code in chosen if code is not None}
    if changed.pop("now_is_early", False) and "in_the_past" in expected:
        expected.discard("beyond_horizon")  # the same day is never beyond the horizon
    assert sorted(codes(**changed)) == sorted(expected)


class TestWeeklyHours:
    MONDAY = date(2026, 11, 9)

    def test_the_limit_itself_is_allowed(self) -> None:
        assert codes(person_week_minutes={self.MONDAY: 1080}) == []

    def test_other_weeks_do_not_count(self) -> None:
        assert codes(person_week_minutes={self.MONDAY - timedelta(days=7): 9999}) == []

    def test_an_earlier_end_is_proposed(self) -> None:
        violation = only(person_week_minutes={self.MONDAY: 1130})
        assert violation.data["total_minutes"] == 1250
        assert violation.data["end_by"] == at(11, 12).start  # 50 minutes over, on the step
        assert "End by Tue 10 Nov, 11:00" in violation.detail

    def test_another_week_is_proposed_where_no_earlier_end_will_do(self) -> None:
        violation = only(person_week_minutes={self.MONDAY: 1199})
        assert "end_by" not in violation.data
        assert "another week" in violation.detail

    @pytest.mark.parametrize(
        ("shortest", "proposed"), [(30, at(10, 10.5).end), (31, None), (1, at(10, 10.5).end)]
    )
    def test_the_proposed_end_leaves_at_least_the_shortest_booking(
        self, shortest: int, proposed: datetime | None
    ) -> None:
        violation = only(person_week_minutes={self.MONDAY: 1170}, shortest_minutes=shortest)
        assert violation.data.get("end_by") == proposed

    def test_no_end_is_proposed_that_leaves_nothing(self) -> None:
        violation = only(person_week_minutes={self.MONDAY: 1200}, shortest_minutes=0)
        assert "end_by" not in violation.data

    def test_a_booking_across_monday_counts_in_both_weeks_with_its_part(self) -> None:
        sunday = self.MONDAY - timedelta(days=1)
        last_monday = self.MONDAY - timedelta(days=7)
        night = at(22, 28, day=sunday)
        changed: dict[str, Any] = {"opening": ROUND_THE_CLOCK}
        changed["person_week_minutes"] = {last_monday: 1080, self.MONDAY: 960}
        assert codes(night, **changed) == []
        for monday, minutes in ((last_monday, 1081), (self.MONDAY, 961)):
            changed["person_week_minutes"] = {monday: minutes}
            assert only(night, **changed).data["week"] == monday

    def test_both_weeks_are_said_when_both_are_over(self) -> None:
        night = at(22, 28, day=self.MONDAY - timedelta(days=1))
        assert codes(night, opening=ROUND_THE_CLOCK, team_weekly_minutes=60) == [
            "team_weekly_hours",
            "team_weekly_hours",
        ]

    def test_a_booking_longer_than_the_limit_is_refused_in_an_empty_week(self) -> None:
        week = local_week(TUESDAY, PARIS)
        long = Interval(week.start, week.start + timedelta(hours=21))
        assert codes(long, opening=ROUND_THE_CLOCK, longest_minutes=None) == ["person_weekly_hours"]

    def test_no_limit_is_no_limit(self) -> None:
        changed: dict[str, Any] = {"person_week_minutes": {self.MONDAY: 9_999}}
        assert codes(person_weekly_minutes=None, **changed) == []


class TestTraining:
    @pytest.mark.parametrize("level", ["autonomous", "after_hours"])
    def test_somebody_trained_books_alone(self, level: str) -> None:
        assert codes(level=level) == []

    @pytest.mark.parametrize("level", [None, "supervised"])
    def test_an_operator_stands_in_for_training(self, level: str | None) -> None:
        assert codes(level=level, operator_needed=True) == []

    @pytest.mark.parametrize("level", [None, "supervised"])
    def test_an_instrument_that_asks_for_nothing_is_open_to_all(self, level: str | None) -> None:
        assert codes(level=level, qualification_required=False) == []

    def test_an_assisted_instrument_takes_an_operator_from_everybody(self) -> None:
        assert codes(level="after_hours", operator_required=True) == ["operator_needed"]
        assert codes(operator_required=True, operator_needed=True) == []

    def test_an_operator_is_asked_for_once(self) -> None:
        assert codes(level="supervised", operator_required=True) == ["operator_needed"]


class TestProjectAndAccount:
    def test_a_project_that_is_not_required_may_be_left_out(self) -> None:
        assert codes(project_given=False, project_required=False) == []

    def test_a_project_that_is_given_is_judged_though_none_is_required(self) -> None:
        assert codes(project_required=False, project_usable=False) == ["project_not_usable"]

    def test_a_foreign_project_shows_nothing_of_its_state(self) -> None:
        assert codes(project_usable=False, project_open=False) == ["project_not_usable"]

    def test_a_foreign_account_shows_nothing_of_its_money(self) -> None:
        changed: dict[str, Any] = {"account_valid_until": NOW.date(), "account_left_cents": 0}
        assert codes(account_usable=False, **changed) == ["account_not_usable"]

    def test_dates_are_those_of_the_slot_on_the_wall_clock(self) -> None:
        late = at(23, 25)
        changed: dict[str, Any] = {"opening": ROUND_THE_CLOCK}
        assert codes(late, account_valid_until=TUESDAY, **changed) == ["account_not_valid"]
        assert codes(late, project_ends_on=TUESDAY, **changed) == ["project_not_open"]
        next_day = TUESDAY + timedelta(days=1)
        assert codes(late, account_valid_until=next_day, **changed) == []
        assert codes(late, account_valid_from=next_day, **changed) == ["account_not_valid"]
        assert codes(at(22, 24), account_valid_until=TUESDAY, **changed) == []
        assert codes(late, account_valid_from=TUESDAY, **changed) == []

    @pytest.mark.parametrize(
        ("first", "last", "words"),
        [
            (date(2026, 12, 1), date(2026, 12, 31), "from 1 Dec 2026 until 31 Dec 2026"),
            (date(2026, 12, 1), None, "valid from 1 Dec 2026."),
            (None, date(2026, 11, 1), "valid until 1 Nov 2026."),
        ],
    )
    def test_the_dates_of_an_account_are_said(
        self, first: date | None, last: date | None, words: str
    ) -> None:
        assert words in only(account_valid_from=first, account_valid_until=last).detail

    def test_the_last_cent_may_be_spent(self) -> None:
        assert codes(account_left_cents=3_600) == []

    def test_an_account_without_a_ceiling_pays_anything(self) -> None:
        assert codes(account_left_cents=None, estimate_cents=10**9) == []

    def test_an_overdrawn_account_pays_nothing_more(self) -> None:
        assert codes(account_left_cents=-1, estimate_cents=1) == ["account_exceeded"]

    def test_left_and_price_are_said(self) -> None:
        detail = only(account_left_cents=5_000, estimate_cents=6_000).detail
        assert detail == (
            "This account has €50.00 left, this booking costs €60.00. Use another account."
        )


class TestWords:
    @pytest.mark.parametrize("code", ALONE)
    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_every_rule_can_be_said_with_all_its_blanks_filled(
        self, code: str, language: str
    ) -> None:
        with translation.override(language):
            (violation,) = ALONE[code][1]()
            assert violation.detail
            assert "%" not in violation.detail

    @pytest.mark.parametrize("code", ALONE)
    def test_what_is_known_of_it_can_be_stored_as_json(self, code: str) -> None:
        (violation,) = ALONE[code][1]()
        assert json.dumps(dict(violation.data), cls=DjangoJSONEncoder)

    def test_a_retired_instrument_is_not_said_to_come_back(self) -> None:
        assert "no longer" in only(instrument_state="retired").detail

    def test_violations_are_compared_by_what_they_say(self) -> None:
        assert Violation("closed", "start", {"a": 1}) == Violation("closed", "start", {"a": 1})
        assert len({Violation("closed", "start"), Violation("closed", "start")}) == 1

    def test_a_manager_sets_aside_times_but_not_training_money_or_privacy(self) -> None:
        for code in ("too_long", "closed", "off_step", "person_weekly_hours"):
            assert Violation(code, "start").is_overridable
        for code in ("not_qualified", "account_exceeded", "project_not_usable", "patient_data"):
            assert not Violation(code, "start").is_overridable
