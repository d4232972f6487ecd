"""A booking that breaks no rule, and what it breaks once something is changed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bookings.facts import Facts, MemberLimit, Rules
from bookings.industry import IndustryYear
from bookings.policy import Violation, violations
from facilities.intervals import Interval, local_day
from facilities.opening import Window
from tests.strategies import PARIS

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

SPENT = MemberLimit(month=date(2026, 11, 1), limit_cents=5_000, spent_cents=1_401, ask="Ada Head")
"""Leaves a cent too little for the booking."""
NEARLY_FULL = IndustryYear(year=2026, period=at(0, 24), taken_minutes=481, open_minutes=3_000)
"""A year of which a fifth is left but for a minute of the booking."""


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
