"""The house rules of booking: what stands against a period, given the facts.

Pure. `violations` returns everything that is wrong at once. Rules about when are in
timing.py, about who, how much and whose money here; how a violation is said, and what a
manager may set aside, is in violations.py. The same rules judge every change.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, tzinfo

from bookings import timing
from bookings.facts import Case, Facts, Rules, earliest_start, latest_end
from bookings.violations import OVERRIDABLE, Violation
from compliance.gates import Level
from compliance.privacy import patient_data_found
from facilities.intervals import MINUTE, Interval, local_days, local_week, weeks_touched
from facilities.opening import step_at_or_before

__all__ = [
    "OVERRIDABLE",
    "Facts",
    "Rules",
    "Violation",
    "earliest_start",
    "latest_end",
    "violations",
]


def violations(*, period: Interval, facts: Facts, now: datetime) -> list[Violation]:
    """Return every rule that booking this period would break, in a fixed order."""
    case = Case(period=period, facts=facts, now=now)
    return [broken for check in CHECKS for broken in check(case)]


def _instrument(case: Case) -> Iterator[Violation]:
    facts = case.facts
    if facts.instrument_state != "working":
        yield Violation("instrument_out_of_service", "instrument", {"case": facts.instrument_state})


def _person_hours(case: Case) -> Iterator[Violation]:
    facts = case.facts
    limit = facts.rules.person_weekly_minutes
    yield from _weekly("person_weekly_hours", limit, facts.person_week_minutes, case)


def _team_hours(case: Case) -> Iterator[Violation]:
    facts = case.facts
    limit = facts.rules.team_weekly_minutes
    yield from _weekly("team_weekly_hours", limit, facts.team_week_minutes, case)


def _weekly(
    code: str, limit: int | None, booked: Mapping[date, int], case: Case
) -> Iterator[Violation]:
    period, facts = case.period, case.facts
    if limit is None:
        return
    weeks = weeks_touched(period, facts.tz)
    for monday in weeks:
        part = local_week(monday, facts.tz).intersection(period)
        total = booked.get(monday, 0) + (part.minutes if part else 0)
        if total > limit:
            data = {"week": monday, "total_minutes": total, "limit_minutes": limit}
            if len(weeks) == 1:
                data |= _shorter(case, total - limit)
            yield Violation(code, "end", data)


def _shorter(case: Case, over_minutes: int) -> dict[str, datetime]:
    """Propose an earlier end that keeps within the limit, where there is one."""
    period, facts = case.period, case.facts
    end = period.end - over_minutes * MINUTE
    end = step_at_or_before(end, step_minutes=facts.rules.step_minutes, tz=facts.tz)
    if timing.sessions_touched(case):
        return {}
    if end - period.start < facts.rules.shortest_minutes * MINUTE or end <= period.start:
        return {}
    return {"end_by": end.astimezone(facts.tz)}


def _training(case: Case) -> Iterator[Violation]:
    facts = case.facts
    if facts.operator_needed:
        return
    if facts.rules.operator_required:
        yield Violation("operator_needed", "operator_needed")
    elif facts.rules.qualification_required and facts.level == Level.SUPERVISED:
        yield Violation("operator_needed", "operator_needed", {"case": "supervised"})
    if facts.rules.qualification_required and facts.level is None:
        yield Violation("not_qualified", "booked_for")


def _industry(case: Case) -> Iterator[Violation]:
    cap = case.facts.rules.industry_cap_percent
    if cap is None:
        return
    for year in case.facts.industry_years:
        if year.open_minutes and year.with_period(case.period) > year.most(cap):
            data = {
                "year": year.year,
                "cap_minutes": year.most(cap),
                "left_minutes": year.left(cap),
            }
            yield Violation("industry_share_reached", "instrument", data)


def _project(case: Case) -> Iterator[Violation]:
    facts = case.facts
    if not facts.project_given:
        if facts.project_required:
            yield Violation("project_required", "project")
    elif not facts.project_usable:  # says no more about a project that is not theirs
        yield Violation("project_not_usable", "project")
    elif not facts.project_open or not _lies_within(
        case.period, facts.project_starts_on, facts.project_ends_on, facts.tz
    ):
        yield Violation("project_not_open", "project")


def _account(case: Case) -> Iterator[Violation]:
    facts = case.facts
    if not facts.account_given:
        if facts.account_required:
            yield Violation("account_required", "account")
        return
    if not facts.account_usable:  # says no more about an account that is not theirs
        yield Violation("account_not_usable", "account")
        return
    first, last = facts.account_valid_from, facts.account_valid_until
    if not _lies_within(case.period, first, last, facts.tz):
        known = {"valid_from": first, "valid_until": last}
        data = {name: day for name, day in known.items() if day is not None}
        yield Violation("account_not_valid", "account", data)
    left, estimate = facts.account_left_cents, facts.estimate_cents
    if left is not None and estimate is not None and estimate > left:
        yield Violation(
            "account_exceeded",
            "account",
            {"left_cents": left, "estimate_cents": estimate},
        )


def _member_limit(case: Case) -> Iterator[Violation]:
    facts = case.facts
    limit, estimate = facts.member_limit, facts.estimate_cents
    if limit is None or estimate is None or limit.holds(estimate):
        return
    data = {
        "month": limit.month,
        "limit_cents": limit.limit_cents,
        "spent_cents": limit.spent_cents,
        "estimate_cents": estimate,
    }
    yield Violation("member_limit", "account", data | ({"ask": limit.ask} if limit.ask else {}))


def _lies_within(period: Interval, first: date | None, last: date | None, tz: tzinfo) -> bool:
    days = local_days(period, tz)
    return (first is None or first <= days[0]) and (last is None or days[-1] <= last)


def _privacy(case: Case) -> Iterator[Violation]:
    if found := patient_data_found(case.facts.purpose):
        yield Violation("patient_data", "purpose", {"case": found})


CHECKS: tuple[Callable[[Case], Iterator[Violation]], ...] = (
    timing.start_in_time,
    timing.within_horizon,
    timing.within_opening,
    timing.on_step,
    timing.of_allowed_length,
    timing.outside_closures,
    _instrument,
    _person_hours,
    _team_hours,
    _training,
    _industry,
    _project,
    _account,
    _member_limit,
    _privacy,
)
