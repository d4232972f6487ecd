"""Standing uses as pages show them: the count that holds, and what each month was charged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby, islice

from django.db.models import OuterRef, Q, QuerySet, Subquery

from accounts.models import Project
from billing.documents.together import sum_of_units
from billing.models import Census, Charge, StandingUse

MOST_MONTHS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargedMonth:
    """What a standing use was charged for a month, corrections included, before VAT."""

    month: dt.date
    quantity: Decimal
    cents: int


def with_last_count(uses: QuerySet[StandingUse]) -> QuerySet[StandingUse]:
    """Give uses their `last_count` and the day it was `counted_on`."""
    last = Census.objects.filter(use=OuterRef("pk")).order_by("-day")
    return uses.annotate(
        last_count=Subquery(last.values("count")[:1]),
        counted_on=Subquery(last.values("day")[:1]),
    )


def charged_by_month(use: StandingUse) -> list[ChargedMonth]:
    """Return what a use was charged, the last month first, in one query."""
    charges = (
        Charge.objects.filter(source=Charge.Source.STANDING, source_id__in=use.days.values("pk"))
        .order_by("-service_date")
        .values_list("service_date", "quantity", "amount_cents")
    )
    months = groupby(charges, key=lambda row: row[0].replace(day=1))
    return [_month(first, list(rows)) for first, rows in islice(months, MOST_MONTHS)]


def _month(first: dt.date, rows: Sequence[tuple[dt.date, Decimal, int]]) -> ChargedMonth:
    return ChargedMonth(
        month=first,
        quantity=sum_of_units((day, quantity) for day, quantity, _cents in rows),
        cents=sum(cents for _day, _quantity, cents in rows),
    )


def projects_that_may_stand(*, on: dt.date) -> QuerySet[Project]:
    """Return the projects for which something may stand: those in use, of all teams."""
    return (
        Project.objects.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=on), is_active=True, team__is_active=True
        )
        .select_related("team__organisation")
        .order_by("team__name", "name", "pk")
    )
