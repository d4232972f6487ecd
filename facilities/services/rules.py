"""The rules by which an instrument is booked."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from accounts.models import User
from accounts.transactions import use_case
from facilities.errors import RulesContradict
from facilities.models import BookingRules
from facilities.queries import rules_of
from facilities.services.scope import instrument_set_up_by
from facilities.versions import require_as_seen


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """Every rule of an instrument; lengths in minutes, None where there is no limit."""

    step_minutes: int
    shortest_minutes: int
    longest_minutes: int
    horizon_days: int
    notice_minutes: int
    setup_minutes: int
    cleanup_minutes: int
    person_weekly_minutes: int | None
    team_weekly_minutes: int | None
    approval_always: bool
    approval_for_industry: bool
    approval_first_sessions: int
    approval_over_minutes: int | None
    approval_at_night: bool
    sole_manager_decides_own: bool
    industry_cap_percent: int | None
    industry_warning_percent: int | None
    hold_minutes: int
    free_cancellation_minutes: int
    no_show_minutes: int | None


RULES = tuple(RuleSet.__dataclass_fields__)


@use_case
def set_rules(*, actor: User, instrument_id: int, rules: RuleSet, seen: str) -> BookingRules:
    """Set how an instrument is booked from now on. What is booked already stays.

    Raises:
        NotFound: no such instrument, or somebody else's.
        StaleVersion: the rules changed since the actor read them.
        RulesContradict: the longest booking would be shorter than the shortest.
    """
    instrument = instrument_set_up_by(actor, instrument_id)
    known = rules_of(instrument)
    require_as_seen(known, RULES, seen)
    if rules.longest_minutes < rules.shortest_minutes:
        raise RulesContradict
    for column, value in asdict(rules).items():
        setattr(known, column, value)
    known.save()
    return known
