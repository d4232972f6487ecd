"""Two people run one platform at the same instant.

Each race was seen to fail with its guard removed: the platform's lock in `end_role`, the
instruments' in `set_time_aside` for a closure (a block is kept apart by the constraint as
well), the instrument's in `change_instrument`.
"""

from functools import partial

import pytest

from accounts.errors import StaleVersion
from bookings import services
from bookings.errors import BookingsHit, PolicyViolated, SlotTaken
from bookings.models import Booking
from bookings.services import TimeAside
from facilities.models import Closure, FacilityStaff
from facilities.services import change_instrument, end_role
from facilities.services.instruments import CARD, InstrumentCard
from facilities.versions import seen_as
from tests import factories as make
from tests.concurrency.together import kinds, together
from tests.factories import NOW, TOMORROW_AFTERNOON

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 5


def test_two_managers_never_end_each_others_role():
    for _ in range(ROUNDS):
        facility = make.a_facility()
        one, two = (make.a_staff_member(facility) for _ in range(2))
        held = FacilityStaff.objects.filter(facility=facility)
        ends = [
            partial(end_role, actor=actor, staff_id=held.get(user=other).pk)
            for actor, other in ((one, two), (two, one))
        ]
        outcomes = together(ends)
        assert held.count() == 1, kinds(outcomes)
        assert sum(isinstance(each, FacilityStaff) for each in outcomes) == 1


@pytest.mark.parametrize("whole", [True, False])
def test_nobody_books_into_a_time_that_is_closed_at_that_instant(whole):
    for _ in range(ROUNDS):
        instrument, person = make.an_instrument(), make.a_researcher()
        manager = make.a_staff_member(instrument.facility)
        time = TimeAside(
            facility_code=instrument.facility.code,
            instrument_id=None if whole else instrument.pk,
            kind="shutdown" if whole else "maintenance",
            period=TOMORROW_AFTERNOON,
            reason="Works",
        )
        close = partial(
            services.set_time_aside, actor=manager, time=time, cancel_ids=(), keep_ids=(), now=NOW
        )
        wish = make.a_wish(person, instrument)
        book = partial(services.request_booking, actor=person, wish=wish, now=NOW)
        closed, booked = together([close, book])
        if isinstance(booked, Booking):
            assert isinstance(closed, BookingsHit)
        else:
            assert isinstance(booked, PolicyViolated if whole else SlotTaken)
        is_closed = Closure.objects.filter(facility=instrument.facility).exists()
        is_blocked = instrument.bookings.exclude(kind="use").exists()
        assert (is_closed or is_blocked) != isinstance(booked, Booking)


def test_of_two_changes_of_what_both_saw_one_stands():
    for number in range(ROUNDS):
        instrument = make.an_instrument()
        manager = make.a_staff_member(instrument.facility)
        seen = seen_as(instrument, CARD)
        changes = [
            partial(
                change_instrument,
                actor=manager,
                instrument_id=instrument.pk,
                card=InstrumentCard(
                    name=f"Name {number} {letter}", kind="room", mode="self_service"
                ),
                seen=seen,
            )
            for letter in "ab"
        ]
        outcomes = together(changes)
        assert sum(isinstance(each, StaleVersion) for each in outcomes) == 1, kinds(outcomes)
