"""What the catalogue offers a team, and at which price: services, instruments, packages.

Prices are those of the lists in force on a day, by the team's tier, with what a contract
agrees.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.errors import NotFound
from billing.errors import RateMissing
from billing.models import Package, PackagePrice, PriceList, Quote
from billing.prices.bands import Tariff
from billing.prices.pricing import tariff_tier, tier_rate
from billing.prices.service_prices import service_price
from billing.prices.tariffs import lists_in_force, tariffs_of
from billing.prices.unit_prices import operator_price, time_price
from billing.prices.units import HOUR, OPERATOR_HOUR, USE
from billing.quotes.errors import LineNotPossible
from facilities.intervals import DAY, Interval
from facilities.models import Facility, Instrument, Service

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineWish:
    """What a line shall offer: at most one of a service, an instrument and a package.

    Of an instrument either hours are told by `quantity`, or `sessions` of `hours` each,
    which may want an operator and be BSL-2 work; its unit may be an operator-hour, or use.
    Words, unit and price that are left empty are those of the catalogue.
    """

    service_id: int | None = None
    instrument_id: int | None = None
    package_id: int | None = None
    description: str = ""
    quantity: Decimal | None = None
    sessions: int | None = None
    hours: Decimal | None = None
    unit: str = ""
    unit_price_cents: int | None = None
    discount_percent: Decimal = NOTHING
    with_operator: bool = False
    bsl2: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What the catalogue says of a thing that is sold."""

    facility: Facility
    description: str
    unit: str
    unit_price_cents: int
    price_list_id: int | None
    nature: str = Service.Nature.SERVICE


def offer_of(quote: Quote, wish: LineWish, *, on: dt.date) -> Offer:
    """Return what the catalogue says of what is wished for, at the price of a day.

    Raises:
        NotFound: there is no such service, instrument or package.
        RateMissing: no list has a price for the team, and none is given.
        LineNotPossible: a line of its own words has no price.
    """
    if wish.service_id is not None:
        return _of_service(quote, wish, wish.service_id, on=on)
    if wish.instrument_id is not None:
        return _of_instrument(quote, wish, wish.instrument_id, on=on)
    if wish.package_id is not None:
        return _of_package(quote, wish, wish.package_id, on=on)
    if wish.unit_price_cents is None:
        raise LineNotPossible
    return Offer(
        facility=quote.facility,
        description="",
        unit=wish.unit or _("piece"),
        unit_price_cents=wish.unit_price_cents,
        price_list_id=None,
    )


def _of_service(quote: Quote, wish: LineWish, service_id: int, *, on: dt.date) -> Offer:
    service = (
        Service.objects.select_related("facility").filter(pk=service_id, is_active=True).first()
    )
    if service is None:
        raise NotFound
    try:
        price = service_price(service=service, team=quote.team, project=quote.project, on=on)
    except RateMissing:
        if wish.unit_price_cents is None:
            raise
        cents, unit, price_list_id = wish.unit_price_cents, service.unit, None
    else:
        cents, unit, price_list_id = price.unit_price_cents, price.unit, price.price_list_id
    return Offer(
        facility=service.facility,
        description=_named(service, quote.language),
        unit=unit,
        unit_price_cents=cents,
        price_list_id=price_list_id,
        nature=service.nature,
    )


def _of_instrument(quote: Quote, wish: LineWish, instrument_id: int, *, on: dt.date) -> Offer:
    instrument = instrument_of(instrument_id)
    tariff = tariff_of(quote, instrument, on=on)
    words, unit, price = instrument.name, HOUR, None
    if wish.unit == OPERATOR_HOUR:
        words, unit = _("%(name)s, operator") % {"name": instrument.name}, OPERATOR_HOUR
        price = operator_price(tariff, tier_of(quote)) if tariff else None
    elif wish.unit == USE:
        unit = USE
    elif tariff is not None:
        price = time_price(tariff, tier_of(quote))
        unit = price.unit if price else HOUR
    cents = wish.unit_price_cents
    if cents is None and price is not None:
        cents = price.cents
    if cents is None:
        raise RateMissing(on=on, tier=tier_of(quote))
    price_list_id = tariff.price_list_id if tariff and (price or unit == USE) else None
    return Offer(
        facility=instrument.facility,
        description=words,
        unit=unit,
        unit_price_cents=cents,
        price_list_id=price_list_id,
    )


def instrument_of(instrument_id: int) -> Instrument:
    """Return an instrument that can be quoted, with its platform.

    Raises:
        NotFound: there is none, or it is retired.
    """
    instrument = (
        Instrument.objects.select_related("facility")
        .exclude(state=Instrument.State.RETIRED)
        .filter(pk=instrument_id)
        .first()
    )
    if instrument is None:
        raise NotFound
    return instrument


def tariff_of(quote: Quote, instrument: Instrument, *, on: dt.date) -> Tariff | None:
    """Return what the list in force on a day, and the buyer's contract, say of an instrument."""
    noon = dt.datetime.combine(on, dt.time(12), tzinfo=dt.UTC)
    rows = lists_in_force(
        facility_ids=[instrument.facility_id],
        instrument_ids=[instrument.pk],
        during=Interval(noon, noon + DAY),
        team_ids=[quote.team_id],
    )
    tariffs = tariffs_of(
        rows,
        facility_id=instrument.facility_id,
        instrument_id=instrument.pk,
        organisation_id=quote.organisation_id,
    )
    return next((tariff for tariff in tariffs if tariff.is_valid_on(on)), None)


def _of_package(quote: Quote, wish: LineWish, package_id: int, *, on: dt.date) -> Offer:
    package = (
        Package.objects.select_related("price_list__facility")
        .filter(
            pk=package_id,
            price_list__status=PriceList.Status.IN_FORCE,
            price_list__validity__contains=on,
        )
        .first()
    )
    if package is None:
        raise NotFound
    prices = PackagePrice.objects.filter(package=package).values_list("tier", "amount_cents")
    cents = wish.unit_price_cents
    if cents is None:
        cents = tier_rate(dict(prices), tier_of(quote))
    if cents is None:
        raise RateMissing(on=on, tier=tier_of(quote))
    return Offer(
        facility=package.price_list.facility,
        description=_named(package, quote.language),
        unit=_("package"),
        unit_price_cents=cents,
        price_list_id=package.price_list_id,
    )


def tier_of(quote: Quote) -> str:
    """Return the tier at which a quote's team buys."""
    return tariff_tier(
        organisation_tier=quote.team.organisation.tier,
        project_tier=quote.project.tier if quote.project else "",
    )


def _named(thing: Service | Package, language: str) -> str:
    return (language.startswith("fr") and thing.name_fr) or thing.name
