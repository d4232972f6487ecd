"""The booking panel as a page or beside the calendar: what is typed, and the form it fills."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone

from facilities.intervals import MINUTE, Interval
from web.booking.offers import Offer, usual_minutes
from web.booking.verdicts import Answer
from web.booking.ways_out import period_in, value_in
from web.forms.booking import BookingForm, typed
from web.people import PageRequest
from web.ribbons import HOURS
from web.views.instruments import coming_week

CHANGED = "bookingsChanged"
"""The event that tells a page around the panel to read its bookings anew."""

JUDGING = ("check", "try", "set", "shift")
"""Buttons that ask how it would go, and change nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """What the panel is for: where it is sent, what it is called, the words on its button."""

    action: str
    title: str
    kicker: str
    word: str
    word_asked: str
    note: str = ""
    is_move: bool = False
    is_end_only: bool = False
    is_block: bool = False
    back: str = ""


def is_fragment(request: HttpRequest) -> bool:
    """Say whether the panel alone is asked for: a page around it loads it by htmx."""
    return bool(request.headers.get("HX-Request")) and request.POST.get("dress") != "page"


def is_refresh(request: HttpRequest) -> bool:
    """Say whether the panel asks by itself how it would go, while somebody chooses."""
    return bool(request.headers.get("HX-Request")) and "check" in request.POST


def with_pressed(post: QueryDict, offer: Offer) -> QueryDict:
    """Return what was typed, with what a button says in place of it."""
    data = post.copy()
    instrument = offer.instrument_at(post.get("instrument"))
    if instrument is not None:
        period = period_in(post.get("take", "") or post.get("try", ""))
        if period is not None:
            _set_times(data, period, instrument)
        elif "shift" in post:
            _shift(data, instrument)
    if pressed := value_in(post.get("set", "")):
        name, value = pressed
        data[name] = value
    return data


def _set_times(data: QueryDict, period: Interval, instrument: Any) -> None:
    for name, value in typed(period, instrument.facility.tz).items():
        data[name] = value


def _shift(data: QueryDict, instrument: Any) -> None:
    """Move both ends by a step; what cannot be read as a time stays as it is."""
    minutes = usual_minutes(instrument) * (-1 if data["shift"] == "earlier" else 1)
    try:
        start, end = (
            dt.datetime.combine(
                dt.date.fromisoformat(str(data.get(day) or data["day"])),
                dt.time.fromisoformat(str(data[clock])),
            )
            + minutes * MINUTE
            for day, clock in (("day", "start"), ("last_day", "end"))
        )
    except (KeyError, ValueError, OverflowError):
        return
    data["day"], data["start"], data["end"] = f"{start:%Y-%m-%d}", f"{start:%H:%M}", f"{end:%H:%M}"
    if data.get("last_day"):
        data["last_day"] = f"{end:%Y-%m-%d}"


def settled(data: QueryDict, offer: Offer) -> QueryDict:
    """Return what was typed, with a project and account that go together.

    Only while somebody chooses: what is sent to be booked is taken at its word.
    """
    projects = {str(project.pk) for project in offer.projects}
    if data.get("project") not in projects and offer.projects:
        data["project"] = str(offer.projects[0].pk)
    accounts = [str(account.pk) for account in offer.accounts_of(data.get("project", ""))]
    if data.get("account") not in accounts and accounts:
        data["account"] = accounts[0]
    return data


def rendered(
    request: PageRequest,
    *,
    panel: Panel,
    form: BookingForm,
    offer: Offer,
    answer: Answer,
    more: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Show the panel with what stands beside it: alone, or on a page of its own."""
    instrument = form.chosen_instrument
    alone = is_fragment(request)
    viewer = request.viewer
    context: dict[str, Any] = {
        "panel": panel,
        "form": form,
        "answer": answer,
        "instrument": instrument,
        "is_fragment": alone,
        "shift_minutes": usual_minutes(instrument),
        "people": offer.people,
        "may_override": viewer.is_manager
        and (answer.is_overridable or bool(form["override_reason"].value())),
        **(more or {}),
    }
    if alone:
        # What the page around would not show: it would look as if nothing had happened.
        status = answer.status if answer.status in (200, 409, 422) else 409
        return render(request, "web/booking_panel.html", context, status=status)
    week = coming_week(instrument, viewer.user, now=timezone.now()) if instrument else None
    context |= {"week": week, "hours": HOURS}
    return render(request, "web/booking_form.html", context, status=answer.status)


def done(request: PageRequest, *, sentence: str, booking_id: int, held: bool) -> HttpResponse:
    """Confirm beside the calendar what has been done, and let the page around know."""
    context = {"sentence": sentence, "booking_id": booking_id, "held": held}
    response = render(request, "web/booking_done.html", context)
    response["HX-Trigger"] = CHANGED
    return response
