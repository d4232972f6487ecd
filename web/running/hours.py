"""Weekly hours as a week to look at: seven lines for a platform or an instrument."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bookings.wording import date_text
from facilities.hours import as_value
from facilities.intervals import DAY, Interval
from facilities.opening import opening_windows
from web.ribbons import Piece, Ribbon, days_from, pieces_of, ribbon

BEFORE_ALL = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A weekly opening in words, with the number of its page."""

    id: int
    text: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDay:
    """A weekday: its name, its line, and the openings that hold this week."""

    name: str
    ribbon: Ribbon
    label: str
    openings: list[Opening]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenWeek:
    """The week of a platform (no instrument) or of an instrument that keeps its own."""

    instrument: Any
    short: str
    days: list[OpenDay]
    others: list[Opening]


def weeks_of(
    facility: Any, instruments: Sequence[Any], slots: Sequence[Any], *, today: dt.date
) -> list[OpenWeek]:
    """Return the platform's week, if it has hours, then those of instruments with their own."""
    places = [None, *instruments]
    weeks = []
    for place in places:
        pk = place.pk if place is not None else None
        held = [slot for slot in slots if slot.instrument_id == pk]
        if held:
            weeks.append(_week(place, held, tz=facility.tz, today=today))
    return weeks


def _week(instrument: Any, slots: Sequence[Any], *, tz: dt.tzinfo, today: dt.date) -> OpenWeek:
    monday = today - today.weekday() * DAY
    within = days_from(monday, 7, tz)
    windows = opening_windows(slots=[as_value(slot) for slot in slots], within=within, tz=tz)
    free = [window.interval for window in windows if not window.whole_session]
    sessions = [window.interval for window in windows if window.whole_session]
    days, told = [], set()
    for day in (monday + number * DAY for number in range(7)):
        holding = [slot for slot in slots if as_value(slot).is_valid_on(day)]
        told |= {slot.pk for slot in holding}
        openings = [_opening(slot) for slot in holding]
        name = date_format(day, "l").capitalize()
        days.append(
            OpenDay(
                name=name,
                ribbon=_line(day, tz, free, sessions),
                label=_said(name, openings),
                openings=openings,
            )
        )
    others = [_opening(slot, with_day=True) for slot in slots if slot.pk not in told]
    return OpenWeek(instrument=instrument, short=_short(days), days=days, others=others)


def _short(days: Sequence[OpenDay]) -> str:
    """Say a week in a line: days that follow each other with the same hours together."""
    said = []
    for times, group in groupby(days, lambda day: ", ".join(each.text for each in day.openings)):
        names = [day.name for day in group]
        if not times:
            continue
        if len(names) == len(days):
            return _("every day %(times)s") % {"times": times}
        span = names[0] if len(names) == 1 else f"{names[0]}–{names[-1]}"
        said.append(f"{span} {times}")
    return "; ".join(said)


def _line(
    day: dt.date, tz: dt.tzinfo, free: Sequence[Interval], sessions: Sequence[Interval]
) -> Ribbon:
    open_time = ribbon(day, tz, now=BEFORE_ALL, is_open=[*free, *sessions])
    brackets: Iterable[Piece] = pieces_of("is-session", sessions, day, tz)
    return Ribbon(pieces=(*open_time.pieces, *brackets), now=None)


def _opening(slot: Any, *, with_day: bool = False) -> Opening:
    closes = "24:00" if slot.closes == dt.time(0) else f"{slot.closes:%H:%M}"
    text = f"{slot.opens:%H:%M}–{closes}"
    notes = []
    if slot.whole_session:
        notes.append(_("whole session"))
    elif slot.step_minutes:
        notes.append(_("step %(minutes)d min") % {"minutes": slot.step_minutes})
    if slot.valid_from:
        notes.append(_("from %(day)s") % {"day": date_text(slot.valid_from)})
    if slot.valid_until:
        notes.append(_("until %(day)s") % {"day": date_text(slot.valid_until)})
    if with_day:
        text = f"{slot.get_weekday_display()} {text}"
    return Opening(id=slot.pk, text=text, note=", ".join(notes))


def _said(name: str, openings: Sequence[Opening]) -> str:
    if not openings:
        return _("%(day)s: closed") % {"day": name}
    times = ", ".join(opening.text for opening in openings)
    return _("%(day)s: open %(times)s") % {"day": name, "times": times}
