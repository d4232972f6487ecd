"""Which share of the full hourly rate each hour of a platform costs: what a calendar shows."""

from __future__ import annotations

from billing.errors import RateMissing
from billing.holidays import public_holidays
from billing.prices.bands import pieces
from billing.prices.tariffs import lists_in_force, tariffs_of
from facilities.intervals import Interval
from facilities.models import Facility


def rate_shares(facility: Facility, within: Interval) -> list[tuple[Interval, int]]:
    """Return stretches of a time with their percentage of the full rate, in one query.

    Empty where no price list is in force on one of the days.
    """
    rows = lists_in_force(facility_ids=[facility.pk], instrument_ids=[], during=within)
    tariffs = tariffs_of(rows, facility_id=facility.pk, instrument_id=0)
    holidays = public_holidays(range(within.start.year - 1, within.end.year + 2))
    try:
        cut = pieces(within, tariffs=tariffs, tz=facility.tz, holidays=holidays)
    except RateMissing:
        return []
    return [(piece.interval, piece.band.percent) for piece in cut]
