"""How much of an instrument's year industry has booked, and when it comes to its cap."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from billing.occupancy import percent_of
from billing.statistics import Days, OpenHours, use_of
from bookings.industry import cap_reached_on
from facilities.intervals import Interval
from facilities.models import Instrument
from facilities.queries import rules_of


@dataclass(frozen=True, slots=True, kw_only=True)
class IndustryShare:
    """How much of an instrument's open hours of the year industry has booked.

    Cap and warning are those of its rules; None where they name none.
    """

    instrument: Instrument
    minutes: int
    open: int
    percent: float
    reaches_cap_on: dt.date | None
    cap_percent: int | None
    warning_percent: int | None

    @property
    def is_high(self) -> bool:
        """Whether it has come to where the centre warns."""
        return self.warning_percent is not None and self.percent >= self.warning_percent


def industry_shares(
    instruments: Sequence[Instrument], opening: OpenHours, year: Days, *, now: dt.datetime
) -> list[IndustryShare]:
    """Return what industry has of the year, the highest share first; none without any."""
    uses = use_of(instruments, year, now=now)
    shares = []
    for instrument in instruments:
        use = uses[instrument.pk]
        minutes = opening.minutes_of(instrument, year) if use.industry else 0
        percent = percent_of(use.industry, minutes)
        if percent is None:
            continue
        rules = rules_of(instrument)
        reached = None
        if (cap := rules.industry_cap_percent) is not None:
            reached = cap_reached_on(
                minutes=use.industry_so_far,
                open_minutes=minutes,
                first=year.first,
                today=min(now.astimezone(instrument.facility.tz).date(), year.last),
                last=year.last,
                cap_percent=cap,
            )
        shares.append(
            IndustryShare(
                instrument=instrument,
                minutes=use.industry,
                open=minutes,
                percent=percent,
                reaches_cap_on=reached,
                cap_percent=cap,
                warning_percent=rules.industry_warning_percent,
            )
        )
    return sorted(shares, key=lambda share: -share.percent)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareWith:
    """Industry's share of an instrument's year in per cent, without a session and with it."""

    before: float
    after: float


def share_with(instrument: Instrument, *, period: Interval, now: dt.datetime) -> ShareWith | None:
    """Return what a session asked for by industry makes of its share; None if never open.

    Three queries. The session itself is asked for only, so it does not count yet.
    """
    year = _year_of(period.start.astimezone(instrument.facility.tz).year)
    minutes = use_of([instrument], year, now=now)[instrument.pk].industry
    opening = OpenHours([instrument], reach=year).minutes_of(instrument, year)
    before, after = percent_of(minutes, opening), percent_of(minutes + period.minutes, opening)
    if before is None or after is None:
        return None
    return ShareWith(before=before, after=after)


def _year_of(year: int) -> Days:
    return Days(first=dt.date(year, 1, 1), last=dt.date(year, 12, 31))
