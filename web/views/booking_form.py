"""Booking on a page: try what is typed, or book it; a refusal leaves the form filled."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.errors import DomainError
from accounts.idempotency import Reply, carried_out_once
from bookings import services
from bookings.approval import REASONS
from bookings.errors import PolicyViolated, SlotTaken
from bookings.judging import Verdict, verdict
from bookings.states import Status
from bookings.wish import Wish
from bookings.wording import moment_text, money_text
from web.errors import status_of
from web.forms import BookingForm, typed
from web.offers import Offer, last_used, offer_to
from web.pages import member_page
from web.people import PageRequest
from web.ribbons import HOURS
from web.views.bookings import named
from web.views.instruments import coming_week
from web.ways_out import WayOut, period_in, way_to, ways_out

PREFILLED = ("instrument", "day", "start", "end", "last_day")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The box above the buttons: how it would go, in one of three moods."""

    mood: str
    icon: str
    title: str
    lines: tuple[str, ...] = ()
    price: str = ""


@dataclass(slots=True, kw_only=True)
class Answer:
    """What the page shows beside the form."""

    status: int = HTTPStatus.OK
    said: Said | None = None
    ways: dict[str, list[WayOut]] = field(default_factory=dict)
    alternatives: list[WayOut] = field(default_factory=list)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def new(request: PageRequest) -> HttpResponse:
    """Show the form, judge what it holds, or book it."""
    now, person = timezone.now(), request.viewer.user
    offer = offer_to(person, now=now)
    if request.method != "POST":
        initial = {
            **last_used(person, now=now),
            "day": now.date(),
            "once": uuid.uuid4(),
            **{name: request.GET[name] for name in PREFILLED if name in request.GET},
        }
        return _page(request, BookingForm(initial=initial, offer=offer), offer, Answer())
    form = BookingForm(_with_chosen_time(request.POST, offer), offer=offer)
    if not form.is_valid():
        return _page(request, form, offer, Answer(status=HTTPStatus.UNPROCESSABLE_ENTITY))
    wish = form.wish(booked_for_id=person.pk)
    tz = offer.instruments[wish.instrument_id].facility.tz
    try:
        if "check" in request.POST or "try" in request.POST:
            judged = verdict(actor=person, wish=wish, now=now)
            return _page(request, form, offer, _of_verdict(judged, form, wish, tz))
        booking_id = _booked_once(request, form, wish)
    except DomainError as refusal:
        return _page(request, form, offer, _of_refusal(refusal, form, wish, tz))
    return redirect("booking", booking_id)


def _with_chosen_time(post: QueryDict, offer: Offer) -> QueryDict:
    """Return what was typed, with the time of a button in place of the typed one."""
    period = period_in(post.get("take", "") or post.get("try", ""))
    chosen = post.get("instrument", "")
    if period is None or not chosen.isdecimal() or int(chosen) not in offer.instruments:
        return post
    data = post.copy()
    for name, value in typed(period, offer.instruments[int(chosen)].facility.tz).items():
        data[name] = value
    return data


def _booked_once(request: PageRequest, form: BookingForm, wish: Wish) -> int:
    """Book, and give the same booking to a form that is sent twice."""
    person, now = request.viewer.user, timezone.now()
    reason = form.cleaned_data["override_reason"]
    digest = hashlib.sha256(repr((wish, reason)).encode()).hexdigest()
    once = form.cleaned_data["once"] or uuid.uuid4()
    made: list[Any] = []

    def work() -> Reply:
        booking = services.request_booking(actor=person, wish=wish, now=now, override_reason=reason)
        made[:] = [booking]
        return Reply(status=HTTPStatus.CREATED, headers={}, body=str(booking.pk).encode())

    reply = carried_out_once(
        owner=person, key=f"page:{once}:{digest[:32]}", fingerprint=digest, now=now, work=work
    )
    for booking in made:
        messages.success(request, _booked(booking))
    return int(reply.body)


def _booked(booking: Any) -> str:
    if booking.status != Status.REQUESTED:
        return _("Booked: %(booking)s.") % {"booking": named(booking)}
    held = moment_text(booking.hold_until.astimezone(booking.instrument.facility.tz))
    return _("Held for you until %(moment)s: %(booking)s. The platform decides.") % {
        "moment": held,
        "booking": named(booking),
    }


def _of_verdict(judged: Verdict, form: BookingForm, wish: Wish, tz: Any) -> Answer:
    form.say(judged.violations)
    price = money_text(judged.estimate.amount_cents) if judged.estimate else ""
    reasons = tuple(str(REASONS[code]) for code in judged.approval_reasons)
    if count := len(judged.violations):
        title = ngettext(
            "One thing to settle first.", "%(count)d things to settle first.", count
        ) % {"count": count}
        said = Said(mood="is-risk", icon="circle-alert", title=title, price=price)
    elif reasons:
        title = _("The platform decides.")
        said = Said(mood="is-wait", icon="hourglass", title=title, lines=reasons, price=price)
    else:
        title = _("Confirmed at once.")
        said = Said(mood="is-ok", icon="circle-check", title=title, price=price)
    return Answer(
        said=said,
        ways=ways_out(judged.violations, wanted=wish.period, tz=tz),
        alternatives=[way_to(period, tz=tz) for period in judged.alternatives or ()],
    )


def _of_refusal(refusal: DomainError, form: BookingForm, wish: Wish, tz: Any) -> Answer:
    answer = Answer(status=status_of(refusal))
    if isinstance(refusal, PolicyViolated):
        form.say(refusal.violations)
        answer.ways = ways_out(refusal.violations, wanted=wish.period, tz=tz)
    elif isinstance(refusal, SlotTaken):
        form.add_error("start", str(refusal))
        answer.alternatives = [way_to(period, tz=tz) for period in refusal.alternatives]
    else:
        form.add_error(None, str(refusal))
    return answer


def _page(request: PageRequest, form: BookingForm, offer: Offer, answer: Answer) -> HttpResponse:
    chosen = str(form["instrument"].value() or "")
    instrument = offer.instruments.get(int(chosen)) if chosen.isdecimal() else None
    now, person = timezone.now(), request.viewer.user
    context = {
        "form": form,
        "answer": answer,
        "instrument": instrument,
        "week": coming_week(instrument, person, now=now) if instrument else None,
        "hours": HOURS,
    }
    return render(request, "web/booking_form.html", context, status=answer.status)
