"""What an hour costs somebody, as the catalogue says it: read, never a price of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from accounts.models import User
from accounts.models.organisations import Tier
from billing.bands import FULL_PERCENT, Band
from billing.pricing import PRICED_AS, rounded, tariff_tier, tier_rate
from billing.tariffs import lists_in_force, tariffs_of
from bookings.paying import payer_of
from bookings.wish import Wish
from facilities.intervals import DAY, Interval
from facilities.models import Instrument

TIERS = tuple(tier for tier in Tier.values if tier not in PRICED_AS)
"""Tiers with a rate of their own; the others follow one of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BandPrice:
    """An hour in one band, in cents."""

    band: Band
    cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HourPrice:
    """An hour of an instrument by the list of a day: at the full rate, and in each band.

    `cents` is None where the tier has no rate; `by_tier` has what each tier pays.
    """

    tier: str
    cents: int | None
    bands: tuple[Band, ...]
    by_tier: Mapping[str, int]

    @property
    def by_band(self) -> list[BandPrice]:
        """What an hour costs in each band, the dearest first."""
        if self.cents is None:
            return []
        prices = [
            BandPrice(band=band, cents=rounded_share(self.cents, band.percent))
            for band in self.bands
        ]
        return sorted(prices, key=lambda price: -price.band.percent)


def rounded_share(cents: int, percent: int) -> int:
    """Return a percentage of a rate, rounded half up as a line of one hour is."""
    return rounded(Fraction(cents * percent, FULL_PERCENT))


def tier_for(user: User, *, now: dt.datetime) -> str:
    """Return the tier at which a person would book without choosing; empty where none.

    That of the project they would book for, last used first. Two queries.
    """
    wish = Wish(instrument_id=0, period=Interval(now, now + DAY), booked_for_id=user.pk)
    project = payer_of(wish, lock=False).project
    if project is None:
        return ""
    return tariff_tier(organisation_tier=project.organisation_tier, project_tier=project.tier)


def hour_prices(
    instruments: Sequence[Instrument], *, tier: str, now: dt.datetime
) -> dict[int, HourPrice]:
    """Return what an hour costs today, by instrument that has a list in force; one query."""
    rows = lists_in_force(
        facility_ids={instrument.facility_id for instrument in instruments},
        instrument_ids=[instrument.pk for instrument in instruments],
        during=Interval(now, now + DAY),
    )
    found: dict[int, HourPrice] = {}
    for instrument in instruments:
        day = now.astimezone(instrument.facility.tz).date()
        tariffs = tariffs_of(rows, facility_id=instrument.facility_id, instrument_id=instrument.pk)
        for tariff in tariffs:
            if tariff.is_valid_on(day) and tariff.rates:
                found[instrument.pk] = HourPrice(
                    tier=tier,
                    cents=tier_rate(tariff.rates, tier) if tier else None,
                    bands=tuple(tariff.bands),
                    by_tier=_by_tier(tariff.rates, TIERS),
                )
    return found


def _by_tier(rates: Mapping[str, int], tiers: Iterable[str]) -> dict[str, int]:
    return {tier: cents for tier in tiers if (cents := tier_rate(rates, tier)) is not None}
