"""Time is closed and blocked; bookings in it are kept or cancelled, none is overlooked."""

import pytest

from accounts.errors import NotFound, NotPermitted
from bookings import services
from bookings.errors import BookingsHit, ReasonRequired, SlotTaken
from bookings.models import Booking
from bookings.services import TimeAside
from facilities.models import Closure
from notifications.models import OutboxMessage
from tests import factories as make
from tests.factories import NOW, period

pytestmark = pytest.mark.django_db
DAY = period("2026-10-07 08:00", "18:00")


@pytest.fixture
def instrument():
    return make.an_instrument()


@pytest.fixture
def manager(instrument):
    return make.a_staff_member(instrument.facility)


@pytest.fixture
def person():
    return make.a_researcher()


@pytest.fixture
def booked(instrument, person):
    return make.a_booking(person, instrument)


def aside(instrument, *, whole=False, **changes):
    fields = {
        "facility_code": instrument.facility.code,
        "instrument_id": None if whole else instrument.pk,
        "kind": "shutdown" if whole else "maintenance",
        "period": DAY,
        "reason": "Power cut",
    }
    return TimeAside(**(fields | changes))


def close(actor, time, *, cancel=(), keep=()):
    return services.set_time_aside(
        actor=actor,
        time=time,
        cancel_ids=[booking.pk for booking in cancel],
        keep_ids=[booking.pk for booking in keep],
        now=NOW,
    )


@pytest.mark.parametrize("whole", [True, False])
def test_a_booking_nobody_decided_about_stops_the_closing(manager, instrument, booked, whole):
    with pytest.raises(BookingsHit):
        close(manager, aside(instrument, whole=whole))
    booked.refresh_from_db()
    assert booked.status == "approved"
    assert not Closure.objects.exists()
    assert not Booking.objects.exclude(kind="use").exists()


def test_a_cancelled_booking_costs_nothing_even_at_the_last_minute(manager, instrument):
    soon = period("2026-10-06 12:30", "14:00")
    own = make.a_booking(manager, instrument, soon)
    other = make.a_booking(make.a_researcher(), make.an_instrument(instrument.facility), soon)
    today = aside(instrument, whole=True, period=period("2026-10-06 12:00", "18:00"))
    done = close(manager, today, cancel=[own, other])
    assert {booking.pk for booking in done.cancelled} == {own.pk, other.pk}
    for booking in (own, other):
        booking.refresh_from_db()
        assert (booking.status, booking.late_cancellation) == ("cancelled", False)
        assert booking.cancel_reason == "Power cut"
    told = OutboxMessage.objects.filter(topic="bookings.cancelled")
    assert {message.payload["booking"] for message in told} == {own.pk, other.pk}
    assert done.closure.reason == "Power cut"


def test_a_block_is_laid_around_what_is_kept_on_every_unit(person):
    instrument = make.an_instrument(units=2)
    manager = make.a_staff_member(instrument.facility)
    kept = make.a_booking(person, instrument)
    done = close(manager, aside(instrument), keep=[kept])
    laid = [(block.unit, block.interval) for block in done.blocks]
    assert laid == [
        (1, period("2026-10-07 08:00", "14:00")),
        (1, period("2026-10-07 16:00", "18:00")),
        (2, DAY),
    ]
    wish = make.a_wish(person, instrument, period("2026-10-07 09:00", "10:00"))
    with pytest.raises(SlotTaken):
        services.request_booking(actor=person, wish=wish, now=NOW)


def test_a_session_going_on_stays(manager, instrument):
    running = make.a_booking(
        make.a_researcher(), instrument, period("2026-10-06 11:30", "12:30"), status="in_use"
    )
    today = aside(instrument, period=period("2026-10-06 12:00", "18:00"))
    done = close(manager, today, cancel=[running])
    running.refresh_from_db()
    assert running.status == "in_use"
    assert [block.interval for block in done.blocks] == [period("2026-10-06 12:30", "18:00")]


def test_a_block_is_lifted_and_its_time_free_again(manager, instrument, person, booked):
    done = close(manager, aside(instrument), cancel=[booked])
    services.lift_block(actor=manager, booking_id=done.blocks[0].pk, now=NOW)
    wish = make.a_wish(person, instrument)
    assert services.request_booking(actor=person, wish=wish, now=NOW).status
    with pytest.raises(NotFound):
        services.lift_block(actor=manager, booking_id=booked.pk, now=NOW)


def test_a_reason_is_always_given(manager, instrument):
    with pytest.raises(ReasonRequired):
        close(manager, aside(instrument, reason=" "))


@pytest.mark.parametrize(
    ("role", "whole", "allowed"),
    [
        ("manager", True, True),
        ("operator", True, False),
        ("operator", False, True),
        ("trainer", False, False),
    ],
)
def test_who_closes_and_who_blocks(instrument, role, whole, allowed):
    person = make.a_staff_member(instrument.facility, role)
    if allowed:
        assert close(person, aside(instrument, whole=whole))
        return
    with pytest.raises(NotPermitted):
        close(person, aside(instrument, whole=whole))


def test_an_administrator_closes_any_platform_and_nobody_an_instrument_elsewhere(
    manager, instrument
):
    administrator = make.a_user(is_superuser=True)
    assert close(administrator, aside(instrument)).blocks
    with pytest.raises(NotFound):
        close(manager, aside(instrument, instrument_id=make.an_instrument().pk))
    with pytest.raises(NotPermitted):
        close(manager, aside(make.an_instrument()))
