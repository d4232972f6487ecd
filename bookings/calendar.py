"""The calendar of a whole platform as JSON text, built by PostgreSQL in one statement.

A week of fifty instruments is a thousand bookings: made into Python objects and back
into JSON, they cost several times what reading them does. The text is passed on unread.
Who may see what is `bookings_visible_to`, said once more in SQL; a test holds the two
together.
"""

from __future__ import annotations

import datetime as dt

from django.db import connection
from django.utils.translation import gettext

from accounts.errors import NotFound
from accounts.models import User
from accounts.models.organisations import INDUSTRY_TIERS
from accounts.permissions import is_administrator
from facilities.intervals import DAY, Interval

# Instrument by instrument, as the index stands: the planner would else compare every booking
# of the week with every instrument, so OFFSET 0 keeps it from joining the two anew. Names are
# read for those bookings only that the viewer may see. A booking is found by its period and
# may reach in with set-up or clean-up time, so the index is asked for a day more at each end.
_SQL = """
SELECT json_build_object(
  'facility', facility.code,
  'time_zone', facility.time_zone,
  'start', %(start)s::timestamptz,
  'end', %(end)s::timestamptz,
  'instruments', (
    SELECT coalesce(json_agg(json_build_object(
             'id', id, 'name', name, 'units', units, 'state', state, 'mode', mode
           ) ORDER BY name, id), '[]')
      FROM facilities_instrument
     WHERE facility_id = facility.id
       AND (%(sees_all)s OR (facility.is_active AND state <> 'retired'))),
  'bookings', (
    SELECT coalesce(json_agg(CASE
             WHEN %(sees_all)s OR facility.is_own
               OR b.booked_for_id = %(viewer)s OR b.created_by_id = %(viewer)s
               OR b.team_id = ANY (facility.team_ids)
             THEN json_build_object(
               'id', b.id, 'version', b.version,
               'instrument', b.instrument_id, 'unit', b.unit,
               'kind', b.kind, 'status', b.status,
               'start', lower(b.period), 'end', upper(b.period),
               'set_up', b.set_up, 'clean_up', b.clean_up,
               'mine', coalesce(b.booked_for_id = %(viewer)s, false),
               'purpose', b.purpose,
               'person', (
                 SELECT coalesce(nullif(trim(first_name || ' ' || last_name), ''), email)
                   FROM accounts_user WHERE id = b.booked_for_id),
               'team', (SELECT name FROM accounts_team WHERE id = b.team_id),
               'project', (
                 SELECT CASE WHEN p.is_confidential AND p.team_id <> ALL (facility.team_ids)
                             THEN trim(%(confidential)s || ' ' || p.code) ELSE p.name END
                   FROM accounts_project p WHERE p.id = b.project_id))
             WHEN %(with_teams)s AND facility.knows_teams
             THEN json_build_object(
               'instrument', b.instrument_id, 'unit', b.unit,
               'kind', b.kind, 'status', 'busy',
               'start', lower(b.period), 'end', upper(b.period),
               'set_up', b.set_up, 'clean_up', b.clean_up,
               'by', (
                 SELECT CASE WHEN o.kind = 'industry' OR o.tier = ANY (%(industry_tiers)s)
                             THEN '' ELSE t.name END
                   FROM accounts_team t
                   JOIN accounts_organisation o ON o.id = t.organisation_id
                  WHERE t.id = b.team_id))
             ELSE json_build_object(
               'instrument', b.instrument_id, 'unit', b.unit,
               'kind', b.kind, 'status', 'busy',
               'start', lower(b.period), 'end', upper(b.period),
               'set_up', b.set_up, 'clean_up', b.clean_up)
           END ORDER BY lower(b.period), b.id), '[]')
      FROM facilities_instrument instrument
      CROSS JOIN LATERAL (
        SELECT id, version, instrument_id, unit, kind, status, period, purpose,
               booked_for_id, created_by_id, team_id, project_id,
               CASE WHEN lower(blocked) < lower(period)
                    THEN extract(epoch FROM lower(period) - lower(blocked))::int / 60
                    ELSE 0 END AS set_up,
               CASE WHEN upper(blocked) > upper(period)
                    THEN extract(epoch FROM upper(blocked) - upper(period))::int / 60
                    ELSE 0 END AS clean_up
          FROM bookings_booking
         WHERE int8range(instrument_id, instrument_id, '[]')
               && int8range(instrument.id, instrument.id, '[]')
           AND period && tstzrange(%(from)s, %(until)s)
           AND blocked && tstzrange(%(start)s, %(end)s)
           AND status IN ('requested', 'approved', 'in_use', 'completed')
        OFFSET 0
      ) b
     WHERE instrument.facility_id = facility.id
       AND (%(sees_all)s OR (facility.is_active AND instrument.state <> 'retired'))),
  'closures', (
    SELECT coalesce(json_agg(json_build_object(
             'kind', kind, 'start', starts_at, 'end', ends_at, 'reason', reason
           ) ORDER BY starts_at, id), '[]')
      FROM facilities_closure
     WHERE (facility_id IS NULL OR facility_id = facility.id)
       AND starts_at < %(end)s AND ends_at > %(start)s)
)::text
  FROM (
    SELECT f.id, f.code, f.time_zone, f.is_active,
           EXISTS (SELECT FROM facilities_facilitystaff staff
                    WHERE staff.facility_id = f.id AND staff.user_id = %(viewer)s) AS is_own,
           ARRAY (SELECT member.team_id
                    FROM accounts_membership member JOIN accounts_team t ON t.id = member.team_id
                   WHERE member.user_id = %(viewer)s AND t.is_active
                     AND member.starts_on <= %(today)s
                     AND (member.ends_on IS NULL OR member.ends_on >= %(today)s)) AS team_ids,
           coalesce((
             SELECT bool_and(o.kind <> 'industry' AND o.tier <> ALL (%(industry_tiers)s))
               FROM accounts_membership member
               JOIN accounts_team t ON t.id = member.team_id
               JOIN accounts_organisation o ON o.id = t.organisation_id
              WHERE member.user_id = %(viewer)s AND t.is_active
                AND member.starts_on <= %(today)s
                AND (member.ends_on IS NULL OR member.ends_on >= %(today)s)), false)
             AS knows_teams
      FROM facilities_facility f
     WHERE f.code = %(facility)s
    OFFSET 0
  ) facility
 WHERE facility.is_active OR facility.is_own OR %(sees_all)s
"""


def calendar_json(
    *,
    viewer: User,
    facility_code: str,
    within: Interval,
    now: dt.datetime,
    with_teams: bool = False,
) -> bytes:
    """Return instruments, bookings and closures of a platform in a range, as UTF-8 JSON.

    Bookings that the viewer may not see come as status "busy", without id, name, team,
    project or purpose. `set_up` and `clean_up` are minutes around start and end. Bookings
    that hold no slot any more are left out.

    `with_teams` adds to busy time, as `by`, the name of the team; empty for a company, whose
    name only staff reads. People of companies, and those in no team, are not told even then.

    Raises:
        NotFound: no such platform for this person.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _SQL,
            {
                "viewer": viewer.pk,
                "sees_all": is_administrator(viewer),
                "with_teams": with_teams,
                "industry_tiers": sorted(INDUSTRY_TIERS),
                "facility": facility_code,
                "confidential": gettext("Confidential project"),
                "today": now.date(),
                "start": within.start,
                "end": within.end,
                "from": within.start - DAY,
                "until": within.end + DAY,
            },
        )
        row = cursor.fetchone()
    if row is None:
        raise NotFound
    text: str = row[0]
    return text.encode()
