"""Giving a price to what has none yet. A price that stands is changed by a new list only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.errors import NotFound
from accounts.models import User
from accounts.transactions import use_case
from billing.errors import AlreadyPriced
from billing.models import Band, PriceList, Rate
from billing.prices.units import TIME_UNITS
from facilities.models import Facility, Instrument
from facilities.permissions import facilities_set_up_by

WEEKDAYS, WEEKEND = [0, 1, 2, 3, 4], [5, 6]
USUAL_BANDS = (
    # name, weekdays, on public holidays, from, to, per cent
    ("Peak", WEEKDAYS, False, "08:00", "20:00", 100),
    ("Evening", WEEKDAYS, False, "20:00", "00:00", 75),
    ("Night", WEEKDAYS, False, "00:00", "08:00", 25),
    ("Weekend", WEEKEND, True, "00:00", "00:00", 50),
)


@use_case
def price_instrument(
    *,
    actor: User,
    instrument_id: int,
    hourly_cents: Mapping[str, int],
    first: dt.date,
    last: dt.date,
    usual_bands: bool = True,
) -> PriceList:
    """Give an instrument its hourly rates by tier, in the list that is in force on a day.

    Where none is, one is put in force from that day until the last one, or until another
    list begins. The platform stays locked, so that two people do not begin two lists.

    Raises:
        NotFound: no such instrument, or somebody else's.
        AlreadyPriced: one of the tiers has a rate in that list.
    """
    instrument = (
        Instrument.objects.select_related("facility")
        .filter(pk=instrument_id, facility__in=facilities_set_up_by(actor))
        .first()
    )
    if instrument is None:
        raise NotFound
    Facility.objects.select_for_update(no_key=True).get(pk=instrument.facility_id)
    prices = _list_on(instrument.facility, first, last, usual_bands=usual_bands)
    rated = Rate.objects.filter(price_list=prices, instrument=instrument, unit__in=TIME_UNITS)
    if rated.filter(tier__in=hourly_cents).exists():
        raise AlreadyPriced
    for tier, cents in hourly_cents.items():
        Rate.objects.create(price_list=prices, instrument=instrument, tier=tier, amount_cents=cents)
    return prices


def _list_on(facility: Facility, first: dt.date, last: dt.date, *, usual_bands: bool) -> PriceList:
    in_force = PriceList.objects.filter(facility=facility, status=PriceList.Status.IN_FORCE)
    standing = in_force.filter(validity__contains=first).first()
    if standing is not None:
        return standing
    until = max(last, first) + dt.timedelta(days=1)
    following = in_force.filter(validity__startswith__gt=first).order_by("validity").first()
    if following is not None and following.validity.lower is not None:
        until = min(until, following.validity.lower)
    prices = PriceList.objects.create(
        facility=facility,
        name=str(first.year),
        validity=DateRange(first, until),
        status=PriceList.Status.IN_FORCE,
        voted_on=first,
    )
    if usual_bands:
        Band.objects.bulk_create(
            Band(
                price_list=prices,
                name=name,
                weekdays=weekdays,
                on_holidays=on_holidays,
                starts=starts,
                ends=ends,
                percent=percent,
            )
            for name, weekdays, on_holidays, starts, ends, percent in USUAL_BANDS
        )
    return prices
