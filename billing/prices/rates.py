"""What an hour costs somebody, as the catalogue says it: read, never a price of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from accounts.models import User
from accounts.models.organisations import Tier
from billing.prices.bands import FULL_PERCENT, Band, Tariff
from billing.prices.pricing import tariff_tier
from billing.prices.tariffs import lists_in_force, tariffs_of
from billing.prices.unit_prices import PRICED_AS, operator_price, rounded, tier_rate, time_price
from billing.prices.units import HOUR
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
    """An hour of an instrument on a day: at the full rate, and in each band.

    Or a session or a day of it, where `unit` says so; then no band counts. `cents` is what
    the buyer pays, by the list or as agreed, None where there is no rate; `by_tier` has
    what each tier pays by the list, and `operator_cents` what an hour of the operator adds.
    """

    tier: str
    cents: int | None
    bands: tuple[Band, ...]
    by_tier: Mapping[str, int]
    unit: str = HOUR
    operator_cents: int | None = None

    @property
    def by_band(self) -> list[BandPrice]:
        """What an hour costs in each band, the dearest first."""
        if self.cents is None or self.unit != HOUR:
            return []
        prices = [
            BandPrice(band=band, cents=rounded_share(self.cents, band.percent))
            for band in self.bands
        ]
        return sorted(prices, key=lambda price: -price.band.percent)


def rounded_share(cents: int, percent: int) -> int:
    """Return a percentage of a rate, rounded half up as a line of one hour is."""
    return rounded(Fraction(cents * percent, FULL_PERCENT))


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """At which tier, by whose contracts and order, a person would book; nobody's where none."""

    tier: str = ""
    team_id: int | None = None
    account_id: int | None = None


def buyer_for(user: User, *, now: dt.datetime) -> Buyer:
    """Return how a person would book without choosing.

    For the project they would book for and the account that would pay, last used first.
    Two queries.
    """
    wish = Wish(instrument_id=0, period=Interval(now, now + DAY), booked_for_id=user.pk)
    payer = payer_of(wish, lock=False)
    project, account = payer.project, payer.account
    if project is None:
        return Buyer()
    tier = tariff_tier(organisation_tier=project.organisation_tier, project_tier=project.tier)
    return Buyer(tier=tier, team_id=project.team_id, account_id=account.pk if account else None)


def tier_for(user: User, *, now: dt.datetime) -> str:
    """Return the tier at which a person would book without choosing; empty where none."""
    return buyer_for(user, now=now).tier


def hour_prices(
    instruments: Sequence[Instrument], *, buyer: Buyer, now: dt.datetime
) -> dict[int, HourPrice]:
    """Return what an hour costs today, by instrument that has a list in force; one query.

    With the contracts of a team's organisation where the buyer is of a team, and what the
    accepted quotes of their order agreed.
    """
    rows = lists_in_force(
        facility_ids={instrument.facility_id for instrument in instruments},
        instrument_ids=[instrument.pk for instrument in instruments],
        during=Interval(now, now + DAY),
        team_ids=[] if buyer.team_id is None else [buyer.team_id],
        account_ids=[] if buyer.account_id is None else [buyer.account_id],
    )
    found: dict[int, HourPrice] = {}
    contracts = [contract for row in rows for contract in row["contracts"] or ()]
    for instrument in instruments:
        day = now.astimezone(instrument.facility.tz).date()
        tariffs = tariffs_of(
            rows,
            facility_id=instrument.facility_id,
            instrument_id=instrument.pk,
            organisation_id=contracts[0]["organisation"] if contracts else None,
            account_id=buyer.account_id,
        )
        for tariff in tariffs:
            if tariff.is_valid_on(day) and (tariff.rates or tariff.agreement or tariff.quoted):
                found[instrument.pk] = _hour_price(tariff, buyer.tier)
    return found


def _hour_price(tariff: Tariff, tier: str) -> HourPrice:
    price = time_price(tariff, tier) if tier else None
    operator = operator_price(tariff, tier) if tier else None
    return HourPrice(
        tier=tier,
        cents=price.cents if price else None,
        bands=tuple(tariff.bands),
        by_tier=_by_tier(tariff.rates, TIERS),
        unit=price.unit if price else next(iter(tariff.units.values()), HOUR),
        operator_cents=operator.cents if operator else None,
    )


def _by_tier(rates: Mapping[str, int], tiers: Iterable[str]) -> dict[str, int]:
    return {tier: cents for tier in tiers if (cents := tier_rate(rates, tier)) is not None}
