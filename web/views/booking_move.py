"""Moving a booking, on a page or beside the calendar: proposed, judged, then saved."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields
from functools import partial
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.errors import DomainError, NotFound, NotPermitted, StaleVersion
from accounts.permissions import require
from bookings import services
from bookings.moves import move_verdict
from bookings.permissions import bookings_visible_to, may_change
from bookings.states import Status
from bookings.wish import Wish, wish_of
from bookings.wording import moment_text
from web.booking.offers import Offer, offer_to
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
from web.booking.verdicts import Answer, Desk, Said, answer_of, answer_to_refusal
from web.forms.booking import BookingForm, typed
from web.pages import member_page
from web.people import PageRequest
from web.sessions import SHOWN_WITH
from web.views.bookings import named, when_of

PROPOSED = ("instrument", "day", "start", "end", "last_day")
NOTHING_YET = Said(
    mood="is-plain",
    icon="clock",
    title=gettext_lazy("Nothing is changed yet. Choose another time."),
)
NEVER_CHANGED = frozenset({"booked_for_id", "kind", "operator_id"})


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def move(request: PageRequest, booking_id: int) -> HttpResponse:
    """Show what a change would bring, or make it."""
    now, viewer = timezone.now(), request.viewer
    booking = _booking(request, booking_id, now=now)
    offer = offer_to(viewer, now=now, booked_for=booking.booked_for, kept=booking)
    offer.instruments.setdefault(booking.instrument_id, booking.instrument)
    data = _proposal(request, booking) if request.method != "POST" else request.POST
    data = with_pressed(data, offer)
    form = BookingForm(settled(data, offer) if is_refresh(request) else data, offer=offer)
    is_choosing = is_refresh(request) or request.method != "POST"
    if (is_choosing and form.hush()) or not form.is_valid():
        status = HTTPStatus.OK if is_choosing else HTTPStatus.UNPROCESSABLE_ENTITY
        return _shown(request, booking, form, offer, Answer(status=status))
    return _judged_or_moved(request, booking, form, offer, now)


def _booking(request: PageRequest, booking_id: int, *, now: dt.datetime) -> Any:
    """Return a booking that the viewer may change.

    Raises:
        NotFound, NotPermitted: they may not see it, or see it only.
    """
    seen = bookings_visible_to(request.viewer.user, on=now.date())
    booking = seen.select_related(*SHOWN_WITH, "project__team").filter(pk=booking_id).first()
    if booking is None:
        raise NotFound
    require(may_change(request.viewer.user, booking, on=now.date()))
    return booking


def _proposal(request: PageRequest, booking: Any) -> QueryDict:
    """Return the booking as it would be typed, with what the address proposes instead."""
    data = QueryDict(mutable=True)
    kept = {
        **typed(booking.interval, booking.instrument.facility.tz),
        "instrument": booking.instrument_id,
        "unit": booking.unit,
        "project": booking.project_id,
        "account": booking.account_id,
        "purpose": booking.purpose,
        "operator_needed": "on" if booking.operator_needed else "",
        "animals": booking.animals,
        "bsl2": "on" if booking.bsl2 else "",
        "version": booking.version,
    }
    data.update({name: str(value) for name, value in kept.items() if value not in (None, "")})
    proposed = {name: request.GET[name] for name in PROPOSED if request.GET.get(name)}
    if {"day", "start", "end"} <= proposed.keys():
        data.pop("last_day", None)
    for name, value in proposed.items():
        data[name] = value
    return data


def _changes(booking: Any, form: BookingForm) -> dict[str, Any]:
    """Return what the form changes of a booking; what it does not ask stays."""
    old, new = wish_of(booking), form.wish(booked_for_id=booking.booked_for_id)
    changes = {
        name: getattr(new, name)
        for name in (one.name for one in fields(Wish))
        if name not in NEVER_CHANGED and getattr(new, name) != getattr(old, name)
    }
    for name in ("unit", "animals"):
        if name not in form.fields:
            changes.pop(name, None)
    if booking.kind != "use":
        changes = {name: changes[name] for name in ("period", "purpose") if name in changes}
    return changes


def _judged_or_moved(
    request: PageRequest, booking: Any, form: BookingForm, offer: Offer, now: dt.datetime
) -> HttpResponse:
    desk = Desk(
        viewer=request.viewer,
        form=form,
        offer=offer,
        wish=form.wish(booked_for_id=booking.booked_for_id),
        now=now,
        kept_id=booking.pk,
        is_requested=booking.status == Status.REQUESTED,
    )
    asked: dict[str, Any] = {
        "actor": request.viewer.user,
        "booking_id": booking.pk,
        "version": form.cleaned_data["version"] or 0,
        "changes": _changes(booking, form),
        "now": now,
    }
    try:
        if request.method != "POST" or any(name in request.POST for name in JUDGING):
            answer = answer_of(move_verdict(**asked), desk)
            if not asked["changes"]:
                answer.said = NOTHING_YET
            return _shown(request, booking, form, offer, answer)
        reason = form.cleaned_data["override_reason"]
        moved = services.move_booking(**asked, override_reason=reason)
    except (NotFound, NotPermitted):
        raise
    except StaleVersion:
        return _stale(request, booking, offer, now)
    except DomainError as refusal:
        answer = answer_to_refusal(refusal, desk, judged=partial(move_verdict, **asked))
        return _shown(request, booking, form, offer, answer)
    return _saved(request, moved)


def _stale(request: PageRequest, booking: Any, offer: Offer, now: dt.datetime) -> HttpResponse:
    """Show the booking as it is by now: somebody changed it since it was read."""
    form = BookingForm(_proposal(request, booking), offer=offer)
    form.is_valid()
    sentence = _("Changed by somebody meanwhile. This is how it is now; change it anew.")
    form.add_error(None, sentence)
    return _shown(request, booking, form, offer, Answer(status=HTTPStatus.CONFLICT))


def _saved(request: PageRequest, booking: Any) -> HttpResponse:
    held = booking.status == Status.REQUESTED
    sentence = _("Saved: %(booking)s.") % {"booking": named(booking)}
    if held:
        moment = moment_text(booking.hold_until.astimezone(booking.instrument.facility.tz))
        sentence = _("Held for you until %(moment)s: %(booking)s. The platform decides.") % {
            "moment": moment,
            "booking": named(booking),
        }
    if is_fragment(request):
        return done(request, sentence=sentence, booking_id=booking.pk, held=held)
    messages.success(request, sentence)
    return redirect("booking", booking.pk)


def _shown(
    request: PageRequest, booking: Any, form: BookingForm, offer: Offer, answer: Answer
) -> HttpResponse:
    is_running = booking.status == Status.IN_USE
    if is_running:
        for name in ("day", "start"):
            form.fields[name].widget.attrs["readonly"] = True
    panel = Panel(
        action=reverse("move", args=[booking.pk]),
        kicker=_("Move or change"),
        title=booking.instrument.name,
        note=_("Now: %(when)s") % {"when": when_of(booking)},
        word=_("Save the new end") if is_running else _("Save the change"),
        word_asked=_("Ask again") if booking.status == Status.APPROVED else _("Save the change"),
        is_move=True,
        is_end_only=is_running,
        is_block=booking.kind != "use",
        back=reverse("booking", args=[booking.pk]),
    )
    return rendered(request, panel=panel, form=form, offer=offer, answer=answer)
