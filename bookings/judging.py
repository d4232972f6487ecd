"""Puts a wish before the rules: gathers the facts and asks the pure functions.

Used alike by a request under lock, by a change, and by a dry run without lock.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from accounts.errors import NotFound
from accounts.models import User
from accounts.permissions import require
from bookings.approval import approval_reasons
from bookings.facts import Facts
from bookings.history import history_of
from bookings.industry_time import industry_years
from bookings.limits import member_limit
from bookings.models import Booking
from bookings.money import Estimate, money
from bookings.paying import Payer, payer_of
from bookings.permissions import may_book_for
from bookings.policy import violations
from bookings.queries import free_unit, free_until, next_free, rules_for
from bookings.splits import shares_kept, split_stands
from bookings.violations import Violation
from bookings.wish import Wish
from compliance.gates import level_over
from compliance.queries import training_on
from facilities.intervals import DAY, Interval, local_day, local_days, weeks_touched
from facilities.models import Instrument
from facilities.opening import opening_windows
from facilities.permissions import instruments_visible_to
from facilities.queries import closures_within, weekly_slots


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What the rules say of a wish, what it would cost, and what they looked at."""

    violations: list[Violation]
    approval_reasons: list[str]
    estimate: Estimate | None
    facts: Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The answer to a dry run. `alternatives` is None while the slot itself is free.

    Giving the booking up would cost nothing until `free_until`.
    """

    violations: list[Violation]
    approval_reasons: list[str]
    estimate: Estimate | None
    alternatives: list[Interval] | None
    facts: Facts
    free_until: dt.datetime


def judge(
    *,
    wish: Wish,
    instrument: Instrument,
    payer: Payer,
    now: dt.datetime,
    changing: Booking | None = None,
) -> Judgement:
    """Judge a wish by every rule, in a fixed number of queries.

    For a judgement that is to be acted on, the account and then the instrument are locked
    beforehand. A booking that is being changed never counts against itself.
    """
    estimate = estimated(wish=wish, instrument=instrument, payer=payer, now=now)
    shares = shares_kept(changing) if changing is not None else []
    facts = _facts(wish, instrument, payer, estimate, changing)
    if shares:  # what each account pays was judged when it was split, and may only fall
        facts = replace(facts, account_left_cents=None, member_limit=None)
    broken = violations(period=wish.period, facts=facts, now=now)
    if changing is not None and not split_stands(
        shares, wish, changing, estimate=estimate, tz=instrument.facility.tz
    ):
        broken.append(Violation("split_stands", "account"))
    return Judgement(
        violations=broken,
        approval_reasons=approval_reasons(period=wish.period, facts=facts, now=now),
        estimate=estimate,
        facts=facts,
    )


def verdict(*, actor: User, wish: Wish, now: dt.datetime) -> Verdict:
    """Say what would become of a request, without making it.

    Raises:
        NotFound: no such instrument for this person.
        NotPermitted: the actor may not book for that person.
    """
    instrument = (
        instruments_visible_to(actor)
        .select_related("facility", "rules")
        .filter(pk=wish.instrument_id)
        .first()
    )
    if instrument is None:
        raise NotFound
    payer = payer_of(wish, lock=False, actor_id=actor.pk)
    require(may_book_for(actor, wish=wish, payer=payer, instrument=instrument))
    judgement = judge(wish=wish, instrument=instrument, payer=payer, now=now)
    broken, alternatives = judgement.violations, None
    if free_unit(wish=wish, instrument=instrument) is None:
        broken = [*broken, Violation("slot_taken", "start")]
        alternatives = next_free(wish=wish, instrument=instrument, now=now)
    return Verdict(
        violations=broken,
        approval_reasons=judgement.approval_reasons,
        estimate=judgement.estimate,
        alternatives=alternatives,
        facts=judgement.facts,
        free_until=free_until(wish.period, instrument),
    )


def estimated(
    *, wish: Wish, instrument: Instrument, payer: Payer, now: dt.datetime
) -> Estimate | None:
    """Return what a wish would cost its payer; None where nobody pays or no price is set."""
    if payer.project is None:
        return None
    return money().estimate(
        instrument_id=instrument.pk,
        facility_id=instrument.facility_id,
        team_id=payer.project.team_id,
        project_id=payer.project.pk,
        period=wish.period,
        mode=instrument.mode,
        now=now,
        operator_needed=wish.operator_needed,
        bsl2=wish.bsl2,
        # The prices of an account that is not theirs are not told.
        account_id=payer.account.pk if payer.account and payer.account_usable else None,
    )


def _facts(
    wish: Wish,
    instrument: Instrument,
    payer: Payer,
    estimate: Estimate | None,
    changing: Booking | None,
) -> Facts:
    tz = instrument.facility.tz
    days = local_days(wish.period, tz)
    # A day more at either end, so that a refusal can name the sessions nearby.
    around = Interval(local_day(days[0] - DAY, tz).start, local_day(days[-1] + DAY, tz).end)
    required, held = training_on(user_id=wish.booked_for_id or 0, instrument_id=instrument.pk)
    history = history_of(
        person_id=wish.booked_for_id,
        team_id=payer.team_id,
        instrument_id=instrument.pk,
        mondays=weeks_touched(wish.period, tz),
        tz=tz,
        without_booking_id=changing.pk if changing else None,
    )
    slots = weekly_slots([instrument])[instrument.pk]
    project, account = payer.project, payer.account
    return Facts(
        tz=tz,
        rules=rules_for(instrument, qualification_required=bool(required)),
        opening=tuple(opening_windows(slots=slots, within=around, tz=tz)),
        closures=tuple(closures_within([instrument.facility_id], around)[instrument.facility_id]),
        instrument_state=instrument.state,
        request_only=instrument.mode == Instrument.Mode.REQUEST_ONLY,
        operator_needed=wish.operator_needed,
        level=level_over(held=held, required_qualification_ids=required, days=days),
        person_week_minutes=history.person_week_minutes,
        team_week_minutes=history.team_week_minutes,
        past_sessions=history.past_sessions,
        project_required=True,
        project_given=project is not None or wish.project_id is not None,
        project_usable=project is not None,
        project_starts_on=project.starts_on if project else None,
        project_ends_on=project.ends_on if project else None,
        # Another project brings its own account: of one that cannot be used none is asked.
        account_required=project is not None or wish.project_id is None,
        account_given=account is not None or wish.account_id is not None,
        account_usable=payer.account_usable,
        account_valid_from=account.valid_from if account else None,
        account_valid_until=account.valid_until if account else None,
        account_left_cents=_left_cents(payer, changing),
        estimate_cents=estimate.amount_cents if estimate else None,
        member_limit=member_limit(wish, payer, estimate, tz=tz, changing=changing),
        is_industry=payer.is_industry,
        industry_years=industry_years(
            instrument,
            wish.period,
            slots=slots,
            without_booking_id=changing.pk if changing else None,
        )
        if payer.is_industry
        else (),
        purpose=wish.purpose,
        start_kept=changing is not None and changing.interval.start == wish.period.start,
    )


def _left_cents(payer: Payer, changing: Booking | None) -> int | None:
    account = payer.account
    if account is None or account.ceiling_cents is None or not payer.account_usable:
        return None
    committed = money().committed_cents(
        account.pk, exclude_booking_id=changing.pk if changing else None
    )
    return account.ceiling_cents - committed
