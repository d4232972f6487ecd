"""What the first pages of researchers and partners have in common: their own time and money."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from billing.spending import AccountMonth, month_by_account
from bookings.board import last_used_by
from bookings.permissions import bookings_visible_to
from bookings.states import LIVE
from bookings.wording import clock_text
from facilities.favourites import favourite_ids_of
from facilities.intervals import Interval, instant_of, local_day
from facilities.permissions import facilities_visible_to, instruments_visible_to
from web.catalogue import Row, rows_of, until_said
from web.people import Viewer
from web.ribbons import Mine, Ribbon, first_hour_of, ribbon
from web.sessions import SHOWN_WITH, Session, sessions_of

MOST = 10
KEPT = 8
LAST_USED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month's cost so far and to come, by account."""

    title: str
    query: str
    accounts: list[AccountMonth]
    charged_cents: int
    sessions: int
    ahead_cents: int
    ahead: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The instruments a person has at hand: those they chose, else those they used last."""

    rows: list[Row]
    is_chosen: bool


def moment_said(now: dt.datetime, tz: dt.tzinfo) -> str:
    """Write the present as the head of a page says it: Tuesday 24 November, 10:20."""
    local = now.astimezone(tz)
    text = f"{date_format(local, 'l j F')}, {clock_text(local)}"
    return text[:1].upper() + text[1:]


def own_sessions(viewer: Viewer, *, now: dt.datetime) -> list[Session]:
    """Return what a person has still before them or under way, the next first; one query."""
    bookings = (
        bookings_visible_to(viewer.user, on=now.date())
        .filter(booked_for=viewer.user, status__in=LIVE, period__endswith__gt=now)
        .select_related(*SHOWN_WITH)
        .order_by("period", "pk")[:MOST]
    )
    return sessions_of(bookings, viewer=viewer, now=now)


def clock_of(viewer: Viewer, sessions: Sequence[Session]) -> dt.tzinfo:
    """Return the clock of the next session, or of the first platform without one."""
    if sessions:
        return sessions[0].tz
    facility = facilities_visible_to(viewer.user).order_by("pk").first()
    return facility.tz if facility else dt.UTC


def current_of(sessions: Sequence[Session]) -> Session | None:
    """Return the session that is under way, or may be started now."""
    under_way = (session for session in sessions if session.is_in_use)
    startable = (session for session in sessions if session.may_start)
    return next(under_way, None) or next(startable, None)


def title_of(sessions: Sequence[Session], *, now: dt.datetime) -> str:
    """Say in one sentence what is next."""
    for session in sessions:
        names = {"instrument": session.instrument, "day": session.day, "start": session.start_said}
        if session.is_in_use:
            end = until_said(session.period.end, session.tz, now=now)
            return _("You are on %(instrument)s until %(end)s") % {**names, "end": end}
        return _("Next: %(instrument)s, %(day)s at %(start)s") % names
    return _("You have no session planned")


def ahead_of(sessions: Sequence[Session], current: Session | None) -> list[Session]:
    """Return the sessions to list: without the one under way, which stands above them."""
    return [session for session in sessions if not (session is current and session.is_in_use)]


def day_of(sessions: Sequence[Session], tz: dt.tzinfo, *, now: dt.datetime) -> Ribbon | None:
    """Return today's line of somebody's own sessions; None when there are none."""
    mine = [
        Mine(
            period=session.period,
            css="is-asked" if session.is_requested else "is-mine",
            label=session.instrument,
            detail=session.purpose or f"{session.start}–{session.end}",
        )
        for session in sessions
    ]
    today = now.astimezone(tz).date()
    day = ribbon(today, tz, now=now, mine=mine, first_hour=first_hour_of(now, tz))
    has_sessions = any(piece.css in ("is-mine", "is-asked") for piece in day.pieces)
    return day if has_sessions else None


def kept_by(viewer: Viewer, *, now: dt.datetime) -> Kept:
    """Return the instruments a person has at hand, as rows."""
    favourites = list(favourite_ids_of(viewer.user))
    chosen = favourites[:KEPT]
    ids = chosen or last_used_by(viewer.user.pk, count=LAST_USED)
    found: dict[int, Any] = instruments_visible_to(viewer.user).select_related("rules").in_bulk(ids)
    rows = rows_of(
        [found[pk] for pk in ids if pk in found], viewer=viewer, favourites=favourites, now=now
    )
    return Kept(rows=rows, is_chosen=bool(chosen))


def month_of(viewer: Viewer, tz: dt.tzinfo, *, now: dt.datetime) -> Month:
    """Return what this month costs a payer, in three queries."""
    first = now.astimezone(tz).date().replace(day=1)
    until = first_of_next(first)
    accounts = month_by_account(
        viewer.user, first=first, until=until, within=days_on(first, until, tz), on=now.date()
    )
    return Month(
        title=_("%(month)s so far") % {"month": month_said(first)},
        query=f"{first:%Y-%m}",
        accounts=accounts,
        charged_cents=sum(account.charged_cents for account in accounts),
        sessions=sum(account.sessions for account in accounts),
        ahead_cents=sum(account.ahead_cents for account in accounts),
        ahead=sum(account.ahead for account in accounts),
    )


def first_of_next(first: dt.date) -> dt.date:
    """Return the first day of the month after."""
    return (first + dt.timedelta(days=32)).replace(day=1)


def month_said(first: dt.date) -> str:
    """Name a month with a capital, as it stands at the head of a section."""
    name = date_format(first, "F")
    return name[:1].upper() + name[1:]


def days_on(first: dt.date, until: dt.date, tz: dt.tzinfo) -> Interval:
    """Return days on a clock as a range, the last one left out."""
    end = instant_of(dt.datetime.combine(until, dt.time()), tz)
    return Interval(local_day(first, tz).start, end)
