"""The house rules: each alone, all at once, at their edges, and how they are said."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from bookings.facts import Facts, Rules, earliest_start, latest_end
from bookings.policy import OVERRIDABLE, Violation, violations
from bookings.violations import SENTENCES
from facilities.intervals import Interval, local_day, local_week
from facilities.opening import Window
from tests.strategies import CLOCKS_BACK, CLOCKS_FORWARD, PARIS

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)  # a Monday, 10:00 in Paris
TUESDAY = date(2026, 11, 10)


def at(start: float, end: float, day: date = TUESDAY) -> Interval:
    """Return hours of the wall clock of a day in Paris, in winter."""
    midnight = local_day(day, PARIS).start
    return Interval(midnight + timedelta(hours=start), midnight + timedelta(hours=end))


RULES = Rules(
    step_minutes=30,
    shortest_minutes=30,
    longest_minutes=600,
    horizon_days=60,
    notice_minutes=60,
    person_weekly_minutes=1200,
    team_weekly_minutes=2400,
    qualification_required=True,
)
OPEN = (Window(interval=at(8, 20)),)
ROUND_THE_CLOCK = (Window(interval=Interval(NOW - timedelta(days=300), NOW + timedelta(days=400))),)
PERIOD = at(10, 12)
FACTS = Facts(
    tz=PARIS,
    rules=RULES,
    opening=OPEN,
    level="autonomous",
    project_required=True,
    project_given=True,
    project_starts_on=date(2026, 1, 1),
    project_ends_on=date(2026, 12, 31),
    account_required=True,
    account_given=True,
    account_valid_from=date(2026, 1, 1),
    account_valid_until=date(2026, 12, 31),
    account_left_cents=10_000,
    estimate_cents=3_600,
    purpose="Sorting of T cells",
)


def facts(**changed: Any) -> Facts:
    """Return the facts of a booking that breaks nothing, with some of them changed."""
    rules = {name: changed.pop(name) for name in list(changed) if name in RULE_NAMES}
    return replace(FACTS, rules=replace(RULES, **rules), **changed)


RULE_NAMES = set(Rules.__dataclass_fields__)


def broken(period: Interval = PERIOD, now: datetime = NOW, **changed: Any) -> list[Violation]:
    return violations(period=period, facts=facts(**changed), now=now)


def codes(period: Interval = PERIOD, now: datetime = NOW, **changed: Any) -> list[str]:
    return [violation.code for violation in broken(period, now, **changed)]


def only(period: Interval = PERIOD, now: datetime = NOW, **changed: Any) -> Violation:
    (violation,) = broken(period, now, **changed)
    return violation


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
    "patient_data": ("purpose", lambda: broken(purpose="IPP 123456")),
}


@pytest.mark.parametrize("code", ALONE)
def test_each_rule_alone_gives_exactly_its_code(code: str) -> None:
    field, break_it = ALONE[code]
    assert [(violation.code, violation.field) for violation in break_it()] == [(code, field)]


def test_every_code_that_can_be_said_has_been_broken_here() -> None:
    assert {key.partition("/")[0] for key in SENTENCES} == set(ALONE)
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

    def test_a_day_without_opening_says_so(self) -> None:
        assert "opening hours" in only(opening=()).detail

    def test_a_booking_may_cross_windows_that_touch(self) -> None:
        opening = (
            Window(interval=at(8, 11), step_minutes=15),
            Window(interval=at(11, 20), step_minutes=60),
        )
        assert codes(at(10.25, 12), opening=opening) == []

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

    @pytest.mark.parametrize(
        ("first", "last", "words"),
        [
            (date(2026, 12, 1), date(2026, 12, 31), "from Tue 1 Dec until Thu 31 Dec"),
            (date(2026, 12, 1), None, "valid from Tue 1 Dec."),
            (None, date(2026, 11, 1), "valid until Sun 1 Nov."),
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
