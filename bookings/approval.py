"""Whether a booking waits for somebody's decision, and why.

Pure. Reasons, unlike violations, refuse nothing: the slot is held until decided.
"""

from collections.abc import Callable
from datetime import datetime, time, tzinfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bookings.facts import Case, Facts
from compliance.gates import Level
from facilities.intervals import Interval, instant_of, local_day, local_days

ATTENDED_FROM, ATTENDED_UNTIL, SATURDAY = time(8), time(20), 5

REASONS: dict[str, Promise] = {
    "request_only": _("This platform takes requests: somebody there decides each of them."),
    "always": _("Every booking of this instrument is decided by its platform."),
    "industry": _("Industry sessions on this instrument are decided by its platform."),
    "first_sessions": _("The first sessions of a person on this instrument are looked at."),
    "long": _("A session this long is looked at."),
    "night": _("Nights and weekends without the after-hours level are looked at."),
}


def approval_reasons(*, period: Interval, facts: Facts, now: datetime) -> list[str]:
    """Return the codes of all reasons to wait for a decision; none means approved at once."""
    case = Case(period=period, facts=facts, now=now)
    return [code for code, applies in _APPLIES.items() if applies(case)]


def reopens(
    *,
    old: Interval,
    new: Interval,
    instrument_changed: bool,
    old_cents: int | None,
    new_cents: int | None,
) -> bool:
    """Return whether a change undoes an approval: more time, another instrument, more money.

    Time that lies inside the old one was approved already. A price that is known on one
    side only counts as raised.
    """
    return instrument_changed or not old.contains(new) or _is_raised(old_cents, new_cents)


def is_night(period: Interval, tz: tzinfo) -> bool:
    """Return whether any of it lies outside Monday to Friday, 8:00 to 20:00 local."""
    for day in local_days(period, tz):
        part = local_day(day, tz).intersection(period)
        attended = Interval(
            instant_of(datetime.combine(day, ATTENDED_FROM), tz),
            instant_of(datetime.combine(day, ATTENDED_UNTIL), tz),
        )
        if part and (day.weekday() >= SATURDAY or not attended.contains(part)):
            return True
    return False


def _is_raised(old_cents: int | None, new_cents: int | None) -> bool:
    if old_cents is None or new_cents is None:
        return old_cents != new_cents
    return new_cents > old_cents


def _is_long(case: Case) -> bool:
    limit = case.facts.rules.approval_over_minutes
    return limit is not None and case.period.minutes > limit


def _is_unattended_night(case: Case) -> bool:
    facts = case.facts
    return (
        facts.rules.approval_at_night
        and facts.level != Level.AFTER_HOURS
        and is_night(case.period, facts.tz)
    )


def _is_among_first(case: Case) -> bool:
    return case.facts.past_sessions < case.facts.rules.approval_first_sessions


_APPLIES: dict[str, Callable[[Case], bool]] = {
    "request_only": lambda case: case.facts.request_only,
    "always": lambda case: case.facts.rules.approval_always,
    "industry": lambda case: case.facts.is_industry and case.facts.rules.approval_for_industry,
    "first_sessions": _is_among_first,
    "long": _is_long,
    "night": _is_unattended_night,
}
