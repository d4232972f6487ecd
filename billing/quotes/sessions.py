"""The lines that planned sessions make: their time, their operator and their surcharge.

A use is charged its time, operator hours where the list has a rate for them, and a sum or
a percentage for BSL-2 work. A quote has a line for each, so that each is agreed.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import override

from billing.models import Quote, Seller
from billing.orders.accrual import cost_of
from billing.prices.bands import FULL_PERCENT, Surcharge, Tariff
from billing.prices.tariffs import lists_in_force, tariffs_of
from billing.prices.unit_prices import (
    less_discount,
    operator_price,
    rounded,
    surcharge_for,
    time_price,
)
from billing.prices.units import DAY, HOUR, OPERATOR_HOUR, SESSION, USE
from billing.prices.uses import ASSISTED, BSL2
from billing.quotes.errors import LineNotPossible
from billing.quotes.offers import NOTHING, LineWish, instrument_of, tariff_of, tier_of
from facilities.intervals import DAY as ONE_DAY
from facilities.intervals import Interval
from facilities.models import Instrument

HOURS_OF_A_DAY = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """The instruments, by id, that have operator hours or a surcharge on BSL-2 work."""

    with_operator: frozenset[int] = frozenset()
    with_bsl2: frozenset[int] = frozenset()


def quantity_of(unit: str, *, sessions: int, hours: Decimal) -> Decimal:
    """Return how many of a unit some planned sessions take."""
    if unit in {SESSION, USE}:
        return Decimal(sessions)
    if unit == DAY:
        return sessions * Decimal(-(-hours // HOURS_OF_A_DAY))
    return sessions * hours


def lines_wished(quote: Quote, wish: LineWish, *, on: dt.date) -> list[LineWish]:
    """Return the wishes that a wish comes to: itself, and of planned sessions their extras.

    Operator hours where they are asked for, and always where the instrument is only used
    with one; the surcharge once for each session, on the price of its time and operator.
    Both only where the price list has them, and with the discount of the line.

    Raises:
        NotFound: there is no such instrument.
        LineNotPossible: extras are asked of something else than planned sessions.
    """
    is_planned = wish.sessions and wish.hours and wish.unit not in {OPERATOR_HOUR, USE}
    if wish.instrument_id is None or not is_planned:
        if wish.with_operator or wish.bsl2:
            raise LineNotPossible
        return [wish]
    instrument = instrument_of(wish.instrument_id)
    tariff = tariff_of(quote, instrument, on=on)
    if tariff is None:
        return [wish]
    with override(quote.language):
        return [wish, *_extras(wish, instrument, tariff, tier_of(quote))]


def _extras(wish: LineWish, instrument: Instrument, tariff: Tariff, tier: str) -> list[LineWish]:
    found = []
    extra = replace(wish, description="", with_operator=False, bsl2=False)
    operator = operator_price(tariff, tier)
    is_assisted = wish.with_operator or instrument.mode == ASSISTED
    if operator is not None and is_assisted:
        found.append(replace(extra, unit=OPERATOR_HOUR, unit_price_cents=operator.cents))
    surcharge = surcharge_for(tariff, tier, BSL2) if wish.bsl2 else None
    if surcharge is not None:
        session = _session_cents(wish, tariff, tier)
        if operator is not None and is_assisted:
            session += cost_of(wish.hours or NOTHING, operator.cents)
        cents = _surcharge_cents(surcharge, tariff, session)
        found.append(
            replace(
                extra,
                unit=USE,
                unit_price_cents=cents,
                description=_("%(name)s, %(surcharge)s")
                % {"name": instrument.name, "surcharge": surcharge.name},
            )
        )
    return found


def _session_cents(wish: LineWish, tariff: Tariff, tier: str) -> int:
    """Return what the time of one session costs at the full rate, or at the price given."""
    price = time_price(tariff, tier)
    cents = wish.unit_price_cents
    if cents is None:
        cents = price.cents if price else 0
    unit = price.unit if price else HOUR
    return cost_of(quantity_of(unit, sessions=1, hours=wish.hours or NOTHING), cents)


def _surcharge_cents(surcharge: Surcharge, tariff: Tariff, session_cents: int) -> int:
    if surcharge.percent is None:
        return less_discount(surcharge.amount_cents, tariff.agreement)
    return rounded(Fraction(session_cents * surcharge.percent, FULL_PERCENT))


def extras_sold(quote: Quote, *, on: dt.date) -> Extras:
    """Return which instruments of a quote's issuer have extras for its team; three queries."""
    platforms = Seller.objects.filter(issuer=quote.issuer_id).values_list("facility_id", flat=True)
    instruments = list(Instrument.objects.filter(facility__in=list(platforms)))
    noon = dt.datetime.combine(on, dt.time(12), tzinfo=dt.UTC)
    rows = lists_in_force(
        facility_ids={one.facility_id for one in instruments},
        instrument_ids=[one.pk for one in instruments],
        during=Interval(noon, noon + ONE_DAY),
        team_ids=[quote.team_id],
    )
    tier = tier_of(quote)
    operators, grounds = set(), set()
    for one in instruments:
        tariffs = tariffs_of(
            rows,
            facility_id=one.facility_id,
            instrument_id=one.pk,
            organisation_id=quote.organisation_id,
        )
        today = next((tariff for tariff in tariffs if tariff.is_valid_on(on)), None)
        if today is None or time_price(today, tier) is None:
            continue
        if operator_price(today, tier) is not None:
            operators.add(one.pk)
        if surcharge_for(today, tier, BSL2) is not None:
            grounds.add(one.pk)
    return Extras(with_operator=frozenset(operators), with_bsl2=frozenset(grounds))
