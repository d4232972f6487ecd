"""The week of one instrument for the grid that is drawn in the browser (EventCalendar).

Times are those of the platform's wall clock, without a zone: the browser never converts
them, wherever it stands.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from facilities.intervals import Interval, subtracted
from web.calendar.board import Board, Row
from web.calendar.marks import ICONS, Mark, short, wall
from web.forms.booking import typed

MINUTE = dt.timedelta(minutes=1)
Event = dict[str, Any]


def events(board: Board) -> list[Event]:
    """Return all that the grid of one instrument draws."""
    (row,) = board.rows
    return [
        *_ground(board, row),
        *(
            _session(window.interval, board, row)
            for window in row.days.bookable
            if window.whole_session
        ),
        *(event for number, mark in enumerate(row.marks) for event in _mark(mark, number)),
    ]


def _ground(board: Board, row: Row) -> Iterator[Event]:
    for part in subtracted([board.within], row.days.open):
        yield _background("is-off", wall(part.start, board.tz), wall(part.end, board.tz))
    start, end = wall(board.within.start, board.tz), wall(board.within.end, board.tz)
    now = wall(board.now, board.tz)
    if now > start:
        yield _background("is-past", start, min(now, end))
    if start <= now < end:
        yield _background("is-now", now, now + MINUTE)
    if row.is_stopped and now < end:
        yield _background("is-block", max(now, start), end)


def _background(css: str, start: dt.datetime, end: dt.datetime) -> Event:
    return {
        "start": start.isoformat(),
        "end": end.isoformat(),
        "display": "background",
        "classNames": ["pl-ground", css],
    }


def _session(interval: Interval, board: Board, row: Row) -> Event:
    start, end = wall(interval.start, board.tz), wall(interval.end, board.tz)
    query = urlencode({"instrument": row.instrument.pk, **typed(interval, board.tz)})
    return _event(
        start,
        end,
        "is-session",
        title=f"{short(start)}–{short(end)}",
        said=_("Whole session, free, %(hours)s") % {"hours": f"{start:%H:%M}–{end:%H:%M}"},
        href=f"{reverse('book')}?{query}",
    )


def _mark(mark: Mark, number: int) -> Iterator[Event]:
    for minutes, start, end in (
        (mark.set_up, mark.start - mark.set_up * MINUTE, mark.start),
        (mark.clean_up, mark.end, mark.end + mark.clean_up * MINUTE),
    ):
        if minutes:
            yield _background("is-tail", start, end)
    event = _event(
        mark.start,
        mark.end,
        mark.css,
        title=mark.label,
        said=mark.said,
        href=reverse("booking", args=[mark.id]) if mark.id else "",
    )
    event["id"] = str(mark.id or f"busy{number}")
    event["startEditable"] = mark.change == "all"
    event["durationEditable"] = bool(mark.change)
    event["extendedProps"] |= {"hours": mark.hours, "icon": ICONS.get(mark.css, "")}
    yield event


def _event(
    start: dt.datetime, end: dt.datetime, css: str, *, title: str, said: str, href: str
) -> Event:
    return {
        "start": start.isoformat(),
        "end": end.isoformat(),
        "title": title,
        "classNames": ["pl-slot", css],
        "startEditable": False,
        "durationEditable": False,
        "extendedProps": {"said": said, "href": href},
    }
