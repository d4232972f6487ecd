"""What the database refuses by itself, asked in SQL behind Django's back."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from bookings.models import ACTIVE_STATUSES, Booking
from bookings.states import Status
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db

FREED = sorted({status.value for status in Status} - set(ACTIVE_STATUSES))
TWO_TO_FOUR = "[2026-10-07 12:00+00, 2026-10-07 14:00+00)"


@pytest.fixture
def instrument():
    return make.an_instrument(units=3)


@pytest.fixture
def person():
    return make.a_user()


def insert(instrument, person, period: str = TWO_TO_FOUR, **columns: Any) -> int:
    """Insert a booking as a script or a console would."""
    row = {
        "instrument_id": instrument.pk,
        "booked_for_id": person.pk if person else None,
        "unit": 1,
        "kind": "use",
        "status": "approved",
        "period": period,
        "blocked": period,
        "operator_needed": False,
        "bsl2": False,
        "purpose": "",
        "evaluation": "{}",
        "override_reason": "",
        "cancel_reason": "",
        "late_cancellation": False,
        "waived_reason": "",
        "imported_history": False,
        "origin": "",
        "origin_id": "",
        "version": 1,
        "created_at": NOW,
        "updated_at": NOW,
    } | columns
    names, places = ", ".join(row), ", ".join(["%s"] * len(row))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO bookings_booking ({names}) VALUES ({places}) RETURNING id",
            list(row.values()),
        )
        return cursor.fetchone()[0]


def refused_by(*args: Any, **columns: Any) -> str:
    """Return the name of the constraint that refuses a row."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        insert(*args, **columns)
    return refusal.value.__cause__.diag.constraint_name  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "period",
    [
        TWO_TO_FOUR,
        "[2026-10-07 13:00+00, 2026-10-07 15:00+00)",
        "[2026-10-07 12:30+00, 2026-10-07 13:00+00)",
        "[2026-10-07 11:00+00, 2026-10-07 15:00+00)",
        "[2026-10-07 13:59:59.999999+00, 2026-10-07 15:00+00)",
    ],
)
def test_one_unit_is_not_booked_twice_at_a_time(instrument, person, period):
    insert(instrument, person)
    assert refused_by(instrument, make.a_user(), period) == "booking_no_overlap"


@pytest.mark.parametrize("status", ACTIVE_STATUSES)
def test_every_active_status_holds_its_slot(instrument, person, status):
    insert(instrument, person, status=status, hold_until=NOW)
    assert refused_by(instrument, person) == "booking_no_overlap"


def test_setup_and_cleanup_are_held_too(instrument, person):
    insert(instrument, person, blocked="[2026-10-07 11:30+00, 2026-10-07 14:30+00)")
    neighbour = "[2026-10-07 14:00+00, 2026-10-07 15:00+00)"
    assert refused_by(instrument, person, neighbour) == "booking_no_overlap"


def test_maintenance_and_people_keep_apart(instrument, person):
    insert(instrument, None, kind="maintenance")
    assert refused_by(instrument, person) == "booking_no_overlap"


def test_neighbours_that_touch_are_allowed(instrument, person):
    insert(instrument, person)
    insert(instrument, person, "[2026-10-07 14:00+00, 2026-10-07 15:00+00)")
    insert(instrument, person, "[2026-10-07 11:00+00, 2026-10-07 12:00+00)")


def test_another_unit_and_another_instrument_are_free(instrument, person):
    insert(instrument, person)
    insert(instrument, person, unit=2)
    insert(make.an_instrument(), person)


@pytest.mark.parametrize("status", FREED)
def test_a_booking_that_is_no_more_holds_nothing(instrument, person, status):
    insert(instrument, person, status=status)
    insert(instrument, person)


def test_imported_history_may_overlap_as_it_did(instrument, person):
    insert(instrument, person)
    insert(instrument, person, imported_history=True, status="completed")
    insert(instrument, person, imported_history=True, status="completed")


def test_a_booking_does_not_come_back_to_life_on_a_slot_that_was_given_away(instrument, person):
    cancelled = insert(instrument, person, status="cancelled")
    insert(instrument, person)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE bookings_booking SET status = 'approved' WHERE id = %s", [cancelled])


def test_a_move_onto_a_held_slot_is_refused(instrument, person):
    insert(instrument, person)
    later = insert(instrument, person, "[2026-10-07 14:00+00, 2026-10-07 15:00+00)")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE bookings_booking SET period = %s, blocked = %s WHERE id = %s",
            [TWO_TO_FOUR, TWO_TO_FOUR, later],
        )


def test_an_operator_is_not_in_two_places(instrument, person):
    operator = make.a_user()
    insert(instrument, person, operator_id=operator.pk)
    elsewhere = make.an_instrument()
    overlapping = "[2026-10-07 13:30+00, 2026-10-07 15:00+00)"
    refusal = refused_by(elsewhere, person, overlapping, operator_id=operator.pk)
    assert refusal == "booking_operator_in_one_place"


def test_an_operator_goes_from_one_session_to_the_next(instrument, person):
    operator = make.a_user()
    insert(instrument, person, operator_id=operator.pk)
    elsewhere, after = make.an_instrument(), "[2026-10-07 14:00+00, 2026-10-07 15:00+00)"
    insert(elsewhere, person, after, operator_id=operator.pk)
    insert(elsewhere, person, status="cancelled", operator_id=operator.pk)
    insert(make.an_instrument(), person, operator_id=make.a_user().pk)


def test_two_sessions_without_an_operator_do_not_meet(instrument, person):
    insert(instrument, person)
    insert(make.an_instrument(), person)


def test_what_is_blocked_holds_the_period(instrument, person):
    refusal = refused_by(instrument, person, blocked="[2026-10-07 12:30+00, 2026-10-07 14:00+00)")
    assert refusal == "booking_blocks_its_period"


@pytest.mark.parametrize(
    "ends",
    [
        "[2026-10-07 12:00+00, infinity)",
        "[-infinity, 2026-10-07 14:00+00)",
        "(, 2026-10-07 14:00+00)",
        "[2026-10-07 12:00+00,)",
        "[1066-10-14 09:00+00, 2026-10-07 14:00+00)",
        "[2026-10-07 12:00+00, 9999-12-31 00:00+00)",
    ],
)
def test_a_booking_begins_and_ends(instrument, person, ends):
    assert refused_by(instrument, person, ends) == "booking_periods_finite"
    assert refused_by(instrument, person, blocked=ends) == "booking_periods_finite"


@pytest.mark.parametrize(
    "period",
    [
        "empty",
        "[2026-10-07 12:00+00, 2026-10-07 12:00+00)",
        "[2026-10-07 12:00+00, 2026-10-07 14:00+00]",
        "(2026-10-07 12:00+00, 2026-10-07 14:00+00)",
        "(2026-10-07 12:00+00, 2026-10-07 14:00+00]",
    ],
)
def test_a_period_is_half_open_and_not_empty(instrument, person, period):
    assert refused_by(instrument, person, period) == "booking_periods_half_open"


def test_what_is_blocked_is_half_open(instrument, person):
    blocked = "(2026-10-07 11:00+00, 2026-10-07 15:00+00]"
    assert refused_by(instrument, person, blocked=blocked) == "booking_periods_half_open"


@pytest.mark.parametrize("status", ["", "Approved", "pending"])
def test_an_unknown_status_is_refused(instrument, person, status):
    assert refused_by(instrument, person, status=status) == "booking_status_known"


def test_there_is_no_unit_zero(instrument, person):
    assert refused_by(instrument, person, unit=0) == "booking_unit_from_one"


def test_use_is_for_somebody(instrument):
    assert refused_by(instrument, None) == "booking_use_is_for_someone"


def test_a_request_has_a_deadline(instrument, person):
    assert refused_by(instrument, person, status="requested") == "booking_request_has_deadline"


def test_one_booking_is_imported_once(instrument, person):
    columns = {"origin": "nemo", "origin_id": "7", "status": "cancelled"}
    insert(instrument, person, **columns)
    assert refused_by(instrument, person, **columns) == "booking_imported_once"


def test_what_the_queries_call_blocking_is_what_the_constraint_holds(instrument, person):
    """Else a slot would be shown free that cannot be had, or the other way round."""
    for number, status in enumerate(Status):
        day = f"[2026-11-{number + 1:02} 12:00+00, 2026-11-{number + 1:02} 14:00+00)"
        for is_history in (False, True):
            columns = {"status": status.value, "imported_history": is_history, "hold_until": NOW}
            stored = insert(instrument, person, day, unit=2 + is_history, **columns)
            is_blocking = Booking.objects.blocking().filter(pk=stored).exists()
            if is_blocking:
                refusal = refused_by(instrument, person, day, unit=2 + is_history)
                assert refusal == "booking_no_overlap"
            else:
                insert(instrument, person, day, unit=2 + is_history)
