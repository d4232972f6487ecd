"""How a service request is shown: its state as a tag, its stages as a track."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from billing.orders.states import LABELS, TRACK, OrderState
from web.states import Look

_SIGNS = {
    OrderState.REQUESTED: ("is-wait", "hourglass"),
    OrderState.QUOTED: ("is-wait", "receipt"),
    OrderState.ACCEPTED: ("is-ok", "circle-check"),
    OrderState.SAMPLES_RECEIVED: ("is-mine", "flask-conical"),
    OrderState.IN_PROGRESS: ("is-mine", "play"),
    OrderState.DELIVERED: ("is-ok", "check"),
    OrderState.REFUSED: ("is-risk", "x"),
    OrderState.CANCELLED: ("", "x"),
}
BILLED = Look(css="", icon="receipt", word=pgettext_lazy("of a service request", "Billed"))
ENDED = (OrderState.REFUSED, OrderState.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage of the track: `css` says whether it is done, now or ahead."""

    word: Promise
    css: str


def look_of_request(state: str, *, is_billed: bool = False) -> Look:
    """Return how a state is shown as a tag."""
    if is_billed:
        return BILLED
    css, icon = _SIGNS[OrderState(state)]
    return Look(css=css, icon=icon, word=LABELS[OrderState(state)])


def stages_of(request: Any, *, is_billed: bool, passed: set[str]) -> list[Stage]:
    """Return the stages that a request goes through, up to the bill.

    Samples are a stage of those that sent some, or may still. One that was refused or
    taken back ends there.
    """
    state = OrderState(request.state)
    if state in ENDED:
        done = [one for one in TRACK if one in passed]
        return [*(Stage(word=LABELS[one], css="is-done") for one in done),
                Stage(word=LABELS[state], css="is-now is-over")]  # fmt: skip
    track = list(TRACK)
    if state == OrderState.QUOTED or OrderState.QUOTED in passed:
        track.insert(1, OrderState.QUOTED)
    at = track.index(state)
    if at > track.index(OrderState.SAMPLES_RECEIVED) and OrderState.SAMPLES_RECEIVED not in passed:
        track.remove(OrderState.SAMPLES_RECEIVED)
        at -= 1
    stages = [
        Stage(word=LABELS[one], css="is-done" if place < at else "is-now" if place == at else "")
        for place, one in enumerate(track)
    ]
    if is_billed:
        stages[-1] = Stage(word=stages[-1].word, css="is-done")
    return [*stages, Stage(word=BILLED.word, css="is-now" if is_billed else "")]
