"""A change is judged like a new booking, and asks again only when it asks for more."""

import datetime as dt

import pytest

from accounts.errors import NotFound, NotPermitted, StaleVersion
from bookings import services
from bookings.errors import PolicyViolated, SlotTaken, TooLate, WrongState
from bookings.moves import move_verdict
from tests import factories as make
from tests.factories import NOW, period

pytestmark = pytest.mark.django_db


@pytest.fixture
def instrument():
    return make.an_instrument(rules={"approval_always": True})


@pytest.fixture
def booking(instrument):
    person = make.a_researcher()
    return services.request_booking(actor=person, wish=make.a_wish(person, instrument), now=NOW)


def approve(booking):
    manager = make.a_staff_member(booking.instrument.facility)
    return services.approve_booking(actor=manager, booking_id=booking.pk, now=NOW)


def move(booking, when=None, *, actor=None, now=NOW, version=None, **changes):
    if when:
        changes["period"] = when
    return services.move_booking(
        actor=actor or booking.booked_for,
        booking_id=booking.pk,
        version=version or booking.version,
        changes=changes,
        now=now,
    )


def test_a_booking_never_stands_in_its_own_way(booking):
    moved = move(booking, period("2026-10-07 15:00", "17:00"))
    assert moved.interval == period("2026-10-07 15:00", "17:00")
    assert moved.version == 2


def test_a_booking_never_counts_against_its_own_quota():
    instrument = make.an_instrument(rules={"person_weekly_minutes": 120})
    person = make.a_researcher()
    booking = services.request_booking(actor=person, wish=make.a_wish(person, instrument), now=NOW)
    move(booking, period("2026-10-08 14:00", "16:00"))
    with pytest.raises(PolicyViolated):
        move(booking, period("2026-10-08 14:00", "16:30"), version=2)


def test_a_move_onto_another_booking_is_refused_with_alternatives(booking, instrument):
    make.a_booking(make.a_researcher(), instrument, period("2026-10-08 14:00", "16:00"))
    with pytest.raises(SlotTaken) as refusal:
        move(booking, period("2026-10-08 14:00", "16:00"))
    assert refusal.value.alternatives[0] == period("2026-10-08 16:00", "18:00")


def test_rules_hold_on_a_move_as_on_a_request(booking):
    with pytest.raises(PolicyViolated) as refusal:
        move(booking, period("2026-10-07 14:10", "16:00"))
    assert [v.code for v in refusal.value.violations] == ["off_step"]


def test_what_changed_meanwhile_is_not_overwritten(booking):
    move(booking, purpose="Panel B")
    with pytest.raises(StaleVersion):
        move(booking, purpose="Panel C", version=1)


def test_another_time_asks_again(booking):
    approve(booking)
    booking.refresh_from_db()
    assert move(booking, period("2026-10-07 15:00", "17:00")).status == "requested"


def test_less_time_within_the_old_or_another_purpose_does_not(booking):
    approve(booking)
    booking.refresh_from_db()
    shorter = move(booking, period("2026-10-07 14:00", "15:00"))
    assert shorter.status == "approved"
    assert move(shorter, purpose="Panel B").status == "approved"


def test_another_instrument_asks_again(booking):
    approve(booking)
    booking.refresh_from_db()
    other = make.an_instrument(rules={"approval_always": True})
    assert move(booking, instrument_id=other.pk).status == "requested"


def test_strangers_find_nothing_and_team_mates_may_not_change_it(booking):
    with pytest.raises(NotFound):
        move(booking, actor=make.a_researcher(), purpose="Mine")
    with pytest.raises(NotPermitted):
        move(booking, actor=make.a_member(booking.team), purpose="Mine")


def test_a_cancelled_booking_does_not_move(booking):
    services.cancel_booking(actor=booking.booked_for, booking_id=booking.pk, now=NOW)
    booking.refresh_from_db()
    with pytest.raises(WrongState):
        move(booking, purpose="Again")


def test_a_late_move_does_not_undo_the_fee_of_a_late_cancellation(instrument):
    instrument.rules.approval_always = False
    instrument.rules.save()
    person = make.a_researcher()
    booking = services.request_booking(actor=person, wish=make.a_wish(person, instrument), now=NOW)
    an_hour_before = make.at("2026-10-07 13:00")
    with pytest.raises(TooLate):
        move(booking, period("2026-10-07 14:00", "15:00"), now=an_hour_before)
    moved = move(booking, period("2026-11-07 14:00", "16:00"), now=an_hour_before)
    cancelled = services.cancel_booking(
        actor=person, booking_id=moved.pk, now=an_hour_before + dt.timedelta(days=1)
    )
    assert cancelled.late_cancellation


def test_a_session_under_way_can_be_extended_but_not_moved(instrument):
    instrument.rules.approval_always = False
    instrument.rules.save()
    person = make.a_researcher()
    booking = services.request_booking(actor=person, wish=make.a_wish(person, instrument), now=NOW)
    during = make.at("2026-10-07 15:00")
    running = services.start_session(
        actor=person, booking_id=booking.pk, now=make.at("2026-10-07 14:00")
    )
    longer = move(running, period("2026-10-07 14:00", "17:00"), now=during)
    assert (longer.status, longer.interval.end) == ("in_use", make.at("2026-10-07 17:00"))
    with pytest.raises(WrongState):
        move(longer, period("2026-10-07 18:00", "19:00"), now=during)


def test_a_session_under_way_keeps_its_position_when_it_is_extended():
    incubator, person = make.an_instrument(units=2), make.a_researcher()
    first, second = (
        services.request_booking(actor=person, wish=make.a_wish(person, incubator), now=NOW)
        for _ in range(2)
    )
    start = make.at("2026-10-07 14:00")
    running = services.start_session(actor=person, booking_id=second.pk, now=start)
    services.cancel_booking(actor=person, booking_id=first.pk, now=start)
    longer = move(running, period("2026-10-07 14:00", "17:00"), now=start)
    assert longer.unit == 2


def test_a_late_move_that_asks_again_does_not_undo_the_fee_either(booking):
    approve(booking)
    booking.refresh_from_db()
    an_hour_before = make.at("2026-10-07 13:00")
    moved = move(booking, period("2026-10-20 14:00", "16:00"), now=an_hour_before)
    assert moved.status == "requested"
    cancelled = services.cancel_booking(
        actor=booking.booked_for, booking_id=moved.pk, now=an_hour_before
    )
    assert cancelled.late_cancellation


def tried(booking, when=None, *, actor=None, now=NOW, version=None, **changes):
    if when:
        changes["period"] = when
    return move_verdict(
        actor=actor or booking.booked_for,
        booking_id=booking.pk,
        version=version or booking.version,
        changes=changes,
        now=now,
    )


def test_a_dry_run_of_a_move_says_that_it_is_decided_anew_and_changes_nothing(booking):
    approve(booking)
    booking.refresh_from_db()
    later = tried(booking, period("2026-10-07 15:00", "17:00"))
    assert (later.violations, later.asks_again) == ([], True)
    assert later.approval_reasons == ["always"]
    shorter = tried(booking, period("2026-10-07 14:00", "15:00"))
    assert not shorter.asks_again
    booking.refresh_from_db()
    assert booking.interval == period("2026-10-07 14:00", "16:00")


def test_a_dry_run_of_a_move_leaves_the_own_time_free(booking, instrument):
    other = period("2026-10-07 17:00", "18:00")
    make.a_booking(make.a_researcher(), instrument, other)
    assert tried(booking, period("2026-10-07 15:00", "17:00")).violations == []
    taken = tried(booking, period("2026-10-07 16:30", "18:30"))
    assert [broken.code for broken in taken.violations] == ["slot_taken"]
    assert taken.alternatives == [
        period("2026-10-07 18:00", "20:00"),
        period("2026-10-07 20:00", "22:00"),
        period("2026-10-07 22:00", "2026-10-08 00:00"),
    ]


def test_a_dry_run_of_a_move_is_refused_like_the_move(booking):
    other = make.a_user()
    with pytest.raises(NotFound):
        tried(booking, actor=other)
    with pytest.raises(StaleVersion):
        tried(booking, version=7)
    colleague = make.a_member(booking.team)
    with pytest.raises(NotPermitted):
        tried(booking, actor=colleague)
