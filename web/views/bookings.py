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

from accounts.errors import DomainError, NotFound
from billing.costs.splits import is_splittable, may_split, shares_of
from billing.queries import charges_visible_to
from bookings import services
from bookings.changes import changes_of
from bookings.invitations import REQUEST, invitation
from bookings.permissions import bookings_visible_to, requests_decided_by
from bookings.states import LIVE
from bookings.wording import date_text, money_text, span_text
from facilities.queries import operators_of
from web.booking.history import steps_of
from web.booking.panel import done, is_fragment
from web.filters import narrowed
from web.pages import carried_out, member_page
from web.people import PageRequest
from web.sessions import SHOWN_WITH, Session, session_of, sessions_of

MOST_AHEAD = 100
PAGE = 20
LONGEST_REASON = 500


@require_safe
@member_page
def index(request: PageRequest) -> HttpResponse:
    """List what is still to come, and a page of what is over, newest first."""
    now, viewer = timezone.now(), request.viewer
    mine = bookings_visible_to(viewer.user, on=now.date()).filter(booked_for=viewer.user)
    asked = narrowed(request.GET, mine)
    own = asked.kept(mine).select_related(*SHOWN_WITH)
    ahead = own.filter(status__in=LIVE).order_by("period", "pk")[:MOST_AHEAD]
    over = own.exclude(status__in=LIVE).order_by("-period", "-pk")
    if (last := _place_in_list(request.GET.get("before", ""))) is not None:
        start, pk = last
        same_start = Q(period__startswith=start, pk__lt=pk)
        over = over.filter(Q(period__startswith__lt=start) | same_start)
    past = sessions_of(over[: PAGE + 1], viewer=viewer, now=now)
    context = {
        "asked": asked,
        "sessions": sessions_of(ahead, viewer=viewer, now=now),
        "past": past[:PAGE],
        "older": _place_of(past[PAGE - 1]) if len(past) > PAGE else "",
        "is_first_page": last is None,
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
    return _detail(request, booking_id)


def _detail(
    request: PageRequest, booking_id: int, *, refusal: DomainError | None = None
) -> HttpResponse:
    now, viewer = timezone.now(), request.viewer
    booking = _seen(request, booking_id, now=now)
    may_decide = (
        viewer.is_manager
        and requests_decided_by(viewer.user, now=now).filter(pk=booking_id).exists()
    )
    session = session_of(booking, viewer=viewer, now=now, is_alone=True)
    alone = is_fragment(request)
    context: dict[str, Any] = {
        "session": session,
        "decisions": booking.decisions.all(),
        "may_decide": may_decide,
        "operators": operators_of([booking.instrument.facility_id]) if may_decide else {},
        "is_fragment": alone,
        "refusal": str(refusal) if refusal else "",
        "reason": request.POST.get("reason", ""),
    }
    if alone:
        return render(request, "web/booking_card.html", context, status=409 if refusal else 200)
    context |= {
        "history": steps_of(changes_of(booking), viewer=viewer, tz=session.tz),
        "charges": _charges(request, booking_id, now=now),
        "shares": [
            (f"{share.percent.normalize():f}", share.account.reference)
            for share in shares_of([booking_id]).get(booking_id, ())
        ],
        "may_split": may_split(viewer.user, booking, on=now.date()) and is_splittable(booking),
    }
    return render(request, "web/booking.html", context, status=409 if refusal else 200)


def _seen(request: PageRequest, booking_id: int, *, now: dt.datetime) -> Any:
    """Return a booking that the viewer may see whole.

    Raises:
        NotFound: there is none for them.
    """
    booking = (
        bookings_visible_to(request.viewer.user, on=now.date())
        .select_related(*SHOWN_WITH)
        .prefetch_related("decisions__decided_by")
        .filter(pk=booking_id)
        .first()
    )
    if booking is None:
        raise NotFound
    return booking


def _charges(request: PageRequest, booking_id: int, *, now: dt.datetime) -> dict[str, Any]:
    """Return what the booking was charged, as far as the viewer may see it."""
    seen = charges_visible_to(request.viewer.user, on=now.date())
    rows = list(seen.filter(booking=booking_id).order_by("pk"))
    return {
        "lines": [
            (date_text(row.service_date), row.description, money_text(row.amount_cents))
            for row in rows
        ],
        "total": money_text(sum(row.amount_cents for row in rows)),
    }


@require_safe
@member_page
def ics(request: PageRequest, booking_id: int) -> HttpResponse:
    """Give the booking as a file for a calendar."""
    now = timezone.now()
    booking = _seen(request, booking_id, now=now)
    file = invitation(booking, method=REQUEST, now=now)
    headers = {"Content-Disposition": f'attachment; filename="plateau-{booking_id}.ics"'}
    return HttpResponse(file.content, content_type="text/calendar; charset=utf-8", headers=headers)


Service = Callable[..., Any]


def _step(
    service: Service, sentence: Callable[[str], str], *, with_reason: bool = False
) -> Callable[..., HttpResponse]:
    """Make the address under which one service is called for one booking."""

    @require_POST
    @member_page
    def step(request: PageRequest, booking_id: int) -> HttpResponse:
        given = request.POST.get("reason", "").replace("\0", "")[:LONGEST_REASON]
        reason = {"reason": given} if with_reason else {}

        def taken() -> str:
            booking = service(
                actor=request.viewer.user, booking_id=booking_id, now=timezone.now(), **reason
            )
            return sentence(named(booking))

        if not is_fragment(request):
            return carried_out(request, taken, otherwise=reverse("booking", args=[booking_id]))
        try:
            return done(request, sentence=taken(), booking_id=booking_id, held=False)
        except NotFound:
            raise
        except DomainError as refusal:
            return _detail(request, booking_id, refusal=refusal)

    return step


def named(booking: Any) -> str:
    """Name a booking by its instrument and time."""
    return f"{booking.instrument.name}, {when_of(booking)}"


def when_of(booking: Any) -> str:
    """Say when a booking is, on its platform's clock."""
    tz: dt.tzinfo = booking.instrument.facility.tz
    period = booking.interval
    return span_text(period.start.astimezone(tz), period.end.astimezone(tz))


cancel = _step(
    services.cancel_booking, lambda booking: _("Given up: %(booking)s.") % {"booking": booking}
)
start = _step(
    services.start_session, lambda booking: _("Started: %(booking)s.") % {"booking": booking}
)
finish = _step(
    services.finish_session, lambda booking: _("Finished: %(booking)s.") % {"booking": booking}
)
no_show = _step(
    services.mark_no_show, lambda booking: _("Nobody came: %(booking)s.") % {"booking": booking}
)
waive = _step(
    services.waive_charge,
    lambda booking: _("Free of charge: %(booking)s.") % {"booking": booking},
    with_reason=True,
)
