"""Bookings as a model that knows no Django: lists of intervals in minutes, plain arithmetic.

It foretells what each verb does and which refusals are right; test_machine.py holds it
against the database.
"""

from __future__ import annotations

import dataclasses
import datetime as dt

from facilities.intervals import MINUTE, Interval
from tests.factories import NOW

STEP = 30
EARLY = 15
FREE_CANCELLATION = 60
HOLDING = ("requested", "approved", "in_use", "completed")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An instrument as the model knows it; lengths in minutes."""

    units: int
    buffer: int
    needs_approval: bool
    no_show: int | None
    hold: int = 120


PLACES = (
    Place(units=1, buffer=30, needs_approval=False, no_show=None),
    Place(units=2, buffer=0, needs_approval=True, no_show=30),
)


@dataclasses.dataclass(slots=True, kw_only=True)
class Held:
    """A booking as the model knows it; instants in minutes after NOW."""

    pk: int
    place: int
    unit: int
    start: int
    end: int
    person: int | None
    status: str = "approved"
    version: int = 1
    hold_until: int | None = None
    moved_late: bool = False
    late: bool = False

    @property
    def blocked(self) -> tuple[int, int]:
        buffer = PLACES[self.place].buffer if self.person is not None else 0
        return self.start - buffer, self.end + buffer

    def is_late(self, now: int) -> bool:
        """Giving it up costs: its start is near, or it was moved when that was so."""
        is_near = now > self.start - FREE_CANCELLATION
        return self.moved_late or (self.status == "approved" and is_near)


def instant(minutes: int) -> dt.datetime:
    return NOW + minutes * MINUTE


def within(start: int, end: int) -> Interval:
    return Interval(instant(start), instant(end))


class Model:
    """What is booked, by plain arithmetic."""

    def __init__(self) -> None:
        self.now = 0
        self.bookings: list[Held] = []

    def free_unit(self, wished: Held, units: list[int]) -> int | None:
        """The first unit on which nothing that holds its slot touches the wish."""
        start, end = wished.blocked
        for unit in units:
            others = [
                other.blocked
                for other in self.bookings
                if other.status in HOLDING
                and (other.place, other.unit) == (wished.place, unit)
                and other.pk != wished.pk
            ]
            if all(other_end <= start or end <= other_start for other_start, other_end in others):
                return unit
        return None

    def deadline(self, wished: Held) -> int:
        return min(self.now + PLACES[wished.place].hold, wished.start)

    def uses(self, *statuses: str) -> list[Held]:
        """Bookings by people, in any of some statuses."""
        return [
            held
            for held in self.bookings
            if held.person is not None and (not statuses or held.status in statuses)
        ]

    def moments(self) -> set[int]:
        """Instants at which something becomes possible, or no longer is."""
        found = set()
        for held in self.uses("requested", "approved", "in_use"):
            no_show = PLACES[held.place].no_show or 0
            found |= {held.start - FREE_CANCELLATION, held.start - EARLY, held.start}
            found |= {held.start + no_show, held.end, held.hold_until or held.end}
        return found

    def against_move(self, held: Held, wished: Held) -> set[str]:
        """The refusals that a change would rightly get, but for a taken slot."""
        refusals = set()
        is_same_start = wished.start == held.start
        is_longer_use = held.status == "in_use" and is_same_start and wished.place == held.place
        if held.status not in ("requested", "approved") and not is_longer_use:
            refusals.add("WrongState")
        if held.person is None:
            return refusals
        is_shorter = wished.end - wished.start < held.end - held.start
        if is_shorter and (held.status == "in_use" or held.is_late(self.now)):
            refusals.add("TooLate")
        if wished.end <= self.now if is_same_start else wished.start < self.now:
            refusals.add("PolicyViolated")
        return refusals

    def moved(self, held: Held, wished: Held) -> None:
        """Keep a change, and what follows from it for the status."""
        wished.version += 1
        if held.person is not None:
            is_moved = wished.start != held.start
            wished.moved_late = held.moved_late or (is_moved and held.is_late(self.now))
            needs_approval = PLACES[wished.place].needs_approval
            asks_for_more = wished.place != held.place or not (
                held.start <= wished.start and wished.end <= held.end
            )
            if held.status == "requested" and not needs_approval:
                wished.status = "approved"
            elif needs_approval and (
                held.status == "requested" or (held.status == "approved" and asks_for_more)
            ):
                wished.status, wished.hold_until = "requested", self.deadline(wished)
        self.bookings[self.bookings.index(held)] = wished
