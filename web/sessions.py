"""Bookings as rows of a page: plain values, on the platform's clock, in the reader's words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.titles import title_for
from bookings.approval import REASONS
from bookings.queries import free_cancellation_until
from bookings.services.using import EARLY_START_MINUTES
from bookings.states import LIVE, Status
from bookings.wording import (
    clock_text,
    date_text,
    day_text,
    length_text,
    moment_text,
    money_text,
    span_text,
)
from facilities.intervals import MINUTE, Interval
from facilities.queries import rules_of
from web.people import Viewer
from web.states import Look, look_of

SHOWN_WITH = (
    "instrument__facility",
    "instrument__rules",
    "booked_for",
    "team__organisation",
    "project",
    "account",
    "operator",
)
"""What a query of bookings must bring along for its rows."""

COSTING = frozenset({Status.IN_USE, Status.COMPLETED, Status.CANCELLED, Status.NO_SHOW})
"""When a booking costs something that may be waived."""

EXTENSION = dt.timedelta(hours=1)
DAYS_FROM = dt.timedelta(hours=48)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One booking, as its row and its page show it."""

    id: int
    instrument_id: int
    instrument: str
    facility_id: int
    facility: str
    period: Interval
    tz: dt.tzinfo
    day: str
    start: str
    start_said: str
    end: str
    when: str
    look: Look
    person: str
    team: str
    tier: str
    project: str
    account: str
    purpose: str
    operator: str
    price: str
    note: str
    lapses: str
    reasons: tuple[str, ...]
    operator_id: int | None
    needs_operator: bool
    is_requested: bool
    is_in_use: bool
    is_over: bool
    may_start: bool
    may_finish: bool
    may_move: bool
    may_mark_no_show: bool
    may_waive: bool
    extend_to: str
    extend_said: str
    waived: str
    exception: str
    give_up: str


def sessions_of(bookings: Iterable[Any], *, viewer: Viewer, now: dt.datetime) -> list[Session]:
    """Return rows for bookings that the viewer may see whole."""
    return [session_of(booking, viewer=viewer, now=now) for booking in bookings]


def session_of(
    booking: Any, *, viewer: Viewer, now: dt.datetime, is_alone: bool = False
) -> Session:
    """Return the row of one booking. Looked at alone, who runs it reads what it is for."""
    at = booking.instrument.facility_id if is_alone else None
    tz, status = booking.instrument.facility.tz, Status(booking.status)
    return Session(
        id=booking.pk,
        instrument_id=booking.instrument_id,
        instrument=booking.instrument.name,
        facility_id=booking.instrument.facility_id,
        facility=booking.instrument.facility.localized_name,
        look=look_of(status),
        person=str(booking.booked_for or ""),
        team=booking.team.name if booking.team else "",
        tier=booking.team.organisation.tier if booking.team else "",
        project=title_for(viewer.reader, booking.project, at=at),
        account=str(booking.account or ""),
        purpose=booking.purpose,
        operator=_operator(booking, viewer),
        price=_price(booking),
        note=_note(booking, status, now=now, tz=tz),
        lapses=_lapses(booking, now=now),
        reasons=_reasons(booking),
        operator_id=booking.operator_id,
        needs_operator=booking.operator_needed,
        is_requested=status == Status.REQUESTED,
        is_in_use=status == Status.IN_USE,
        is_over=status not in LIVE,
        give_up=_give_up(booking, status, now=now) if _may_change(booking, viewer) else "",
        waived=booking.waived_reason,
        exception=booking.override_reason,
        **_times(booking.interval, tz, now=now),
        **_steps(booking, status, viewer, now=now),
    )


def _times(period: Interval, tz: dt.tzinfo, *, now: dt.datetime) -> dict[str, Any]:
    start, end = period.start.astimezone(tz), period.end.astimezone(tz)
    return {
        "period": period,
        "tz": tz,
        "day": day_said(start.date(), today=now.astimezone(tz).date()),
        "start": f"{start:%H:%M}",
        "start_said": clock_text(start),
        "end": clock_text(end) if end.date() == start.date() else moment_text(end),
        "when": span_text(start, end),
    }


def _may_change(booking: Any, viewer: Viewer) -> bool:
    """Say whether a change is offered. Heads of teams find it too: the service asks for more."""
    own = viewer.user.pk in (booking.booked_for_id, booking.created_by_id)
    runs = booking.instrument.facility_id in viewer.run_facility_ids
    return own or runs or booking.team_id in viewer.led_team_ids


def _steps(booking: Any, status: Status, viewer: Viewer, *, now: dt.datetime) -> dict[str, Any]:
    """Say which steps of the session the viewer is offered; the service has the last word."""
    is_mine = booking.booked_for_id == viewer.user.pk
    runs = booking.instrument.facility_id in viewer.run_facility_ids
    earliest = booking.interval.start - EARLY_START_MINUTES * MINUTE
    is_time = earliest <= now < booking.interval.end
    missed_at = (
        booking.interval.start + (rules_of(booking.instrument).no_show_minutes or 0) * MINUTE
    )
    return {
        "may_start": (is_mine or runs) and status == Status.APPROVED and is_time,
        "may_finish": (is_mine or runs) and status == Status.IN_USE,
        "may_move": status in LIVE and now < booking.interval.end and _may_change(booking, viewer),
        "may_mark_no_show": runs and status == Status.APPROVED and now >= missed_at,
        "may_waive": booking.instrument.facility_id in viewer.managed_facility_ids
        and status in COSTING
        and not booking.waived_reason,
        **_extension(booking, status, viewer, now=now),
    }


def _extension(booking: Any, status: Status, viewer: Viewer, *, now: dt.datetime) -> dict[str, str]:
    """Propose an hour more to whoever is at it."""
    end = booking.interval.end
    if status != Status.IN_USE or now >= end or not _may_change(booking, viewer):
        return {"extend_to": "", "extend_said": ""}
    later = (end + EXTENSION).astimezone(booking.instrument.facility.tz)
    return {"extend_to": f"{later:%H:%M}", "extend_said": clock_text(later)}


def _reasons(booking: Any) -> tuple[str, ...]:
    codes = booking.evaluation.get("approval_reasons", ())
    return tuple(str(REASONS[code]) for code in codes if code in REASONS)


def day_said(day: dt.date, *, today: dt.date) -> str:
    """Name a day: today and tomorrow by their words, another year with its number."""
    if day == today:
        return _("today")
    if day == today + dt.timedelta(days=1):
        return _("tomorrow")
    return day_text(day) if day.year == today.year else date_text(day)


def _operator(booking: Any, viewer: Viewer) -> str:
    if not booking.operator_needed and booking.operator_id is None:
        return ""
    if booking.operator_id is None or viewer.is_partner:  # partners read no names
        return _("with an operator")
    return _("with %(name)s") % {"name": booking.operator}


def _price(booking: Any) -> str:
    return "" if booking.estimate_cents is None else money_text(booking.estimate_cents)


def _is_free_to_give_up(booking: Any, *, now: dt.datetime) -> bool:
    until = free_cancellation_until(booking)
    return until is not None and now <= until


def _note(booking: Any, status: Status, *, now: dt.datetime, tz: dt.tzinfo) -> str:
    if status == Status.REQUESTED:
        held = moment_text(booking.hold_until.astimezone(tz))
        return _("Held until %(moment)s; the platform decides.") % {"moment": held}
    if status != Status.APPROVED or now >= booking.interval.end:
        return ""
    until = free_cancellation_until(booking)
    if until is None or now > until:
        return _("Too late to cancel free of charge.")
    moment = moment_text(until.astimezone(tz))
    return _("Free to cancel until %(moment)s.") % {"moment": moment}


def _lapses(booking: Any, *, now: dt.datetime) -> str:
    if booking.hold_until is None or booking.hold_until <= now:
        return ""
    left = booking.hold_until - now
    if left >= DAYS_FROM:
        return _("lapses in %(days)d days") % {"days": left.days}
    minutes = left // MINUTE
    length = length_text(minutes - minutes % 60 if minutes >= 60 else minutes)
    return _("lapses in %(length)s") % {"length": length}


def _give_up(booking: Any, status: Status, *, now: dt.datetime) -> str:
    """Return the word on the button that gives a booking up, with its cost; empty for none."""
    if status == Status.REQUESTED:
        return _("Withdraw")
    if status != Status.APPROVED or now >= booking.interval.end:
        return ""
    if _is_free_to_give_up(booking, now=now):
        return _("Cancel")
    if price := _price(booking):
        return _("Cancel (%(price)s)") % {"price": price}
    return _("Cancel (full price)")
