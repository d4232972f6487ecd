"""Loads the price lists in force as plain values, in one query however many there are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from accounts.statements import Row, rows_of
from billing.bands import DAY_MINUTES, Band, Tariff
from facilities.intervals import DAY, Interval

LISTS_IN_FORCE = """
SELECT list.id, list.facility_id, platform.time_zone,
       lower(list.validity) AS valid_from, upper(list.validity) AS valid_until,
       (SELECT json_agg(json_build_object(
                   'name', band.name, 'percent', band.percent, 'weekdays', band.weekdays,
                   'on_holidays', band.on_holidays, 'starts', band.starts, 'ends', band.ends)
               ORDER BY band.id)
          FROM billing_band band
         WHERE band.price_list_id = list.id) AS bands,
       (SELECT json_agg(json_build_object(
                   'instrument', rate.instrument_id, 'tier', rate.tier,
                   'cents', rate.amount_cents)
               ORDER BY rate.id)
          FROM billing_rate rate
         WHERE rate.price_list_id = list.id AND rate.unit = 'hour'
           AND rate.instrument_id = ANY(%(instruments)s::bigint[])) AS rates
  FROM billing_pricelist list
  JOIN facilities_facility platform ON platform.id = list.facility_id
 WHERE list.facility_id = ANY(%(facilities)s::bigint[])
   AND list.status = 'in_force'
   AND list.validity && daterange(%(first_day)s, %(end_day)s)
"""
"""Which price lists of some platforms may price a time, each with its bands and with the hourly
rates of some instruments?"""


def values_in_force(
    *, facility_ids: Collection[int], instrument_ids: Collection[int], during: Interval
) -> dict[str, Any]:
    """Return what LISTS_IN_FORCE asks about.

    Takes a day more on either side, because the days of a list are those of a clock
    that is not asked here and because a billed time may end later than a booked one.
    """
    return {
        "facilities": list(facility_ids),
        "instruments": list(instrument_ids),
        "first_day": during.start.date() - DAY,
        "end_day": during.end.date() + 3 * DAY,
    }


def lists_in_force(
    *, facility_ids: Collection[int], instrument_ids: Collection[int], during: Interval
) -> list[Row]:
    """Return the lists that may price a time, each with its bands and rates, in one query."""
    values = values_in_force(
        facility_ids=facility_ids, instrument_ids=instrument_ids, during=during
    )
    return rows_of(LISTS_IN_FORCE + " ORDER BY valid_from", values)


def tariffs_of(rows: Sequence[Row], *, facility_id: int, instrument_id: int) -> list[Tariff]:
    """Pick from the rows of LISTS_IN_FORCE what they say of one instrument."""
    return [
        Tariff(
            price_list_id=row["id"],
            valid_from=row["valid_from"],
            valid_until=row["valid_until"],
            bands=tuple(_band(band) for band in row["bands"] or ()),
            rates={
                rate["tier"]: rate["cents"]
                for rate in row["rates"] or ()
                if rate["instrument"] == instrument_id
            },
        )
        for row in rows
        if row["facility_id"] == facility_id
    ]


def _band(row: Row) -> Band:
    return Band(
        name=row["name"],
        percent=row["percent"],
        weekdays=frozenset(row["weekdays"]),
        on_holidays=row["on_holidays"],
        start_minute=_minute(row["starts"]),
        end_minute=_minute(row["ends"]) or DAY_MINUTES,
    )


def _minute(text: str) -> int:
    clock = dt.time.fromisoformat(text)
    return clock.hour * 60 + clock.minute
