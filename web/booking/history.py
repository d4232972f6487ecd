"""The history of a booking in words, as its page tells it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from bookings.changes import Change
from bookings.states import LABELS, Status
from bookings.wording import moment_text, span_text
from web.people import Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line: when, what, and by whom where the viewer may know."""

    at: str
    texts: tuple[str, ...]
    by: str


def steps_of(changes: Iterable[Change], *, viewer: Viewer, tz: dt.tzinfo) -> list[Step]:
    """Return the lines of a history. Partners read no names but their own."""
    return [
        Step(
            at=moment_text(change.changed_at.astimezone(tz)),
            texts=tuple(dict.fromkeys(_texts(change, tz))),
            by=_by(change, viewer),
        )
        for change in changes
    ]


def _by(change: Change, viewer: Viewer) -> str:
    if change.by is None:
        return ""
    if change.by == viewer.user:
        return _("by you")
    return "" if viewer.is_partner else _("by %(name)s") % {"name": change.by}


def _texts(change: Change, tz: dt.tzinfo) -> list[str]:
    return [_SAID[name](value, tz) for name, value in change.new.items()]


def _moved(period: Any, tz: dt.tzinfo) -> str:
    when = span_text(period.lower.astimezone(tz), period.upper.astimezone(tz))
    return _("Moved to %(when)s") % {"when": when}


def _waived(reason: Any, tz: dt.tzinfo) -> str:
    return _("Free of charge: %(reason)s") % {"reason": reason}


_SAID: dict[str, Callable[[Any, dt.tzinfo], str]] = {
    "status": lambda status, tz: str(LABELS[Status(status)]),
    "period": _moved,
    "instrument_id": lambda value, tz: _("On another instrument"),
    "unit": lambda value, tz: _("On unit %(unit)s") % {"unit": value},
    "project_id": lambda value, tz: _("For another project"),
    "account_id": lambda value, tz: _("Paid by another account"),
    "operator_id": lambda value, tz: _("Another operator"),
    "operator_needed": lambda value, tz: (
        _("With an operator") if value else _("Without an operator")
    ),
    "purpose": lambda value, tz: _("Another purpose"),
    "animals": lambda value, tz: _("Another number of animals"),
    "bsl2": lambda value, tz: _("BSL-2 work") if value else _("No BSL-2 work"),
    "waived_reason": _waived,
}
