"""The rules about when: past, notice, horizon, opening hours, step, length, closures.

Pure, each a generator of violations; policy.py runs them with all the others.
"""

from collections.abc import Iterator
from datetime import datetime

from bookings.facts import Case, Facts, earliest_start, latest_end
from bookings.violations import Violation
from facilities.intervals import MINUTE, Interval, local_day, local_days, subtracted
from facilities.opening import is_on_step, step_at_or_after, step_at_or_before


def start_in_time(case: Case) -> Iterator[Violation]:
    """Refuse a start that is over, or closer than the notice."""
    period, facts = case.period, case.facts
    if facts.start_kept:
        if period.end <= case.now:
            yield Violation("in_the_past", "end")
    elif period.start < case.now:
        yield Violation("in_the_past", "start")
    elif period.start < (earliest := earliest_start(rules=facts.rules, now=case.now)):
        data = {
            "notice_minutes": facts.rules.notice_minutes,
            "earliest": step_at_or_after(
                earliest, step_minutes=facts.rules.step_minutes, tz=facts.tz
            ).astimezone(facts.tz),
        }
        yield Violation("too_little_notice", "start", data)


def within_horizon(case: Case) -> Iterator[Violation]:
    """Refuse an end beyond the last day that is open for booking."""
    period, facts = case.period, case.facts
    latest = latest_end(rules=facts.rules, now=case.now, tz=facts.tz)
    if latest is not None and period.end > latest:
        last_day = local_days(Interval(latest - MINUTE, latest), facts.tz)[0]
        yield Violation(
            "beyond_horizon",
            "start" if period.start >= latest else "end",
            {"until": last_day},
        )


def within_opening(case: Case) -> Iterator[Violation]:
    """Refuse closed hours, and anything but one session where sessions are held."""
    period, facts = case.period, case.facts
    sessions = sessions_touched(case)
    if sessions:
        if period not in sessions:
            yield Violation("not_whole_session", "start", {"sessions": _local(sessions, facts)})
        return
    open_time = [window.interval for window in facts.opening if not window.whole_session]
    if subtracted([period], open_time):
        yield Violation("outside_opening_hours", "start", _opening_that_day(case))


def sessions_touched(case: Case) -> list[Interval]:
    """Return the whole sessions that a period reaches into; step and length then rest."""
    return [
        window.interval
        for window in case.facts.opening
        if window.whole_session and window.interval.overlaps(case.period)
    ]


def _opening_that_day(case: Case) -> dict[str, object]:
    facts = case.facts
    day = local_day(case.period.start.astimezone(facts.tz).date(), facts.tz)
    spans = [
        window.interval if window.whole_session else window.interval.intersection(day) or day
        for window in facts.opening
        if window.interval.overlaps(day)
    ]
    return {"opening": _local(spans, facts)} if spans else {}


def _local(spans: list[Interval], facts: Facts) -> tuple[tuple[datetime, datetime], ...]:
    return tuple((span.start.astimezone(facts.tz), span.end.astimezone(facts.tz)) for span in spans)


def on_step(case: Case) -> Iterator[Violation]:
    """Refuse ends that the wall clock does not show on the step of their window."""
    period, facts = case.period, case.facts
    if sessions_touched(case):
        return
    ends = (
        ("start", period.start, Interval(period.start, period.start + MINUTE)),
        ("end", period.end, Interval(period.end - MINUTE, period.end)),
    )
    for name, instant, edge in ends:
        step = _step_at(edge, facts)
        if not is_on_step(instant, step_minutes=step, tz=facts.tz):
            earlier = step_at_or_before(instant, step_minutes=step, tz=facts.tz)
            later = step_at_or_after(instant, step_minutes=step, tz=facts.tz)
            data = {
                "step_minutes": step,
                "earlier": earlier.astimezone(facts.tz),
                "later": later.astimezone(facts.tz),
            }
            yield Violation("off_step", name, data)


def _step_at(edge: Interval, facts: Facts) -> int:
    for window in facts.opening:
        if window.interval.overlaps(edge):
            return window.step_minutes or facts.rules.step_minutes
    return facts.rules.step_minutes


def of_allowed_length(case: Case) -> Iterator[Violation]:
    """Refuse what lasts shorter or longer than the rules allow."""
    period, facts = case.period, case.facts
    if sessions_touched(case):
        return
    shortest, longest = facts.rules.shortest_minutes, facts.rules.longest_minutes
    length = period.end - period.start
    if length < shortest * MINUTE:
        end_by = (period.start + shortest * MINUTE).astimezone(facts.tz)
        yield Violation(
            "too_short",
            "end",
            {
                "asked_minutes": period.minutes,
                "shortest_minutes": shortest,
                "end_by": end_by,
            },
        )
    if longest is not None and length > longest * MINUTE:
        end_by = (period.start + longest * MINUTE).astimezone(facts.tz)
        yield Violation(
            "too_long",
            "end",
            {
                "asked_minutes": period.minutes,
                "longest_minutes": longest,
                "end_by": end_by,
            },
        )


def outside_closures(case: Case) -> Iterator[Violation]:
    """Refuse time in which the platform or the instrument is closed."""
    facts = case.facts
    for closure in facts.closures:
        if closure.overlaps(case.period):
            yield Violation("closed", "start", {"closure": _local([closure], facts)})
