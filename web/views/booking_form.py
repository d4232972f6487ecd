"""Booking on a page or beside the calendar: try what is typed, or book it."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from functools import partial
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from accounts.errors import DomainError
from accounts.idempotency import Reply, carried_out_once
from bookings import services
from bookings.judging import verdict
from bookings.permissions import bookings_visible_to
from bookings.states import Status
from bookings.wish import Wish
from bookings.wording import moment_text
from web.booking.offers import Offer, offer_to, people_for, person_named
from web.booking.panel import (
    JUDGING,
    Panel,
    done,
    is_fragment,
    is_refresh,
    rendered,
    settled,
    with_pressed,
)
from web.booking.verdicts import Answer, Desk, answer_of, answer_to_refusal
from web.forms.booking import BookingForm
from web.pages import member_page
from web.people import PageRequest
from web.sessions import SHOWN_WITH
from web.views.bookings import named

PREFILLED = ("instrument", "day", "start", "end", "last_day", "unit")
JUDGED_WHEN = ("instrument", "day", "start", "end")


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def new(request: PageRequest) -> HttpResponse:
    """Show the form, judge what it holds, or book it."""
    now, viewer = timezone.now(), request.viewer
    people = people_for(viewer, now=now)
    person = person_named(request.POST.get("booked_for", ""), people, viewer, now=now)
    offer = offer_to(viewer, now=now, booked_for=person, people=people)
    if request.method == "POST":
        data = with_pressed(request.POST, offer)
        form = BookingForm(settled(data, offer) if is_refresh(request) else data, offer=offer)
    else:
        form = _first_form(request, offer, now)
    if not form.is_bound:
        return _shown(request, form, offer, Answer())
    if person is None:
        form.add_error("booked_for" if people else None, _("You cannot book for this person."))
    is_choosing = is_refresh(request) or request.method != "POST"
    if (is_choosing and form.hush()) or not form.is_valid():
        status = HTTPStatus.OK if is_choosing else HTTPStatus.UNPROCESSABLE_ENTITY
        return _shown(request, form, offer, Answer(status=status))
    return _judged_or_booked(request, form, offer, person, now)


def _first_form(request: PageRequest, offer: Offer, now: dt.datetime) -> BookingForm:
    """Return the form as it opens: filled with what is known, and judged once that is enough."""
    asked = {name: request.GET[name] for name in PREFILLED if request.GET.get(name)}
    instrument = offer.instrument_at(asked.get("instrument"))
    tz = instrument.facility.tz if instrument else dt.UTC
    first: dict[str, Any] = {
        "day": f"{now.astimezone(tz):%Y-%m-%d}",
        "once": str(uuid.uuid4()),
        "operator_needed": "on" if instrument and instrument.mode == "assisted" else "",
        **asked,
    }
    data = QueryDict(mutable=True)
    data.update({name: value for name, value in first.items() if value})
    data = settled(data, offer)
    if all(name in asked for name in JUDGED_WHEN):
        return BookingForm(data, offer=offer)
    initial: dict[str, Any] = data.dict()
    chosen = {name: int(initial[name]) for name in ("project", "account") if name in initial}
    return BookingForm(initial=initial | chosen, offer=offer)


def _judged_or_booked(
    request: PageRequest, form: BookingForm, offer: Offer, person: Any, now: dt.datetime
) -> HttpResponse:
    wish = form.wish(booked_for_id=person.pk)
    desk = Desk(viewer=request.viewer, form=form, offer=offer, wish=wish, now=now)
    judged = partial(verdict, actor=request.viewer.user, wish=wish, now=now)
    try:
        if request.method != "POST" or any(name in request.POST for name in JUDGING):
            return _shown(request, form, offer, answer_of(judged(), desk))
        booking_id = _booked_once(request, form, wish)
    except DomainError as refusal:
        return _shown(request, form, offer, answer_to_refusal(refusal, desk, judged=judged))
    return _confirmed(request, booking_id, now)


def _booked_once(request: PageRequest, form: BookingForm, wish: Wish) -> int:
    """Book, and give the same booking to a form that is sent twice."""
    person, now = request.viewer.user, timezone.now()
    reason = form.cleaned_data["override_reason"]
    digest = hashlib.sha256(repr((wish, reason)).encode()).hexdigest()
    once = form.cleaned_data["once"] or uuid.uuid4()

    def work() -> Reply:
        booking = services.request_booking(actor=person, wish=wish, now=now, override_reason=reason)
        return Reply(status=HTTPStatus.CREATED, headers={}, body=str(booking.pk).encode())

    reply = carried_out_once(
        owner=person, key=f"page:{once}:{digest[:32]}", fingerprint=digest, now=now, work=work
    )
    return int(reply.body)


def _confirmed(request: PageRequest, booking_id: int, now: dt.datetime) -> HttpResponse:
    seen = bookings_visible_to(request.viewer.user, on=now.date())
    booking = seen.select_related(*SHOWN_WITH).get(pk=booking_id)
    held = booking.status == Status.REQUESTED
    if is_fragment(request):
        return done(request, sentence=_booked(booking), booking_id=booking_id, held=held)
    messages.success(request, _booked(booking))
    return redirect("booking", booking_id)


def _booked(booking: Any) -> str:
    if booking.status != Status.REQUESTED:
        return _("Booked: %(booking)s.") % {"booking": named(booking)}
    held = moment_text(booking.hold_until.astimezone(booking.instrument.facility.tz))
    return _("Held for you until %(moment)s: %(booking)s. The platform decides.") % {
        "moment": held,
        "booking": named(booking),
    }


def _shown(request: PageRequest, form: BookingForm, offer: Offer, answer: Answer) -> HttpResponse:
    instrument = form.chosen_instrument
    panel = Panel(
        action=reverse("book"),
        kicker=_("New booking"),
        title=instrument.name if instrument else _("Choose an instrument and a time"),
        word=pgettext("act", "Book"),
        word_asked=_("Ask"),
    )
    return rendered(request, panel=panel, form=form, offer=offer, answer=answer)
