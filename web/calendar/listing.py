"""The same calendar in words: what is free to be booked, as links, and what is taken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bookings.wording import day_text, moment_text
from facilities.intervals import DAY, MINUTE, Interval, local_day
from facilities.opening import Window
from web.calendar.board import Board, Row
from web.calendar.lanes import Rule, joined, ribbon, sign
from web.calendar.marks import Mark, clock, wall
from web.forms.booking import typed
from web.ribbons import FIRST_HOUR, LAST_HOUR
from web.week import USUAL_MINUTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Time:
    """A stretch of a day that is free; `query` fills the form with a usual length of it."""

    day: dt.date
    start: str
    end: str
    whole_session: bool
    query: str


def free_by_day(
    row: Row, board: Board, *, only: Interval | None = None
) -> dict[dt.date, list[Time]]:
    """Return what is free to be booked, by day; who is not trained may read it all the same."""
    found: dict[dt.date, list[Time]] = {}
    for window in row.days.bookable:
        if only is not None and not window.interval.overlaps(only):
            continue
        for time in _times(row, window, board):
            found.setdefault(time.day, []).append(time)
    return found


def _times(row: Row, window: Window, board: Board) -> Iterator[Time]:
    """Cut a window at midnight, so that each piece belongs to a day; sessions stay whole."""
    start, end = wall(window.interval.start, board.tz), wall(window.interval.end, board.tz)
    if window.whole_session:
        yield _time(row, window, start, end, typed(window.interval, board.tz))
        return
    length = max(USUAL_MINUTES, row.shortest) * MINUTE
    first = start
    while first < end:
        midnight = dt.datetime.combine(first.date() + DAY, dt.time())
        last = min(end, midnight)
        until = min(first + length, end)
        follows = until <= first + DAY
        told = {
            "day": first.date().isoformat(),
            "start": clock(first),
            "end": clock(until),
            "last_day": "" if follows else until.date().isoformat(),
        }
        yield _time(row, window, first, last, told)
        first = midnight


def _time(
    row: Row, window: Window, start: dt.datetime, end: dt.datetime, told: Mapping[str, str]
) -> Time:
    is_midnight = end.date() != start.date() and end.time() == dt.time()
    query = "&".join(f"{name}={value}" for name, value in told.items())
    return Time(
        day=start.date(),
        start=clock(start),
        end="24:00" if is_midnight else clock(end),
        whole_session=window.whole_session,
        query=f"instrument={row.instrument.pk}&{query}".replace(":", "%3A"),
    )


def table(board: Board) -> SafeString:
    """Write the rows of the list: an instrument each, a cell for each day."""
    return joined(_table_row(row, board) for row in board.rows)


def _table_row(row: Row, board: Board) -> SafeString:
    one, free = row.instrument, free_by_day(row, board)
    head = format_html(
        '<tr><th scope="row"><a href="{}">{}</a><span class="pl-sense">{}{}</span></th>',
        reverse("instrument_calendar", args=[one.pk]),
        one.name,
        sign(row.sense_icon),
        row.sense,
    )
    cells = joined(
        format_html("<td>{}</td>", day_list(row, free.get(day, []), day, today=board.asked.today))
        for day in board.asked.days
    )
    return SafeString(head + cells + "</tr>")


def day_list(row: Row, free: Sequence[Time], day: dt.date, *, today: dt.date) -> SafeString:
    """Write what is free and what is taken on a day, in order of time."""
    book, bookings, word = reverse("book"), reverse("bookings"), pgettext("time", "Free")
    told = [
        (time.start, _free(time, word, link=book if row.is_open_to_me else "")) for time in free
    ]
    told += _taken(row.marks, day, bookings)
    if not told:
        word = _("Nothing free") if day >= today else _("Nothing booked")
        return format_html('<span class="pl-2">{}</span>', word)
    items = "".join(item for _start, item in sorted(told, key=lambda one: one[0]))
    return SafeString(f'<ul class="pl-times">{items}</ul>')


def _free(time: Time, word: str, *, link: str) -> str:
    word = escape(_("Whole session") if time.whole_session else word)
    if not link:
        return f"<li>{time.start}–{time.end} {word}</li>"
    address = escape(f"{link}?{time.query}")
    hours = f"<b>{time.start}–{time.end}</b>"
    return f'<li><a class="is-free" href="{address}">{hours} {word}</a></li>'


def _taken(marks: Sequence[Mark], day: dt.date, bookings: str) -> Iterator[tuple[str, str]]:
    midnight = dt.datetime.combine(day, dt.time())
    for mark in marks:
        if mark.start.date() > day or mark.end <= midnight:
            continue
        start = clock(mark.start) if mark.start > midnight else "00:00"
        end = clock(mark.end) if mark.end.date() == day else "24:00"
        label = mark.label if mark.label == mark.word else f"{mark.word}, {mark.label}"
        text = escape(f"{start}–{end} {label}")
        if mark.id is not None:
            text = f'<a href="{bookings}{mark.id}/">{text}</a>'
        yield start, f'<li class="pl-taken {mark.css}">{text}</li>'


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An instrument on a phone, over one day."""

    row: Row
    ribbon: SafeString
    free: list[Time]
    mine: list[Mark]
    next: str
    next_link: str
    price: str


def cards(board: Board) -> list[Card]:
    """Return the instruments of one day for a phone."""
    rule = Rule(days=[board.asked.day], first_hour=FIRST_HOUR, last_hour=LAST_HOUR, board=board)
    return [_card(row, board, rule) for row in board.rows]


def _card(row: Row, board: Board, rule: Rule) -> Card:
    (day,) = rule.days
    only = local_day(day, board.tz)
    free = free_by_day(row, board, only=only).get(day, [])
    later = None
    if not free and row.is_open_to_me:
        later = next((one for one in row.days.bookable if one.interval.start >= only.end), None)
    start = wall(later.interval.start, board.tz) if later else None
    return Card(
        row=row,
        ribbon=ribbon(row, rule, label=said(row, free, day)),
        free=free,
        mine=[mark for mark in row.marks if mark.is_own and _is_on(mark, day)],
        next=moment_text(start) if start else "",
        next_link=board.asked.with_(day=start.date()) if start else "",
        price=board.prices.get(row.instrument.pk, ""),
    )


def _is_on(mark: Mark, day: dt.date) -> bool:
    return mark.start.date() <= day and mark.end > dt.datetime.combine(day, dt.time())


def said(row: Row, free: Sequence[Time], day: dt.date) -> str:
    """Say in words what a ribbon shows."""
    taken = [f"{mark.hours} {mark.label}" for mark in row.marks if _is_on(mark, day)]
    told = [f"{time.start}–{time.end} {_('free')}" for time in free]
    return f"{day_text(day)}: {', '.join([*told, *taken]) or _('nothing free')}"
