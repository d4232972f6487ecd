"""What a person and a team already hold on an instrument: weekly time and past sessions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from accounts.statements import rows_of
from facilities.intervals import local_week


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Minutes by the Monday of each week, and how many sessions were completed."""

    person_week_minutes: dict[dt.date, int]
    team_week_minutes: dict[dt.date, int]
    past_sessions: int


_HISTORY = """
SELECT week.monday,
       coalesce(sum(part.minutes) FILTER (WHERE part.booked_for_id = %(person)s), 0)::int
           AS person_minutes,
       coalesce(sum(part.minutes) FILTER (WHERE part.team_id = %(team)s), 0)::int
           AS team_minutes,
       (SELECT count(*) FROM bookings_booking past
         WHERE past.booked_for_id = %(person)s AND past.instrument_id = %(instrument)s
           AND past.kind = 'use' AND past.status = 'completed')
           AS past_sessions
  FROM unnest(%(mondays)s::date[], %(starts)s::timestamptz[], %(ends)s::timestamptz[])
       AS week(monday, starts_at, ends_at)
  LEFT JOIN LATERAL (
       SELECT b.booked_for_id, b.team_id,
              extract(epoch FROM least(upper(b.period), week.ends_at)
                               - greatest(lower(b.period), week.starts_at)) / 60 AS minutes
         FROM bookings_booking b
        WHERE int8range(b.instrument_id, b.instrument_id, '[]')
              && int8range(%(instrument)s, %(instrument)s, '[]')
          AND b.period && tstzrange(week.starts_at, week.ends_at)
          AND b.kind = 'use' AND NOT b.imported_history
          AND b.status IN ('requested', 'approved', 'in_use', 'completed', 'no_show')
          AND (b.booked_for_id = %(person)s OR b.team_id = %(team)s)
          AND b.id IS DISTINCT FROM %(without)s
       ) part ON true
 GROUP BY week.monday
"""
"""Which minutes of each week does a person, and does a team, hold? Of each booking the part
that lies in the week. And how many sessions has the person completed here?"""


def history_of(
    *,
    person_id: int | None,
    team_id: int | None,
    instrument_id: int,
    mondays: Sequence[dt.date],
    tz: ZoneInfo,
    without_booking_id: int | None,
) -> History:
    """Read what is already booked in some weeks, leaving out the booking being changed."""
    weeks = [local_week(monday, tz) for monday in mondays]
    rows = rows_of(
        _HISTORY,
        {
            "person": person_id,
            "team": team_id,
            "instrument": instrument_id,
            "mondays": list(mondays),
            "starts": [week.start for week in weeks],
            "ends": [week.end for week in weeks],
            "without": without_booking_id,
        },
    )
    return History(
        person_week_minutes={row["monday"]: row["person_minutes"] for row in rows},
        team_week_minutes={row["monday"]: row["team_minutes"] for row in rows},
        past_sessions=max((row["past_sessions"] for row in rows), default=0),
    )
