"""The rates of a price list as a table: a row for each thing and unit, a column for each tier."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field

from billing.models import PriceList, Rate
from billing.prices.rates import TIERS
from billing.prices.units import HOUR, INSTRUMENT_UNITS, TIME_UNITS
from billing.services.price_rates import Priced
from facilities.models import Instrument, Service

RowKey = tuple[int | None, int | None, str]
"""An instrument or a service, and a unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRow:
    """A unit of one thing: cents by tier, and the least that a use costs by tier."""

    thing: str
    unit: str
    instrument_id: int | None = None
    service_id: int | None = None
    amounts: Mapping[str, int] = field(default_factory=dict)
    minima: Mapping[str, int] = field(default_factory=dict)

    def priced(self, tier: str) -> Priced:
        """Return what a tier's cell of the row prices."""
        return Priced(
            tier=tier,
            unit=self.unit,
            instrument_id=self.instrument_id,
            service_id=self.service_id,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RateTable:
    """All rows, instruments first, and the tiers that have a column."""

    tiers: Sequence[str]
    rows: Sequence[RateRow]


def rate_table(
    prices: PriceList, *, with_unpriced: bool = False, in_all_units: bool = False
) -> RateTable:
    """Return the rates of a list; perhaps with a row for what has no price yet.

    Of an instrument that is the hour, where its time has no price, or every unit.
    Three queries.
    """
    instruments = {each.pk: each for each in Instrument.objects.filter(facility=prices.facility)}
    services = {each.pk: each for each in Service.objects.filter(facility=prices.facility)}
    rates: dict[RowKey, list[Rate]] = {}
    for rate in Rate.objects.filter(price_list=prices).order_by("pk"):
        key = (rate.instrument_id, rate.service_id, rate.unit)
        rates.setdefault(key, []).append(rate)
    if with_unpriced:
        units = INSTRUMENT_UNITS if in_all_units else ()
        for key in _unpriced(instruments.values(), services.values(), set(rates), units):
            rates.setdefault(key, [])
    rows = [
        RateRow(
            thing=instruments[instrument].name if instrument else str(services[service or 0]),
            unit=unit,
            instrument_id=instrument,
            service_id=service,
            amounts={rate.tier: rate.amount_cents for rate in found},
            minima={rate.tier: rate.minimum_cents for rate in found if rate.minimum_cents},
        )
        for (instrument, service, unit), found in rates.items()
    ]
    used = {tier for row in rows for tier in row.amounts}
    shown = [*TIERS, *sorted(used.difference(TIERS))]
    return RateTable(
        tiers=[tier for tier in shown if with_unpriced or tier in used],
        rows=sorted(rows, key=_place),
    )


def _unpriced(
    instruments: Iterable[Instrument],
    services: Iterable[Service],
    known: Set[RowKey],
    units: Sequence[str],
) -> list[RowKey]:
    timed = {instrument for instrument, _service, unit in known if unit in TIME_UNITS}
    usable = [each for each in instruments if each.state != Instrument.State.RETIRED]
    return (
        [(each.pk, None, HOUR) for each in usable if each.pk not in timed]
        + [(each.pk, None, unit) for each in usable for unit in units]
        + [(None, each.pk, each.unit) for each in services if each.is_active]
    )


def _place(row: RateRow) -> tuple[bool, str, int, str]:
    units = INSTRUMENT_UNITS
    number = units.index(row.unit) if row.unit in units else len(units)
    return (row.instrument_id is None, row.thing.casefold(), number, row.unit)
