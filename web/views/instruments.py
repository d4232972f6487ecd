"""What there is to book: the catalogue with today's free time, and an instrument's own page.

Where the setting PUBLIC_CATALOGUE says so, both open to strangers as well: free and busy
time without names, reasons or prices.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from functools import wraps
from itertools import groupby
from typing import Any, Concatenate, ParamSpec

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import DomainError, NotFound
from billing.prices.rates import buyer_for, hour_prices
from bookings.board import marks_within
from bookings.days import days_of
from bookings.permissions import bookings_visible_to
from compliance.standing import is_met, requirements_of
from facilities.contacts import contacts_of
from facilities.favourites import add_favourite, favourite_ids_of, remove_favourite
from facilities.permissions import facilities_visible_to, instruments_visible_to
from facilities.public import facilities_open_to_all, instruments_open_to_all
from facilities.queries import instruments_found
from web.catalogue import Row, rows_of, state_now
from web.errors import refused
from web.pages import member_page, way_back
from web.people import PageRequest, Viewer
from web.prices import all_day_notes, price_rows, tier_rows, whole_said
from web.ribbons import HOURS, days_from, first_hour_of, hours_from
from web.rules import rules_said
from web.week import Week, mark_of, week_of

P = ParamSpec("P")
MOST = 100


class Filter(forms.Form):
    """Which instruments to list. The last three are chips that are on or off."""

    platform = forms.SlugField(required=False, max_length=20)
    search = forms.CharField(required=False, max_length=100)
    free = forms.BooleanField(required=False)
    open = forms.BooleanField(required=False)
    mine = forms.BooleanField(required=False)


def open_page(
    page: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Open a page to people who are logged in, and to strangers where the catalogue is public."""
    members = member_page(page)

    @wraps(page)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.user.is_authenticated or not settings.PUBLIC_CATALOGUE:
            return members(request, *args, **kwargs)
        try:
            return page(request, *args, **kwargs)
        except DomainError as refusal:
            return refused(request, refusal)

    return guarded


def _viewer(request: HttpRequest) -> Viewer | None:
    return getattr(request, "viewer", None)


@require_safe
@open_page
def index(request: HttpRequest) -> HttpResponse:
    """List instruments by platform: for what, at what price, and what is free today and next."""
    now, viewer, asked = timezone.now(), _viewer(request), Filter(request.GET)
    chosen = asked.cleaned_data if asked.is_valid() else {}
    found = instruments_visible_to(viewer.user) if viewer else instruments_open_to_all()
    platforms = facilities_visible_to(viewer.user) if viewer else facilities_open_to_all()
    instruments = list(
        instruments_found(
            found.select_related("facility", "rules"),
            facility_code=chosen.get("platform") or None,
            search=chosen.get("search", ""),
        ).order_by("facility__code", "name", "pk")[: MOST + 1]
    )
    favourites = favourite_ids_of(viewer.user) if viewer else ()
    rows = rows_of(instruments[:MOST], viewer=viewer, favourites=favourites, now=now)
    shown = [row for row in rows if _is_wanted(row, chosen)]
    context = {
        "sections": sections_of(shown),
        "count": len(shown),
        "open_count": sum(not row.is_locked for row in shown),
        "is_cut": len(instruments) > MOST,
        "platforms": platforms.filter(is_active=True).order_by("code"),
        "chosen": chosen,
        "hours": hours_from(first_hour_of(now, rows[0].instrument.facility.tz)) if rows else HOURS,
    }
    return render(request, "web/instruments.html", context)


def sections_of(rows: Sequence[Row]) -> list[tuple[Any, list[Row]]]:
    """Put rows under their platforms: first those the person keeps something of, then may use."""
    sections = [
        (facility, list(group))
        for facility, group in groupby(rows, lambda row: row.instrument.facility)
    ]
    return sorted(sections, key=lambda section: _farness(section[1]))


def _farness(rows: Sequence[Row]) -> int:
    if any(row.is_favourite for row in rows):
        return 0
    return 2 if all(row.is_locked for row in rows) else 1


def _is_wanted(row: Row, chosen: dict[str, Any]) -> bool:
    return (
        (row.is_free_now or not chosen.get("free"))
        and (not row.is_locked or not chosen.get("open"))
        and (row.is_favourite or not chosen.get("mine"))
    )


@require_safe
@open_page
def detail(request: HttpRequest, instrument_id: int) -> HttpResponse:
    """Show an instrument: what it is, how it stands, seven days, its price, rules and people."""
    now, viewer = timezone.now(), _viewer(request)
    found = instruments_visible_to(viewer.user) if viewer else instruments_open_to_all()
    instrument = found.select_related("facility", "rules").filter(pk=instrument_id).first()
    if instrument is None:
        raise NotFound
    user = viewer.user if viewer else None
    week = coming_week(instrument, user, now=now)
    context = {
        "instrument": instrument,
        "rules": rules_said(instrument),
        "week": week,
        "hours": HOURS,
        "next": next((time for day in week.days for time in day.free), None),
        "state": state_now(instrument, week.looks, week.marked, viewer=viewer, now=now),
    }
    if viewer:
        context |= _for_members(instrument, viewer, week, now=now)
    return render(request, "web/instrument.html", context)


def _for_members(
    instrument: Any, viewer: Viewer, week: Week, *, now: dt.datetime
) -> dict[str, Any]:
    """Return what a stranger does not read: training, prices and people."""
    user, today = viewer.user, now.astimezone(instrument.facility.tz).date()
    asked = requirements_of(user_id=user.pk, instrument_ids=[instrument.pk], day=today)
    buyer = buyer_for(user, now=now)
    price = hour_prices([instrument], buyer=buyer, now=now).get(instrument.pk)
    people = contacts_of([instrument.facility_id])[instrument.facility_id]
    runs = instrument.facility_id in viewer.run_facility_ids
    return {
        "requirements": asked[instrument.pk],
        "is_locked": not runs and not is_met(asked[instrument.pk]),
        "tier": buyer.tier,
        "price": price,
        "rate_of": whole_said(price),
        "prices": price_rows(price),
        "tiers": tier_rows(price) if runs or viewer.is_administrator else [],
        "notes": all_day_notes(price, [day.date for day in week.days]),
        # Partners read who answers for a platform, and no other names.
        "people": [one for one in people if one.is_manager or not viewer.is_partner],
        "is_favourite": instrument.pk in favourite_ids_of(user),
        "runs": runs,
    }


def coming_week(instrument: Any, person: Any, *, now: dt.datetime) -> Week:
    """Return seven days from today as lines, with the bookings the person may know.

    Without a person nothing but blocks can be told from busy time.
    """
    tz = instrument.facility.tz
    within = days_from(now.astimezone(tz).date(), 7, tz)
    known = bookings_visible_to(person, on=now.date()) if person else None
    marked = list(marks_within([instrument], within, known=known))
    user_id = person.pk if person else None
    return week_of(
        instrument,
        days_of([instrument], within, now=now)[instrument.pk],
        marks=[mark_of(booking, tz, user_id) for booking in marked],
        marked=[one for one in marked if one.kind != "use" or one.booked_for_id == user_id],
        now=now,
    )


@require_POST
@member_page
def favourite(request: PageRequest, instrument_id: int) -> HttpResponse:
    """Keep an instrument among one's own, or let it go."""
    wanted = request.POST.get("wanted") != "0"
    step = add_favourite if wanted else remove_favourite
    step(actor=request.viewer.user, instrument_id=instrument_id)
    if "HX-Request" in request.headers:  # the button alone is drawn again
        context = {
            "instrument_id": instrument_id,
            "is_favourite": wanted,
            "words": request.POST.get("words") == "1",
            "name": request.POST.get("name", "")[:200],
            "back": way_back(request, "/"),
        }
        return render(request, "web/_star.html", context)
    return redirect(way_back(request, reverse("instrument", args=[instrument_id])))
