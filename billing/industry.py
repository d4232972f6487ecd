"""How much of an instrument's year industry has booked, and when it comes to its cap."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from billing.occupancy import INDUSTRY_WARNING_PERCENT, cap_reached_on, percent_of
from billing.statistics import Days, OpenHours, use_of
from facilities.models import Instrument


@dataclass(frozen=True, slots=True, kw_only=True)
class IndustryShare:
    """How much of an instrument's open hours of the year industry has booked."""

    instrument: Instrument
    minutes: int
    open: int
    percent: float
    reaches_cap_on: dt.date | None

    @property
    def is_high(self) -> bool:
        """Whether it has come to where the centre warns."""
        return self.percent >= INDUSTRY_WARNING_PERCENT


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
        reached = cap_reached_on(
            minutes=use.industry_so_far,
            open_minutes=minutes,
            first=year.first,
            today=min(now.astimezone(instrument.facility.tz).date(), year.last),
            last=year.last,
        )
        shares.append(
            IndustryShare(
                instrument=instrument,
                minutes=use.industry,
                open=minutes,
                percent=percent,
                reaches_cap_on=reached,
            )
        )
    return sorted(shares, key=lambda share: -share.percent)
