"""The same calendar in words: what is free to be booked, as links, and what is taken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bookings.wording import day_text
from web.calendar.board import Board, Row
from web.calendar.lanes import Rule, joined, ribbon, sign
from web.calendar.marks import WORDS, Mark
from web.ribbons import FIRST_HOUR, LAST_HOUR
from web.week import FreeTime, free_times


def free_by_day(row: Row, board: Board) -> dict[dt.date, list[FreeTime]]:
    """Return what is free to be booked, by day; who is not trained may read it all the same."""
    found: dict[dt.date, list[FreeTime]] = {}
    for time in free_times(row.instrument, row.days.bookable, now=board.now):
        found.setdefault(time.day, []).append(time)
    return found


def table(board: Board) -> SafeString:
    """Write the rows of the list: an instrument each, a cell for each day."""
    return joined(_table_row(row, board) for row in board.rows)


def _table_row(row: Row, board: Board) -> SafeString:
    one, free = row.instrument, free_by_day(row, board)
    head = format_html(
        '<tr><th scope="row"><a href="{}">{}</a><span class="pl-sense">{}{}</span></th>',
        reverse("instrument-calendar", args=[one.pk]),
        one.name,
        sign(row.sense_icon),
        row.sense,
    )
    cells = joined(
        format_html("<td>{}</td>", day_list(row, free.get(day, []), day, today=board.asked.today))
        for day in board.asked.days
    )
    return SafeString(head + cells + "</tr>")


def day_list(row: Row, free: Sequence[FreeTime], day: dt.date, *, today: dt.date) -> SafeString:
    """Write what is free and what is taken on a day, in order of time."""
    told = [(time.start, _free(time, is_open=row.is_open_to_me)) for time in free]
    told += [(start, item) for start, item in _taken(row.marks, day)]
    if not told:
        word = _("Nothing free") if day >= today else _("Nothing booked")
        return format_html('<span class="pl-2">{}</span>', word)
    items = joined(item for _start, item in sorted(told, key=lambda one: one[0]))
    return format_html('<ul class="pl-times">{}</ul>', items)


def _free(time: FreeTime, *, is_open: bool) -> SafeString:
    word = _("Whole session") if time.whole_session else pgettext("time", "Free")
    if not is_open:
        text = "<li>{}–{} {}</li>"
        return format_html(text, time.start, time.end, word)
    return format_html(
        '<li><a class="is-free" href="{}?{}"><b>{}–{}</b> {}</a></li>',
        reverse("book"),
        time.query,
        time.start,
        time.end,
        word,
    )


def _taken(marks: Sequence[Mark], day: dt.date) -> Iterator[tuple[str, SafeString]]:
    midnight = dt.datetime.combine(day, dt.time())
    for mark in marks:
        if mark.start.date() > day or mark.end <= midnight:
            continue
        start = f"{mark.start:%H:%M}" if mark.start > midnight else "00:00"
        end = f"{mark.end:%H:%M}" if mark.end.date() == day else "24:00"
        word = WORDS[mark.css]()
        label = mark.label if mark.label == word else f"{word}, {mark.label}"
        text = format_html("{}–{} {}", start, end, label)
        if mark.id is not None:
            text = format_html('<a href="{}">{}</a>', reverse("booking", args=[mark.id]), text)
        yield start, format_html('<li class="pl-taken {}">{}</li>', mark.css, text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An instrument on a phone, over one day."""

    row: Row
    ribbon: SafeString
    free: list[FreeTime]
    mine: list[Mark]
    next: FreeTime | None
    next_link: str
    price: str


def cards(board: Board) -> list[Card]:
    """Return the instruments of one day for a phone."""
    rule = Rule(days=[board.asked.day], first_hour=FIRST_HOUR, last_hour=LAST_HOUR, board=board)
    return [_card(row, board, rule) for row in board.rows]


def _card(row: Row, board: Board, rule: Rule) -> Card:
    (day,) = rule.days
    free = free_by_day(row, board)
    on_day = free.pop(day, [])
    later = next((times[0] for when, times in sorted(free.items()) if when > day), None)
    return Card(
        row=row,
        ribbon=ribbon(row, rule, label=said(row, on_day, day)),
        free=on_day,
        mine=[mark for mark in row.marks if mark.is_own and _is_on(mark, day)],
        next=later,
        next_link=board.asked.with_(day=later.day) if later else "",
        price=board.prices.get(row.instrument.pk, ""),
    )


def _is_on(mark: Mark, day: dt.date) -> bool:
    return mark.start.date() <= day and mark.end > dt.datetime.combine(day, dt.time())


def said(row: Row, free: Sequence[FreeTime], day: dt.date) -> str:
    """Say in words what a ribbon shows."""
    taken = [f"{mark.hours} {mark.label}" for mark in row.marks if _is_on(mark, day)]
    told = [f"{time.start}–{time.end} {_('free')}" for time in free]
    return f"{day_text(day)}: {', '.join([*told, *taken]) or _('nothing free')}"
