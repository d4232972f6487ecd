"""Bookings of the feed as marks on a calendar: how each looks, what it says, where it leads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bookings.states import Status
from bookings.wording import day_text, span_text

WORDS: dict[str, Callable[[], str]] = {
    "is-mine": lambda: _("Mine"),
    "is-busy": lambda: pgettext("time", "Booked"),
    "is-asked": lambda: _("Requested"),
    "is-risk": lambda: _("At risk"),
    "is-block": lambda: _("Out of service"),
    "is-train": lambda: _("Training"),
    "is-session": lambda: _("Whole session"),
    "service": lambda: _("Service"),
    "busy": lambda: pgettext("time", "Busy"),
    "industry": lambda: _("Industry"),
}
ICONS = {"is-asked": "hourglass", "is-risk": "risk", "is-block": "wrench", "is-train": "cap"}
BLOCKS = ("maintenance", "closure")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A stretch of the platform's wall clock that is taken, as this viewer may know it.

    `said` is all of it in words. `change` says what may be dragged: all, only the end,
    or nothing. Set-up and clean-up are minutes.
    """

    start: dt.datetime
    end: dt.datetime
    css: str
    label: str
    said: str
    unit: int = 1
    id: int | None = None
    is_own: bool = False
    change: str = ""
    word: str = ""
    set_up: int = 0
    clean_up: int = 0

    @property
    def hours(self) -> str:
        """When it is, as short as can be: 9–13; with its days where it is more than one."""
        if (self.end - self.start).days:
            return f"{day_text(self.start)} – {day_text(self.end)}"
        return f"{short(self.start)}–{short(self.end)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """For whom marks are made: the clock, the hour, and whether they run the platform.

    Words and days are translated once, not for each of a thousand marks.
    """

    tz: dt.tzinfo
    now: dt.datetime
    runs: bool
    words: dict[str, str] = field(
        default_factory=lambda: {css: word() for css, word in WORDS.items()}
    )
    days: dict[dt.date, str] = field(default_factory=dict)

    def span(self, start: dt.datetime, end: dt.datetime) -> str:
        """Write a period as Thu 26 Nov, 14:00–16:00."""
        if (end - start).days:
            return span_text(start, end)
        day = start.date()
        if day not in self.days:
            self.days[day] = day_text(day)
        return f"{self.days[day]}, {clock(start)}–{clock(end)}"


def short(moment: dt.datetime) -> str:
    """Write a time of day as 9 or 9:30."""
    return f"{moment.hour}:{moment.minute:02}" if moment.minute else str(moment.hour)


def clock(moment: dt.datetime) -> str:
    """Write a time of day as 09:30."""
    return f"{moment.hour:02}:{moment.minute:02}"


def wall(instant: dt.datetime, tz: dt.tzinfo) -> dt.datetime:
    """Return what the platform's clock shows."""
    return instant.astimezone(tz).replace(tzinfo=None)


def mark_of(row: Mapping[str, Any], *, reader: Reader, is_stopped: bool) -> Mark:
    """Return the mark of one booking of the feed."""
    first = dt.datetime.fromisoformat(row["start"])
    last = dt.datetime.fromisoformat(row["end"])
    start, end = wall(first, reader.tz), wall(last, reader.tz)
    css = _css(row, is_at_risk=is_stopped and last > reader.now)
    label = _label(row, css, reader.words)
    return Mark(
        start=start,
        end=end,
        css=css,
        label=label,
        word=reader.words[css],
        said=_said(row, label, word=reader.words[css], when=reader.span(start, end)),
        unit=row["unit"],
        id=row.get("id"),
        is_own=bool(row.get("mine")),
        change=_change(row, reader, starts_later=first > reader.now, ends_later=last > reader.now),
        set_up=row["set_up"],
        clean_up=row["clean_up"],
    )


def _css(row: Mapping[str, Any], *, is_at_risk: bool) -> str:
    if row["kind"] in BLOCKS:
        return "is-block"
    if row["kind"] == "training":
        return "is-train"
    if is_at_risk:
        return "is-risk"
    if row["status"] == Status.REQUESTED:
        return "is-asked"
    return "is-mine" if row.get("mine") else "is-busy"


def _label(row: Mapping[str, Any], css: str, words: Mapping[str, str]) -> str:
    """Say whose it is, or what for, as far as the feed tells this viewer."""
    if css in ("is-block", "is-train"):
        return row.get("purpose") or words["service" if css == "is-block" else css]
    if row.get("mine"):
        return row["purpose"] or row["project"] or words["is-mine"]
    if "id" in row:
        return row["team"] or row["person"] or words["is-busy"]
    by: str | None = row.get("by")
    if by is None:
        return words["busy"]
    return by or words["industry"]


def _said(row: Mapping[str, Any], label: str, *, word: str, when: str) -> str:
    told = [word, label]
    if "id" in row and not row["mine"]:
        told += [one for one in (row["person"], row["project"], row["purpose"]) if one]
    return ", ".join(dict.fromkeys([*told, when]))


def _change(row: Mapping[str, Any], reader: Reader, *, starts_later: bool, ends_later: bool) -> str:
    """Say what the viewer may try to change by hand; the service has the last word."""
    if "id" not in row or not (row["mine"] or reader.runs) or row["kind"] != "use":
        return ""
    if row["status"] == Status.IN_USE and ends_later:
        return "end"
    is_pending = row["status"] in (Status.REQUESTED, Status.APPROVED)
    return "all" if is_pending and starts_later else ""
