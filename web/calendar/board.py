"""All that a calendar shows, read in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from billing.prices.rates import buyer_for, hour_prices
from billing.prices.shares import rate_shares
from bookings.calendar import calendar_json
from bookings.days import Days, days_of
from bookings.queries import used_until
from bookings.wording import clock_text
from compliance.queries import levels_of
from facilities.intervals import Interval
from facilities.permissions import instruments_visible_to
from facilities.queries import rules_of
from web.calendar.asked import Asked
from web.calendar.marks import Mark, Reader, mark_of
from web.people import Viewer
from web.prices import price_said
from web.ribbons import days_from
from web.week import WORKING

MOST = 100
FRESH = dt.timedelta(minutes=5)
"""How long an unchanged calendar is shown before its past and its now are drawn anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An instrument: how it stands, and what is taken and free on the days shown.

    `dot` is the class of its live state, `state` the same in words.
    """

    instrument: Any
    step: int
    shortest: int
    dot: str
    state: str
    sense: str
    sense_icon: str
    is_open_to_me: bool
    is_stopped: bool
    days: Days
    marks: list[Mark]

    @property
    def is_mine(self) -> bool:
        """Whether the viewer has a booking among these."""
        return any(mark.is_own for mark in self.marks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A closure of the platform or the centre, on the wall clock."""

    period: Interval
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A platform over some days, as one viewer sees it."""

    facility: Any
    asked: Asked
    within: Interval
    now: dt.datetime
    rows: list[Row]
    shares: list[tuple[Interval, int]]
    prices: dict[int, str]
    closures: list[Closed]
    count: int
    count_open: int

    @property
    def tz(self) -> dt.tzinfo:
        """The platform's clock."""
        tz: dt.tzinfo = self.facility.tz
        return tz


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """The bookings as read, and a stamp that changes when what is drawn does."""

    text: bytes
    within: Interval
    stamp: str


def feed_of(viewer: Viewer, facility: Any, asked: Asked, *, now: dt.datetime) -> Feed:
    """Read the bookings of a platform, in one statement."""
    within = days_from(asked.first, asked.count, facility.tz)
    text = calendar_json(
        viewer=viewer.user, facility_code=facility.code, within=within, now=now, with_teams=True
    )
    moment = int(now.timestamp() // FRESH.total_seconds())
    told = f"{viewer.user.pk} {get_language()} {asked} {moment} {facility.pk}".encode()
    return Feed(text=text, within=within, stamp=f'"{hashlib.sha256(told + text).hexdigest()[:32]}"')


def board_of(
    viewer: Viewer,
    facility: Any,
    feed: Feed,
    asked: Asked,
    *,
    now: dt.datetime,
    instrument_id: int | None = None,
) -> Board:
    """Lay out what a feed holds beside hours, training, states and prices: nine queries."""
    found = instruments_visible_to(viewer.user).filter(facility=facility)
    if instrument_id is not None:
        found = found.filter(pk=instrument_id)
    instruments = list(found.select_related("rules").order_by("name", "pk")[:MOST])
    feed_rows = json.loads(feed.text)
    rows = _rows(viewer, instruments, feed_rows["bookings"], feed.within, now=now)
    kept = [
        row
        for row in rows
        if (row.is_open_to_me or not asked.open) and (row.is_mine or not asked.mine)
    ]
    return Board(
        facility=facility,
        asked=asked,
        within=feed.within,
        now=now,
        rows=kept,
        shares=rate_shares(facility, feed.within),
        prices=_prices(viewer, instruments, now=now),
        closures=[_closed(row) for row in feed_rows["closures"]],
        count=len(rows),
        count_open=sum(row.is_open_to_me for row in rows),
    )


def _prices(viewer: Viewer, instruments: Sequence[Any], *, now: dt.datetime) -> dict[int, str]:
    """Return what an hour costs the viewer at the full rate, in words, by instrument."""
    buyer = buyer_for(viewer.user, now=now)
    prices = hour_prices(instruments, buyer=buyer, now=now)
    return {pk: said for pk, price in prices.items() if (said := price_said(price))}


def _closed(row: Mapping[str, Any]) -> Closed:
    start, end = (
        dt.datetime.fromisoformat(row[name]).astimezone(dt.UTC) for name in ("start", "end")
    )
    return Closed(period=Interval(start, end), reason=row["reason"])


def _rows(
    viewer: Viewer,
    instruments: Sequence[Any],
    bookings: Sequence[Mapping[str, Any]],
    within: Interval,
    *,
    now: dt.datetime,
) -> list[Row]:
    if not instruments:
        return []
    facility = instruments[0].facility
    ids = [instrument.pk for instrument in instruments]
    reader = Reader(tz=facility.tz, now=now, runs=facility.pk in viewer.run_facility_ids)
    stopped = {one.pk for one in instruments if one.state != WORKING}
    marks: dict[int, list[Mark]] = {pk: [] for pk in ids}
    for row in bookings:
        pk = row["instrument"]
        if pk in marks:
            marks[pk].append(mark_of(row, reader=reader, is_stopped=pk in stopped))
    today = now.astimezone(facility.tz).date()
    levels = levels_of(user_id=viewer.user.pk, instrument_ids=ids, day=today)
    until = used_until(ids, now=now)
    days = days_of(instruments, within, now=now)
    return [
        _row(
            one,
            is_trained=reader.runs or levels[one.pk] is not None,
            until=until.get(one.pk),
            days=days[one.pk],
            marks=marks[one.pk],
        )
        for one in instruments
    ]


def _row(
    instrument: Any,
    *,
    is_trained: bool,
    until: dt.datetime | None,
    days: Days,
    marks: list[Mark],
) -> Row:
    rules, is_stopped = rules_of(instrument), instrument.state != WORKING
    sense, icon = _sense(instrument, is_stopped=is_stopped, is_trained=is_trained)
    if is_stopped:
        dot, state = "is-down", str(instrument.get_state_display())
    elif not is_trained:
        dot, state = "is-lock", _("Training needed")
    elif until is not None:
        clock = clock_text(until.astimezone(instrument.facility.tz))
        dot, state = "is-used", _("In use until %(time)s") % {"time": clock}
    else:
        dot, state = "", _("Free now")
    return Row(
        instrument=instrument,
        step=rules.step_minutes,
        shortest=rules.shortest_minutes,
        dot=dot,
        state=state,
        sense=sense,
        sense_icon=icon,
        is_open_to_me=is_trained and not is_stopped,
        is_stopped=is_stopped,
        days=days,
        marks=marks,
    )


def _sense(instrument: Any, *, is_stopped: bool, is_trained: bool) -> tuple[str, str]:
    """Return the line under an instrument's name, and its icon."""
    if is_stopped:
        return instrument.state_reason or str(instrument.get_state_display()), "wrench"
    if not is_trained:
        return _("Training needed"), "lock"
    mode = str(instrument.get_mode_display())
    if not instrument.category:
        return mode, ""
    return f"{instrument.category}, {mode[:1].lower()}{mode[1:]}", ""
