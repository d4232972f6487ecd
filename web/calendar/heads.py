"""The heads of the days: name, closure or share of the rate, and the tariff as a step line."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bookings.wording import clock_text, day_text
from web.calendar.board import Board
from web.calendar.lanes import Rule, rule_of
from web.calendar.marks import wall

TALL = 11
"""How high the full rate stands in the drawing of twelve units."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A day above its lanes; `path` is the step line, `share` stands in it."""

    date: dt.date
    text: str
    short: str
    link: str
    is_today: bool
    note: str
    share: str
    path: str
    now: str


def heads(board: Board) -> list[Head]:
    """Return the heads of the days shown."""
    rule = rule_of(board)
    drawn = _shares(board, rule)
    return [_head(board, day, shares) for day, shares in zip(rule.days, drawn, strict=True)]


def hours(board: Board) -> list[int]:
    """Return the hours of the scale: each one of a day, every other of a week."""
    first, last = board.asked.hours
    wide = 1 if board.asked.count == 1 else 2 if last - first < 24 else 4
    return list(range(first, last, wide))


def _shares(board: Board, rule: Rule) -> list[list[tuple[int, int, int]]]:
    """Return each day's stretches as columns and per cent."""
    drawn: list[list[tuple[int, int, int]]] = [[] for _day in rule.days]
    for period, percent in board.shares:
        for number, place in rule.place(wall(period.start, board.tz), wall(period.end, board.tz)):
            left, right = place.split()
            drawn[number].append((int(left[1:]) - 1, int(right[1:]) - 1, percent))
    return drawn


def _head(board: Board, day: dt.date, shares: list[tuple[int, int, int]]) -> Head:
    now = board.now.astimezone(board.tz)
    percents = {percent for _left, _right, percent in shares}
    top = _("%(share)d%%") % {"share": max(percents)} if percents else ""
    is_even = len(percents) == 1
    all_day = _("%(share)s all day") % {"share": top} if is_even and percents != {100} else ""
    return Head(
        date=day,
        text=day_text(day),
        short=date_format(day, "D j"),
        link=board.asked.with_(view="day", day=day),
        is_today=day == now.date(),
        note=_closed_on(board, day) or all_day,
        share="" if is_even else top,
        path=_path(shares),
        now=clock_text(now) if day == now.date() else "",
    )


def _closed_on(board: Board, day: dt.date) -> str:
    for closure in board.closures:
        first, last = (
            wall(instant, board.tz) for instant in (closure.period.start, closure.period.end)
        )
        if first.date() <= day and last > dt.datetime.combine(day, dt.time()):
            return closure.reason or _("Closed")
    return ""


def _path(shares: list[tuple[int, int, int]]) -> str:
    if not shares:
        return ""
    parts = []
    for number, (left, right, percent) in enumerate(shares):
        height = f"{TALL - min(percent, 100) / 10:g}"
        parts.append(f"M{left} {height}" if number == 0 else f"V{height}")
        parts.append(f"H{right}")
    return "".join(parts)
