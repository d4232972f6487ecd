"""The week of one instrument: a grid to drag on, and the same week in words."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from django.http import HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.errors import NotFound
from bookings.wording import day_text
from facilities.permissions import instruments_visible_to
from web.calendar import listing
from web.calendar.asked import Asked, asked
from web.calendar.board import Board, Feed, board_of, feed_of
from web.calendar.grid import events
from web.pages import member_page
from web.people import PageRequest
from web.views.calendar import is_known, period_text


@require_safe
@member_page
def week(request: PageRequest, instrument_id: int) -> HttpResponse:
    """Show an instrument's week."""
    board, _feed = _read(request, instrument_id)
    (row,) = board.rows
    wanted, free = board.asked, listing.free_by_day(row, board)
    context = {
        "main_class": " is-wide",
        "row": row,
        "instrument": row.instrument,
        "facility": board.facility,
        "asked": wanted,
        "period": period_text(wanted),
        "links": {
            "before": _link(wanted, wanted.day - dt.timedelta(7)),
            "after": _link(wanted, wanted.day + dt.timedelta(7)),
            "today": _link(wanted, wanted.today),
            "nights": _link(replace(wanted, nights=not wanted.nights), wanted.day),
        },
        "days": [
            {
                "text": day_text(day),
                "is_today": day == wanted.today,
                "list": listing.day_list(row, free.get(day, []), day, today=wanted.today),
            }
            for day in wanted.days
        ],
    }
    return render(request, "web/calendar_instrument.html", context)


@require_safe
@member_page
def feed(request: PageRequest, instrument_id: int) -> HttpResponse:
    """Return what the grid draws, as JSON; nothing where it has not changed."""
    board, read = _read(request, instrument_id)
    if is_known(request, read.stamp):
        return HttpResponseNotModified(headers={"ETag": read.stamp})
    return JsonResponse({"events": events(board), **_drawn(board)}, headers={"ETag": read.stamp})


def _read(request: PageRequest, instrument_id: int) -> tuple[Board, Feed]:
    now, viewer = timezone.now(), request.viewer
    instrument = instruments_visible_to(viewer.user).filter(pk=instrument_id).first()
    if instrument is None:
        raise NotFound
    facility = instrument.facility
    wanted = asked(request.GET, today=now.astimezone(facility.tz).date())
    wanted = replace(wanted, view="week", open=False, mine=False)
    feed = feed_of(viewer, facility, wanted, now=now)
    board = board_of(viewer, facility, feed, wanted, now=now, instrument_id=instrument_id)
    return board, feed


def _drawn(board: Board) -> dict[str, Any]:
    """Return what the grid needs to know beside its events."""
    (row,) = board.rows
    first, last = board.asked.hours
    return {
        "date": board.asked.first.isoformat(),
        "first": f"{first:02}:00",
        "last": f"{last:02}:00",
        "step": row.step,
        "shortest": row.shortest,
    }


def _link(wanted: Asked, day: dt.date) -> str:
    return wanted.with_(day=day).replace("?view=week&", "?")
