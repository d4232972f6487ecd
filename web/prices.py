"""Prices as a page says them: by band, and by day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from billing.holidays import public_holidays
from billing.prices.bands import DAY_MINUTES, FULL_PERCENT, Band, Tariff
from billing.prices.rates import HourPrice
from bookings.wording import clock_text, money_text
from web.price_lines import DAY, HOUR, SESSION


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceRow:
    """A line of a price table: when, which share of the full rate, and what an hour costs."""

    when: str
    percent: int
    price: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TierRow:
    """What one tier pays for an hour at the full rate."""

    tier: str
    price: str


def price_said(price: HourPrice | None) -> str:
    """Say what an hour costs at the full rate, or a session or a day; nothing without a price."""
    if price is None or price.cents is None:
        return ""
    words = {"price": money_text(price.cents)}
    if price.unit == SESSION:
        return _("%(price)s a session") % words
    if price.unit == DAY:
        return _("%(price)s a day") % words
    return _("%(price)s an hour") % words


def price_rows(price: HourPrice | None) -> list[PriceRow]:
    """Return what an hour costs in each band; at the full rate alone where there are none."""
    if price is None or price.cents is None:
        return []
    if price.unit != HOUR:
        return [
            PriceRow(when=whole_said(price), percent=FULL_PERCENT, price=money_text(price.cents))
        ]
    rows = [
        PriceRow(when=band_said(one.band), percent=one.band.percent, price=money_text(one.cents))
        for one in price.by_band
    ]
    whole = PriceRow(when=_("At all hours"), percent=FULL_PERCENT, price=money_text(price.cents))
    return rows or [whole]


def whole_said(price: HourPrice | None) -> str:
    """Name what a rate is for: an hour, a session or a day."""
    if price is None or price.unit == HOUR:
        return _("An hour at the full rate")
    return _("Each session, whole") if price.unit == SESSION else _("Each 24 hours begun")


def tier_rows(price: HourPrice | None) -> list[TierRow]:
    """Return what each tier pays, for those who set the prices."""
    by_tier = price.by_tier if price else {}
    return [TierRow(tier=tier, price=money_text(cents)) for tier, cents in by_tier.items()]


def band_said(band: Band) -> str:
    """Name the hours of a band, as Mon–Fri, 8:00–20:00."""
    parts = [days_said(band.weekdays)]
    if band.on_holidays:
        parts.append(_("public holidays"))
    if (band.start_minute, band.end_minute) != (0, DAY_MINUTES):
        parts.append(f"{_clock(band.start_minute)}–{_clock(band.end_minute)}")
    return ", ".join(part for part in parts if part)


def days_said(weekdays: Iterable[int]) -> str:
    """Name weekdays; neighbours of three days and more as a range."""
    days = sorted(weekdays)
    if len(days) == len(WEEKDAYS_ABBR):
        return _("every day")
    names = [str(WEEKDAYS_ABBR[day]) for day in days]
    is_row = len(days) > 2 and all(later - day == 1 for day, later in pairwise(days))
    return f"{names[0]}–{names[-1]}" if is_row else ", ".join(names)


def _clock(minute: int) -> str:
    if minute == DAY_MINUTES:
        return _("midnight")
    hours, minutes = divmod(minute, 60)
    return clock_text(dt.datetime(2000, 1, 1, hours, minutes))  # noqa: DTZ001 - a wall clock


def all_day_notes(price: HourPrice | None, days: Sequence[dt.date]) -> dict[dt.date, str]:
    """Say of which days all hours cost the same share of the full rate."""
    if price is None or price.unit != HOUR or not days:
        return {}
    holidays = public_holidays(range(days[0].year, days[-1].year + 1))
    tariff = Tariff(
        price_list_id=0, valid_from=days[0], valid_until=None, bands=price.bands, rates={}
    )
    notes = {}
    for day in days:
        band = next(iter(tariff.bands_of(day, holidays)), None)
        if band and band.percent != FULL_PERCENT and _is_whole_day(band):
            notes[day] = _("%(percent)s all day") % {"percent": percent_said(band.percent)}
    return notes


def _is_whole_day(band: Band) -> bool:
    return (band.start_minute, band.end_minute) == (0, DAY_MINUTES)


def percent_said(percent: int) -> str:
    """Write a share as 50%, in French with its space."""
    return _("%(number)d%%") % {"number": percent}
