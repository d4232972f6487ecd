"""Instruments as rows of a list: today's line, how they stand now, the next free time.

Plain values, for the catalogue and for the instruments a person keeps at hand. Nothing
here says whose a booking is, but for the viewer's own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from billing.prices.rates import HourPrice, buyer_for, hour_prices
from bookings.board import marks_within
from bookings.days import Days, days_of
from bookings.permissions import bookings_visible_to
from bookings.states import Status
from bookings.wording import clock_text, day_text
from compliance.standing import Requirement, is_met, requirements_of
from facilities.intervals import DAY, Interval, merged, subtracted
from web.people import Viewer
from web.prices import price_said
from web.ribbons import Ribbon, first_hour_of, ribbon
from web.sessions import day_said
from web.week import WORKING, FreeTime, free_times, mark_of, said_of

LOOK_AHEAD_DAYS = 14
A_WHILE = DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How an instrument stands now: its dot, and one line of sense."""

    css: str
    word: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An instrument in a list."""

    instrument: Any
    ribbon: Ribbon
    label: str
    next: FreeTime | None
    next_said: str
    state: State
    price: str
    missing: tuple[str, ...]
    is_free_now: bool
    is_favourite: bool

    @property
    def is_on_request(self) -> bool:
        """Whether somebody decides each booking."""
        return bool(self.instrument.mode == "request_only")

    @property
    def is_locked(self) -> bool:
        """Whether training comes first."""
        return bool(self.missing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What was read about some instruments for one viewer, or for a stranger."""

    days: Mapping[int, Days]
    marks: Mapping[int, list[Any]]
    requirements: Mapping[int, list[Requirement]]
    prices: Mapping[int, HourPrice]
    favourites: frozenset[int]


def rows_of(
    instruments: Sequence[Any],
    *,
    viewer: Viewer | None,
    favourites: Collection[int],
    now: dt.datetime,
) -> list[Row]:
    """Return rows for some instruments, in eight queries for all of them; four for a stranger."""
    if not instruments:
        return []
    known = _known(instruments, viewer=viewer, favourites=favourites, now=now)
    return [_row(instrument, known, viewer=viewer, now=now) for instrument in instruments]


def _known(
    instruments: Sequence[Any],
    *,
    viewer: Viewer | None,
    favourites: Collection[int],
    now: dt.datetime,
) -> Known:
    within = Interval(now - DAY, now + LOOK_AHEAD_DAYS * DAY)
    user_id = viewer.user.pk if viewer else None
    own = None
    if viewer:
        own = bookings_visible_to(viewer.user, on=now.date()).filter(booked_for=viewer.user)
    marks: dict[int, list[Any]] = {}
    for booking in marks_within(instruments, Interval(now - DAY, now + DAY), known=own):
        marks.setdefault(booking.instrument_id, []).append(booking)
    return Known(
        days=days_of(instruments, within, now=now),
        marks=marks,
        requirements=requirements_of(
            user_id=user_id, instrument_ids=[one.pk for one in instruments], day=now.date()
        )
        if viewer
        else {},
        prices=_prices(instruments, viewer, now=now),
        favourites=frozenset(favourites),
    )


def _prices(
    instruments: Sequence[Any], viewer: Viewer | None, *, now: dt.datetime
) -> dict[int, HourPrice]:
    if viewer is None:
        return {}
    buyer = buyer_for(viewer.user, now=now)
    if not buyer.tier:
        return {}
    return hour_prices(instruments, buyer=buyer, now=now)


def _row(instrument: Any, known: Known, *, viewer: Viewer | None, now: dt.datetime) -> Row:
    tz = instrument.facility.tz
    days, marks = known.days[instrument.pk], known.marks.get(instrument.pk, [])
    today = now.astimezone(tz).date()
    free = free_times(instrument, days.bookable, now=now)
    asked = known.requirements.get(instrument.pk, [])
    line = ribbon(
        today,
        tz,
        now=now,
        is_open=days.open,
        taken=days.taken,
        mine=[mark_of(booking, tz, viewer.user.pk if viewer else None) for booking in marks],
        is_stopped=instrument.state != WORKING,
        first_hour=first_hour_of(now, tz),
    )
    state = state_now(instrument, days, marks, viewer=viewer, now=now)
    is_free_now = state.css == "is-free"
    is_running = viewer is not None and instrument.facility_id in viewer.run_facility_ids
    missing = () if is_running or is_met(asked) else tuple(r.name for r in asked if not r.level)
    if missing and state.css != "is-down":
        state = State(css="is-lock", word=_("Training needed first"))
    return Row(
        instrument=instrument,
        ribbon=line,
        label=f"{instrument.name}, "
        + said_of(day_text(today), [time for time in free if time.day == today]),
        next=free[0] if free else None,
        next_said=_next_said(free[0], today) if free else "",
        state=state,
        price=price_said(known.prices.get(instrument.pk)),
        missing=missing,
        is_free_now=is_free_now,
        is_favourite=instrument.pk in known.favourites,
    )


def _next_said(time: FreeTime, today: dt.date) -> str:
    return time.start if time.day == today else f"{time.day_said}, {time.start}"


def state_now(
    instrument: Any,
    days: Days,
    marks: Iterable[Any],
    *,
    viewer: Viewer | None,
    now: dt.datetime,
) -> State:
    """Say how an instrument stands at this moment; a stranger reads no reasons."""
    if instrument.state != WORKING:
        reason = instrument.state_reason if viewer else ""
        return State(css="is-down", word=instrument.get_state_display(), reason=reason)
    tz = instrument.facility.tz
    for mark in marks:
        period = mark.interval
        if mark.status != Status.REQUESTED and period.start <= now < period.end:
            until = until_said(period.end, tz, now=now)
            if mark.kind != "use":
                word = _("%(what)s until %(time)s")
                kind = mark.get_kind_display()
                return State(css="is-down", word=word % {"what": kind, "time": until})
            return State(css="is-used", word=_("Yours until %(time)s") % {"time": until})
    return _free_or_not(days, tz, now=now)


def _free_or_not(days: Days, tz: dt.tzinfo, *, now: dt.datetime) -> State:
    is_open = merged(days.open)
    if (free := _around(now, subtracted(is_open, days.taken))) is not None:
        if free.end - now >= A_WHILE:
            return State(css="is-free", word=_("Free now"))
        until = until_said(free.end, tz, now=now)
        return State(css="is-free", word=_("Free until %(time)s") % {"time": until})
    if (taken := _around(now, merged(days.taken))) is not None:
        until = until_said(taken.end, tz, now=now)
        return State(css="is-used", word=_("Busy until %(time)s") % {"time": until})
    opens = min((window.start for window in is_open if window.start > now), default=None)
    if opens is None:
        return State(css="is-closed", word=_("Closed"))
    until = until_said(opens, tz, now=now)
    return State(css="is-closed", word=_("Closed until %(time)s") % {"time": until})


def _around(now: dt.datetime, intervals: Iterable[Interval]) -> Interval | None:
    return next((one for one in intervals if one.start <= now < one.end), None)


def until_said(moment: dt.datetime, tz: dt.tzinfo, *, now: dt.datetime) -> str:
    """Name a moment: the time alone where it is today, else the day as well."""
    local, today = moment.astimezone(tz), now.astimezone(tz).date()
    if local.date() == today:
        return clock_text(local)
    if local == dt.datetime.combine(today + dt.timedelta(days=1), dt.time(), tz):
        return _("midnight")
    return f"{day_said(local.date(), today=today)}, {clock_text(local)}"
