"""What companies have booked of an instrument in a year, read for their bookings only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from accounts.models.organisations import INDUSTRY_TIERS
from accounts.statements import rows_of
from bookings.facts import Facts
from bookings.industry import IndustryYear, thresholds_passed
from facilities.intervals import Interval, local_day, local_days
from facilities.models import Instrument
from facilities.opening import WeeklySlot, open_time, total_minutes
from facilities.queries import closures_within
from notifications import outbox

TOPIC = "bookings.industry_share"

_TAKEN = """
SELECT year.starts_at,
       coalesce(round(sum(part.minutes)), 0)::int AS minutes
  FROM unnest(%(starts)s::timestamptz[], %(ends)s::timestamptz[]) AS year(starts_at, ends_at)
  LEFT JOIN LATERAL (
       SELECT extract(epoch FROM least(upper(b.period), year.ends_at)
                               - greatest(lower(b.period), year.starts_at)) / 60 AS minutes
         FROM bookings_booking b
         JOIN accounts_team team ON team.id = b.team_id
         JOIN accounts_organisation organisation ON organisation.id = team.organisation_id
        WHERE int8range(b.instrument_id, b.instrument_id, '[]')
              && int8range(%(instrument)s, %(instrument)s, '[]')
          AND b.period && tstzrange(year.starts_at, year.ends_at)
          AND b.kind = 'use'
          AND b.status IN ('requested', 'approved', 'in_use', 'completed', 'no_show')
          AND (organisation.kind = 'industry' OR organisation.tier = ANY(%(tiers)s))
          AND b.id IS DISTINCT FROM %(without)s
       ) part ON true
 GROUP BY year.starts_at
 ORDER BY year.starts_at
"""
"""How many minutes of each of some years do bookings of companies hold, or held?"""


def industry_years(
    instrument: Instrument,
    asked: Interval,
    *,
    slots: Sequence[WeeklySlot],
    without_booking_id: int | None,
) -> tuple[IndustryYear, ...]:
    """Return the years that a time touches, on the platform's clock; two queries.

    The instrument is locked where the judgement is acted on, so that two bookings at once
    cannot both take the last hours.
    """
    years = open_years(instrument, asked, slots=slots)
    rows = rows_of(
        _TAKEN,
        {
            "starts": [year.period.start for year in years],
            "ends": [year.period.end for year in years],
            "instrument": instrument.pk,
            "tiers": sorted(INDUSTRY_TIERS),
            "without": without_booking_id,
        },
    )
    return tuple(
        replace(year, taken_minutes=row["minutes"]) for year, row in zip(years, rows, strict=True)
    )


def open_years(
    instrument: Instrument, within: Interval, *, slots: Sequence[WeeklySlot]
) -> tuple[IndustryYear, ...]:
    """Return the years that a time touches with nothing taken of them yet, in one query."""
    tz = instrument.facility.tz
    numbers = sorted({day.year for day in local_days(within, tz)})
    years = [
        Interval(local_day(dt.date(n, 1, 1), tz).start, local_day(dt.date(n, 12, 31), tz).end)
        for n in numbers
    ]
    closures = closures_within([instrument.facility_id], Interval(years[0].start, years[-1].end))[
        instrument.facility_id
    ]
    return tuple(
        IndustryYear(
            year=number,
            period=year,
            taken_minutes=0,
            open_minutes=instrument.units
            * total_minutes(open_time(slots=slots, closures=closures, within=year, tz=tz)),
        )
        for number, year in zip(numbers, years, strict=True)
    )


def tell_managers(instrument: Instrument, facts: Facts, asked: Interval) -> None:
    """Tell the managers of a platform, once a year for each threshold that a booking passes."""
    percents = (facts.rules.industry_warning_percent, facts.rules.industry_cap_percent)
    for year, percent in thresholds_passed(facts.industry_years, asked, percents):
        outbox.publish(
            topic=TOPIC,
            key=f"{TOPIC}:{instrument.pk}:{year}:{percent}",
            payload={"instrument": instrument.pk, "year": year, "percent": percent},
        )
