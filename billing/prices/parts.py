"""The parts of a price list in one place: copied, compared, written to files and read again.

A new kind of part is one entry of PARTS.
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models.organisations import Tier
from billing.models import (
    Band,
    Package,
    PackageItem,
    PackagePrice,
    Rate,
    Surcharge,
    VolumeDiscount,
)
from billing.prices.cells import (
    CLOCK,
    EUROS,
    INSTRUMENT,
    PERCENT,
    QUANTITY,
    SERVICE,
    WEEKDAYS_SAID,
    YES_NO,
    one_of,
    text,
)
from billing.prices.rows import Column, Key, Part, Values
from billing.prices.units import INSTRUMENT_UNITS, TIME_UNITS

LONGEST_DESCRIPTION = 2000
Wrong = tuple[str, Promise]
"""Beside which column something is wrong, and what."""

ITS_INSTRUMENT = Column(
    name="instrument_id", word=_("Instrument"), kind=INSTRUMENT, is_key=True, may_be_empty=True
)
ITS_SERVICE = Column(
    name="service_id", word=_("Service"), kind=SERVICE, is_key=True, may_be_empty=True
)
ITS_TIER = Column(name="tier", word=_("Tier"), kind=one_of(Tier.choices), is_key=True)
ITS_TIER_IF_ANY = Column(
    name="tier",
    word=_("Tier"),
    kind=one_of(Tier.choices),
    is_key=True,
    may_be_empty=True,
    empty=str,
)
ITS_PACKAGE = Column(name="package__name", word=_("Package"), kind=text(200), is_key=True)
AMOUNT = Column(name="amount_cents", word=_("Amount in euros"), kind=EUROS)


def _is_of_one_thing(values: Values) -> bool:
    return (values["instrument_id"] is None) != (values["service_id"] is None)


def _wrong_rate(values: Values) -> Wrong | None:
    if not _is_of_one_thing(values):
        return "instrument_id", _("A rate is of an instrument or of a service.")
    if values["instrument_id"] is not None and values["unit"] not in INSTRUMENT_UNITS:
        return "unit", _("An instrument is priced by hour, session, day or operator-hour.")
    return None


def _time_of(values: Values) -> Key | None:
    """Return what may have one price of its time only."""
    if values["instrument_id"] is None or values["unit"] not in TIME_UNITS:
        return None
    return (values["instrument_id"], values["tier"])


def _wrong_band(values: Values) -> Wrong | None:
    is_midnight = not (values["ends"].hour or values["ends"].minute)
    if values["ends"] <= values["starts"] and not is_midnight:
        return "ends", _("A band that runs past midnight is two bands.")
    return None


def _wrong_surcharge(values: Values) -> Wrong | None:
    if (values["percent"] is None) == (values["amount_cents"] is None):
        return "percent", _("A surcharge is a percentage or a sum.")
    return None


def _wrong_discount(values: Values) -> Wrong | None:
    if not _is_of_one_thing(values):
        return "instrument_id", _("A discount is on an instrument or on a service.")
    if not 1 <= values["percent"] <= 100:
        return "percent", _("A discount takes 1 to 100 per cent off.")
    return None


def _wrong_item(values: Values) -> Wrong | None:
    if not _is_of_one_thing(values):
        return "instrument_id", _("A package holds instruments' time and services.")
    if not values["quantity"]:
        return "quantity", _("Give a quantity above 0.")
    return None


RATES = Part(
    name="rates",
    model=Rate,
    word=_("Rates"),
    columns=(
        ITS_INSTRUMENT,
        ITS_SERVICE,
        ITS_TIER,
        Column(name="unit", word=_("Unit"), kind=text(30), is_key=True),
        AMOUNT,
        Column(
            name="minimum_cents",
            word=_("Minimum in euros"),
            kind=EUROS,
            may_be_empty=True,
            empty=int,
        ),
    ),
    raised=("amount_cents", "minimum_cents"),
    wrong=_wrong_rate,
    once=_time_of,
)
BANDS = Part(
    name="bands",
    model=Band,
    word=_("Bands"),
    columns=(
        Column(name="name", word=_("Name"), kind=text(50), is_key=True),
        Column(
            name="weekdays",
            word=_("Weekdays"),
            kind=WEEKDAYS_SAID,
            may_be_empty=True,
            empty=list,
        ),
        Column(
            name="on_holidays",
            word=_("On public holidays"),
            kind=YES_NO,
            may_be_empty=True,
            empty=bool,
        ),
        Column(name="starts", word=_("From"), kind=CLOCK),
        Column(name="ends", word=_("To"), kind=CLOCK),
        Column(name="percent", word=_("Per cent of the rate"), kind=PERCENT),
    ),
    is_ordered=True,
    wrong=_wrong_band,
)
SURCHARGES = Part(
    name="surcharges",
    model=Surcharge,
    word=_("Surcharges"),
    columns=(
        ITS_INSTRUMENT,
        ITS_TIER_IF_ANY,
        Column(name="ground", word=_("Ground"), kind=one_of(Surcharge.Ground.choices), is_key=True),
        Column(name="name", word=_("Name"), kind=text(100)),
        Column(name="percent", word=_("Per cent"), kind=PERCENT, may_be_empty=True),
        Column(name="amount_cents", word=_("Amount in euros"), kind=EUROS, may_be_empty=True),
    ),
    raised=("amount_cents",),
    wrong=_wrong_surcharge,
)
VOLUME_DISCOUNTS = Part(
    name="volume_discounts",
    model=VolumeDiscount,
    word=_("Volume discounts"),
    columns=(
        ITS_INSTRUMENT,
        ITS_SERVICE,
        ITS_TIER_IF_ANY,
        Column(name="from_quantity", word=_("From a quantity of"), kind=QUANTITY, is_key=True),
        Column(name="percent", word=_("Per cent off"), kind=PERCENT),
    ),
    wrong=_wrong_discount,
)
PACKAGES = Part(
    name="packages",
    model=Package,
    word=_("Packages"),
    columns=(
        Column(name="name", word=_("Name"), kind=text(200), is_key=True),
        Column(
            name="name_fr",
            word=_("Name in French"),
            kind=text(200),
            may_be_empty=True,
            empty=str,
        ),
        Column(
            name="description",
            word=_("Description"),
            kind=text(LONGEST_DESCRIPTION),
            may_be_empty=True,
            empty=str,
        ),
    ),
)
PACKAGE_PRICES = Part(
    name="package_prices",
    model=PackagePrice,
    word=_("Prices of packages"),
    columns=(ITS_PACKAGE, ITS_TIER, AMOUNT),
    raised=("amount_cents",),
    owner="package",
    owner_model=Package,
)
PACKAGE_ITEMS = Part(
    name="package_items",
    model=PackageItem,
    word=_("Contents of packages"),
    columns=(
        ITS_PACKAGE,
        ITS_INSTRUMENT,
        ITS_SERVICE,
        Column(name="quantity", word=_("Quantity"), kind=QUANTITY),
        Column(name="unit", word=_("Unit"), kind=text(30), is_key=True),
    ),
    owner="package",
    owner_model=Package,
    is_ordered=True,
    wrong=_wrong_item,
)
PARTS: tuple[Part, ...] = (
    RATES,
    BANDS,
    SURCHARGES,
    VOLUME_DISCOUNTS,
    PACKAGES,
    PACKAGE_PRICES,
    PACKAGE_ITEMS,
)
"""All there are, in the order of the sheets of a file; an owner before what it owns."""
