"""A day as one line, from 7:00 to 21:00 in quarter-hours: where each piece of it begins and ends.

The line of today may begin earlier or later, so that the present is always on it. Plain
values; the line is drawn by templates/web/_ribbon.html with classes of ribbon.css.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from facilities.intervals import Interval, instant_of, local_day, subtracted

FIRST_HOUR, LAST_HOUR = 7, 21
QUARTERS = (LAST_HOUR - FIRST_HOUR) * 4
QUARTER = dt.timedelta(minutes=15)
HOURS = tuple(range(FIRST_HOUR, LAST_HOUR, 2))
HOURS_A_DAY = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of the line; `first` and `last` are the lines of the grid, from 1."""

    css: str
    first: int
    last: int
    label: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mine:
    """A booking of the viewer's, to be laid on the line."""

    period: Interval
    css: str
    label: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ribbon:
    """The line of one day. `now` is where the present stands, if it is on the line."""

    pieces: tuple[Piece, ...]
    now: int | None


def ribbon(
    day: dt.date,
    tz: dt.tzinfo,
    *,
    now: dt.datetime,
    is_open: Sequence[Interval] | None = None,
    taken: Iterable[Interval] = (),
    mine: Iterable[Mine] = (),
    is_stopped: bool = False,
    first_hour: int = FIRST_HOUR,
) -> Ribbon:
    """Draw a day of the zone: what is past, closed and taken, and the viewer's own on top.

    What is stopped is so from now on. Without `is_open` nothing counts as closed: a
    person's own day has no opening hours.
    """
    shown = _shown(day, tz, first_hour)
    pieces: list[Piece] = []
    if is_open is not None:
        pieces += _pieces("is-off", subtracted([shown], is_open), shown)
    if now > shown.start:
        pieces += _pieces("is-past", [Interval(shown.start, min(now, shown.end))], shown)
    if is_stopped and now < shown.end:
        pieces += _pieces("is-block", [Interval(max(now, shown.start), shown.end)], shown)
    pieces += _pieces("is-busy", taken, shown)
    for own in mine:
        pieces += _pieces(own.css, [own.period], shown, label=own.label, detail=own.detail)
    is_on_the_line = shown.start <= now < shown.end
    return Ribbon(pieces=tuple(pieces), now=_line(now, shown, up=False) if is_on_the_line else None)


def pieces_of(css: str, periods: Iterable[Interval], day: dt.date, tz: dt.tzinfo) -> list[Piece]:
    """Return what some periods look like on the line of a day, as one kind of piece."""
    return _pieces(css, periods, _shown(day, tz))


def first_hour_of(now: dt.datetime, tz: dt.tzinfo) -> int:
    """Return where a line of today begins: usually at 7, by night so that it holds the present."""
    hour = now.astimezone(tz).hour
    if hour < FIRST_HOUR:
        return 0
    return FIRST_HOUR if hour < LAST_HOUR else HOURS_A_DAY - QUARTERS // 4


def hours_from(first_hour: int) -> tuple[int, ...]:
    """Return the hours that stand under a line."""
    return tuple(range(first_hour, first_hour + QUARTERS // 4, 2))


def _shown(day: dt.date, tz: dt.tzinfo, first_hour: int = FIRST_HOUR) -> Interval:
    last_hour = first_hour + QUARTERS // 4
    first = instant_of(dt.datetime.combine(day, dt.time(first_hour)), tz)
    if last_hour == HOURS_A_DAY:
        return Interval(first, local_day(day, tz).end)
    return Interval(first, instant_of(dt.datetime.combine(day, dt.time(last_hour)), tz))


def _pieces(
    css: str, periods: Iterable[Interval], shown: Interval, *, label: str = "", detail: str = ""
) -> list[Piece]:
    inside = (part for period in periods if (part := period.intersection(shown)))
    return [
        Piece(
            css=css,
            first=_line(part.start, shown, up=False),
            last=_line(part.end, shown, up=True),
            label=label,
            detail=detail,
        )
        for part in inside
    ]


def _line(moment: dt.datetime, shown: Interval, *, up: bool) -> int:
    """Return the line of the grid at or before a moment, or at or after it."""
    elapsed = moment - shown.start
    quarters = -(-elapsed // QUARTER) if up else elapsed // QUARTER
    return 1 + min(max(quarters, 0), QUARTERS)


def days_from(first: dt.date, count: int, tz: dt.tzinfo) -> Interval:
    """Return some whole days of the zone as one range."""
    last = first + dt.timedelta(days=count - 1)
    return Interval(local_day(first, tz).start, local_day(last, tz).end)
