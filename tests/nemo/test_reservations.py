"""Reservations become bookings: history for what is over, real ones for what is to come."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail

from accounts.models import User
from billing.services import charge_finished_uses
from bookings import services
from bookings.errors import SlotTaken
from bookings.models import Booking, Reminder
from facilities.models import Instrument
from notifications.models import OutboxMessage
from tests.factories import NOW, a_booking, a_researcher, a_wish, period
from tests.nemo.conftest import Import
from tests.nemo.dumps import Entry, a_reservation, a_site, entry, stamp

pytestmark = pytest.mark.django_db

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
TOMORROW = NOW + DAY
YESTERDAY = NOW - DAY
CONFLICTS = "coming reservations whose slot an earlier one keeps; settle each with its person"


def with_reservations(*rows: Entry) -> list[Entry]:
    return [*a_site(), *rows]


def booking(number: int) -> Booking:
    return Booking.objects.get(origin="nemo", origin_id=f"reservation:{number}")


def test_a_past_reservation_is_history_and_costs_nothing(take: Import):
    take(with_reservations(a_reservation(1, YESTERDAY, YESTERDAY + HOUR)))

    past = booking(1)
    assert (past.status, past.imported_history) == ("completed", True)
    assert (str(past.project), str(past.account)) == ("Squid", "Nautilus lab")
    assert past.interval.end - past.interval.start == HOUR
    assert charge_finished_uses(now=NOW).charged == ()


@pytest.mark.parametrize(
    ("fields", "status", "reason"),
    [
        ({"cancelled": True}, "cancelled", "Cancelled in NEMO"),
        (
            {"cancelled": True, "descendant": 9},
            "cancelled",
            "Cancelled in NEMO, replaced by its reservation 9",
        ),
        (
            {"shortened": True, "descendant": 9},
            "cancelled",
            "Shortened in NEMO, replaced by its reservation 9",
        ),
        ({"missed": True}, "no_show", ""),
    ],
)
@pytest.mark.parametrize("start", [YESTERDAY, TOMORROW])
def test_what_is_off_is_history_whenever_it_was_meant(
    take: Import, start: dt.datetime, fields: dict[str, object], status: str, reason: str
):
    take(with_reservations(a_reservation(1, start, start + HOUR, **fields)))

    off = booking(1)
    assert (off.status, off.cancel_reason, off.imported_history) == (status, reason, True)
    assert not Reminder.objects.exists()


def test_past_reservations_may_overlap(take: Import):
    report = take(
        with_reservations(*(a_reservation(n, YESTERDAY, YESTERDAY + HOUR) for n in (1, 2, 3)))
    )

    assert Booking.objects.filter(imported_history=True, status="completed").count() == 3
    assert CONFLICTS not in report.review


def test_a_coming_reservation_holds_its_slot_and_reminds(take: Import):
    take(with_reservations(a_reservation(1, TOMORROW + HOUR, TOMORROW + 2 * HOUR)))

    coming = booking(1)
    assert (coming.status, coming.imported_history) == ("approved", False)
    assert set(coming.reminders.values_list("minutes_before", flat=True)) == {1440, 60}
    with pytest.raises(SlotTaken):
        services.request_booking(
            actor=User.objects.get(first_name="Ned"),
            wish=a_wish(User.objects.get(first_name="Ned"), coming.instrument, coming.interval),
            now=NOW,
        )


def test_what_came_in_can_be_booked_at_once(take: Import):
    take(a_site())
    ned = User.objects.get(first_name="Ned")

    made = services.request_booking(
        actor=ned,
        wish=a_wish(
            ned, Instrument.objects.get(name="Sinter"), period("2026-10-08 22:15", "23:45")
        ),
        now=NOW,
    )

    assert made.status == "approved"
    assert str(made.project) in {"Squid", "Hull"}


def test_nobody_is_written_to(take: Import):
    take(with_reservations(a_reservation(1, TOMORROW, TOMORROW + HOUR)))

    assert not OutboxMessage.objects.exists()
    assert mail.outbox == []


def test_of_overlapping_coming_reservations_the_first_created_keeps_the_slot(take: Import):
    report = take(
        with_reservations(
            a_reservation(1, TOMORROW, TOMORROW + 2 * HOUR, creation_time=stamp(NOW - DAY)),
            a_reservation(
                2,
                TOMORROW + HOUR,
                TOMORROW + 3 * HOUR,
                user=2,
                creation_time=stamp(NOW - 2 * DAY),
            ),
            a_reservation(3, TOMORROW + 3 * HOUR, TOMORROW + 4 * HOUR),
        )
    )

    assert [booking(n).status for n in (1, 2, 3)] == ["rejected", "approved", "approved"]
    lost = booking(1)
    assert lost.imported_history
    assert lost.evaluation == {"import_conflict": "reservation:2"}
    [told] = report.review[CONFLICTS]
    assert told.startswith("reservation 1, Sinter, 2026-10-07 10:00 to 2026-10-07 12:00 UTC")
    assert told.endswith("(aronnax@nautilus.example): reservation:2 keeps it")


def test_a_booking_made_here_keeps_its_slot(take: Import):
    take(a_site())
    a_booking(
        a_researcher(),
        Instrument.objects.get(name="Sinter"),
        period("2026-10-06 11:00", "11:30"),
        status="completed",
    )

    report = take(
        with_reservations(
            a_reservation(1, NOW - 2 * HOUR, NOW + HOUR),
            a_reservation(2, NOW - HOUR / 2, NOW + HOUR),
        )
    )

    assert [booking(n).status for n in (1, 2)] == ["rejected", "approved"]
    assert len(report.review[CONFLICTS]) == 1


def test_a_room_has_as_many_places_as_its_area(take: Import):
    rows = with_reservations(
        entry("area", 1, name="Cleanroom", requires_reservation=True, maximum_capacity=2),
        *(a_reservation(n, TOMORROW, TOMORROW + HOUR, tool=None, area=1) for n in (1, 2, 3)),
    )

    take(rows)

    assert [(booking(n).status, booking(n).unit) for n in (1, 2)] == [
        ("approved", 1),
        ("approved", 2),
    ]
    assert booking(3).status == "rejected"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"tool": None}, "is of neither a tool nor an area"),
        ({"tool": 77}, "tool names somebody or something that was not imported"),
        ({"user": None}, "user is missing"),
        ({"user": ["ned", "conseil"]}, "user names somebody or something"),
        ({"user": True}, "user names somebody or something"),
        ({"project": 77}, "project names somebody or something"),
        ({"end": stamp(TOMORROW)}, "does not end after it starts"),
        ({"end": stamp(YESTERDAY)}, "does not end after it starts"),
        ({"start": None}, "start is missing"),
        ({"start": "yesterday"}, "start is not a time"),
        ({"end": "9999-01-01T00:00:00Z"}, "end lies before 1970 or after 2100"),
        ({"cancelled": 1}, "cancelled is neither true nor false"),
    ],
)
def test_a_broken_reservation_is_refused_and_the_rest_comes_in(
    take: Import, fields: dict[str, object], reason: str
):
    report = take(
        with_reservations(
            a_reservation(1, TOMORROW, TOMORROW + HOUR, **fields),
            a_reservation(2, YESTERDAY, YESTERDAY + HOUR),
        )
    )

    [(found, rows)] = report.tallies["reservation"].refused.items()
    assert found.startswith(reason)
    assert rows.examples == ["1"]
    assert Booking.objects.get() == booking(2)


def test_a_row_without_a_number_or_twice_in_the_file_is_refused(take: Import):
    nameless = a_reservation(1, YESTERDAY, YESTERDAY + HOUR)
    del nameless["pk"]
    twin = a_reservation(2, YESTERDAY, YESTERDAY + HOUR)

    report = take(with_reservations(nameless, twin, twin))

    assert Booking.objects.count() == 1
    assert set(report.tallies["reservation"].refused) == {
        "has no primary key",
        "is twice in the file",
    }


def test_a_patients_number_is_left_out(take: Import):
    report = take(
        with_reservations(
            a_reservation(
                1,
                YESTERDAY,
                YESTERDAY + HOUR,
                title="Biopsy",
                additional_information="IPP 8001234567",
            )
        )
    )

    assert booking(1).purpose == "Biopsy"
    assert report.review["texts left out because they seem to hold a patient's number"] == [
        "reservation 1"
    ]


def test_a_coming_reservation_without_a_project_is_listed(take: Import):
    report = take(with_reservations(a_reservation(1, TOMORROW, TOMORROW + HOUR, project=None)))

    assert booking(1).status == "approved"
    assert any("without a project" in title for title in report.review)
