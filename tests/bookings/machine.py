"""The ground of the machine: tries verbs as people would, and holds model against database."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant

from accounts.errors import DomainError
from bookings.models import Booking
from tests import factories as make
from tests.bookings.model import STEP, Held, Model, instant, within


class Ground(RuleBasedStateMachine):
    """A platform with two instruments and two people; each history is rolled back."""

    scene: Any

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.changes = transaction.atomic()
        self.changes.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.changes.__exit__(None, None, None)

    @invariant()
    def the_model_equals_the_database(self) -> None:
        stored = {
            booking.pk: (
                booking.instrument_id,
                booking.unit,
                booking.interval,
                booking.blocked_interval,
                booking.status,
                booking.version,
                booking.hold_until if booking.status == "requested" else None,
                booking.late_cancellation,
            )
            for booking in Booking.objects.all()
        }
        expected = {
            held.pk: (
                self.scene["instruments"][held.place].pk,
                held.unit,
                within(held.start, held.end),
                within(*held.blocked),
                held.status,
                held.version,
                instant(held.hold_until or 0) if held.status == "requested" else None,
                held.late,
            )
            for held in self.model.bookings
        }
        assert stored == expected

    def attempt(
        self,
        service: Callable[..., Booking],
        refusals: set[str],
        held: Held | None,
        *,
        by_platform: bool = False,
        **asked: Any,
    ) -> Booking | None:
        """Try a verb; it works if nothing stands against it, else says one of the refusals."""
        person = held.person if held else self._asked_for(asked)
        manager = self.scene["manager"]
        actor = manager if by_platform or person is None else self.scene["people"][person]
        target = {"booking_id": held.pk} if held else {}
        outcome: Booking | DomainError
        try:
            outcome = service(actor=actor, now=instant(self.model.now), **target, **asked)
        except DomainError as refusal:
            outcome = refusal
        if isinstance(outcome, Booking):
            assert not refusals, f"allowed in spite of {refusals}"
            return outcome
        assert type(outcome).__name__ in refusals, f"{outcome!r}, not one of {refusals}"
        return None

    def _asked_for(self, asked: dict[str, Any]) -> int | None:
        booked_for = asked["wish"].booked_for_id
        people = [person.pk for person in self.scene["people"]]
        return people.index(booked_for) if booked_for else None

    def wish(self, wished: Held) -> Any:
        person = None if wished.person is None else self.scene["people"][wished.person]
        wish = make.a_wish(
            person or self.scene["manager"],
            self.scene["instruments"][wished.place],
            within(wished.start, wished.end),
        )
        if person is None:
            return dataclasses.replace(wish, kind="maintenance", booked_for_id=None)
        return wish

    def period(self, data: st.DataObject) -> tuple[int, int]:
        """Steps near the present, so that wishes meet and some lie in the past."""
        start = (self.model.now // STEP + data.draw(st.integers(-1, 5), label="start")) * STEP
        return start, start + STEP * data.draw(st.integers(1, 4), label="steps")

    def pick(self, data: st.DataObject, *likely: str, uses_only: bool = False) -> Held:
        """A booking; mostly one to which the verb can happen."""
        among = self.model.uses() if uses_only else self.model.bookings
        likely_ones = [held for held in among if held.status in likely]
        if likely_ones and data.draw(st.integers(0, 3), label="likely") < 3:
            among = likely_ones
        return data.draw(st.sampled_from(list(reversed(among))), label="of")

    def become(self, held: Held, status: str) -> None:
        held.status = status
        held.version += 1
