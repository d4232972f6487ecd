"""Loads the price lists in force as plain values, in one query however many there are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject

from billing.bands import DAY_MINUTES, Band, Tariff
from billing.models import Band as BandRow
from billing.models import PriceList, Rate
from billing.models.prices import HOUR
from facilities.intervals import DAY, Interval

Row = Mapping[str, Any]
FIELDS = ("id", "facility_id", "validity", "band_rows", "rate_rows")


def lists_in_force(
    *, facility_ids: Collection[int], instrument_ids: Collection[int], during: Interval
) -> QuerySet[PriceList]:
    """Return the lists that may price a time, each with its bands and hourly rates.

    Takes a day more on either side, because the days of a list are those of a clock
    that is not asked here and because a billed time may end later than a booked one.
    """
    bands = BandRow.objects.filter(price_list=OuterRef("pk")).order_by("id")
    rates = Rate.objects.filter(
        price_list=OuterRef("pk"), instrument__in=instrument_ids, unit=HOUR
    ).order_by("id")
    days = (during.start.date() - DAY, during.end.date() + 3 * DAY)
    return (
        PriceList.objects.filter(
            facility__in=facility_ids,
            status=PriceList.Status.IN_FORCE,
            validity__overlap=days,
        )
        .annotate(
            band_rows=ArraySubquery(
                bands.values(
                    row=JSONObject(
                        name="name",
                        percent="percent",
                        weekdays="weekdays",
                        on_holidays="on_holidays",
                        starts="starts",
                        ends="ends",
                    )
                )
            ),
            rate_rows=ArraySubquery(
                rates.values(
                    row=JSONObject(instrument="instrument_id", tier="tier", cents="amount_cents")
                )
            ),
        )
        .order_by("validity")
    )


def tariffs_of(rows: Sequence[Row], *, facility_id: int, instrument_id: int) -> list[Tariff]:
    """Pick from the rows of `lists_in_force` what they say of one instrument."""
    return [
        Tariff(
            price_list_id=row["id"],
            valid_from=row["validity"].lower,
            valid_until=row["validity"].upper,
            bands=tuple(_band(band) for band in row["band_rows"]),
            rates={
                rate["tier"]: rate["cents"]
                for rate in row["rate_rows"]
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
