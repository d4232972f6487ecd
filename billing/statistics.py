"""How full platforms were, what was used and what came in: a fixed number of queries.

Sums are made by PostgreSQL; open hours come from the weekly slots, closures subtracted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Case, DurationField, F, FloatField, Func, Sum, When
from django.db.models.functions import Cast, Extract

from accounts.models.organisations import INDUSTRY_TIERS
from billing.models import Charge
from billing.occupancy import Grid, added, empty_grid, minutes_by_hour
from billing.occupancy import whole_days as days_of_zone
from billing.prices.units import DAY as DAY_UNIT
from billing.prices.units import HOUR, SESSION
from facilities.intervals import DAY, Interval
from facilities.models import Instrument
from facilities.opening import WeeklySlot, open_time, total_minutes
from facilities.queries import closures_within, weekly_slots

TAKEN = ["approved", "in_use", "completed", "no_show"]
"""Statuses of a use that had, or has, its time."""

_QUANTITY = Cast("quantity", FloatField())
_LENGTH = Func(
    F("period"),
    template="upper(%(expressions)s) - lower(%(expressions)s)",
    output_field=DurationField(),
)
BILLED_HOURS = Case(
    When(unit=HOUR, then=_QUANTITY),
    When(unit=DAY_UNIT, instrument__isnull=False, then=_QUANTITY * 24.0),
    When(unit=SESSION, then=_QUANTITY * Cast(Extract(_LENGTH, "epoch"), FloatField()) / 3600.0),
    output_field=FloatField(),
)
"""The hours of a charge, which may have been priced by the day or by the session."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """Whole days of each platform's calendar, both included."""

    first: dt.date
    last: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What an instrument was booked and used for, in minutes and sessions."""

    booked: int = 0
    used: int = 0
    industry: int = 0
    industry_so_far: int = 0
    sessions: int = 0
    no_shows: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Billed:
    """What was charged for a platform, an instrument and a tier, before VAT."""

    facility_id: int
    instrument_id: int | None
    tier: str
    minutes: int
    cents: int


# The part of each use that lies in the days asked for, on the clock of its platform. A
# session that nobody recorded counts as used when it was completed, as it is billed.
_PARTS = """
SELECT b.instrument_id, b.status, f.time_zone, greatest(lower(b.period), w.starts) AS s,
       least(upper(b.period), w.ends) AS e,
       CASE WHEN u.ended_at IS NOT NULL THEN greatest(u.started_at, w.starts)
            WHEN b.status = 'completed' THEN greatest(lower(b.period), w.starts) END AS used_s,
       CASE WHEN u.ended_at IS NOT NULL THEN least(u.ended_at, w.ends)
            WHEN b.status = 'completed' THEN least(upper(b.period), w.ends) END AS used_e,
       coalesce(o.kind = 'industry' OR o.tier = ANY (%(industry)s), false) AS is_industry
  FROM facilities_instrument i
  JOIN facilities_facility f ON f.id = i.facility_id
 CROSS JOIN LATERAL (
       SELECT %(first)s::date::timestamp AT TIME ZONE f.time_zone AS starts,
              (%(last)s::date + 1)::timestamp AT TIME ZONE f.time_zone AS ends) w
  JOIN bookings_booking b ON b.instrument_id = i.id
   AND b.period && tstzrange(w.starts, w.ends)
   AND b.kind = 'use' AND b.status = ANY (%(taken)s)
  LEFT JOIN bookings_usagesession u ON u.booking_id = b.id
  LEFT JOIN accounts_team t ON t.id = b.team_id
  LEFT JOIN accounts_organisation o ON o.id = t.organisation_id
 WHERE i.id = ANY (%(instruments)s)
"""
_MINUTES = "coalesce(round(sum(extract(epoch FROM {0})) {1} / 60), 0)::bigint"
_INDUSTRY = "FILTER (WHERE is_industry)"
_USE = f"""
WITH part AS ({_PARTS})
SELECT instrument_id,
       {_MINUTES.format("e - s", "")},
       {_MINUTES.format("greatest(used_e - used_s, interval '0')", "")},
       {_MINUTES.format("e - s", _INDUSTRY)},
       {_MINUTES.format("least(e, %(now)s) - s", "FILTER (WHERE is_industry AND s < %(now)s)")},
       count(*),
       count(*) FILTER (WHERE status = 'no_show')
  FROM part
 GROUP BY instrument_id
"""  # noqa: S608 - put together from our own parts only
_HOURS = f"""
WITH part AS ({_PARTS})
SELECT extract(isodow FROM h AT TIME ZONE time_zone)::int - 1,
       extract(hour FROM h AT TIME ZONE time_zone)::int,
       round(sum(extract(epoch FROM least(e, h + interval '1 hour') - greatest(s, h))) / 60)::bigint
  FROM part
 CROSS JOIN LATERAL generate_series(
       date_trunc('hour', s, time_zone), e - interval '1 microsecond', interval '1 hour') AS h
 GROUP BY 1, 2
"""  # noqa: S608 - put together from our own parts only


def use_of(instruments: Sequence[Instrument], days: Days, *, now: dt.datetime) -> dict[int, Use]:
    """Return what each instrument was booked and used for in some days."""
    rows = _rows(_USE, instruments, days, now=now)
    found = {
        instrument_id: Use(
            booked=booked,
            used=used,
            industry=industry,
            industry_so_far=so_far,
            sessions=sessions,
            no_shows=no_shows,
        )
        for instrument_id, booked, used, industry, so_far, sessions, no_shows in rows
    }
    return {instrument.pk: found.get(instrument.pk, Use()) for instrument in instruments}


def booked_by_hour(instruments: Sequence[Instrument], days: Days, *, now: dt.datetime) -> Grid:
    """Return the booked minutes of some instruments by weekday and hour of their clocks."""
    grid = empty_grid()
    for weekday, hour, minutes in _rows(_HOURS, instruments, days, now=now):
        grid[weekday][hour] = minutes
    return grid


def _rows(
    sql: str, instruments: Sequence[Instrument], days: Days, *, now: dt.datetime
) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            sql,
            {
                "instruments": [instrument.pk for instrument in instruments],
                "first": days.first,
                "last": days.last,
                "taken": TAKEN,
                "industry": [tier.value for tier in INDUSTRY_TIERS],
                "now": now,
            },
        )
        return cursor.fetchall()


class OpenHours:
    """When instruments are open, read once for all the days that are asked about.

    Many keep the same hours: each set of hours and closures is resolved once.
    """

    def __init__(self, instruments: Sequence[Instrument], *, reach: Days) -> None:
        """Read slots and closures of instruments, in two queries."""
        self._instruments = instruments
        self._slots: Mapping[int, Sequence[WeeklySlot]] = weekly_slots(instruments)
        start = dt.datetime.combine(reach.first - DAY, dt.time(), dt.UTC)
        end = dt.datetime.combine(reach.last + 2 * DAY, dt.time(), dt.UTC)
        facility_ids = {instrument.facility_id for instrument in instruments}
        self._closures = closures_within(facility_ids, Interval(start, end))
        self._known: dict[tuple[Any, ...], tuple[Interval, ...]] = {}
        self._grids: dict[tuple[Any, ...], Grid] = {}

    def minutes(self, days: Days) -> dict[int, int]:
        """Return the open minutes of each instrument, all its units together."""
        return {
            instrument.pk: self.minutes_of(instrument, days) for instrument in self._instruments
        }

    def minutes_of(self, instrument: Instrument, days: Days) -> int:
        """Return the open minutes of one of them."""
        return total_minutes(self._times(instrument, days)) * instrument.units

    def by_hour(self, days: Days) -> Grid:
        """Return the open minutes of all of them by weekday and hour."""
        grid = empty_grid()
        for instrument in self._instruments:
            key = self._key(instrument, days)
            if key not in self._grids:
                times = self._times(instrument, days)
                self._grids[key] = minutes_by_hour(times, instrument.facility.tz)
            grid = added(grid, self._grids[key], times=instrument.units)
        return grid

    def _key(self, instrument: Instrument, days: Days) -> tuple[Any, ...]:
        facility = instrument.facility
        closures = tuple(self._closures[facility.pk])
        return tuple(self._slots[instrument.pk]), closures, facility.time_zone, days

    def _times(self, instrument: Instrument, days: Days) -> tuple[Interval, ...]:
        key = self._key(instrument, days)
        if key not in self._known:
            tz = instrument.facility.tz
            self._known[key] = tuple(
                open_time(
                    slots=self._slots[instrument.pk],
                    closures=self._closures[instrument.facility_id],
                    within=days_of_zone(days.first, days.last, tz),
                    tz=tz,
                )
            )
        return self._known[key]


def billed_in(
    facility_ids: Sequence[int], days: Days, *, instrument_id: int | None = None
) -> list[Billed]:
    """Return what was charged for the service of some days, in one query."""
    charges = Charge.objects.filter(
        facility__in=facility_ids, service_date__gte=days.first, service_date__lte=days.last
    )
    if instrument_id is not None:
        charges = charges.filter(instrument=instrument_id)
    rows = (
        charges.order_by()
        .values("facility_id", "instrument_id", "tier")
        .annotate(hours=Sum(BILLED_HOURS), cents=Sum("amount_cents"))
        .order_by("facility_id", "instrument_id", "tier")
    )
    return [
        Billed(
            facility_id=row["facility_id"],
            instrument_id=row["instrument_id"],
            tier=row["tier"],
            minutes=round((row["hours"] or 0) * 60),
            cents=row["cents"],
        )
        for row in rows
    ]
