"""The calendar: a platform's instruments over a week or a day, as a grid, a list, on a phone."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import parse_etags
from django.views.decorators.http import require_safe

from accounts.errors import NotFound
from bookings.wording import date_text, day_text
from facilities.intervals import WEEK
from facilities.permissions import facilities_visible_to
from web.calendar import heads, lanes, listing
from web.calendar.asked import Asked, asked
from web.calendar.board import Board, board_of, feed_of
from web.calendar.marks import wall
from web.pages import member_page
from web.people import PageRequest
from web.ribbons import HOURS

LAST_PLATFORM = "platform"
"""Under which name the session keeps the platform looked at last."""


@require_safe
@member_page
def landing(request: PageRequest) -> HttpResponse:
    """Go to the platform looked at last, to that of a member of staff, or to the first."""
    viewer = request.viewer
    codes = dict(
        facilities_visible_to(viewer.user).filter(is_active=True).values_list("code", "pk")
    )
    run = [code for code, pk in codes.items() if pk in viewer.run_facility_ids]
    last = request.session.get(LAST_PLATFORM)
    for code in [last, *run, *codes]:
        if code in codes:
            return redirect("calendar_of", code)
    return render(request, "web/calendar_none.html")


@require_safe
@member_page
def platform(request: PageRequest, code: str) -> HttpResponse:
    """Show a platform's calendar; to a script that comes back for it, only what has changed."""
    now = timezone.now()
    platforms = list(facilities_visible_to(request.viewer.user).order_by("code"))
    facility = next((one for one in platforms if one.code == code), None)
    if facility is None:
        raise NotFound
    wanted = asked(request.GET, today=now.astimezone(facility.tz).date())
    feed = feed_of(request.viewer, facility, wanted, now=now)
    if is_known(request, feed.stamp):
        return HttpResponseNotModified(headers={"ETag": feed.stamp})
    board = board_of(request.viewer, facility, feed, wanted, now=now)
    context = {
        **_shown(board),
        "platforms": [one for one in platforms if one.is_active],
        "stamp": feed.stamp,
    }
    is_part = bool(request.headers.get("HX-Request"))
    page = "web/calendar_board.html" if is_part else "web/calendar.html"
    response = render(request, page, context)
    response["ETag"] = feed.stamp
    if request.session.get(LAST_PLATFORM) != code:
        request.session[LAST_PLATFORM] = code
    return response


def is_known(request: PageRequest, stamp: str) -> bool:
    """Say whether the script that asks has this state of the calendar already."""
    return stamp in parse_etags(request.headers.get("If-None-Match", ""))


def _shown(board: Board) -> dict[str, Any]:
    wanted = board.asked
    return {
        "main_class": " is-wide",
        "board": board,
        "asked": wanted,
        "facility": board.facility,
        "period": period_text(wanted),
        "stopped": [row for row in board.rows if row.is_stopped],
        "links": _links(wanted),
        "heads": heads.heads(board),
        "hours": heads.hours(board),
        "grid": "" if wanted.view == "list" else lanes.grid_rows(board),
        "table": listing.table(board) if wanted.view == "list" else "",
        "cards": listing.cards(board),
        "strip": [_strip_day(day, wanted) for day in wanted.week],
        "scale": render_to_string("web/_scale.html", {"hours": HOURS}),
        "now_said": f"{wall(board.now, board.tz):%Y-%m-%dT%H:%M}",
    }


def _strip_day(day: dt.date, wanted: Asked) -> dict[str, Any]:
    return {
        "name": date_format(day, "D"),
        "number": day.day,
        "link": wanted.with_(day=day),
        "is_shown": day == wanted.day,
        "is_today": day == wanted.today,
    }


def _links(wanted: Asked) -> dict[str, str]:
    return {
        "same": wanted.with_(),
        "week_before": wanted.with_(day=wanted.day - WEEK),
        "week_after": wanted.with_(day=wanted.day + WEEK),
        "before": wanted.moved(-1),
        "after": wanted.moved(1),
        "today": wanted.with_(day=wanted.today),
        "day": wanted.with_(view="day"),
        "week": wanted.with_(view="week"),
        "list": wanted.with_(view="list"),
        "open": wanted.with_(open=not wanted.open),
        "mine": wanted.with_(mine=not wanted.mine),
        "nights": wanted.with_(nights=not wanted.nights),
    }


def period_text(wanted: Asked) -> str:
    """Name the days shown: Thu 26 Nov, or 23 Nov – 29 Nov 2026."""
    first, last = wanted.days[0], wanted.days[-1]
    if first == last:
        return f"{day_text(first)} {first.year}"
    if first.year != last.year:
        return f"{date_text(first)} – {date_text(last)}"
    if first.month != last.month:
        return f"{date_text(first).rsplit(' ', 1)[0]} – {date_text(last)}"
    return f"{first.day}–{date_text(last)}"
