"""Seven days of an instrument as seven lines, with the free times to choose from under each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.http import urlencode
from django.utils.translation import gettext as _

from bookings.days import Days
from bookings.states import Status
from bookings.wording import day_text
from facilities.intervals import MINUTE, Interval, local_day
from facilities.opening import Window
from facilities.queries import rules_of
from web.forms.booking import typed
from web.ribbons import Mine, Ribbon, ribbon
from web.sessions import day_said

USUAL_MINUTES = 60
WORKING = "working"


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeTime:
    """A stretch that could be booked; `query` fills the form with a usual length of it."""

    day: dt.date
    day_said: str
    start: str
    end: str
    whole_session: bool
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A line of the week."""

    date: dt.date
    text: str
    is_today: bool
    ribbon: Ribbon
    label: str
    free: list[FreeTime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """Seven days from today, on the platform's clock.

    `looks` is what they were drawn from, `marked` the blocks and own bookings in them.
    """

    days: list[Day]
    looks: Days
    marked: list[Any]


def week_of(
    instrument: Any,
    days: Days,
    *,
    marks: Iterable[Mine],
    marked: list[Any],
    now: dt.datetime,
) -> Week:
    """Lay out seven days from today; `marks` are what the viewer can tell apart in them."""
    tz = instrument.facility.tz
    today = now.astimezone(tz).date()
    mine = [*_sessions(days.bookable), *marks]
    free = free_times(instrument, days.bookable, now=now)
    days_of_week = []
    for date in (today + dt.timedelta(days=number) for number in range(7)):
        its_free = [time for time in free if time.day == date]
        line = ribbon(
            date,
            tz,
            now=now,
            is_open=days.open,
            taken=days.taken,
            mine=mine,
            is_stopped=instrument.state != WORKING,
        )
        days_of_week.append(
            Day(
                date=date,
                text=day_text(date),
                is_today=date == today,
                ribbon=line,
                label=said_of(day_text(date), its_free),
                free=its_free,
            )
        )
    return Week(days=days_of_week, looks=days, marked=marked)


def _sessions(windows: Sequence[Window]) -> list[Mine]:
    """Return the whole sessions that are free, as brackets to lie on a line."""
    label = _("Whole session")
    return [
        Mine(period=window.interval, css="is-session", label=label)
        for window in windows
        if window.whole_session
    ]


def said_of(day: str, free: Sequence[FreeTime]) -> str:
    """Say in words what a line shows, for those who cannot see it."""
    if not free:
        return _("%(day)s: nothing free") % {"day": day}
    times = ", ".join(f"{time.start}–{time.end}" for time in free)
    return _("%(day)s: free %(times)s") % {"day": day, "times": times}


def mark_of(booking: Any, tz: dt.tzinfo, user_id: int | None) -> Mine:
    """Return how a block, or a booking that the viewer may know, lies on a line."""
    period = booking.interval
    start, end = period.start.astimezone(tz), period.end.astimezone(tz)
    css, label = "is-busy", str(booking.team or "")
    if booking.kind != "use":
        css = "is-train" if booking.kind == "training" else "is-block"
        label = booking.get_kind_display()
    elif booking.booked_for_id == user_id:
        css, label = "is-mine", booking.purpose or _("Mine")
    if booking.status == Status.REQUESTED:
        css = "is-asked"
    return Mine(period=period, css=css, label=label, detail=f"{start:%H:%M}–{end:%H:%M}")


def free_times(instrument: Any, windows: Sequence[Window], *, now: dt.datetime) -> list[FreeTime]:
    """Cut free windows at midnight, so that each belongs to a day; sessions stay whole."""
    tz = instrument.facility.tz
    found = []
    for window in sorted(windows, key=lambda window: window.interval):
        pieces = [window.interval] if window.whole_session else _by_day(window.interval, tz)
        found += [_free_time(instrument, window, piece, now.astimezone(tz)) for piece in pieces]
    return found


def _by_day(interval: Interval, tz: dt.tzinfo) -> list[Interval]:
    pieces: list[Interval] = []
    rest = interval
    while True:
        midnight = local_day(rest.start.astimezone(tz).date(), tz).end
        if rest.end <= midnight:
            return [*pieces, rest]
        pieces.append(Interval(rest.start, midnight))
        rest = Interval(midnight, rest.end)


def _free_time(
    instrument: Any, window: Window, piece: Interval, local_now: dt.datetime
) -> FreeTime:
    tz = instrument.facility.tz
    start, end = piece.start.astimezone(tz), piece.end.astimezone(tz)
    length = max(USUAL_MINUTES, rules_of(instrument).shortest_minutes)
    proposed = piece
    if not window.whole_session:
        proposed = Interval(piece.start, min(piece.start + length * MINUTE, window.interval.end))
    return FreeTime(
        day=start.date(),
        day_said=day_said(start.date(), today=local_now.date()),
        start=f"{start:%H:%M}",
        end="24:00" if end.date() != start.date() and f"{end:%H%M}" == "0000" else f"{end:%H:%M}",
        whole_session=window.whole_session,
        query=urlencode({"instrument": instrument.pk, **typed(proposed, tz)}),
    )
