"""Today on the platforms somebody runs: what is late, stopped, asked for, and who works where."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookings.board import Use, held_within, is_late, overrunning, use_of_weeks
from bookings.days import Days, days_of
from bookings.permissions import requests_decided_by
from bookings.states import Status
from bookings.wording import clock_text, day_text
from facilities.intervals import DAY, Interval, local_day, local_week
from facilities.permissions import instruments_visible_to
from web.catalogue import State, state_now, until_said
from web.people import Viewer
from web.ribbons import Mine, Ribbon, first_hour_of, hours_from, ribbon
from web.sessions import SHOWN_WITH, sessions_of
from web.views.home.own import moment_said
from web.week import WORKING

MOST = 60
OLDEST = 3
WEEK = 7 * DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An instrument of the board: today's line, how it stands, who is on it."""

    instrument: Any
    ribbon: Ribbon
    label: str
    state: State
    who: str
    is_late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Attended:
    """A session that an operator attends today."""

    id: int
    times: str
    instrument: str
    person: str
    is_over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekUse:
    """The use of a platform's week against the one before, in per cent."""

    facility: str
    now: int | None
    before: int | None


def context_for(viewer: Viewer, *, now: dt.datetime) -> dict[str, Any]:
    """Return what the page of somebody who runs platforms shows."""
    instruments = list(
        instruments_visible_to(viewer.user)
        .filter(facility__in=viewer.run_facility_ids)
        .exclude(state="retired")
        .select_related("rules")
        .order_by("facility__code", "name", "pk")[:MOST]
    )
    tz = instruments[0].facility.tz if instruments else dt.UTC
    today = todays_bookings(instruments, tz, now=now)
    lines = lines_of(instruments, today, tz, now=now)
    return {
        "now": moment_said(now, tz),
        "title": title_of(lines, viewer),
        "platforms": [
            (facility, list(group))
            for facility, group in groupby(lines, lambda line: line.instrument.facility)
        ],
        "requests": oldest_requests(viewer, now=now),
        "operators": operators_day(today, tz, now=now),
        "weeks": weeks_of(instruments, tz, now=now),
        "hours": hours_from(first_hour_of(now, tz)),
    }


def todays_bookings(instruments: Sequence[Any], tz: dt.tzinfo, *, now: dt.datetime) -> list[Any]:
    """Return the bookings of today, and those that run over from before; two queries."""
    day = local_day(now.astimezone(tz).date(), tz)
    shown = ("booked_for", "operator", "team__organisation", "instrument__rules")
    held = list(held_within(instruments, day).select_related(*shown))
    known = {booking.pk for booking in held}
    late = overrunning(instruments, now=now).select_related(*shown)
    return [*(booking for booking in late if booking.pk not in known), *held]


def lines_of(
    instruments: Sequence[Any], bookings: Iterable[Any], tz: dt.tzinfo, *, now: dt.datetime
) -> list[Line]:
    """Return the board, in three queries."""
    if not instruments:
        return []
    today = now.astimezone(tz).date()
    within = Interval(now - DAY, now + DAY)
    days = days_of(instruments, within, now=now)
    of_instrument: dict[int, list[Any]] = {}
    for booking in bookings:
        of_instrument.setdefault(booking.instrument_id, []).append(booking)
    return [
        _line(one, days[one.pk], of_instrument.get(one.pk, []), today, now=now)
        for one in instruments
    ]


def _line(
    instrument: Any, days: Days, bookings: Sequence[Any], today: dt.date, *, now: dt.datetime
) -> Line:
    tz = instrument.facility.tz
    late = next((booking for booking in bookings if is_late(booking, now=now)), None)
    current = late or next((one for one in bookings if _is_now(one, now=now)), None)
    pieces = [_piece(booking, tz, now=now) for booking in bookings]
    state = state_now(
        instrument, days, [one for one in bookings if one.kind != "use"], viewer=None, now=now
    )
    if instrument.state != WORKING:
        state = State(css="is-down", word=state.word, reason=instrument.state_reason)
    who = ""
    if state.css != "is-down" and current is not None and current.kind == "use":
        who = _who(current)
        state = State(css=_dot(current, late), word=_when(current, late, tz, now=now))
    said = [f"{piece.label} {piece.detail}" for piece in pieces]
    return Line(
        instrument=instrument,
        ribbon=ribbon(
            today,
            tz,
            now=now,
            is_open=days.open,
            mine=pieces,
            is_stopped=instrument.state != WORKING,
            first_hour=first_hour_of(now, tz),
        ),
        label=f"{instrument.name}, {day_text(today)}: " + (", ".join(said) or _("nothing booked")),
        state=state,
        who=who,
        is_late=late is not None,
    )


def _is_now(booking: Any, *, now: dt.datetime) -> bool:
    is_its_time = booking.interval.start <= now < booking.interval.end
    return is_its_time and booking.status in (Status.IN_USE, Status.APPROVED)


def _dot(current: Any, late: Any) -> str:
    if late is not None:
        return "is-late"
    return "is-used" if current.status == Status.IN_USE else "is-free"


def _when(current: Any, late: Any, tz: dt.tzinfo, *, now: dt.datetime) -> str:
    ends = until_said(current.interval.end, tz, now=now)
    starts = clock_text(current.interval.start.astimezone(tz))
    if late is not None and current.status == Status.IN_USE:
        return _("over since %(time)s") % {"time": ends}
    if late is not None:
        return _("not here, expected at %(time)s") % {"time": starts}
    return _("until %(time)s") % {"time": ends}


def _who(booking: Any) -> str:
    team = f" ({booking.team})" if booking.team else ""
    return f"{booking.booked_for}{team}"


def _piece(booking: Any, tz: dt.tzinfo, *, now: dt.datetime) -> Mine:
    start, end = (moment.astimezone(tz) for moment in _ends(booking))
    css = "is-busy"
    if booking.kind != "use":
        css = "is-train" if booking.kind == "training" else "is-block"
    elif booking.status == Status.REQUESTED:
        css = "is-asked"
    elif is_late(booking, now=now):
        css = "is-late"
    elif booking.status == Status.IN_USE:
        css = "is-mine"
    label = str(booking.team or booking.get_kind_display())
    period = booking.interval
    if css == "is-late" and now > period.end:
        period = Interval(period.start, now)
    return Mine(period=period, css=css, label=label, detail=f"{start:%H:%M}–{end:%H:%M}")


def _ends(booking: Any) -> tuple[dt.datetime, dt.datetime]:
    return booking.interval.start, booking.interval.end


def title_of(lines: Sequence[Line], viewer: Viewer) -> str:
    """Say in one sentence what needs somebody: late, stopped, requests."""
    late = sum(line.is_late for line in lines)
    stopped = sum(line.state.css == "is-down" for line in lines)
    parts = []
    if late:
        parts.append(ngettext("%(count)d late", "%(count)d late", late) % {"count": late})
    if stopped:
        text = ngettext("%(count)d stopped", "%(count)d stopped", stopped)
        parts.append(text % {"count": stopped})
    if viewer.requests:
        text = ngettext("%(count)d request", "%(count)d requests", viewer.requests)
        parts.append(text % {"count": viewer.requests})
    return ", ".join(parts) or _("Nothing late, nothing stopped, no request")


def oldest_requests(viewer: Viewer, *, now: dt.datetime) -> list[Any]:
    """Return the three requests that have waited longest; one query, none for who decides none."""
    if not viewer.requests:
        return []
    oldest = requests_decided_by(viewer.user, now=now).select_related(*SHOWN_WITH)
    return list(sessions_of(oldest.order_by("pk")[:OLDEST], viewer=viewer, now=now))


def operators_day(
    bookings: Iterable[Any], tz: dt.tzinfo, *, now: dt.datetime
) -> Mapping[str, list[Attended]]:
    """Return today's attended sessions by operator, those without one first."""
    attended: dict[str, list[Attended]] = {}
    for booking in bookings:
        is_attended = booking.operator_id is not None or booking.operator_needed
        if booking.kind != "use" or not is_attended:
            continue
        start, end = (moment.astimezone(tz) for moment in _ends(booking))
        attended.setdefault(str(booking.operator or ""), []).append(
            Attended(
                id=booking.pk,
                times=f"{start:%H:%M}–{end:%H:%M}",
                instrument=booking.instrument.name,
                person=_who(booking),
                is_over=booking.status == Status.COMPLETED or end <= now,
            )
        )
    return dict(sorted(attended.items()))


def weeks_of(instruments: Sequence[Any], tz: dt.tzinfo, *, now: dt.datetime) -> list[WeekUse]:
    """Return this week's use of each platform against last week's, in three queries."""
    this = local_week(now.astimezone(tz).date(), tz)
    last = local_week((now - WEEK).astimezone(tz).date(), tz)
    used = use_of_weeks(instruments, [last, this], now=now)
    names = {one.facility_id: str(one.facility) for one in instruments}
    return [_week(names[facility_id], uses) for facility_id, uses in used.items()]


def _week(facility: str, uses: Sequence[Use]) -> WeekUse:
    before, this = uses
    return WeekUse(facility=facility, now=this.percent, before=before.percent)
