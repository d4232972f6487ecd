"""A platform with a list that has every part, for the tests of price lists."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from billing.models import (
    Package,
    PackageItem,
    PackagePrice,
    PriceList,
    Rate,
    Surcharge,
    VolumeDiscount,
)
from billing.services.price_lists import ListCard
from facilities.models import Instrument, Service
from tests import factories as make
from tests.billing.cases import a_priced_instrument

NEXT_YEAR = ListCard(name="2027", first=dt.date(2027, 1, 1), last=dt.date(2027, 12, 31))


def a_service(instrument: Instrument, **fields: Any) -> Service:
    """Make something its platform sells by the piece."""
    defaults = {"code": "slide", "name": "Slide", "unit": "slide"}
    return Service.objects.create(facility=instrument.facility, **(defaults | fields))


def a_full_list(**fields: Any) -> PriceList:
    """Make a list in force with every part there is."""
    fortessa = a_priced_instrument(**fields)
    prices = PriceList.objects.get(facility=fortessa.facility)
    slide = a_service(fortessa)
    sorter = make.an_instrument(fortessa.facility, name="=Sorter, 4 lasers")
    rates: tuple[dict[str, Any], ...] = (
        {"service": slide, "tier": "IND", "unit": "slide", "amount_cents": 240},
        {"instrument": sorter, "tier": "INT", "unit": "session", "amount_cents": 18_000},
        {"instrument": sorter, "tier": "INT", "unit": "operator-hour", "amount_cents": 4_550},
        {"instrument": sorter, "tier": "ACA", "amount_cents": 8_500, "minimum_cents": 17_000},
    )
    for rate in rates:
        Rate.objects.create(price_list=prices, **rate)
    Surcharge.objects.create(price_list=prices, ground="bsl2", name="BSL-2", percent=20)
    Surcharge.objects.create(
        price_list=prices,
        ground="bsl2",
        name="BSL-2, sorter",
        instrument=sorter,
        tier="IND",
        amount_cents=5_000,
    )
    VolumeDiscount.objects.create(
        price_list=prices, instrument=fortessa, from_quantity=Decimal(40), percent=10
    )
    package = Package.objects.create(price_list=prices, name="Panel", name_fr="Panneau")
    PackagePrice.objects.create(package=package, tier="IND", amount_cents=99_900)
    for amount in (1, 2):
        PackageItem.objects.create(
            package=package, instrument=fortessa, quantity=Decimal(amount) / 2, unit="hour"
        )
    return prices
