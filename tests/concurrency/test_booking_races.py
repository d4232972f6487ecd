"""Many people want one slot at the same instant.

Guards, and what was seen once without each:

- the exclusion constraint: all 20 clients get the one slot, on create, on move and mixed,
  with the instrument's lock in place or not; two bookings change places onto each other;
  of 20 half-overlapping wishes all are granted
- the instrument's lock, the constraint in place: 2 of 6 positions are given, since those
  who choose the same lowest unit refuse each other; without both, 20 on 6 positions
- the order of the instruments' locks: 54 deadlocks over opposite moves, 16 of 20 moves
  given up as busy
- the operator's constraint: one operator in 6 places
- account, instrument and booking locks together, any of which serves for changes of one
  booking: 10 of 10 changes of one version go through
"""

from functools import partial

import pytest
from django.db import connection, transaction

from accounts.errors import Busy
from bookings import services
from bookings.errors import SlotTaken
from bookings.locking import lock_instruments
from bookings.models import Booking
from bookings.states import Status
from facilities.intervals import Interval
from tests import factories as make
from tests.concurrency.together import deadlocks, kinds, together
from tests.factories import NOW, period

pytestmark = pytest.mark.django_db(transaction=True)

CLIENTS = 20
BURSTS = 2


@pytest.fixture(autouse=True)
def _no_deadlock():
    """A deadlock is tried again, so that it would show in no outcome."""
    before = deadlocks()
    yield
    assert deadlocks() == before


def book(person, instrument, when=None, **wish):
    return services.request_booking(
        actor=person, wish=make.a_wish(person, instrument, when, **wish), now=NOW
    )


def move(booking, **changes):
    return services.move_booking(
        actor=booking.booked_for,
        booking_id=booking.pk,
        version=booking.version,
        changes=changes,
        now=NOW,
    )


def hour(number: int, day: int = 7) -> Interval:
    """An hour of a day in October; they overlap where the numbers are the same."""
    return period(f"2026-10-{day:02} {number:02}:00", f"{number + 1:02}:00")


def overlaps() -> int:
    """Count pairs of bookings that hold the same unit at a time, by a plain join."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH held AS (SELECT * FROM bookings_booking WHERE status = ANY(%s))"
            " SELECT count(*) FROM held a JOIN held b ON a.id < b.id AND a.blocked && b.blocked"
            " AND a.instrument_id = b.instrument_id AND a.unit = b.unit",
            [["requested", "approved", "in_use", "completed"]],
        )
        return cursor.fetchone()[0]


def test_twenty_clients_book_one_slot_and_one_gets_it():
    instrument = make.an_instrument(rules={"setup_minutes": 15, "cleanup_minutes": 15})
    people = [make.a_researcher() for _ in range(CLIENTS)]
    for burst in range(BURSTS):
        outcomes = together(
            [partial(book, person, instrument, hour(8 + 2 * burst)) for person in people]
        )
        assert kinds(outcomes) == {"Booking": 1, "SlotTaken": CLIENTS - 1}
    assert Booking.objects.count() == BURSTS


def test_people_of_one_team_who_share_an_account_get_one_slot_too():
    instrument, team = make.an_instrument(), make.a_researcher().teams.get()
    people = [make.a_member(team) for _ in range(CLIENTS)]
    outcomes = together([partial(book, person, instrument) for person in people])
    assert kinds(outcomes) == {"Booking": 1, "SlotTaken": CLIENTS - 1}


def test_twenty_clients_move_to_one_slot_and_one_gets_it():
    instrument = make.an_instrument()
    moving = [
        book(make.a_researcher(), instrument, hour(number, day=8)) for number in range(CLIENTS)
    ]
    for burst in range(BURSTS):
        target = hour(8 + burst)
        outcomes = together([partial(move, booking, period=target) for booking in moving])
        assert kinds(outcomes) == {"Booking": 1, "SlotTaken": CLIENTS - 1}
        moving = [
            booking
            for booking, outcome in zip(moving, outcomes, strict=True)
            if isinstance(outcome, SlotTaken)
        ]
        moving.append(book(make.a_researcher(), instrument, hour(burst, day=9)))
    assert overlaps() == 0


def test_a_move_and_new_bookings_meet_on_one_slot():
    instrument = make.an_instrument()
    people = [make.a_researcher() for _ in range(CLIENTS // 2)]
    moving = [
        book(make.a_researcher(), instrument, hour(number, day=8)) for number in range(CLIENTS // 2)
    ]
    outcomes = together(
        [
            call
            for person, booking in zip(people, moving, strict=True)
            for call in (
                partial(book, person, instrument, hour(8)),
                partial(move, booking, period=hour(8)),
            )
        ]
    )
    assert kinds(outcomes) == {"Booking": 1, "SlotTaken": CLIENTS - 1}


def test_twenty_clients_for_six_positions_and_six_get_one():
    incubator = make.an_instrument(units=6)
    people = [make.a_researcher() for _ in range(CLIENTS)]
    for burst in range(BURSTS):
        outcomes = together(
            [partial(book, person, incubator, hour(8 + burst)) for person in people]
        )
        assert kinds(outcomes) == {"Booking": 6, "SlotTaken": CLIENTS - 6}
        given = sorted(each.unit for each in outcomes if isinstance(each, Booking))
        assert given == [1, 2, 3, 4, 5, 6]


def test_slots_that_overlap_in_part_are_given_without_overlap():
    """Not one slot but twenty that each touch their neighbours: many may win, none overlap."""
    instrument = make.an_instrument()
    wishes = [
        period(f"2026-10-07 {8 + n // 2:02}:{n % 2 * 30:02}", f"{9 + n // 2:02}:{n % 2 * 30:02}")
        for n in range(CLIENTS)
    ]
    outcomes = together([partial(book, make.a_researcher(), instrument, each) for each in wishes])
    counted = kinds(outcomes)
    assert set(counted) == {"Booking", "SlotTaken"}
    assert 7 <= counted["Booking"] <= 10
    assert overlaps() == 0


def test_bookings_that_change_places_do_not_lock_each_other_out():
    """Opposite moves between two instruments, ten each way: bait for a deadlock."""
    here, there = make.an_instrument(), make.an_instrument()
    pairs = CLIENTS // 2
    going = [book(make.a_researcher(), here, hour(number)) for number in range(pairs)]
    coming = [book(make.a_researcher(), there, hour(number)) for number in range(pairs)]
    for burst in range(BURSTS):
        target = [hour(number, day=8 + burst) for number in range(pairs)]
        outcomes = together(
            [
                call
                for number in range(pairs)
                for call in (
                    partial(move, going[number], instrument_id=there.pk, period=target[number]),
                    partial(move, coming[number], instrument_id=here.pk, period=target[number]),
                )
            ]
        )
        assert kinds(outcomes) == {"Booking": CLIENTS}
        coming, going = outcomes[0::2], outcomes[1::2]
    assert overlaps() == 0


def test_bookings_that_want_each_others_place_are_both_refused():
    here, there = make.an_instrument(), make.an_instrument()
    for number in range(BURSTS):
        one = book(make.a_researcher(), here, hour(number))
        other = book(make.a_researcher(), there, hour(number))
        outcomes = together(
            [
                partial(move, one, instrument_id=there.pk),
                partial(move, other, instrument_id=here.pk),
            ]
        )
        assert kinds(outcomes) == {"SlotTaken": 2}


def test_two_changes_of_one_version_are_one_change():
    booking = book(make.a_researcher(), make.an_instrument())
    outcomes = together(
        [partial(move, booking, period=hour(number)) for number in range(CLIENTS // 2)]
    )
    assert kinds(outcomes) == {"Booking": 1, "StaleVersion": CLIENTS // 2 - 1}
    booking.refresh_from_db()
    assert booking.version == 2


def test_one_operator_is_given_to_one_of_several_sessions_at_a_time():
    facility = make.a_facility()
    manager = make.a_staff_member(facility)
    operator = make.a_staff_member(facility, "operator")
    for burst in range(BURSTS):
        requests = [
            book(
                make.a_researcher(),
                make.an_instrument(facility, rules={"approval_always": True}),
                hour(8 + burst),
                operator_needed=True,
            )
            for _ in range(6)
        ]
        outcomes = together(
            [
                partial(
                    services.approve_booking,
                    actor=manager,
                    booking_id=request.pk,
                    now=NOW,
                    operator_id=operator.pk,
                )
                for request in requests
            ]
        )
        assert kinds(outcomes) == {"Booking": 1, "OperatorTaken": 5}


def test_who_waits_too_long_is_told_to_come_back():
    instrument, person = make.an_instrument(), make.a_researcher()

    def impatient():
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '150ms'")
        return book(person, instrument)

    with transaction.atomic():
        lock_instruments(instrument.pk)
        (outcome,) = together([impatient])
    assert isinstance(outcome, Busy)
    assert not Booking.objects.exists()
    assert book(person, instrument).status == Status.APPROVED
