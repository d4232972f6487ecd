"""For a few seconds an approval can be taken back: what was approved, and until when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from web.people import PageRequest

UNDO_SECONDS = 10
KEPT_AS = "approved_just_now"


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoable:
    """What the page offers to take back."""

    booking_ids: tuple[int, ...]
    said: str
    seconds: int


def told_at(now: dt.datetime) -> dt.datetime:
    """Return when the person of an approval is told, so that it can be taken back till then."""
    return now + dt.timedelta(seconds=UNDO_SECONDS)


def keep_undoable(
    request: PageRequest, *, booking_ids: Sequence[int], said: str, now: dt.datetime
) -> None:
    """Remember for the next page what has just been approved."""
    request.session[KEPT_AS] = {
        "ids": list(booking_ids),
        "said": said,
        "until": told_at(now).isoformat(),
    }


def undoable(request: PageRequest, *, now: dt.datetime) -> Undoable | None:
    """Return what can still be taken back."""
    kept = request.session.get(KEPT_AS)
    if kept is None:
        return None
    left = dt.datetime.fromisoformat(kept["until"]) - now
    if left <= dt.timedelta(0):
        del request.session[KEPT_AS]
        return None
    seconds = -(-left // dt.timedelta(seconds=1))
    return Undoable(booking_ids=tuple(kept["ids"]), said=kept["said"], seconds=seconds)


def forget_undoable(request: PageRequest) -> None:
    """Offer nothing to take back any more."""
    request.session.pop(KEPT_AS, None)
