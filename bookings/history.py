"""What a person and a team already hold on an instrument: weekly time and past sessions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db import connection

from facilities.intervals import local_week


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Minutes by the Monday of each week, and how many sessions were completed."""

    person_week_minutes: dict[dt.date, int]
    team_week_minutes: dict[dt.date, int]
    past_sessions: int


# One query: a row for each week, with the part of each booking that lies in it.
_SQL = """
SELECT week.monday,
       coalesce(sum(part.minutes) FILTER (WHERE part.booked_for_id = %(person)s), 0)::int,
       coalesce(sum(part.minutes) FILTER (WHERE part.team_id = %(team)s), 0)::int,
       (SELECT count(*) FROM bookings_booking past
         WHERE past.booked_for_id = %(person)s AND past.instrument_id = %(instrument)s
           AND past.kind = 'use' AND past.status = 'completed')
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
    with connection.cursor() as cursor:
        cursor.execute(
            _SQL,
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
        rows = cursor.fetchall()
    return History(
        person_week_minutes={monday: person for monday, person, _team, _past in rows},
        team_week_minutes={monday: team for monday, _person, team, _past in rows},
        past_sessions=max((past for *_rest, past in rows), default=0),
    )
