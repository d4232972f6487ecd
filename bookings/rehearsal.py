"""What other rules would have refused: proposed rules put before bookings that were made.

The same pure rules judge as for a request, each booking at the moment it was made. What
the rules of an instrument do not decide (money, projects, training) is left out.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace

from django.db.models import Count

from bookings.approval import approval_reasons
from bookings.dossiers import OF_INDUSTRY
from bookings.facts import Facts, Rules
from bookings.industry import YearsRetold
from bookings.industry_time import open_years
from bookings.models import Booking
from bookings.models.booking import BookingQuerySet
from bookings.policy import violations
from bookings.states import Status
from bookings.violations import Violation
from compliance.gates import level_over
from compliance.trained import Trained, trained_on
from facilities.intervals import DAY, Interval, local_day, local_days, local_week, weeks_touched
from facilities.models import Instrument
from facilities.opening import WeeklySlot, Window, opening_windows
from facilities.queries import weekly_slots
from facilities.services.rules import RuleSet

JUDGED = frozenset(
    {
        "too_little_notice",
        "beyond_horizon",
        "off_step",
        "too_short",
        "too_long",
        "person_weekly_hours",
        "team_weekly_hours",
        "industry_share_reached",
    }
)
"""What an instrument's rules refuse by themselves."""

HELD = (
    Status.REQUESTED,
    Status.APPROVED,
    Status.IN_USE,
    Status.COMPLETED,
    Status.NO_SHOW,
)
DAYS_BACK = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A booking that the rules would have refused, and every reason."""

    booking: Booking
    violations: list[Violation]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What came of it. `waits` of those not refused would have awaited a decision; `waited` did."""

    period: Interval
    judged: int
    refused: list[Refused]
    by_code: list[tuple[str, int]]
    waits: int
    waited: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stage:
    """What does not depend on the rules: read once for all bookings."""

    instrument: Instrument
    slots: Sequence[WeeklySlot]
    windows: Sequence[Window]
    trained: Trained
    sessions_before: dict[int, int]


@dataclass(slots=True, kw_only=True)
class _Past:
    """What somebody had booked before, as the rehearsal goes on."""

    minutes: Counter[dt.date] = field(default_factory=Counter)
    ends: list[dt.datetime] = field(default_factory=list)


def rehearsal(*, instrument: Instrument, rules: RuleSet, now: dt.datetime) -> Rehearsal:
    """Judge the bookings of the last thirty days by other rules, in five queries.

    In the order they were made: one that would have been refused counts in no week, and
    not in the year of companies. Two queries more where companies have a share and used it.
    """
    tz = instrument.facility.tz
    today = now.astimezone(tz).date()
    period = Interval(local_day(today - DAYS_BACK * DAY, tz).start, local_day(today, tz).start)
    around = Interval(
        local_week(weeks_touched(period, tz)[0], tz).start,
        local_week(weeks_touched(period, tz)[-1], tz).end,
    )
    bookings = _bookings(instrument, around)
    stage = _stage(instrument, bookings, around)
    return _rehearsed(stage, bookings, judged_rules(rules, instrument), period)


def judged_rules(rules: RuleSet, instrument: Instrument) -> Rules:
    """Return the rules of a form as the pure functions take them."""
    known = {each.name for each in fields(Rules)} & {each.name for each in fields(RuleSet)}
    return Rules(
        operator_required=instrument.mode == Instrument.Mode.ASSISTED,
        **{name: getattr(rules, name) for name in known},
    )


def _bookings(instrument: Instrument, around: Interval) -> list[Booking]:
    held = _held(instrument, around).filter(imported_history=False)
    return list(
        held.select_related("booked_for", "team__organisation").order_by("created_at", "pk")
    )


def _held(instrument: Instrument, within: Interval) -> BookingQuerySet:
    return Booking.objects.filter(
        instrument=instrument,
        kind=Booking.Kind.USE,
        status__in=HELD,
        period__overlap=(within.start, within.end),
    )


def _years(stage: _Stage, bookings: Sequence[Booking], rules: Rules) -> YearsRetold:
    """Return the years of the companies' bookings; what else they hold of them is taken."""
    periods = [booking.interval for booking in bookings if _is_industry(booking)]
    if rules.industry_cap_percent is None or not periods:
        return YearsRetold()
    touched = Interval(min(each.start for each in periods), max(each.end for each in periods))
    years = open_years(stage.instrument, touched, slots=stage.slots)
    others = (
        _held(stage.instrument, Interval(years[0].period.start, years[-1].period.end))
        .filter(OF_INDUSTRY)
        .exclude(pk__in=[booking.pk for booking in bookings])
        .order_by("created_at")
    )
    return YearsRetold(
        years=years, others=deque((other.created_at, other.interval) for other in others)
    )


def _is_industry(booking: Booking) -> bool:
    return booking.team is not None and booking.team.organisation.is_industry


def _stage(instrument: Instrument, bookings: Sequence[Booking], around: Interval) -> _Stage:
    people = {booking.booked_for_id or 0 for booking in bookings}
    # A booking may begin before the weeks looked at, or end after them.
    within = Interval(around.start - 14 * DAY, around.end + 14 * DAY)
    done = (
        Booking.objects.filter(
            instrument=instrument,
            booked_for__in=people,
            kind=Booking.Kind.USE,
            status=Status.COMPLETED,
            period__endswith__lte=around.start,
        )
        .order_by()
        .values("booked_for")
        .annotate(sessions=Count("pk"))
    )
    slots = weekly_slots([instrument])[instrument.pk]
    return _Stage(
        instrument=instrument,
        slots=slots,
        windows=opening_windows(slots=slots, within=within, tz=instrument.facility.tz),
        trained=trained_on(instrument_id=instrument.pk, user_ids=people),
        sessions_before={row["booked_for"]: row["sessions"] for row in done},
    )


def _rehearsed(
    stage: _Stage, bookings: Sequence[Booking], rules: Rules, period: Interval
) -> Rehearsal:
    people: dict[int, _Past] = defaultdict(_Past)
    teams: dict[int, _Past] = defaultdict(_Past)
    years = _years(stage, bookings, rules)
    refused: list[Refused] = []
    judged = waits = waited = 0
    for booking in bookings:
        of_person, of_team = people[booking.booked_for_id or 0], teams[booking.team_id or 0]
        facts = _facts(stage, booking, rules, of_person, of_team)
        if facts.is_industry:
            touched = years.before(booking.interval, made_at=booking.created_at)
            facts = replace(facts, industry_years=touched)
        is_judged = period.start <= booking.interval.start < period.end
        broken = _broken(booking, facts)
        judged += is_judged
        if is_judged and broken:
            refused.append(Refused(booking=booking, violations=broken))
            continue
        for past in (of_person, of_team):
            past.minutes.update(_minutes_by_week(booking.interval, facts.tz))
            past.ends.append(booking.interval.end)
        if facts.is_industry:
            years.take(booking.interval)
        reasons = approval_reasons(period=booking.interval, facts=facts, now=booking.created_at)
        waits += is_judged and bool(reasons)
        waited += is_judged and bool(booking.evaluation.get("approval_reasons"))
    refused.sort(key=lambda each: each.booking.interval)
    codes = Counter(code for each in refused for code in {v.code for v in each.violations})
    return Rehearsal(
        period=period,
        judged=judged,
        refused=refused,
        by_code=codes.most_common(),
        waits=waits,
        waited=waited,
    )


def _broken(booking: Booking, facts: Facts) -> list[Violation]:
    all_broken = violations(period=booking.interval, facts=facts, now=booking.created_at)
    return [violation for violation in all_broken if violation.code in JUDGED]


def _facts(
    stage: _Stage,
    booking: Booking,
    rules: Rules,
    of_person: _Past,
    of_team: _Past,
) -> Facts:
    tz = stage.instrument.facility.tz
    days = local_days(booking.interval, tz)
    near = Interval(local_day(days[0] - DAY, tz).start, local_day(days[-1] + DAY, tz).end)
    return Facts(
        tz=tz,
        rules=rules,
        opening=tuple(w for w in stage.windows if w.interval.overlaps(near)),
        request_only=stage.instrument.mode == Instrument.Mode.REQUEST_ONLY,
        operator_needed=booking.operator_needed,
        level=level_over(
            held=stage.trained.held.get(booking.booked_for_id or 0, ()),
            required_qualification_ids=stage.trained.required,
            days=days,
        ),
        person_week_minutes=of_person.minutes,
        team_week_minutes=of_team.minutes if booking.team_id else {},
        past_sessions=stage.sessions_before.get(booking.booked_for_id or 0, 0)
        + sum(end <= booking.created_at for end in of_person.ends),
        is_industry=_is_industry(booking),
    )


def _minutes_by_week(period: Interval, tz: dt.tzinfo) -> dict[dt.date, int]:
    return {
        monday: part.minutes
        for monday in weeks_touched(period, tz)
        if (part := local_week(monday, tz).intersection(period))
    }
