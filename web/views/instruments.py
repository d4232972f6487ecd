"""What there is to book: the list with today's free time, and an instrument's coming week."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.errors import NotFound
from bookings.days import Days, days_of
from bookings.permissions import bookings_visible_to
from bookings.states import LIVE
from bookings.wording import day_text, length_text
from compliance.queries import training_of
from facilities.intervals import DAY, Interval
from facilities.permissions import facilities_visible_to, instruments_visible_to
from facilities.queries import rules_of
from web.pages import member_page
from web.people import PageRequest
from web.ribbons import HOURS, Ribbon, days_from, ribbon
from web.week import WORKING, FreeTime, Week, free_times, said_of, week_of

MOST = 100
LOOK_AHEAD_DAYS = 14


class Filter(forms.Form):
    """Which instruments to list."""

    platform = forms.SlugField(required=False, max_length=20)
    search = forms.CharField(required=False, max_length=100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An instrument in the list, with today's line and its next free time."""

    instrument: Any
    ribbon: Ribbon
    label: str
    next: FreeTime | None


@require_safe
@member_page
def index(request: PageRequest) -> HttpResponse:
    """List instruments by platform, with what is free today and next."""
    now, asked = timezone.now(), Filter(request.GET)
    chosen = asked.cleaned_data if asked.is_valid() else {}
    found = instruments_visible_to(request.viewer.user).select_related("rules")
    if platform := chosen.get("platform"):
        found = found.filter(facility__code=platform)
    if search := chosen.get("search"):
        found = found.filter(name__icontains=search)
    instruments = list(found.order_by("facility__code", "name", "pk")[: MOST + 1])
    rows = _rows(instruments[:MOST], now=now)
    context = {
        "sections": [
            (facility, list(group))
            for facility, group in groupby(rows, lambda row: row.instrument.facility)
        ],
        "count": len(rows),
        "is_cut": len(instruments) > MOST,
        "platforms": facilities_visible_to(request.viewer.user)
        .filter(is_active=True)
        .order_by("code"),
        "platform": platform or "",
        "search": search or "",
        "hours": HOURS,
    }
    return render(request, "web/instruments.html", context)


def _rows(instruments: Sequence[Any], *, now: dt.datetime) -> list[Row]:
    within = Interval(now - DAY, now + LOOK_AHEAD_DAYS * DAY)
    days = days_of(instruments, within, now=now) if instruments else {}
    return [_row(instrument, days[instrument.pk], now=now) for instrument in instruments]


def _row(instrument: Any, days: Days, *, now: dt.datetime) -> Row:
    tz = instrument.facility.tz
    today = now.astimezone(tz).date()
    free = free_times(instrument, days.bookable, now=now)
    return Row(
        instrument=instrument,
        ribbon=ribbon(
            today,
            tz,
            now=now,
            is_open=days.open,
            taken=days.taken,
            is_stopped=instrument.state != WORKING,
        ),
        label=said_of(day_text(today), [time for time in free if time.day == today]),
        next=free[0] if free else None,
    )


@require_safe
@member_page
def detail(request: PageRequest, instrument_id: int) -> HttpResponse:
    """Show an instrument, its rules, and seven days with what is free in them."""
    now, viewer = timezone.now(), request.viewer
    instrument = (
        instruments_visible_to(viewer.user).select_related("rules").filter(pk=instrument_id).first()
    )
    if instrument is None:
        raise NotFound
    week = coming_week(instrument, viewer.user, now=now)
    today = now.astimezone(instrument.facility.tz).date()
    context = {
        "instrument": instrument,
        "rules": rules_of(instrument),
        "lengths": _lengths(rules_of(instrument)),
        "training": training_of(user_id=viewer.user.pk, instrument_id=instrument_id, day=today),
        "week": week,
        "hours": HOURS,
        "next": next((time for day in week.days for time in day.free), None),
    }
    return render(request, "web/instrument.html", context)


def _lengths(rules: Any) -> dict[str, str]:
    """Return the lengths of the rules in words; an empty text where there is none."""
    minutes = {
        "shortest": rules.shortest_minutes,
        "longest": rules.longest_minutes,
        "step": rules.step_minutes,
        "notice": rules.notice_minutes,
        "cleanup": rules.cleanup_minutes,
        "weekly": rules.person_weekly_minutes,
        "cancellation": rules.free_cancellation_minutes,
    }
    return {name: length_text(length) if length else "" for name, length in minutes.items()}


def coming_week(instrument: Any, person: Any, *, now: dt.datetime) -> Week:
    """Return seven days from today as lines, the person's own bookings among them."""
    tz = instrument.facility.tz
    within = days_from(now.astimezone(tz).date(), 7, tz)
    own = bookings_visible_to(person, on=now.date()).filter(
        booked_for=person,
        instrument=instrument,
        status__in=LIVE,
        period__overlap=(within.start, within.end),
    )
    return week_of(
        instrument, days_of([instrument], within, now=now)[instrument.pk], own=own, now=now
    )
