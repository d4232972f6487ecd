"""An approval is taken back while nobody has been told of it, and never later."""

import datetime as dt

import pytest

from accounts.errors import NotPermitted
from bookings import services
from bookings.errors import AlreadyTold, WrongState
from notifications.delivery import drain
from notifications.models import OutboxMessage
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db

SOON, TOLD = NOW + dt.timedelta(seconds=4), NOW + dt.timedelta(seconds=10)


@pytest.fixture
def manager():
    return make.a_staff_member(make.a_facility())


@pytest.fixture
def approved(manager):
    instrument = make.an_instrument(
        manager.staff_roles.get().facility, rules={"approval_always": True}
    )
    person = make.a_researcher()
    booking = services.request_booking(actor=person, wish=make.a_wish(person, instrument), now=NOW)
    return services.approve_booking(
        actor=manager, booking_id=booking.pk, now=NOW, reason="Welcome", told_at=TOLD
    )


def undo(manager, booking, now=SOON):
    return services.undo_approval(actor=manager, booking_id=booking.pk, now=now)


def waiting():
    return OutboxMessage.objects.filter(topic="bookings.approved")


def test_an_approval_taken_back_is_a_request_again_and_nobody_hears_of_it(manager, approved):
    booking = undo(manager, approved)
    assert (booking.status, booking.version) == ("requested", approved.version + 1)
    assert not booking.decisions.exists()
    assert not waiting().exists()
    again = services.approve_booking(actor=manager, booking_id=booking.pk, now=SOON)
    assert (again.status, waiting().count()) == ("approved", 1)


def test_what_has_been_told_stays(manager, approved):
    drain(now=TOLD, limit=10)
    with pytest.raises(AlreadyTold):
        undo(manager, approved, now=TOLD)
    approved.refresh_from_db()
    assert approved.status == "approved"


def test_a_letter_that_is_being_written_is_not_taken_back(manager, approved):
    waiting().update(attempts=1, claimed_until=TOLD)
    with pytest.raises(AlreadyTold):
        undo(manager, approved)


def test_an_approval_told_at_once_stays(manager, approved):
    waiting().update(available_at=None)
    with pytest.raises(AlreadyTold):
        undo(manager, approved)


def test_a_request_that_would_have_lapsed_meanwhile_stays_approved(manager, approved):
    approved.hold_until = SOON
    approved.save()
    with pytest.raises(AlreadyTold):
        undo(manager, approved)


def test_only_who_approved_takes_it_back(manager, approved):
    other = make.a_staff_member(approved.instrument.facility)
    for somebody in (other, approved.booked_for):
        with pytest.raises(NotPermitted):
            undo(somebody, approved)


def test_a_session_that_was_given_up_meanwhile_stays_so(manager, approved):
    services.cancel_booking(actor=approved.booked_for, booking_id=approved.pk, now=NOW)
    with pytest.raises(WrongState):
        undo(manager, approved)
