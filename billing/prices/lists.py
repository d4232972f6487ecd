"""Price lists as a table to read: each instrument by tier, with the bands of the list."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from billing.models import Band, PriceList, Rate
from billing.prices.rates import TIERS
from facilities.models import Instrument


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceTable:
    """One list: its days (`last` None without end), bands, and cents by tier for each unit."""

    name: str
    first: dt.date | None
    last: dt.date | None
    bands: list[Band]
    tiers: list[str]
    rows: list[tuple[Instrument, str, Mapping[str, int]]]
    by_the_piece: list[Rate]


def price_tables(facility_id: int, *, on: dt.date) -> list[PriceTable]:
    """Return the list in force on a day and those that follow it, in four queries."""
    lists = list(
        PriceList.objects.filter(
            facility=facility_id, status=PriceList.Status.IN_FORCE, validity__endswith__gt=on
        ).order_by("validity")
    ) + list(
        PriceList.objects.filter(
            facility=facility_id, status=PriceList.Status.IN_FORCE, validity__endswith__isnull=True
        )
    )
    bands: dict[int, list[Band]] = defaultdict(list)
    for band in Band.objects.filter(price_list__in=lists).order_by("id"):
        bands[band.price_list_id].append(band)
    rates: dict[int, list[Rate]] = defaultdict(list)
    named = Rate.objects.filter(price_list__in=lists).select_related("instrument", "service")
    for rate in named.order_by("instrument__name", "service__name", "id"):
        rates[rate.price_list_id].append(rate)
    return [_table(each, bands[each.pk], rates[each.pk]) for each in lists]


def _table(prices: PriceList, bands: list[Band], rates: list[Rate]) -> PriceTable:
    by_unit: dict[tuple[int, str], dict[str, int]] = defaultdict(dict)
    instruments: dict[int, Instrument] = {}
    for rate in rates:
        if rate.instrument is not None:
            instruments[rate.instrument.pk] = rate.instrument
            by_unit[rate.instrument.pk, rate.unit][rate.tier] = rate.amount_cents
    used = {tier for by_tier in by_unit.values() for tier in by_tier}
    validity = prices.validity
    return PriceTable(
        name=prices.name,
        first=validity.lower,
        last=validity.upper - dt.timedelta(days=1) if validity.upper else None,
        bands=bands,
        tiers=[tier for tier in TIERS if tier in used],
        rows=[(instruments[pk], unit, by_tier) for (pk, unit), by_tier in by_unit.items()],
        by_the_piece=[rate for rate in rates if rate.instrument is None],
    )
