"""Changing what a draft says: its rates one by one, or whole parts of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

from accounts.models import User
from accounts.models.organisations import Tier
from accounts.transactions import refused_by, use_case
from billing.models import PriceList, Rate
from billing.prices.comparing import Apart
from billing.prices.errors import (
    ListFileRefused,
    PartsNotPossible,
    RateNotPossible,
    TimePricedTwice,
)
from billing.prices.files import Tables, changes_of, read_tables
from billing.prices.part_rows import Reading, Said, read_parts
from billing.prices.rows import Key
from billing.prices.units import INSTRUMENT_UNITS
from billing.services.list_parts import set_parts
from billing.services.price_lists import draft_of
from facilities.models import Instrument, Service

LONGEST_UNIT = 30
NOTHING: Mapping[Any, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """One thing that a list prices: an instrument or a service, a tier and a unit."""

    tier: str
    unit: str
    instrument_id: int | None = None
    service_id: int | None = None


@use_case
def change_rates(
    *,
    actor: User,
    list_id: int,
    amounts: Mapping[Priced, int | None],
    minima: Mapping[Priced, int] = NOTHING,
) -> PriceList:
    """Set rates of a draft in cents; None takes one away. What is not named stays.

    `minima` are the least that a use costs, of rates that are there, in cents; 0 for none.

    Raises:
        NotFound, NotPermitted, NotADraft: it is not the actor's to change.
        RateNotPossible: the platform has no such instrument or service, an amount is
            negative, or a minimum is of something without a rate.
        TimePricedTwice: the time of an instrument would have two prices for a tier.
    """
    prices = draft_of(actor, list_id)
    _check(prices, amounts)
    # What is taken away makes room for what is set: a session's price for an hour's.
    for priced, cents in sorted(amounts.items(), key=lambda item: item[1] is not None):
        rates = Rate.objects.filter(price_list=prices, **asdict(priced))
        if cents is None:
            rates.delete()
        elif not rates.update(amount_cents=cents):
            with refused_by("rate_of_time_once", TimePricedTwice):
                Rate.objects.create(price_list=prices, amount_cents=cents, **asdict(priced))
    for priced, least in minima.items():
        rates = Rate.objects.filter(price_list=prices, **asdict(priced))
        if least < 0 or not rates.update(minimum_cents=least):
            raise RateNotPossible
    return prices


def _check(prices: PriceList, amounts: Mapping[Priced, int | None]) -> None:
    instruments, services = _ids_of(Instrument, prices), _ids_of(Service, prices)
    for priced, cents in amounts.items():
        is_known = (
            priced.service_id is None
            and priced.instrument_id in instruments
            and priced.unit in INSTRUMENT_UNITS
        ) or (priced.instrument_id is None and priced.service_id in services)
        is_said = priced.tier in Tier.values and 0 < len(priced.unit) <= LONGEST_UNIT
        if not is_known or not is_said or (cents is not None and cents < 0):
            raise RateNotPossible


def _ids_of(model: Any, prices: PriceList) -> set[int]:
    rows = model.objects.filter(facility=prices.facility_id)
    return set(rows.values_list("pk", flat=True))


@use_case
def change_parts(*, actor: User, list_id: int, said: Mapping[str, Sequence[Said]]) -> PriceList:
    """Give a draft these rows of some parts, by name, and no others of those parts.

    Cells are read and checked as those of a file.

    Raises:
        NotFound, NotPermitted, NotADraft: it is not the actor's to change.
        PartsNotPossible: carries everything that is wrong. Nothing is changed.
    """
    prices = draft_of(actor, list_id)
    reading = read_parts(prices, said)
    if reading.mistakes:
        raise PartsNotPossible(reading.mistakes)
    set_parts(prices, reading.said)
    return prices


@use_case
def look_at_file(*, actor: User, list_id: int, tables: Tables) -> dict[str, Apart[Key]]:
    """Return what the sheets of a file would change of a draft, by part; change nothing.

    Raises:
        NotFound, NotPermitted, NotADraft: it is not the actor's to change.
        ListFileRefused: carries everything that is wrong.
    """
    prices = draft_of(actor, list_id)
    return changes_of(prices, _read(prices, tables).said)


@use_case
def take_over_file(*, actor: User, list_id: int, tables: Tables) -> dict[str, Apart[Key]]:
    """Make a draft say what the sheets of a file say; parts without a sheet stay as they are.

    Returns what it changed, by part.

    Raises:
        NotFound, NotPermitted, NotADraft: it is not the actor's to change.
        ListFileRefused: carries everything that is wrong. Nothing is changed.
    """
    prices = draft_of(actor, list_id)
    reading = _read(prices, tables)
    changes = changes_of(prices, reading.said)
    set_parts(prices, reading.said)
    return changes


def _read(prices: PriceList, tables: Tables) -> Reading:
    reading = read_tables(prices, tables)
    if reading.mistakes:
        raise ListFileRefused(reading.mistakes)
    return reading
