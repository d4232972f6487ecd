"""The price lists of the demo centre: one for each platform and year."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

from billing.demo_centre.price_extras import add_extras, least_of, operator_rates, unit_of
from billing.demo_centre.tables import INSTRUMENTS, SERVICES
from billing.models import Band, PriceList, Rate
from facilities.models import Facility, Instrument, Service

TIERS = ("INT", "ACA", "SUP", "IND")
WEEKDAYS = [0, 1, 2, 3, 4]
BANDS = (
    # name, weekdays, on holidays, from, to, per cent
    ("Peak", WEEKDAYS, False, dt.time(8), dt.time(20), 100),
    ("Evening", WEEKDAYS, False, dt.time(20), dt.time(0), 75),
    ("Night", WEEKDAYS, False, dt.time(0), dt.time(8), 25),
    ("Weekend", [5, 6], True, dt.time(0), dt.time(0), 50),
)
WAITING = "PRO"
"""A platform whose next list is voted and not in force yet."""
RAISE = Decimal("1.04")
"""What next year's list adds to this year's."""


def make_price_lists(
    facilities: dict[str, Facility], instruments: dict[str, Instrument], today: dt.date
) -> None:
    """Make lists for last year, this year and, dearer, the next."""
    for facility in facilities.values():
        for year in (today.year - 1, today.year, today.year + 1):
            prices = PriceList.objects.create(
                facility=facility,
                name=str(year),
                validity=(dt.date(year, 1, 1), dt.date(year + 1, 1, 1)),
                status=_status(facility, year, today),
                voted_on=dt.date(year - 1, 11, 15),
            )
            _fill(prices, facility, instruments, RAISE if year > today.year else Decimal(1))


def _status(facility: Facility, year: int, today: dt.date) -> str:
    is_waiting = facility.code == WAITING and year > today.year
    return PriceList.Status.VOTED if is_waiting else PriceList.Status.IN_FORCE


def _fill(
    prices: PriceList, facility: Facility, instruments: dict[str, Instrument], factor: Decimal
) -> None:
    Band.objects.bulk_create(
        Band(
            price_list=prices,
            name=name,
            weekdays=days,
            on_holidays=on_holidays,
            starts=starts,
            ends=ends,
            percent=percent,
        )
        for name, days, on_holidays, starts, ends, percent in BANDS
    )
    services = {service.code: service for service in Service.objects.filter(facility=facility)}
    rates = [
        Rate(
            price_list=prices,
            instrument=instruments[name],
            tier=tier,
            unit=unit_of(name),
            amount_cents=euros * 100,
        )
        for code, name, *_rest, amounts in INSTRUMENTS
        if code == facility.code
        for tier, euros in zip(TIERS, amounts, strict=True)
    ]
    rates += [
        Rate(price_list=prices, service=services[short], tier=tier, unit=unit, amount_cents=cents)
        for code, short, _name, _name_fr, unit, amounts in SERVICES
        if code == facility.code
        for tier, cents in zip(TIERS, amounts, strict=True)
    ]
    rates += operator_rates(prices, instruments)
    for rate in rates:
        raised = Decimal(rate.amount_cents) * factor
        rate.amount_cents = int(raised.quantize(Decimal(1), ROUND_HALF_UP))
        rate.minimum_cents = least_of(rate)
    Rate.objects.bulk_create(rates)
    add_extras(prices, instruments)
