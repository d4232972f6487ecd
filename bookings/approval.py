"""Whether a booking waits for somebody's decision, and why.

Pure. Reasons, unlike violations, refuse nothing: the slot is held until decided.
"""

from collections.abc import Callable
from datetime import datetime, time

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bookings.facts import Facts
from compliance.gates import Level
from facilities.intervals import Interval, instant_of, local_day, local_days

REASONS: dict[str, Promise] = {
    "request_only": _(
        "This platform takes requests: somebody there decides each of them."
    ),
    "always": _("Every booking of this instrument is decided by its platform."),
    "industry": _("Industry sessions on this instrument are decided by its platform."),
    "first_sessions": _(
        "The first sessions of a person on this instrument are looked at."
    ),
    "long": _("A session this long is looked at."),
    "night": _("Nights and weekends without the after-hours level are looked at."),
}


def approval_reasons(*, period: Interval, facts: Facts, now: datetime) -> list[str]:
    """Return the codes of all reasons to wait for a decision; none means approved at once."""
    return [code for code, applies in _APPLIES.items() if applies(period, facts)]


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
    return (
        instrument_changed or not old.contains(new) or _is_raised(old_cents, new_cents)
    )


def is_night(period: Interval, facts: Facts) -> bool:
    """Return whether any of it lies outside Monday to Friday, 8:00 to 20:00 local."""
    for day in local_days(period, facts.tz):
        part = local_day(day, facts.tz).intersection(period)
        by_day = Interval(
            instant_of(datetime.combine(day, time(8)), facts.tz),
            instant_of(datetime.combine(day, time(20)), facts.tz),
        )
        is_weekend = day.weekday() >= 5
        if part is not None and (is_weekend or not by_day.contains(part)):
            return True
    return False


def _is_raised(old_cents: int | None, new_cents: int | None) -> bool:
    if old_cents is None or new_cents is None:
        return old_cents != new_cents
    return new_cents > old_cents


def _is_long(period: Interval, facts: Facts) -> bool:
    limit = facts.rules.approval_over_minutes
    return limit is not None and period.minutes > limit


def _is_unattended_night(period: Interval, facts: Facts) -> bool:
    return (
        facts.rules.approval_at_night
        and facts.level != Level.AFTER_HOURS
        and is_night(period, facts)
    )


_APPLIES: dict[str, Callable[[Interval, Facts], bool]] = {
    "request_only": lambda period, facts: facts.request_only,
    "always": lambda period, facts: facts.rules.approval_always,
    "industry": lambda period, facts: (
        facts.is_industry and facts.rules.approval_for_industry
    ),
    "first_sessions": lambda period, facts: (
        facts.past_sessions < facts.rules.approval_first_sessions
    ),
    "long": _is_long,
    "night": _is_unattended_night,
}
