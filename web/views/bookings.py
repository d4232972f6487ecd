"""A person's bookings: the list, each of them, and what can be done with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import NotFound
from bookings import services
from bookings.permissions import bookings_visible_to, requests_decided_by
from bookings.states import LIVE
from bookings.wording import span_text
from facilities.queries import operators_of
from web.pages import carried_out, member_page
from web.people import PageRequest
from web.sessions import SHOWN_WITH, Session, session_of, sessions_of

MOST_AHEAD = 100
PAGE = 20


@require_safe
@member_page
def index(request: PageRequest) -> HttpResponse:
    """List what is still to come, and a page of what is over, newest first."""
    now, viewer = timezone.now(), request.viewer
    own = (
        bookings_visible_to(viewer.user, on=now.date())
        .filter(booked_for=viewer.user)
        .select_related(*SHOWN_WITH)
    )
    ahead = own.filter(status__in=LIVE).order_by("period", "pk")[:MOST_AHEAD]
    over = own.exclude(status__in=LIVE).order_by("-period", "-pk")
    if (last := _place_in_list(request.GET.get("before", ""))) is not None:
        start, pk = last
        same_start = Q(period__startswith=start, pk__lt=pk)
        over = over.filter(Q(period__startswith__lt=start) | same_start)
    past = sessions_of(over[: PAGE + 1], viewer=viewer, now=now)
    context = {
        "sessions": sessions_of(ahead, viewer=viewer, now=now),
        "past": past[:PAGE],
        "older": _place_of(past[PAGE - 1]) if len(past) > PAGE else "",
    }
    return render(request, "web/bookings.html", context)


def _place_of(session: Session) -> str:
    return f"{session.period.start:%Y%m%dT%H%M%S}-{session.id}"


def _place_in_list(text: str) -> tuple[dt.datetime, int] | None:
    """Return where the page before ended; None for what no page of ours says."""
    moment, _dash, pk = text.partition("-")
    try:
        start = dt.datetime.strptime(moment, "%Y%m%dT%H%M%S").replace(tzinfo=dt.UTC)
    except ValueError:
        return None
    return (start, int(pk)) if pk.isdecimal() and len(pk) <= 18 else None


@require_safe
@member_page
def detail(request: PageRequest, booking_id: int) -> HttpResponse:
    """Show one booking with its decisions and whatever the viewer may do with it."""
    now, viewer = timezone.now(), request.viewer
    booking = (
        bookings_visible_to(viewer.user, on=now.date())
        .select_related(*SHOWN_WITH)
        .prefetch_related("decisions__decided_by")
        .filter(pk=booking_id)
        .first()
    )
    if booking is None:
        raise NotFound
    may_decide = (
        viewer.is_manager
        and requests_decided_by(viewer.user, now=now).filter(pk=booking_id).exists()
    )
    context = {
        "session": session_of(booking, viewer=viewer, now=now),
        "decisions": booking.decisions.all(),
        "may_decide": may_decide,
        "operators": operators_of([booking.instrument.facility_id]) if may_decide else {},
    }
    return render(request, "web/booking.html", context)


Service = Callable[..., Any]


def _step(service: Service, sentence: Callable[[str], str]) -> Callable[..., HttpResponse]:
    """Make the address under which one service is called for one booking."""

    @require_POST
    @member_page
    def step(request: PageRequest, booking_id: int) -> HttpResponse:
        def taken() -> str:
            booking = service(actor=request.viewer.user, booking_id=booking_id, now=timezone.now())
            return sentence(named(booking))

        return carried_out(request, taken, otherwise=reverse("booking", args=[booking_id]))

    return step


def named(booking: Any) -> str:
    """Name a booking by its instrument and time."""
    tz: dt.tzinfo = booking.instrument.facility.tz
    period = booking.interval
    when = span_text(period.start.astimezone(tz), period.end.astimezone(tz))
    return f"{booking.instrument.name}, {when}"


cancel = _step(
    services.cancel_booking, lambda booking: _("Given up: %(booking)s.") % {"booking": booking}
)
start = _step(
    services.start_session, lambda booking: _("Started: %(booking)s.") % {"booking": booking}
)
finish = _step(
    services.finish_session, lambda booking: _("Finished: %(booking)s.") % {"booking": booking}
)
