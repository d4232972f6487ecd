"""The floor: the least that must be done for the same answers, without any framework.

A bare WSGI view with psycopg: one transaction with the INSERT into the same table, under
the same constraint; and one statement that returns the JSON of the week. It asks nobody
who they are and judges no rule.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from typing import Any

from psycopg_pool import ConnectionPool

PLAN = json.loads(os.environ["BENCH_PLAN"])
POOL = ConnectionPool(os.environ["DATABASE_URL"], min_size=1, max_size=10, open=True)

INSERT = """
INSERT INTO bookings_booking
       (instrument_id, unit, kind, status, booked_for_id, created_by_id, team_id, project_id,
        account_id, period, blocked, operator_needed, bsl2, purpose, estimate_cents,
        evaluation, override_reason, cancel_reason, late_cancellation, waived_reason,
        imported_history, origin, origin_id, version, created_at, updated_at)
VALUES (%(instrument)s, 1, 'use', 'approved', %(person)s, %(person)s, %(team)s, %(project)s,
        %(account)s, tstzrange(%(start)s, %(end)s), tstzrange(%(start)s, %(end)s), false,
        false, %(purpose)s, 1850, '{}', '', '', false, '', false, '', '', 1, now(), now())
RETURNING id
"""

CALENDAR = """
SELECT json_build_object(
  'facility', 'BENCH', 'time_zone', 'Europe/Paris', 'start', %(start)s::timestamptz,
  'end', %(end)s::timestamptz,
  'instruments', (
    SELECT json_agg(json_build_object(
             'id', id, 'name', name, 'units', units, 'state', state, 'mode', mode) ORDER BY name)
      FROM facilities_instrument WHERE facility_id = %(facility)s),
  'bookings', (
    SELECT json_agg(CASE WHEN b.booked_for_id = %(person)s OR b.team_id = %(team)s THEN
             json_build_object(
               'id', b.id, 'version', b.version, 'instrument', b.instrument_id, 'unit', b.unit,
               'kind', b.kind, 'status', b.status, 'start', lower(b.period),
               'end', upper(b.period), 'set_up', 0, 'clean_up', 0,
               'mine', b.booked_for_id = %(person)s, 'purpose', b.purpose,
               'person', person.email, 'team', team.name, 'project', project.name)
             ELSE json_build_object(
               'instrument', b.instrument_id, 'unit', b.unit, 'kind', b.kind, 'status', 'busy',
               'start', lower(b.period), 'end', upper(b.period), 'set_up', 0, 'clean_up', 0)
           END ORDER BY lower(b.period), b.id)
      FROM bookings_booking b
      JOIN facilities_instrument instrument
        ON int8range(b.instrument_id, b.instrument_id, '[]')
           && int8range(instrument.id, instrument.id, '[]')
      LEFT JOIN accounts_user person ON person.id = b.booked_for_id
      LEFT JOIN accounts_team team ON team.id = b.team_id
      LEFT JOIN accounts_project project ON project.id = b.project_id
     WHERE instrument.facility_id = %(facility)s
       AND b.period && tstzrange(%(start)s, %(end)s)
       AND b.status IN ('requested', 'approved', 'in_use', 'completed')),
  'closures', '[]'::json
)::text
"""

Start = Callable[[str, list[tuple[str, str]]], Any]


def application(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
    """Answer a POST with the booking it made, anything else with the week."""
    if environ["REQUEST_METHOD"] == "POST":
        status, body = "201 Created", _book(environ)
    else:
        status, body = "200 OK", calendar()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    start_response(status, headers)
    return [body]


def _book(environ: dict[str, Any]) -> bytes:
    asked = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
    person = PLAN["people"][asked["instrument"] % len(PLAN["people"])]
    values = asked | {
        "person": person["id"],
        "team": person["team"],
        "project": person["project"],
        "account": person["account"],
    }
    with POOL.connection() as connection:
        row = connection.execute(INSERT, values).fetchone()
    assert row is not None
    return json.dumps(asked | {"id": row[0], "status": "approved", "version": 1}).encode()


def calendar() -> bytes:
    """Return the week of the platform as the first person sees it."""
    with POOL.connection() as connection:
        row = connection.execute(CALENDAR, calendar_values(PLAN)).fetchone()
    assert row is not None
    return str(row[0]).encode()


def calendar_values(plan: dict[str, Any]) -> dict[str, Any]:
    """Return what the statement of the calendar is about."""
    import datetime as dt

    start = dt.datetime.fromisoformat(plan["week"])
    return {
        "facility": plan["facility_id"],
        "person": plan["people"][0]["id"],
        "team": plan["people"][0]["team"],
        "start": start,
        "end": start + dt.timedelta(days=7),
    }
