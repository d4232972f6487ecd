"""Cancelling in time and too late, starting, finishing, missing and settling a session."""

import pytest

from accounts.errors import NotPermitted
from bookings import services
from bookings.errors import ReasonRequired, TooEarly, TooLate, WrongState
from bookings.models import UsageSession
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db

START, END = make.at("2026-10-07 14:00"), make.at("2026-10-07 16:00")


@pytest.fixture
def person():
    return make.a_researcher()


@pytest.fixture
def instrument():
    return make.an_instrument(rules={"no_show_minutes": 30})


@pytest.fixture
def booking(person, instrument):
    return services.request_booking(actor=person, wish=make.a_wish(person, instrument), now=NOW)


def test_cancelling_twelve_hours_before_is_free_and_later_is_not(person, booking, instrument):
    free = services.cancel_booking(
        actor=person, booking_id=booking.pk, now=make.at("2026-10-07 02:00")
    )
    assert not free.late_cancellation
    again = services.request_booking(actor=person, wish=make.a_wish(person, instrument), now=NOW)
    late = services.cancel_booking(
        actor=person, booking_id=again.pk, now=make.at("2026-10-07 02:01")
    )
    assert late.late_cancellation
    assert not late.reminders.exists()


def test_the_platform_cancels_without_a_fee(booking, instrument):
    operator = make.a_staff_member(instrument.facility, "operator")
    cancelled = services.cancel_booking(actor=operator, booking_id=booking.pk, now=START)
    assert not cancelled.late_cancellation


def test_a_head_cancels_for_the_team_and_a_mate_does_not(booking):
    with pytest.raises(NotPermitted):
        services.cancel_booking(actor=make.a_member(booking.team), booking_id=booking.pk, now=NOW)
    head = make.a_member(booking.team, "head")
    assert services.cancel_booking(actor=head, booking_id=booking.pk, now=NOW)


def test_what_is_over_is_not_cancelled(person, booking):
    with pytest.raises(TooLate):
        services.cancel_booking(actor=person, booking_id=booking.pk, now=END)


def test_a_session_starts_and_finishes(person, booking):
    with pytest.raises(TooEarly):
        services.start_session(actor=person, booking_id=booking.pk, now=make.at("2026-10-07 13:44"))
    services.start_session(actor=person, booking_id=booking.pk, now=START)
    with pytest.raises(WrongState):
        services.cancel_booking(actor=person, booking_id=booking.pk, now=START)
    done = services.finish_session(actor=person, booking_id=booking.pk, now=END)
    usage = UsageSession.objects.get()
    assert (done.status, usage.started_at, usage.ended_at) == ("completed", START, END)
    assert usage.source == "person"


def test_a_session_is_not_started_by_a_team_mate_nor_after_its_end(person, booking):
    with pytest.raises(NotPermitted):
        services.start_session(actor=make.a_member(booking.team), booking_id=booking.pk, now=START)
    with pytest.raises(TooLate):
        services.start_session(actor=person, booking_id=booking.pk, now=END)


def test_staff_note_a_no_show_after_the_delay_and_the_slot_is_free(booking, instrument, person):
    operator = make.a_staff_member(instrument.facility, "operator")
    with pytest.raises(NotPermitted):
        services.mark_no_show(actor=person, booking_id=booking.pk, now=END)
    with pytest.raises(TooEarly):
        services.mark_no_show(
            actor=operator, booking_id=booking.pk, now=make.at("2026-10-07 14:29")
        )
    half_past = make.at("2026-10-07 14:30")
    missed = services.mark_no_show(actor=operator, booking_id=booking.pk, now=half_past)
    assert missed.status == "no_show"
    services.request_booking(
        actor=person,
        wish=make.a_wish(person, instrument, make.period("2026-10-07 15:00", "16:00")),
        now=half_past,
    )


def test_nobody_came_settles_as_a_no_show_where_sessions_are_started_by_hand(booking):
    assert services.settle_past_bookings(now=make.at("2026-10-07 14:29")) == 0
    assert services.settle_past_bookings(now=make.at("2026-10-07 14:30")) == 1
    assert services.settle_past_bookings(now=END) == 0
    booking.refresh_from_db()
    assert booking.status == "no_show"


def test_elsewhere_a_past_booking_is_completed_as_booked(person):
    instrument = make.an_instrument(rules={"no_show_minutes": None})
    booking = services.request_booking(actor=person, wish=make.a_wish(person, instrument), now=NOW)
    assert services.settle_past_bookings(now=make.at("2026-10-07 15:59")) == 0
    assert services.settle_past_bookings(now=END) == 1
    booking.refresh_from_db()
    assert booking.status == "completed"
    assert not UsageSession.objects.exists()


def test_a_session_nobody_finished_ends_as_booked_half_a_day_later(person, booking):
    services.start_session(actor=person, booking_id=booking.pk, now=START)
    assert services.settle_past_bookings(now=make.at("2026-10-08 03:59")) == 0
    assert services.settle_past_bookings(now=make.at("2026-10-08 04:00")) == 1
    booking.refresh_from_db()
    assert (booking.status, booking.usage.ended_at) == ("completed", END)


def test_a_manager_waives_the_charge_with_a_reason(booking, instrument):
    manager = make.a_staff_member(instrument.facility)
    with pytest.raises(ReasonRequired):
        services.waive_charge(actor=manager, booking_id=booking.pk, reason="", now=NOW)
    with pytest.raises(NotPermitted):
        services.waive_charge(
            actor=booking.booked_for, booking_id=booking.pk, reason="Broken", now=NOW
        )
    waived = services.waive_charge(
        actor=manager, booking_id=booking.pk, reason="Laser broke down", now=NOW
    )
    assert waived.waived_reason == "Laser broke down"
