"""How the states of a booking look: colour, sign and word, the same on every page."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise

from bookings.states import LABELS, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A tag: its class, the name of its icon, and its word."""

    css: str
    icon: str
    word: Promise


_SIGNS = {
    Status.REQUESTED: ("is-wait", "hourglass"),
    Status.APPROVED: ("is-ok", "circle-check"),
    Status.IN_USE: ("is-mine", "play"),
    Status.COMPLETED: ("", "check"),
    Status.REJECTED: ("is-risk", "x"),
    Status.CANCELLED: ("", "x"),
    Status.NO_SHOW: ("is-risk", "circle-alert"),
    Status.EXPIRED: ("", "clock"),
}


def look_of(status: str) -> Look:
    """Return how a status is shown."""
    css, icon = _SIGNS[Status(status)]
    return Look(css=css, icon=icon, word=LABELS[Status(status)])
