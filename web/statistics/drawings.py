"""The heat map and the bars as numbers to be drawn: whole units, no styles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR

from billing.figures import Figures, Sums
from billing.industry import IndustryShare
from billing.occupancy import HOURS, percent_of
from bookings.industry import CAP_PERCENT, WARNING_PERCENT
from bookings.wording import date_text
from web.statistics.words import NONE, hours_text, share_text

LEFT, TOP, WIDE, HIGH = 44, 20, 34, 30
LEVELS = (8, 25, 45, 65, 82)
BAR = 320
SHARE_BAR, SHARE_END_PERCENT = 240, 24


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatCell:
    """An hour of a weekday: where it lies, how dark it is and what it says."""

    x: int
    y: int
    text_x: int
    text_y: int
    level: int
    is_dark: bool
    text: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatRow:
    """A weekday."""

    word: str
    name: str
    y: int
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatMap:
    """The week; `frame` is a path around the hours that cost the full rate."""

    rows: tuple[HeatRow, ...]
    hours: tuple[tuple[int, int], ...]
    frame: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """Open, booked, used and billed hours of an instrument or platform."""

    name: str
    open: int
    booked: int
    used: int
    billed: int
    numbers: tuple[str, ...]
    percent: str
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareBar:
    """Industry's share of an instrument against its cap."""

    name: str
    width: int
    text: str
    is_high: bool
    reaches: str


def heat_map(figures: Figures) -> HeatMap:
    """Lay out the share of the open hours that were booked."""
    rows = []
    for weekday in range(7):
        cells = tuple(_cell(figures, weekday, hour) for hour in range(HOURS))
        word = str(WEEKDAYS_ABBR[weekday]).rstrip(".")
        y = TOP + weekday * HIGH + 20
        rows.append(HeatRow(word=word, name=str(WEEKDAYS[weekday]), y=y, cells=cells))
    return HeatMap(
        rows=tuple(rows),
        hours=tuple((LEFT + hour * WIDE + 2, hour) for hour in range(0, HOURS, 2)),
        frame=_frame(figures.full_rate),
    )


def _cell(figures: Figures, weekday: int, hour: int) -> HeatCell:
    booked, is_open = figures.booked_hours[weekday][hour], figures.open_hours[weekday][hour]
    percent = percent_of(booked, is_open)
    level = -1 if percent is None else sum(percent >= least for least in LEVELS)
    return HeatCell(
        x=LEFT + hour * WIDE,
        y=TOP + weekday * HIGH,
        text_x=LEFT + hour * WIDE + WIDE // 2,
        text_y=TOP + weekday * HIGH + 19,
        level=level,
        is_dark=level > 3,
        text=NONE if percent is None else str(round(percent)),
        said=share_text(percent),
    )


def _frame(full: frozenset[tuple[int, int]]) -> str:
    """Draw the edges between the hours of the full rate and the others."""
    edges = []
    for weekday, hour in sorted(full):
        x, y = LEFT + hour * WIDE, TOP + weekday * HIGH
        for neighbour, edge in (
            ((weekday - 1, hour), f"M{x} {y}h{WIDE}"),
            ((weekday + 1, hour), f"M{x} {y + HIGH}h{WIDE}"),
            ((weekday, hour - 1), f"M{x} {y}v{HIGH}"),
            ((weekday, hour + 1), f"M{x + WIDE} {y}v{HIGH}"),
        ):
            if neighbour not in full:
                edges.append(edge)
    return "".join(edges)


def bars(named: Sequence[tuple[str, Sums, str]]) -> list[Bar]:
    """Lay out hours as bars, all on the scale of the longest; each with its own address."""
    longest = max((max(sums.open, sums.booked) for _name, sums, _query in named), default=0)
    return [_bar(name, sums, longest or 1, query) for name, sums, query in named]


def _bar(name: str, sums: Sums, longest: int, query: str) -> Bar:
    def width(minutes: int) -> int:
        return min(BAR, round(BAR * minutes / longest))

    numbers = [hours_text(sums.booked), hours_text(sums.used)]
    if sums.billed is not None:
        numbers.append(hours_text(sums.billed))
    return Bar(
        name=name,
        open=width(sums.open),
        booked=width(sums.booked),
        used=width(sums.used),
        billed=width(sums.billed or 0),
        numbers=tuple(numbers),
        percent=share_text(sums.percent),
        query=query,
    )


def share_bars(shares: Sequence[IndustryShare]) -> list[ShareBar]:
    """Lay out industry's shares; the bar ends beyond the cap."""
    return [
        ShareBar(
            name=share.instrument.name,
            width=share_width(share.percent),
            text=share_text(share.percent, places=1),
            is_high=share.is_high,
            reaches=date_text(share.reaches_cap_on) if share.reaches_cap_on else "",
        )
        for share in shares
    ]


def share_width(percent: float) -> int:
    """Return how long the bar of a share is."""
    return min(SHARE_BAR, round(SHARE_BAR * percent / SHARE_END_PERCENT))


WARNING_X = SHARE_BAR * WARNING_PERCENT // SHARE_END_PERCENT
CAP_X = SHARE_BAR * CAP_PERCENT // SHARE_END_PERCENT
