"""Who decides a request, and what follows."""

import datetime as dt

import pytest

from accounts.errors import NotFound, NotPermitted
from bookings import services
from bookings.errors import OperatorTaken, OwnRequest, ReasonRequired, WrongState
from notifications.models import OutboxMessage
from tests import factories as make
from tests.factories import NOW, period

pytestmark = pytest.mark.django_db


@pytest.fixture
def instrument():
    return make.an_instrument(rules={"approval_always": True})


@pytest.fixture
def manager(instrument):
    return make.a_staff_member(instrument.facility)


def request(person, instrument, when=None):
    return services.request_booking(
        actor=person, wish=make.a_wish(person, instrument, when), now=NOW
    )


def topics() -> list[str]:
    return [m.topic for m in OutboxMessage.objects.order_by("id")]


def test_a_manager_of_the_platform_approves(instrument, manager):
    booking = request(make.a_researcher(), instrument)
    approved = services.approve_booking(actor=manager, booking_id=booking.pk, now=NOW)
    assert (approved.status, approved.version) == ("approved", 2)
    assert approved.decisions.get().decided_by == manager
    assert topics() == ["bookings.requested", "bookings.approved"]


def test_a_rejection_gives_its_reason_and_frees_the_slot(instrument, manager):
    booking = request(make.a_researcher(), instrument)
    with pytest.raises(ReasonRequired):
        services.reject_booking(actor=manager, booking_id=booking.pk, reason=" ", now=NOW)
    services.reject_booking(actor=manager, booking_id=booking.pk, reason="Laser down", now=NOW)
    assert not booking.reminders.exists()
    request(make.a_researcher(), instrument)


@pytest.mark.parametrize("role", ["operator", "trainer", "accountant"])
def test_other_staff_do_not_decide(instrument, role):
    booking = request(make.a_researcher(), instrument)
    other = make.a_staff_member(instrument.facility, role)
    with pytest.raises(NotPermitted):
        services.approve_booking(actor=other, booking_id=booking.pk, now=NOW)


def test_the_manager_of_another_platform_finds_nothing(instrument):
    booking = request(make.a_researcher(), instrument)
    stranger = make.a_staff_member(make.a_facility())
    with pytest.raises(NotFound):
        services.approve_booking(actor=stranger, booking_id=booking.pk, now=NOW)


def test_an_administrator_who_is_not_staff_does_not_decide(instrument):
    booking = request(make.a_researcher(), instrument)
    with pytest.raises(NotPermitted):
        services.approve_booking(
            actor=make.a_user(is_superuser=True), booking_id=booking.pk, now=NOW
        )


def test_nobody_decides_their_own_request(instrument):
    both = make.a_researcher()
    make.a_staff_member(instrument.facility, user=both)
    booking = request(both, instrument)
    with pytest.raises(OwnRequest):
        services.approve_booking(actor=both, booking_id=booking.pk, now=NOW)


def test_a_sole_manager_decides_their_own_only_where_the_rules_say_so(instrument):
    both = make.a_researcher()
    make.a_staff_member(instrument.facility, user=both)
    instrument.rules.sole_manager_decides_own = True
    instrument.rules.save()
    booking = request(both, instrument)
    second = make.a_staff_member(instrument.facility)
    with pytest.raises(OwnRequest):
        services.approve_booking(actor=both, booking_id=booking.pk, now=NOW)
    second.staff_roles.all().delete()
    assert services.approve_booking(actor=both, booking_id=booking.pk, now=NOW)


def test_a_request_is_decided_once(instrument, manager):
    booking = request(make.a_researcher(), instrument)
    services.approve_booking(actor=manager, booking_id=booking.pk, now=NOW)
    with pytest.raises(WrongState):
        services.reject_booking(actor=manager, booking_id=booking.pk, reason="No", now=NOW)


def test_an_operator_is_in_one_place_at_a_time(instrument, manager):
    other = make.an_instrument(instrument.facility, rules={"approval_always": True})
    operator = make.a_staff_member(instrument.facility, "operator")
    first, second = (request(make.a_researcher(), i) for i in (instrument, other))
    services.approve_booking(actor=manager, booking_id=first.pk, now=NOW, operator_id=operator.pk)
    with pytest.raises(OperatorTaken):
        services.approve_booking(
            actor=manager, booking_id=second.pk, now=NOW, operator_id=operator.pk
        )


def test_an_undecided_request_lapses_and_both_sides_are_told(instrument, manager):
    booking = request(make.a_researcher(), instrument, period("2026-10-20 14:00", "16:00"))
    deadline = NOW + dt.timedelta(hours=48)
    assert services.expire_requests(now=deadline - dt.timedelta(seconds=1)) == 0
    with pytest.raises(WrongState):
        services.approve_booking(actor=manager, booking_id=booking.pk, now=deadline)
    assert services.expire_requests(now=deadline) == 1
    assert services.expire_requests(now=deadline) == 0
    booking.refresh_from_db()
    assert booking.status == "expired"
    assert topics()[-1] == "bookings.expired"
    request(make.a_researcher(), instrument, period("2026-10-20 14:00", "16:00"))
