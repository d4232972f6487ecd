"""Days of standing uses that are over and not charged, and which of them have no price."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from billing.errors import RateMissing
from billing.models import Census, StandingDay, StandingUse
from billing.orders.accrual import ONE_DAY, counts_by_day
from billing.prices.service_prices import service_price


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpriced:
    """Days of a standing use that wait for a price, by rising day; never empty."""

    use: StandingUse
    days: Sequence[dt.date]

    @property
    def first(self) -> dt.date:
        """The first of the days."""
        return self.days[0]

    @property
    def last(self) -> dt.date:
        """The last of the days."""
        return self.days[-1]


def last_day_over(use: StandingUse, now: dt.datetime) -> dt.date:
    """Return the last day of a use that is over on the clock of its platform."""
    over = now.astimezone(use.facility.tz).date() - ONE_DAY
    return min(over, use.ends_on) if use.ends_on else over


def uses_to_accrue(uses: QuerySet[StandingUse], *, now: dt.datetime) -> list[StandingUse]:
    """Return the uses that have days to write, or counted days with no charge; in one query.

    Days are missing at the end, or before where they had no price when they were counted.
    """
    within = Q(day__gte=OuterRef("begins_on")) & (
        Q(use__ends_on=None) | Q(day__lte=F("use__ends_on"))
    )
    kept = StandingDay.objects.filter(within, use=OuterRef("pk")).order_by()
    in_force = Census.objects.filter(use=OuterRef("use"), day__lte=OuterRef("day"))
    overlooked = kept.filter(revision=0).annotate(
        should=Subquery(in_force.order_by("-day").values("count")[:1])
    )
    counted = Census.objects.filter(use=OuterRef("pk")).order_by("day").values("day")[:1]
    found = (
        uses.annotate(begins_on=Greatest(F("starts_on"), Subquery(counted)))
        .filter(censuses__isnull=False)
        .annotate(
            kept=Coalesce(
                Subquery(kept.values("use").annotate(days=Count("pk")).values("days")), 0
            ),
            is_overlooked=Exists(overlooked.filter(should__gt=0)),
        )
        .select_related("facility", "service", "team__organisation", "project")
        .order_by("pk")
        .distinct()
    )
    return [use for use in found if use.is_overlooked or use.kept < _days_over(use, now)]


def _days_over(use: StandingUse, now: dt.datetime) -> int:
    begins_on: dt.date = use.begins_on  # type: ignore[attr-defined]
    return (last_day_over(use, now) - begins_on).days + 1


def days_waiting(use: StandingUse, *, now: dt.datetime) -> dict[dt.date, Decimal]:
    """Return the counts of the days that are over, not nought, and have never been charged."""
    counts = counts_by_day(
        dict(use.censuses.values_list("day", "count")),
        first=use.starts_on,
        last=last_day_over(use, now),
    )
    charged = set(use.days.filter(revision__gt=0).values_list("day", flat=True))
    return {day: count for day, count in counts.items() if count and day not in charged}


def unpriced(
    uses: QuerySet[StandingUse], *, until: dt.date, now: dt.datetime, most: int
) -> list[Unpriced]:
    """Return the uses that have days before a date with no price, each with those days."""
    found: list[Unpriced] = []
    for use in uses_to_accrue(uses, now=now)[:most]:
        days = [day for day in _without_price(use, now=now) if day < until]
        if days:
            found.append(Unpriced(use=use, days=days))
    return found


def _without_price(use: StandingUse, *, now: dt.datetime) -> list[dt.date]:
    """Return the days that wait for a price; those after one in its month wait with it."""
    waiting = days_waiting(use, now=now)
    left: list[dt.date] = []
    for _month, days in groupby(waiting, key=lambda day: (day.year, day.month)):
        of_month = list(days)
        for place, day in enumerate(of_month):
            try:
                service_price(
                    service=use.service,
                    team=use.team,
                    project=use.project,
                    on=day,
                    account_id=use.account_id,
                )
            except RateMissing:
                left += of_month[place:]
                break
    return left
