"""The first page of a partner: programmes, orders, sessions and cost. No names of others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.permissions import projects_visible_to
from billing.quotes.queries import quotes_waiting_for
from billing.spending import Balance, balances_watched_by
from bookings.permissions import bookings_visible_to
from bookings.states import ACTIVE, Status
from facilities.contacts import contacts_of
from facilities.intervals import Interval
from web.catalogue import until_said
from web.people import Viewer
from web.ribbons import Piece, Ribbon, days_from, first_hour_of, hours_from
from web.sessions import Session
from web.views.home.own import (
    ahead_of,
    clock_of,
    current_of,
    day_of,
    kept_by,
    moment_said,
    month_of,
    own_sessions,
    title_of,
)

WEEKS, WEEKS_BACK = 8, 5
DAYS = 7
MOST_PROGRAMMES = 6
MOST_QUOTES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """A project as a line of weeks across platforms."""

    name: str
    line: Ribbon
    label: str
    sessions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A purchase order or another account: what is charged, booked and left."""

    balance: Balance
    charged_width: str
    booked_from: str
    booked_width: str


def context_for(viewer: Viewer, *, now: dt.datetime) -> dict[str, Any]:
    """Return what the page of a partner shows."""
    sessions = own_sessions(viewer, now=now)
    tz, current = clock_of(viewer, sessions), current_of(sessions)
    waiting = [session for session in sessions if session.is_requested]
    programmes = programmes_of(viewer, tz, now=now)
    facilities = {session.facility_id: session.facility for session in sessions}
    contacts = contacts_of(facilities)
    quotes = list(quotes_waiting_for(viewer.user, now=now)[:MOST_QUOTES]) if viewer.quotes else []
    return {
        "now": moment_said(now, tz),
        "title": _title(sessions, waiting, viewer.quotes, now=now),
        "quotes": quotes,
        "sessions": ahead_of(sessions, current),
        "current": current,
        "waiting": waiting,
        "until": current and until_said(current.period.end, tz, now=now),
        "day": day_of(sessions, tz, now=now),
        "programmes": programmes,
        "weeks": _week_names(tz, now=now),
        "orders": [
            order_of(balance) for balance in balances_watched_by(viewer.user, on=now.date())
        ],
        "kept": kept_by(viewer, now=now),
        "month": month_of(viewer, tz, now=now),
        "asked": [
            (facilities[pk], one)
            for pk, people in contacts.items()
            for one in people
            if one.is_manager
        ],
        "hours": hours_from(first_hour_of(now, tz)),
    }


def _title(
    sessions: Sequence[Session], waiting: Sequence[Session], quotes: int, *, now: dt.datetime
) -> str:
    is_on = any(session.is_in_use for session in sessions)
    if quotes and not is_on:
        return ngettext(
            "One quote waits for your signature", "%(count)d quotes wait for your signature", quotes
        ) % {"count": quotes}
    if waiting and not is_on:
        return ngettext(
            "%(count)d request waits for an answer",
            "%(count)d requests wait for an answer",
            len(waiting),
        ) % {"count": len(waiting)}
    return title_of(sessions, now=now)


def _first_monday(tz: dt.tzinfo, *, now: dt.datetime) -> dt.date:
    today = now.astimezone(tz).date()
    return today - dt.timedelta(days=today.weekday() + DAYS * WEEKS_BACK)


def _week_names(tz: dt.tzinfo, *, now: dt.datetime) -> list[str]:
    first = _first_monday(tz, now=now)
    mondays = (first + dt.timedelta(days=DAYS * number) for number in range(WEEKS))
    return [date_format(monday, pgettext("date format", "j M")) for monday in mondays]


def programmes_of(viewer: Viewer, tz: dt.tzinfo, *, now: dt.datetime) -> list[Programme]:
    """Return a partner's projects with their sessions of eight weeks, in two queries."""
    on = now.date()
    first = _first_monday(tz, now=now)
    within = days_from(first, DAYS * WEEKS, tz)
    projects = list(
        projects_visible_to(viewer.user, on=on)
        .filter(is_active=True)
        .order_by("name", "pk")[:MOST_PROGRAMMES]
    )
    bookings = (
        bookings_visible_to(viewer.user, on=on)
        .filter(project__in=projects, status__in=ACTIVE, kind="use")
        .overlapping(within)
        .select_related("instrument__facility")
        .order_by("period", "pk")
    )
    of_project: dict[int, list[Any]] = {project.pk: [] for project in projects}
    for booking in bookings:
        of_project[booking.project_id or 0].append(booking)
    return [
        _programme(project.name, of_project[project.pk], first, within, tz, now=now)
        for project in projects
    ]


def _programme(
    name: str,
    bookings: Sequence[Any],
    first: dt.date,
    within: Interval,
    tz: dt.tzinfo,
    *,
    now: dt.datetime,
) -> Programme:
    pieces: list[Piece] = []
    for week in range(WEEKS):
        monday = first + dt.timedelta(days=DAYS * week)
        pieces += _of_week(bookings, monday, 1 + DAYS * week, tz, now=now)
    today = (now.astimezone(tz).date() - first).days
    past = Piece(css="is-past", first=1, last=1 + today)
    text = ngettext(
        "%(count)d session in eight weeks", "%(count)d sessions in eight weeks", len(bookings)
    )
    return Programme(
        name=name,
        line=Ribbon(pieces=(past, *pieces), now=1 + today),
        label=f"{name}: " + text % {"count": len(bookings)},
        sessions=len(bookings),
    )


def _of_week(
    bookings: Iterable[Any], monday: dt.date, column: int, tz: dt.tzinfo, *, now: dt.datetime
) -> list[Piece]:
    """Return one piece for each platform of a week, in the order of their first session."""
    by_platform: dict[str, list[Any]] = {}
    for booking in bookings:
        day = booking.interval.start.astimezone(tz).date()
        if 0 <= (day - monday).days < DAYS:
            name = booking.instrument.facility.localized_name
            by_platform.setdefault(name, []).append(booking)
    edges = [
        column + DAYS * part // max(len(by_platform), 1) for part in range(len(by_platform) + 1)
    ]
    return [
        Piece(
            css=_css(of_week, now=now),
            first=edges[number],
            last=edges[number + 1],
            label=platform,
            detail=_detail(of_week),
        )
        for number, (platform, of_week) in enumerate(by_platform.items())
    ]


def _css(bookings: Sequence[Any], *, now: dt.datetime) -> str:
    if any(booking.status == Status.REQUESTED for booking in bookings):
        return "is-asked"
    return "is-mine" if any(booking.interval.end > now for booking in bookings) else "is-busy"


def _detail(bookings: Sequence[Any]) -> str:
    if len(bookings) == 1:
        return str(bookings[0].instrument.name)
    return _("%(count)d sessions") % {"count": len(bookings)}


def order_of(balance: Balance) -> Order:
    """Return an account with the widths of its bar, in hundredths of the ceiling."""
    ceiling = max(balance.ceiling_cents or 0, balance.charged_cents + balance.booked_cents, 1)
    charged = max(balance.charged_cents, 0) * 100 / ceiling
    booked = max(balance.booked_cents, 0) * 100 / ceiling
    return Order(
        balance=balance,
        charged_width=f"{charged:.2f}",
        booked_from=f"{charged:.2f}",
        booked_width=f"{booked:.2f}",
    )
