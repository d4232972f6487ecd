"""Adding and describing an instrument, stopping it, and its first price."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.choices import TIERS
from billing.prices.rates import TIERS as PRICED_TIERS
from billing.services import price_instrument
from bookings.consequences import bookings_coming_on
from facilities.services import (
    add_instrument,
    change_instrument,
    resume_instrument,
    retire_instrument,
    stop_instrument,
)
from facilities.services.instruments import CARD
from facilities.versions import seen_as
from web.forms.running import InstrumentForm, PriceForm, ReasonForm
from web.people import PageRequest
from web.sessions import SHOWN_WITH, sessions_of
from web.views.running.scope import attempted, instrument_of, platform_page, shown

MOST = 50
Step = Callable[[], str]


@require_http_methods(["GET", "HEAD", "POST"])
@platform_page
def new(request: PageRequest, facility: Any) -> HttpResponse:
    """Add an instrument; its rules are the usual ones and it keeps the platform's hours."""
    form = InstrumentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def step() -> str:
            made = add_instrument(
                actor=request.viewer.user, facility_code=facility.code, card=form.card()
            )
            return _("Added: %(name)s, with the usual rules.") % {"name": made.name}

        if done := attempted(request, step, form, to="platform", code=facility.code):
            return done
    status = form.refused_with if request.method == "POST" else 200
    return shown(request, facility, "instrument_new", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@platform_page
def edit(request: PageRequest, facility: Any, instrument_id: int) -> HttpResponse:
    """Change what an instrument is."""
    instrument = instrument_of(facility, instrument_id)
    if request.method == "POST":
        form = InstrumentForm(request.POST)
        if form.is_valid():

            def step() -> str:
                change_instrument(
                    actor=request.viewer.user,
                    instrument_id=instrument_id,
                    card=form.card(),
                    seen=form.cleaned_data["seen"],
                )
                return _("Saved.")

            if done := attempted(request, step, form, to="platform", code=facility.code):
                return done
        context = {"form": form, "instrument": instrument}
        return shown(request, facility, "instrument", context, status=form.refused_with)
    initial = {name: getattr(instrument, name) for name in CARD}
    form = InstrumentForm(initial={**initial, "seen": seen_as(instrument, CARD)})
    return shown(request, facility, "instrument", {"form": form, "instrument": instrument})


@require_http_methods(["GET", "HEAD", "POST"])
@platform_page
def state(request: PageRequest, facility: Any, instrument_id: int) -> HttpResponse:
    """Stop an instrument with a reason, put it back into service, or retire it."""
    instrument, now = instrument_of(facility, instrument_id), timezone.now()
    form = ReasonForm(request.POST or None)
    if request.method == "POST":
        if "resume" in request.POST:
            form.fields["reason"].required = False
        if form.is_valid():
            step = _state_step(request, instrument, form.cleaned_data["reason"])
            if done := attempted(request, step, form, to="platform", code=facility.code):
                return done
    coming = bookings_coming_on(instrument_id, now=now)
    rows = coming.select_related(*SHOWN_WITH)[:MOST]
    context = {
        "form": form,
        "instrument": instrument,
        "sessions": sessions_of(rows, viewer=request.viewer, now=now),
        "count": coming.count(),
    }
    status = form.refused_with if request.method == "POST" else 200
    return shown(request, facility, "state", context, status=status)


def _state_step(request: PageRequest, instrument: Any, reason: str) -> Step:
    who = {"actor": request.viewer.user, "instrument_id": instrument.pk}
    name = {"name": instrument.name}

    def step() -> str:
        if "resume" in request.POST:
            resume_instrument(**who)
            return _("%(name)s is back in service.") % name
        if "retire" in request.POST:
            retire_instrument(**who, reason=reason)
            return _("%(name)s is retired. Its history stays.") % name
        stop_instrument(**who, reason=reason)
        return _("%(name)s is out of service.") % name

    return step


@require_http_methods(["GET", "HEAD", "POST"])
@platform_page
def price(request: PageRequest, facility: Any, instrument_id: int) -> HttpResponse:
    """Give an instrument its first hourly rates."""
    instrument = instrument_of(facility, instrument_id)
    today = timezone.now().astimezone(facility.tz).date()
    tiers = [(code, label) for code, label in TIERS if code in PRICED_TIERS]
    initial = {"first": today, "last": dt.date(today.year + 1, 12, 31)}
    form = PriceForm(request.POST or None, tiers=tiers, initial=initial)
    if request.method == "POST" and form.is_valid():

        def step() -> str:
            cleaned = form.cleaned_data
            price_instrument(
                actor=request.viewer.user,
                instrument_id=instrument_id,
                hourly_cents=form.hourly_cents(),
                first=cleaned["first"],
                last=cleaned["last"],
                usual_bands=cleaned["usual_bands"],
            )
            return _("%(name)s has a price.") % {"name": instrument.name}

        if done := attempted(request, step, form, to="platform_prices", code=facility.code):
            return done
    status = form.refused_with if request.method == "POST" else 200
    context = {"form": form, "instrument": instrument}
    return shown(request, facility, "price", context, status=status)
