"""Requests as rows of the queue: plain values, in the reader's words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.approval import REASONS
from bookings.dossiers import SOON
from bookings.wording import length_text
from facilities.queries import rules_of
from web.people import Viewer
from web.sessions import Session, session_of

ALL, INDUSTRY, SOON_ONLY = "", "industry", "soon"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """Why a decision is needed, in two words; `sentence` says it in full."""

    css: str
    icon: str
    word: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A way to look at some of the requests only."""

    only: str
    word: str
    count: int
    is_on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One request of the queue."""

    session: Session
    who_pays: str
    tags: tuple[Tag, ...]
    is_hot: bool
    cents: int


_LOOKS: Mapping[str, tuple[str, str, Promise]] = {
    "request_only": ("is-wait", "hand", gettext_lazy("On request")),
    "always": ("is-wait", "hand", gettext_lazy("Always decided")),
    "industry": ("is-mine", "flask-conical", gettext_lazy("Industry")),
    "first_sessions": ("is-wait", "hand", gettext_lazy("First sessions")),
    "long": ("is-wait", "clock", gettext_lazy("Long session")),
    "night": ("is-risk", "moon", gettext_lazy("Night or weekend")),
}


def rows_of(
    requests: Iterable[Any], *, numbers: Mapping[int, int], viewer: Viewer, now: dt.datetime
) -> list[Row]:
    """Return the rows of some requests; `numbers` says which session each would be."""
    return [
        Row(
            session=session_of(request, viewer=viewer, now=now),
            who_pays=who_pays(request),
            tags=tags_of(request, number=numbers.get(request.pk, 1)),
            is_hot=request.hold_until - now <= SOON,
            cents=request.estimate_cents or 0,
        )
        for request in requests
    ]


def who_pays(request: Any) -> str:
    """Name the company or team behind a request, with its tier."""
    if request.team is None:
        return ""
    organisation = request.team.organisation
    name = organisation.name if organisation.is_industry else request.team.name
    return f"{name}, {organisation.tier}"


def tags_of(request: Any, *, number: int) -> tuple[Tag, ...]:
    """Say why a request needs a decision."""
    codes = request.evaluation.get("approval_reasons", ())
    rules = rules_of(request.instrument)
    words = {}
    if number <= rules.approval_first_sessions:
        words["first_sessions"] = _("Session %(number)d of the first %(all)d") % {
            "number": number,
            "all": rules.approval_first_sessions,
        }
    if rules.approval_over_minutes is not None:
        length = length_text(rules.approval_over_minutes)
        words["long"] = _("Over %(length)s") % {"length": length}
    return tuple(_tag(code, words) for code in codes if code in REASONS)


def _tag(code: str, words: Mapping[str, str]) -> Tag:
    css, icon, word = _LOOKS.get(code, ("is-wait", "hand", REASONS[code]))
    return Tag(css=css, icon=icon, word=words.get(code, str(word)), sentence=str(REASONS[code]))


def after(rows: Sequence[Row], booking_id: int) -> int | None:
    """Return the request to go to once one is decided: the next, or else the one before."""
    ids = [row.session.id for row in rows]
    if booking_id not in ids:
        return ids[0] if ids else None
    place = ids.index(booking_id)
    left = ids[place + 1 :] or ids[:place][-1:]
    return left[0] if left else None
