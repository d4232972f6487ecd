"""What the demo's price lists say beside the hour: operators, days, surcharges, packages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from accounts.models import Organisation
from billing.models import (
    ContractRate,
    FrameworkContract,
    Package,
    PackageItem,
    PackagePrice,
    PriceList,
    Rate,
    Surcharge,
    VolumeDiscount,
)
from billing.prices.units import DAY, HOUR, OPERATOR_HOUR
from facilities.models import Instrument

TIERS = ("INT", "ACA", "SUP", "IND")
BY_THE_DAY = frozenset({"Incucyte S3"})
OPERATORS = {
    # euros for each hour that an operator attends; where none is said the rate has it in
    "CYT": (("Fortessa X-20", "Canto II", "Aurora 5L", "ImageStream"), (25, 45, 70, 130)),
    "MIC": (("LSM 880 Airyscan", "LSM 980", "SP8 STED"), (25, 45, 70, 130)),
    "ICE": (("Discovery Ultra",), (20, 38, 60, 110)),
    "TRG": (("X-RAD 225Cx",), (30, 55, 85, 160)),
}
LEAST_AN_HOUR = frozenset({"Discovery Ultra", "X-RAD 225Cx"})
"""A use of these costs an hour at least."""

BSL2_PERCENT = 15
MANY_HOURS, MANY_PERCENT = 40, 10
TEN_SORTS = (1_600, 3_000, 4_600, 9_200)
"""Euros for ten sorting sessions of four hours."""

CUSTOMER = "Pharma du Midi"


def unit_of(name: str) -> str:
    """Return the unit of an instrument's time."""
    return DAY if name in BY_THE_DAY else HOUR


def operator_rates(prices: PriceList, instruments: dict[str, Instrument]) -> Iterator[Rate]:
    """Return what operators cost on the platform of a list."""
    names, amounts = OPERATORS.get(prices.facility.code, ((), ()))
    for name in names:
        for tier, euros in zip(TIERS, amounts, strict=True):
            yield Rate(
                price_list=prices,
                instrument=instruments[name],
                tier=tier,
                unit=OPERATOR_HOUR,
                amount_cents=euros * 100,
            )


def least_of(rate: Rate) -> int:
    """Return the least that a use costs by a rate."""
    is_one = rate.instrument is not None and rate.instrument.name in LEAST_AN_HOUR
    return rate.amount_cents if is_one and rate.unit == HOUR else 0


def add_extras(prices: PriceList, instruments: dict[str, Instrument]) -> None:
    """Add what a platform charges more for, gives off for volume and sells in packages."""
    if prices.facility.code == "CEL":
        Surcharge.objects.create(
            price_list=prices, ground="bsl2", name="BSL-2", percent=BSL2_PERCENT
        )
    if prices.facility.code == "CYT":
        VolumeDiscount.objects.create(
            price_list=prices,
            instrument=instruments["Fortessa X-20"],
            from_quantity=MANY_HOURS,
            percent=MANY_PERCENT,
        )
        _ten_sorts(prices, instruments["FACSAria III"])


def _ten_sorts(prices: PriceList, sorter: Instrument) -> None:
    package = Package.objects.create(
        price_list=prices,
        name="Ten sorting sessions",
        name_fr="Dix sessions de tri",
        description="Ten sessions of four hours with an operator, within the year.",
    )
    PackageItem.objects.create(package=package, instrument=sorter, quantity=40, unit=HOUR)
    PackagePrice.objects.bulk_create(
        PackagePrice(package=package, tier=tier, amount_cents=euros * 100)
        for tier, euros in zip(TIERS, TEN_SORTS, strict=True)
    )


def make_contracts(instruments: dict[str, Instrument], today: dt.date) -> None:
    """Agree a framework contract with the company that sorts and analyses most."""
    contract = FrameworkContract.objects.create(
        organisation=Organisation.objects.get(name=CUSTOMER),
        reference=f"PDM-{today.year}-01",
        validity=(dt.date(today.year - 1, 1, 1), dt.date(today.year + 2, 1, 1)),
        is_confidential=True,
        discount_percent=5,
        notes="Signed by both sides; renewed by two years at a time.",
    )
    for name, euros in (("FACSAria III", 225), ("Fortessa X-20", 100)):
        ContractRate.objects.create(
            contract=contract,
            instrument=instruments[name],
            unit=HOUR,
            amount_cents=euros * 100,
        )
