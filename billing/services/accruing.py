"""Charging what stands, day by day: each day that is over once, and anew when it was wrong.

One rule for both: the charges of a month are brought in line with its counts. A day whose
count or amount has changed is reversed and charged again, whether or not it has been
invoiced; nothing that stands in the ledger is edited.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby

from django.db.models import Max

from accounts.errors import DomainError, NotFound
from accounts.transactions import use_case
from billing.errors import RateMissing
from billing.models import StandingDay, StandingUse
from billing.orders.accrual import ONE_DAY, StoodDay, amounts_of_month, counts_by_day
from billing.orders.standing_waiting import days_waiting, last_day_over, uses_to_accrue
from billing.services.standing_days import DaySheet

logger = logging.getLogger(__name__)

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccrualReport:
    """How many days a run charged or corrected, and the uses it had to leave, by id."""

    days: int = 0
    failures: Mapping[int, DomainError] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """How many days were written, and why the rest could not be."""

    days: int
    error: DomainError | None = None


def accrue_standing_days(*, now: dt.datetime) -> AccrualReport:
    """Charge every day that is over on its platform's clock and not charged yet.

    One transaction for each use. Safe at once and again: runs wait for each other at the
    use, and find its days charged. What cannot be charged is reported and stops nothing.
    """
    days = 0
    failures: dict[int, DomainError] = {}
    for use in uses_to_accrue(StandingUse.objects.all(), now=now):
        settled = accrue_use(use_id=use.pk, now=now)
        days += settled.days
        if settled.error is not None:
            failures[use.pk] = settled.error
    if failures:
        codes = Counter(error.code for error in failures.values())
        logger.warning("standing_days_not_charged", extra={"codes": dict(codes)})
    return AccrualReport(days=days, failures=failures)


@use_case
def accrue_use(*, use_id: int, now: dt.datetime) -> Settled:
    """Charge the days of one standing use that are over and not charged yet.

    Raises:
        NotFound: there is no such use.
    """
    use = lock_use(use_id)
    last = use.days.aggregate(last=Max("day"))["last"]
    since = last + ONE_DAY if last else use.starts_on
    return settle(use, since=min([since, *days_waiting(use, now=now)]), now=now)


def lock_use(use_id: int) -> StandingUse:
    """Lock a standing use, with all that a charge of it asks about.

    Raises:
        NotFound: there is no such use.
    """
    use = (
        StandingUse.objects.select_for_update(no_key=True, of=("self",))
        .select_related("facility", "service", "team__organisation", "project")
        .filter(pk=use_id)
        .first()
    )
    if use is None:
        raise NotFound
    return use


def settle(use: StandingUse, *, since: dt.date, now: dt.datetime) -> Settled:
    """Bring the charges of a locked use in line with its counts, from a day's month on.

    A day keeps the price, account and VAT rule by which it was first charged. One whose
    charge a person reversed stays as they left it. A day without a price waits with the
    rest of its month, as amounts are shares of a month; the first such error is given back.
    """
    first = since.replace(day=1)
    kept = {one.day: one for one in use.days.filter(day__gte=first)}
    counts = _counts(use, kept, first=first, now=now)
    sheet = DaySheet(use=use, kept=kept, now=now)
    error: DomainError | None = None
    for _month, days in groupby(sorted(counts), key=lambda day: (day.year, day.month)):
        stood: list[StoodDay] = []
        try:
            stood.extend(sheet.priced(day, counts[day]) for day in days)
        except RateMissing as missing:
            error = error or missing
        amounts = amounts_of_month(stood, counting=use.service.counting)
        for one in stood:
            sheet.enter(one, amounts[one.day])
    return Settled(days=sheet.written(), error=error)


def _counts(
    use: StandingUse, kept: Mapping[dt.date, StandingDay], *, first: dt.date, now: dt.datetime
) -> dict[dt.date, Decimal]:
    """Return the count of each day since a first; nought where nothing stands any more."""
    counts = counts_by_day(
        dict(use.censuses.values_list("day", "count")),
        first=max(first, use.starts_on),
        last=last_day_over(use, now),
    )
    return dict.fromkeys(kept, NOTHING) | counts
