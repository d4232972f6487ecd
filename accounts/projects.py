"""Which projects somebody may book for: the one rule, for the form that offers them and for
the booking that is made.
"""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from accounts.models import Project

USABLE_PROJECT_IDS = """
SELECT project.id
  FROM accounts_membership seat
  JOIN accounts_team team ON team.id = seat.team_id
  JOIN accounts_project project ON project.team_id = team.id
 WHERE seat.user_id = %(person)s
   AND %(on)s BETWEEN seat.starts_on AND coalesce(seat.ends_on, 'infinity')
   AND team.is_active AND project.is_active
   AND (seat.role IN ('head', 'manager')
        OR NOT EXISTS (SELECT FROM accounts_project_members named
                        WHERE named.project_id = project.id)
        OR EXISTS (SELECT FROM accounts_project_members named
                    WHERE named.project_id = project.id AND named.user_id = seat.user_id))
"""
"""Which projects may a person book for on a day? Those of their teams, if they are among its
people where it names any; those who lead the team may book for all its projects."""


def usable_projects(user_id: int, *, on: dt.date) -> QuerySet[Project]:
    """Return the projects a person may book for on a day."""
    in_order = USABLE_PROJECT_IDS % {"person": "%s", "on": "%s"}
    return Project.objects.filter(pk__in=RawSQL(in_order, (user_id, on)))  # noqa: S611 - bound
