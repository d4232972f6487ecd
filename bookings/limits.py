"""How much a person may still spend of an account in the month of a slot."""

from __future__ import annotations

import datetime as dt

from accounts.allowances import heads_of
from bookings.facts import MemberLimit
from bookings.models import Booking
from bookings.money import Estimate, Month, money
from bookings.paying import Payer
from bookings.wish import Wish
from facilities.intervals import DAY, Interval, local_day


def month_of(day: dt.date, tz: dt.tzinfo) -> Month:
    """Return the month of a day, on the clock of a zone."""
    first = day.replace(day=1)
    until = (first + 31 * DAY).replace(day=1)
    period = Interval(local_day(first, tz).start, local_day(until, tz).start)
    return Month(first=first, until=until, period=period)


def member_limit(
    wish: Wish,
    payer: Payer,
    estimate: Estimate | None,
    *,
    tz: dt.tzinfo,
    changing: Booking | None,
) -> MemberLimit | None:
    """Return what limits the person a wish is for; None, and no query, where nothing does.

    The account is locked where the judgement is acted on, so that two bookings at once
    cannot both take what is left.
    """
    account, person_id = payer.account, wish.booked_for_id
    if account is None or account.monthly_cents is None or person_id is None:
        return None
    if not payer.account_usable or estimate is None:
        return None
    month = month_of(wish.period.start.astimezone(tz).date(), tz)
    spent = money().month_cents(
        account.pk,
        person_id=person_id,
        month=month,
        exclude_booking_id=changing.pk if changing else None,
    )
    limit = MemberLimit(month=month.first, limit_cents=account.monthly_cents, spent_cents=spent)
    if limit.holds(estimate.amount_cents):
        return limit
    heads = heads_of(account.team_id, on=wish.period.start.date())
    return MemberLimit(
        month=month.first,
        limit_cents=account.monthly_cents,
        spent_cents=spent,
        ask=", ".join(str(head) for head in heads),
    )
