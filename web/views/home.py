"""The first page: for everybody who they are, for strangers what this is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from bookings.permissions import bookings_visible_to, requests_decided_by
from bookings.states import LIVE
from facilities.permissions import facilities_visible_to
from facilities.queries import operators_of
from web.demo import LOGINS, PASSWORD
from web.pages import member_page
from web.people import PageRequest, Viewer
from web.ribbons import HOURS, Mine, Ribbon, ribbon
from web.sessions import SHOWN_WITH, Session, sessions_of

MOST = 10
OLDEST = 3


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what is next and what waits, or what Plateau is."""
    if request.user.is_authenticated:
        return own_home(request)
    is_demo = settings.PLATEAU_ENV == "demo"
    context = {"logins": LOGINS if is_demo else {}, "password": PASSWORD if is_demo else ""}
    return render(request, "web/welcome.html", context)


@member_page
def own_home(request: PageRequest) -> HttpResponse:
    """Show a person's next sessions, and to those who decide what waits for them."""
    now, viewer = timezone.now(), request.viewer
    bookings = (
        bookings_visible_to(viewer.user, on=now.date())
        .filter(booked_for=viewer.user, status__in=LIVE, period__endswith__gt=now)
        .select_related(*SHOWN_WITH)
        .order_by("period", "pk")[:MOST]
    )
    sessions = sessions_of(bookings, viewer=viewer, now=now)
    asked, operators = [], {}
    if viewer.requests:
        oldest = requests_decided_by(viewer.user, now=now).select_related(*SHOWN_WITH)
        asked = sessions_of(oldest.order_by("pk")[:OLDEST], viewer=viewer, now=now)
        operators = operators_of({session.facility_id for session in asked})
    tz = sessions[0].tz if sessions else _clock(viewer)
    context = {
        "now": now.astimezone(tz),
        "title": _title(sessions, viewer.requests if viewer.is_manager else None),
        "sessions": sessions,
        "current": next((session for session in sessions if session.is_in_use), None),
        "requests": asked,
        "operators": operators,
        "waiting": [session for session in sessions if session.is_requested],
        "day": _day(sessions, tz, now=now),
        "hours": HOURS,
    }
    return render(request, "web/home.html", context)


def _clock(viewer: Viewer) -> dt.tzinfo:
    """Return the clock of the first platform, for somebody with no session to go by."""
    facility = facilities_visible_to(viewer.user).order_by("pk").first()
    return facility.tz if facility else dt.UTC


def _title(sessions: Sequence[Session], requests: int | None) -> str:
    """Say in one sentence what the visit is about."""
    if requests:
        return ngettext(
            "%(count)d request you can decide", "%(count)d requests you can decide", requests
        ) % {"count": requests}
    for session in sessions:
        names = {"instrument": session.instrument, "day": session.day, "start": session.start_said}
        if session.is_in_use:
            return _("You are on %(instrument)s until %(end)s") % {**names, "end": session.end}
        return _("Next: %(instrument)s, %(day)s at %(start)s") % names
    if requests is not None:
        return _("No request waits for you")
    return _("You have no session planned")


def _day(sessions: Sequence[Session], tz: dt.tzinfo, *, now: dt.datetime) -> Ribbon | None:
    mine = [
        Mine(
            period=session.period,
            css="is-asked" if session.is_requested else "is-mine",
            label=session.instrument,
            detail=session.purpose or f"{session.start}–{session.end}",
        )
        for session in sessions
    ]
    day = ribbon(now.astimezone(tz).date(), tz, now=now, mine=mine)
    has_sessions = any(piece.css in ("is-mine", "is-asked") for piece in day.pieces)
    return day if has_sessions else None
