"""A day of an instrument as one lane: pieces on quarter-hours, written as HTML at once.

A week of fifty instruments is two thousand pieces; a template with a loop for each would
cost several times what reading them does, so that they are joined here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from facilities.intervals import Interval, subtracted
from web.calendar.board import Board, Row
from web.calendar.marks import ICONS, Mark, short, wall
from web.forms.booking import typed

MINUTE = dt.timedelta(minutes=1)
QUARTER = dt.timedelta(minutes=15)
EMPTY = SafeString("")
MOST_UNITS = 12
"""How many positions of an instrument have a line of their own in its lane."""

Span = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """The days and hours that lanes are drawn for; remembers hours that many share."""

    days: list[dt.date]
    first_hour: int
    last_hour: int
    board: Board
    booking: str = field(default_factory=lambda: reverse("bookings"))
    closed: dict[tuple[Interval, ...], list[SafeString]] = field(default_factory=dict)

    @property
    def columns(self) -> int:
        """How many quarter-hours a lane has."""
        return (self.last_hour - self.first_hour) * 4

    def place(self, start: dt.datetime, end: dt.datetime) -> Iterator[tuple[int, str]]:
        """Return where a time of the wall clock lies: number of the day, and its classes."""
        first = max((start.date() - self.days[0]).days, 0)
        last = min((end.date() - self.days[0]).days, len(self.days) - 1)
        for number in range(first, last + 1):
            midnight = dt.datetime.combine(self.days[number], dt.time(self.first_hour))
            left = max((start - midnight) // QUARTER, 0)
            right = min(-((midnight - end) // QUARTER), self.columns)
            if left < right:
                yield number, f"a{left + 1} z{right + 1}"


def rule_of(board: Board) -> Rule:
    """Return the rule by which a board is drawn."""
    first, last = board.asked.hours
    return Rule(days=board.asked.days, first_hour=first, last_hour=last, board=board)


def lanes(row: Row, rule: Rule) -> list[SafeString]:
    """Draw the days of an instrument, from what lies beneath to what lies on top."""
    under = _under(row, rule)
    on_top: list[list[SafeString]] = [[] for _day in rule.days]
    for number, piece in _sessions(row, rule):
        on_top[number].append(piece)
    for mark in row.marks:
        for number, piece in _mark(mark, rule, units=row.instrument.units):
            on_top[number].append(piece)
    return [joined([beneath, *pieces]) for beneath, pieces in zip(under, on_top, strict=True)]


def ribbon(row: Row, rule: Rule, *, label: str) -> SafeString:
    """Draw one day as a thin ribbon, without links or words: a picture with a text."""
    (pieces,) = _under(row, rule)
    spans = [
        (
            "is-session",
            wall(window.interval.start, rule.board.tz),
            wall(window.interval.end, rule.board.tz),
        )
        for window in row.days.bookable
        if window.whole_session
    ]
    spans += [(mark.css, mark.start, mark.end) for mark in row.marks]
    for css, start, end in spans:
        (piece,) = _pieces(rule, css, [(start, end)])
        pieces = SafeString(pieces + piece)
    return format_html(
        '<div class="pl-rib is-thin" role="img" aria-label="{}">{}</div>', label, pieces
    )


def _under(row: Row, rule: Rule) -> list[SafeString]:
    """Draw what is past, closed and out of service."""
    key = tuple(row.days.open)
    if key not in rule.closed:
        rule.closed[key] = _ground(row, rule)
    ground = rule.closed[key]
    if not row.is_stopped:
        return ground
    board = rule.board
    if board.now >= board.within.end:
        return ground
    start = max(board.now, board.within.start)
    stopped = _pieces(rule, "is-block", [(wall(start, board.tz), wall(board.within.end, board.tz))])
    return [SafeString(one + two) for one, two in zip(ground, stopped, strict=True)]


def _ground(row: Row, rule: Rule) -> list[SafeString]:
    board = rule.board
    shut = [
        (wall(part.start, board.tz), wall(part.end, board.tz))
        for part in subtracted([board.within], row.days.open)
    ]
    closed = _pieces(rule, "is-off", shut)
    over = []
    if board.now > board.within.start:
        end = min(board.now, board.within.end)
        over = [(wall(board.within.start, board.tz), wall(end, board.tz))]
    past = _pieces(rule, "is-past", over)
    return [
        SafeString(one + two + _now(rule, day))
        for one, two, day in zip(past, closed, rule.days, strict=True)
    ]


def _now(rule: Rule, day: dt.date) -> SafeString:
    now = wall(rule.board.now, rule.board.tz)
    if now.date() != day or not rule.first_hour <= now.hour < rule.last_hour:
        return EMPTY
    ((_number, css),) = rule.place(now, now + dt.timedelta(minutes=1))
    return format_html('<span class="pl-now {}"></span>', css.split()[0])


def _pieces(rule: Rule, css: str, spans: Iterable[Span]) -> list[SafeString]:
    drawn = [EMPTY for _day in rule.days]
    for start, end in spans:
        for number, place in rule.place(start, end):
            drawn[number] += SafeString(f'<span class="pl-slot {css} {place}"></span>')
    return drawn


def _sessions(row: Row, rule: Rule) -> Iterator[tuple[int, SafeString]]:
    tz, book = rule.board.tz, reverse("book")
    for window in row.days.bookable:
        if not window.whole_session:
            continue
        start, end = wall(window.interval.start, tz), wall(window.interval.end, tz)
        query = urlencode({"instrument": row.instrument.pk, **typed(window.interval, tz)})
        hours = f"{short(start)}–{short(end)}"
        for number, place in rule.place(start, end):
            yield (
                number,
                format_html(
                    '<a class="pl-slot is-session {}" href="{}?{}" aria-label="{}"><b><span>{}'
                    "</span></b></a>",
                    place,
                    book,
                    query,
                    _("Whole session, free, %(hours)s") % {"hours": f"{start:%H:%M}–{end:%H:%M}"},
                    hours,
                ),
            )


def _mark(mark: Mark, rule: Rule, *, units: int) -> Iterator[tuple[int, SafeString]]:
    line = f" u{min(mark.unit, MOST_UNITS)}" if units > 1 else ""
    if mark.set_up:
        start = mark.start - mark.set_up * MINUTE
        yield from _tail(rule, start, mark.start, line)
    if mark.clean_up:
        end = mark.end + mark.clean_up * MINUTE
        yield from _tail(rule, mark.end, end, line)
    said, inside = escape(mark.said), _inside(mark)
    for number, place in rule.place(mark.start, mark.end):
        look = f'class="pl-slot {mark.css} {place}{line}" title="{said}"'
        if mark.id is None:
            piece = f"<span {look}>{inside}</span>"
        else:
            link = f'href="{rule.booking}{mark.id}/" aria-label="{said}"{_grip(mark)}'
            piece = f"<a {look} {link}>{inside}</a>"
        yield number, SafeString(piece)


def _tail(
    rule: Rule, start: dt.datetime, end: dt.datetime, line: str
) -> Iterator[tuple[int, SafeString]]:
    for number, place in rule.place(start, end):
        yield number, SafeString(f'<span class="pl-slot is-tail {place}{line}"></span>')


def _inside(mark: Mark) -> str:
    icon = ICONS.get(mark.css)
    sign_ = f"{sign(icon)} " if icon else ""
    return f"<b>{sign_}<span>{escape(mark.label)}</span></b><i>{escape(mark.hours)}</i>"


def _grip(mark: Mark) -> str:
    if not mark.change:
        return ""
    start, end = (moment.isoformat(timespec="minutes") for moment in (mark.start, mark.end))
    return f' data-change="{mark.change}" data-start="{start}" data-end="{end}"'


def grid_rows(board: Board) -> SafeString:
    """Draw all instruments and their lanes, as cells of the grid."""
    rule = rule_of(board)
    return joined(_grid_row(row, rule) for row in board.rows)


def _grid_row(row: Row, rule: Rule) -> SafeString:
    one, units = row.instrument, min(row.instrument.units, MOST_UNITS)
    size = f" n{units}" if units > 1 else ""
    head = format_html(
        '<div class="pl-inst{}" data-i="{}" data-step="{}" data-shortest="{}">'
        '<span class="state {}"></span><div><a href="{}">{}</a><span class="pl-vh">, {}</span>'
        "<small>{}{}</small></div></div>",
        size,
        one.pk,
        row.step,
        row.shortest,
        row.dot,
        reverse("instrument_calendar", args=[one.pk]),
        one.name,
        row.state,
        sign(row.sense_icon),
        row.sense,
    )
    cells = format_html_join(
        "",
        '<div class="pl-lane{}" data-i="{}" data-d="{}">{}</div>',
        (
            (size, one.pk, day.isoformat(), pieces)
            for day, pieces in zip(rule.days, lanes(row, rule), strict=True)
        ),
    )
    return SafeString(head + cells)


def joined(parts: Iterable[SafeString]) -> SafeString:
    """Put pieces of HTML one after the other."""
    return SafeString("".join(parts))


def sign(name: str) -> SafeString:
    """Draw an icon of the calendar's sheet."""
    if not name:
        return EMPTY
    return format_html('<svg class="ic" aria-hidden="true"><use href="#s-{}"/></svg>', name)
