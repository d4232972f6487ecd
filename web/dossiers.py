"""One request in full, as the person who decides it reads it: plain values, in words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.industry import share_with
from billing.quoting import estimate
from bookings.dossiers import Attendant, Dossier, Record
from bookings.states import Status
from bookings.wording import NBSP, day_text, length_text, moment_text, money_text
from compliance.gates import Level
from compliance.queries import Training
from facilities.intervals import MINUTE, Interval
from web.people import Viewer
from web.price_lines import HOUR, part_said
from web.prices import percent_said
from web.queue import Row, rows_of
from web.ribbons import Mine, Ribbon, ribbon
from web.sessions import day_said
from web.statistics.drawings import CAP_X, WARNING_X, share_width
from web.statistics.words import share_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What the paying account has left, before and with this request."""

    name: str
    left: str
    is_short: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Industry:
    """Industry's share of the instrument's year, in words and as widths of a bar."""

    text: str
    width: int
    more: int
    warning_x: int = WARNING_X
    cap_x: int = CAP_X


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A request with all that is known of it."""

    row: Row
    asked: str
    day: Ribbon
    day_label: str
    record: str
    training: str
    is_untrained: bool
    attendants: tuple[Attendant, ...]
    lines: tuple[str, ...]
    account: Account | None
    industry: Industry | None
    animals: int | None


def panel_of(
    request: Any, dossier: Dossier, *, number: int, viewer: Viewer, now: dt.datetime
) -> Panel:
    """Put a request and its dossier into words.

    One query, for the lines of the price, and three for the share of industry.
    """
    (row,) = rows_of([request], numbers={request.pk: number}, viewer=viewer, now=now)
    day, label = _day_of(request, dossier, now=now)
    return Panel(
        row=row,
        asked=_asked(request, now=now),
        day=day,
        day_label=label,
        record=_record(dossier.record),
        training=_training(dossier.training),
        is_untrained=bool(dossier.training.missing),
        attendants=dossier.attendants,
        lines=_lines(request, now=now),
        account=_account(request, dossier),
        industry=_industry(request, now=now),
        animals=request.animals,
    )


def _asked(request: Any, *, now: dt.datetime) -> str:
    tz = request.instrument.facility.tz
    asked, lapses = request.created_at.astimezone(tz), request.hold_until.astimezone(tz)
    said = {"asked": moment_text(asked), "lapses": moment_text(lapses)}
    today = now.astimezone(tz).date()
    if (lapses.date() - today).days in (0, 1):
        said["lapses"] = f"{day_said(lapses.date(), today=today)} {lapses:%H:%M}"
    return _("Asked %(asked)s, lapses %(lapses)s") % said


def _day_of(request: Any, dossier: Dossier, *, now: dt.datetime) -> tuple[Ribbon, str]:
    tz = request.instrument.facility.tz
    has_units = request.instrument.units > 1
    others = [] if has_units else [_neighbour(other, tz) for other in dossier.neighbours]
    asked = Mine(
        period=request.interval,
        css="is-asked",
        label=_("This request"),
        detail=_clock(request.interval, tz),
    )
    line = ribbon(
        dossier.day,
        tz,
        now=now,
        is_open=dossier.days.open,
        taken=dossier.days.taken if has_units else (),
        mine=[*_free_sessions(dossier, tz), *others, asked],
    )
    said = (asked, *others)
    label = "; ".join(f"{piece.label} {piece.detail}".strip() for piece in said if piece.label)
    return line, f"{request.instrument.name}, {day_text(dossier.day)}{NBSP}: {label}"


def _free_sessions(dossier: Dossier, tz: dt.tzinfo) -> list[Mine]:
    return [
        Mine(
            period=window.interval,
            css="is-session",
            label=_("Free session"),
            detail=_clock(window.interval, tz),
        )
        for window in dossier.days.bookable
        if window.whole_session
    ]


def _neighbour(other: Any, tz: dt.tzinfo) -> Mine:
    detail = _clock(other.interval, tz)
    if other.kind != "use":
        return Mine(
            period=other.interval, css="is-block", label=other.get_kind_display(), detail=detail
        )
    label = _team_said(other)
    css = "is-asked" if other.status == Status.REQUESTED else "is-busy"
    return Mine(period=other.interval, css=css, label=label, detail=detail)


def _team_said(booking: Any) -> str:
    if booking.team is None:
        return str(_("Booked"))
    organisation = booking.team.organisation
    return str(organisation if organisation.is_industry else booking.team)


def _clock(period: Interval, tz: dt.tzinfo) -> str:
    return f"{period.start.astimezone(tz):%H:%M}–{period.end.astimezone(tz):%H:%M}"


def _record(record: Record) -> str:
    """Say how the person has kept their bookings for a year."""
    parts = [
        ngettext("%(n)d session in a year", "%(n)d sessions in a year", record.sessions)
        % {"n": record.sessions},
        ngettext("%(n)d no-show", "%(n)d no-shows", record.no_shows) % {"n": record.no_shows}
        if record.no_shows
        else _("no no-show"),
    ]
    if record.late_cancellations:
        parts.append(
            ngettext("%(n)d late cancellation", "%(n)d late cancellations",
                     record.late_cancellations)
            % {"n": record.late_cancellations}
        )  # fmt: skip
    return ", ".join(parts)


def _training(training: Training) -> str:
    if not training.required:
        return _("None asked for")
    if training.level is None:
        return _("Missing: %(names)s") % {"names": ", ".join(training.missing.values())}
    return {
        Level.SUPERVISED: _("Supervised"),
        Level.AUTONOMOUS: _("Autonomous"),
        Level.AFTER_HOURS: _("Autonomous, after hours too"),
    }[Level(training.level)]


def _lines(request: Any, *, now: dt.datetime) -> tuple[str, ...]:
    """Return the sum behind the price, as long as it still comes to the same."""
    if request.team_id is None or request.estimate_cents is None:
        return ()
    priced = estimate(
        instrument_id=request.instrument_id,
        facility_id=request.instrument.facility_id,
        team_id=request.team_id,
        project_id=request.project_id,
        period=request.interval,
        mode=request.instrument.mode,
        now=now,
        operator_needed=request.operator_needed,
        bsl2=request.bsl2,
        account_id=request.account_id,
    )
    if priced is None or priced.amount_cents != request.estimate_cents:
        return ()
    return tuple(_line(line) for line in priced.lines)


def _line(line: Any) -> str:
    if line.unit != HOUR:
        return part_said(line)
    length = length_text((line.period.end - line.period.start) // MINUTE)
    said = f"{length} × {money_text(line.unit_price_cents)}"
    if line.percent == 100:
        return said
    percent = percent_said(line.percent)
    return f"{said} × {percent} ({line.band})" if line.band else f"{said} × {percent}"


def _account(request: Any, dossier: Dossier) -> Account | None:
    if request.account is None:
        return None
    after = dossier.left_after_cents
    if after is None:
        return Account(name=str(request.account), left="", is_short=False)
    before = after + (request.estimate_cents or 0)
    left = _("%(before)s left, then %(after)s") % {
        "before": money_text(before),
        "after": money_text(after),
    }
    return Account(name=str(request.account), left=left, is_short=after < 0)


def _industry(request: Any, *, now: dt.datetime) -> Industry | None:
    if request.team is None or not request.team.organisation.is_industry:
        return None
    share = share_with(request.instrument, period=request.interval, now=now)
    if share is None:
        return None
    text = _("%(before)s this year, %(after)s after") % {
        "before": share_text(share.before, places=1),
        "after": share_text(share.after, places=1),
    }
    width = share_width(share.before)
    return Industry(text=text, width=width, more=max(2, share_width(share.after) - width))
