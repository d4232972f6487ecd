"""A state machine over the verbs of a booking: after any history the model equals the database.

The model foretells what each verb does and, where it is refused, which refusals are right.
MACHINE_RUNS sets how many histories are tried; 500 take some ten minutes.
"""

from __future__ import annotations

import dataclasses
import os
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bookings import services
from bookings.models import Booking
from tests import factories as make
from tests.bookings.machine import Ground
from tests.bookings.model import (
    EARLY,
    FREE_CANCELLATION,
    PLACES,
    Held,
    Place,
    instant,
    within,
)

RUNS = int(os.environ.get("MACHINE_RUNS", "25"))


class Bookings(Ground):
    """The verbs, in any order, by their persons and their platform, while time goes on."""

    # --- asking ------------------------------------------------------------------------

    @initialize(data=st.data())
    def begin(self, data: st.DataObject) -> None:
        """Begin with a few bookings, or most verbs would find none to work on."""
        assert not Booking.objects.exists()
        for place in (0, 1, 1):
            self.request(place=place, person=0, is_welcome=True, data=data)

    @rule(
        place=st.sampled_from([0, 1]),
        person=st.sampled_from([0, 1, None]),
        is_welcome=st.booleans(),
        data=st.data(),
    )
    def request(
        self, place: int, person: int | None, is_welcome: bool, data: st.DataObject
    ) -> None:
        """A person asks, or the platform blocks the time (person None)."""
        start, end = self.period(data)
        wished = Held(pk=0, place=place, unit=0, start=start, end=end, person=person)
        refusals = {"PolicyViolated"} if person is not None and start < self.model.now else set()
        unit = self.model.free_unit(wished, list(range(1, PLACES[place].units + 1)))
        if unit is None:
            refusals.add("SlotTaken")
        booking = self.attempt(services.request_booking, refusals, None, wish=self.wish(wished))
        if booking is None:
            return
        assert unit is not None
        wished.pk, wished.unit = booking.pk, unit
        if person is not None and PLACES[place].needs_approval:
            wished.status, wished.hold_until = "requested", self.model.deadline(wished)
        self.model.bookings.append(wished)
        if is_welcome and wished.status == "requested":
            self._decide(wished, approves=True)

    @precondition(lambda self: self.model.bookings)
    @rule(data=st.data(), elsewhere=st.sampled_from([False] * 3 + [True]), keep_start=st.booleans())
    def move(self, data: st.DataObject, elsewhere: bool, keep_start: bool) -> None:
        held = self.pick(data, "requested", "approved", "in_use")
        start, end = self.period(data)
        if keep_start:
            start, end = held.start, held.start + end - start
        place = 1 - held.place if elsewhere else held.place
        wished = dataclasses.replace(held, place=place, start=start, end=end)
        is_running = held.status == "in_use"
        units = [held.unit] if is_running else list(range(1, PLACES[place].units + 1))
        unit = self.model.free_unit(wished, units)
        refusals = self.model.against_move(held, wished)
        if unit is None:
            refusals.add("SlotTaken")
        seen = held.version + data.draw(st.sampled_from([0] * 9 + [1]), label="another version")
        if seen != held.version:
            refusals.add("StaleVersion")
        changes: dict[str, Any] = {"period": within(start, end)}
        if elsewhere:
            changes["instrument_id"] = self.scene["instruments"][place].pk
        if self.attempt(services.move_booking, refusals, held, version=seen, changes=changes):
            assert unit is not None
            self.model.moved(held, dataclasses.replace(wished, unit=unit))

    @precondition(lambda self: self.model.bookings)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        held = self.pick(data, "requested", "approved")
        refusals = set()
        if held.status not in ("requested", "approved"):
            refusals.add("WrongState")
        elif held.status == "approved" and self.model.now >= held.end:
            refusals.add("TooLate")
        if self.attempt(services.cancel_booking, refusals, held):
            held.late = held.person is not None and held.is_late(self.model.now)
            self.become(held, "cancelled")

    # --- deciding ----------------------------------------------------------------------

    @precondition(lambda self: self.model.bookings)
    @rule(data=st.data(), approves=st.booleans())
    def decide(self, data: st.DataObject, approves: bool) -> None:
        self._decide(self.pick(data, "requested"), approves=approves)

    def _decide(self, held: Held, *, approves: bool) -> None:
        refusals = set()
        if held.status != "requested" or (held.hold_until or 0) <= self.model.now:
            refusals.add("WrongState")
        if held.person is None:  # the manager blocked the time
            refusals.add("OwnRequest")
        service = services.approve_booking if approves else services.reject_booking
        if self.attempt(service, refusals, held, by_platform=True, reason="Because"):
            self.become(held, "approved" if approves else "rejected")

    @rule()
    def let_requests_lapse(self) -> None:
        due = [
            held
            for held in self.model.bookings
            if held.status == "requested" and (held.hold_until or 0) <= self.model.now
        ]
        assert services.expire_requests(now=instant(self.model.now)) == len(due)
        for held in due:
            self.become(held, "expired")

    # --- using -------------------------------------------------------------------------

    @precondition(lambda self: self.model.uses())
    @rule(data=st.data(), comes_on_time=st.booleans())
    def start(self, data: st.DataObject, comes_on_time: bool) -> None:
        held = self.pick(data, "approved", uses_only=True)
        if comes_on_time and held.status == "approved":
            self.model.now = max(self.model.now, held.start - EARLY)
        refusals = set()
        if held.status != "approved":
            refusals.add("WrongState")
        elif self.model.now < held.start - EARLY:
            refusals.add("TooEarly")
        elif self.model.now >= held.end:
            refusals.add("TooLate")
        if self.attempt(services.start_session, refusals, held):
            self.become(held, "in_use")

    @precondition(lambda self: self.model.uses())
    @rule(data=st.data())
    def finish(self, data: st.DataObject) -> None:
        held = self.pick(data, "in_use", uses_only=True)
        refusals = set() if held.status == "in_use" else {"WrongState"}
        if self.attempt(services.finish_session, refusals, held):
            self.become(held, "completed")

    @precondition(lambda self: self.model.uses())
    @rule(data=st.data())
    def mark_no_show(self, data: st.DataObject) -> None:
        held = self.pick(data, "approved", uses_only=True)
        refusals = set()
        if held.status != "approved":
            refusals.add("WrongState")
        elif self.model.now < held.start + (PLACES[held.place].no_show or 0):
            refusals.add("TooEarly")
        if self.attempt(services.mark_no_show, refusals, held, by_platform=True):
            self.become(held, "no_show")

    @rule()
    def settle(self) -> None:
        settled = 0
        for held in self.model.uses():
            delay, now = PLACES[held.place].no_show, self.model.now
            if held.status == "approved" and delay is None and now >= held.end:
                self.become(held, "completed")
                settled += 1
            elif held.status == "approved" and delay is not None and now >= held.start + delay:
                self.become(held, "no_show")
                settled += 1
        assert services.settle_past_bookings(now=instant(self.model.now)) == settled

    @rule(data=st.data(), off=st.integers(-1, 1))
    def wait(self, data: st.DataObject, off: int) -> None:
        """Let time go on until something may happen, or a minute short of it or past it."""
        moments = {moment + off for moment in self.model.moments() if moment + off > self.model.now}
        if moments:
            self.model.now = data.draw(st.sampled_from(sorted(moments)), label="now")


@pytest.mark.django_db
@pytest.mark.timeout(600)
def test_any_history_of_bookings_leaves_what_the_model_says():
    facility = make.a_facility()

    def instrument(place: Place):
        rules = {
            "setup_minutes": place.buffer,
            "cleanup_minutes": place.buffer,
            "approval_always": place.needs_approval,
            "approval_at_night": False,
            "hold_minutes": place.hold,
            "free_cancellation_minutes": FREE_CANCELLATION,
            "no_show_minutes": place.no_show,
        }
        return make.an_instrument(facility, rules=rules, units=place.units)

    class Machine(Bookings):
        scene = {
            "manager": make.a_staff_member(facility),
            "people": [make.a_researcher(), make.a_researcher()],
            "instruments": [instrument(place) for place in PLACES],
        }

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=40,
            deadline=None,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
