"""An import can be repeated until the site goes over: NEMO is right, but for what we changed."""

from __future__ import annotations

import datetime as dt

import pytest

from accounts.models import User
from bookings import services
from bookings.models import Booking
from tests.factories import NOW
from tests.nemo.conftest import Import
from tests.nemo.dumps import Entry, a_reservation, a_site, stamp

pytestmark = pytest.mark.django_db

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
TOMORROW = NOW + DAY
YESTERDAY = NOW - DAY


def with_reservations(*rows: Entry) -> list[Entry]:
    return [*a_site(), *rows]


def booking(number: int) -> Booking:
    return Booking.objects.get(origin="nemo", origin_id=f"reservation:{number}")


def test_a_second_import_changes_nothing(take: Import):
    rows = with_reservations(
        a_reservation(1, TOMORROW, TOMORROW + HOUR),
        a_reservation(2, TOMORROW, TOMORROW + HOUR),
        a_reservation(3, YESTERDAY, YESTERDAY + HOUR),
        a_reservation(4, YESTERDAY, YESTERDAY + HOUR, cancelled=True),
    )
    take(rows)
    before = list(Booking.objects.order_by("id").values())

    report = take(rows)

    assert list(Booking.objects.order_by("id").values()) == before
    for tally in report.tallies.values():
        assert (tally.created, tally.updated) == (0, 0)


def test_a_reservation_that_nemo_cancelled_since_frees_its_slot(take: Import):
    take(with_reservations(a_reservation(1, TOMORROW, TOMORROW + HOUR)))

    report = take(
        with_reservations(
            a_reservation(
                1,
                TOMORROW,
                TOMORROW + HOUR,
                cancelled=True,
                cancellation_time=stamp(NOW - HOUR),
            ),
            a_reservation(2, TOMORROW, TOMORROW + HOUR, user=2),
        )
    )

    off = booking(1)
    assert (off.status, off.cancelled_at, off.version) == ("cancelled", NOW - HOUR, 2)
    assert not off.reminders.exists()
    assert booking(2).status == "approved"
    assert report.tallies["reservation"].updated == 1


def test_what_was_changed_here_is_not_undone_by_nemo(take: Import):
    take(with_reservations(a_reservation(1, TOMORROW, TOMORROW + HOUR)))
    aronnax = User.objects.get(first_name="Aronnax")
    services.move_booking(
        actor=aronnax,
        booking_id=booking(1).pk,
        version=1,
        changes={"purpose": "Still needed"},
        now=NOW,
    )

    take(with_reservations(a_reservation(1, TOMORROW, TOMORROW + HOUR, cancelled=True)))

    assert (booking(1).status, booking(1).purpose) == ("approved", "Still needed")


def test_a_move_in_nemo_after_the_import_is_listed(take: Import):
    take(with_reservations(a_reservation(1, TOMORROW, TOMORROW + HOUR)))

    report = take(with_reservations(a_reservation(1, TOMORROW + HOUR, TOMORROW + 2 * HOUR)))

    assert booking(1).interval.start == TOMORROW
    assert any("NEMO has moved" in title for title in report.review)


def test_a_reservation_that_took_place_since_stays_a_booking_of_ours(take: Import):
    rows = with_reservations(a_reservation(1, TOMORROW, TOMORROW + HOUR))
    take(rows)
    services.settle_past_bookings(now=TOMORROW + DAY)

    take(rows, now=TOMORROW + DAY)

    assert (booking(1).status, booking(1).imported_history) == ("completed", False)
