"""What is asked of both applications, as plain values."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

HOURS_A_DAY = 8


def slot(plan: dict[str, Any], number: int) -> dict[str, Any]:
    """Return a booking that no other number makes: an hour of a working day."""
    turn, place = divmod(number, len(plan["instruments"]))
    day, hour = divmod(turn, HOURS_A_DAY)
    week, weekday = divmod(day, 5)
    start = dt.datetime.fromisoformat(plan["free_from"]) + dt.timedelta(
        weeks=week, days=weekday, hours=8 + hour
    )
    return {
        "instrument": plan["instruments"][place],
        "start": start.isoformat(),
        "end": (start + dt.timedelta(hours=1)).isoformat(),
        "purpose": "Panel of the benchmark",
    }


def page_path(plan: dict[str, Any]) -> str:
    """Return the address of the same week as a page."""
    week = {"view": "week", "date": plan["week"][:10]}
    return f"/calendar/{plan['facility']}/?" + urlencode(week)


def calendar_path(plan: dict[str, Any]) -> str:
    """Return the address of the week's calendar of the whole platform."""
    start = dt.datetime.fromisoformat(plan["week"])
    week = {"start": start.isoformat(), "end": (start + dt.timedelta(days=7)).isoformat()}
    return "/api/v1/calendar/?" + urlencode({"facility": plan["facility"], **week})
