"""What the rules of booking look at: the instrument's rules, and what is known of a request.

Plain values; queries.py reads them, timing.py, policy.py and approval.py judge by them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo

from bookings.industry import IndustryYear
from facilities.intervals import MINUTE, Interval, local_day
from facilities.opening import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How an instrument may be booked; None means no limit."""

    step_minutes: int = 15
    shortest_minutes: int = 15
    longest_minutes: int | None = None
    horizon_days: int | None = None
    notice_minutes: int = 0
    person_weekly_minutes: int | None = None
    team_weekly_minutes: int | None = None
    operator_required: bool = False
    qualification_required: bool = False
    approval_always: bool = False
    approval_for_industry: bool = False
    approval_first_sessions: int = 0
    approval_over_minutes: int | None = 480
    approval_at_night: bool = False
    industry_cap_percent: int | None = None
    industry_warning_percent: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberLimit:
    """What a person may spend on an account in a month, has spent and promised, in cents.

    `ask` names who may give more; it is read only where the limit is passed.
    """

    month: date
    limit_cents: int
    spent_cents: int
    ask: str = ""

    def holds(self, estimate_cents: int | None) -> bool:
        """Say whether a further sum keeps within it; an unknown one does."""
        return estimate_cents is None or self.spent_cents + estimate_cents <= self.limit_cents


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known about a booking, its instrument, its person and its payer.

    `opening` and `closures` cover at least the local days the period touches. `level` is
    the person's lowest on those days. The week's minutes count live bookings on this
    instrument by the Monday of the local week, only the part that lies in that week, and
    like `account_left_cents` leave out the booking that is being changed.
    `account_left_cents` None means no ceiling, `estimate_cents` None no known price.
    `member_limit` is what the person may spend on the account in the month of the slot,
    None where nothing limits them.
    `industry_years` are read for bookings of companies only. `start_kept` is for a change
    that leaves the start where it was.
    """

    tz: tzinfo
    rules: Rules
    opening: tuple[Window, ...]
    closures: tuple[Interval, ...] = ()
    instrument_state: str = "working"
    request_only: bool = False
    operator_needed: bool = False
    level: str | None = None
    person_week_minutes: Mapping[date, int] = field(default_factory=dict)
    team_week_minutes: Mapping[date, int] = field(default_factory=dict)
    project_required: bool = False
    project_given: bool = False
    project_usable: bool = True
    project_open: bool = True
    project_starts_on: date | None = None
    project_ends_on: date | None = None
    account_required: bool = False
    account_given: bool = False
    account_usable: bool = True
    account_valid_from: date | None = None
    account_valid_until: date | None = None
    account_left_cents: int | None = None
    estimate_cents: int | None = None
    member_limit: MemberLimit | None = None
    is_industry: bool = False
    industry_years: tuple[IndustryYear, ...] = ()
    past_sessions: int = 0
    purpose: str = ""
    start_kept: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A period asked for, with all that it is judged by."""

    period: Interval
    facts: Facts
    now: datetime


def earliest_start(*, rules: Rules, now: datetime) -> datetime:
    """Return the first instant at which a booking made now may start."""
    return now + rules.notice_minutes * MINUTE


def latest_end(*, rules: Rules, now: datetime, tz: tzinfo) -> datetime | None:
    """Return the local midnight by which a booking made now must end; None is never.

    The last day of the horizon is open as a whole, whatever the hour it is now.
    """
    if rules.horizon_days is None:
        return None
    last_day = now.astimezone(tz).date() + timedelta(days=rules.horizon_days)
    return local_day(last_day, tz).end
