"""What waits for somebody who leads a team, for the home page: one query."""

from __future__ import annotations

import datetime as dt
from typing import Any

from accounts.permissions import join_requests_answered_by
from web.people import Viewer

MOST = 5


def join_requests_for(viewer: Viewer, *, now: dt.datetime) -> list[Any]:
    """Return the oldest open requests to join the teams a person leads.

    The template web/_team_waiting.html shows them as `join_requests`.
    """
    if not viewer.led_team_ids:
        return []
    return list(join_requests_answered_by(viewer.user, on=now.date())[:MOST])
