"""Usage events become sessions of the reservation they belong to, or history of their own."""

from __future__ import annotations

import datetime as dt

import pytest

from bookings.models import Booking, UsageSession
from tests.factories import NOW
from tests.nemo.conftest import Import
from tests.nemo.dumps import Entry, a_reservation, a_site, a_use

pytestmark = pytest.mark.django_db

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
EIGHT = dt.datetime(2026, 9, 1, 8, tzinfo=dt.UTC)
NINE, TEN, ELEVEN = EIGHT + HOUR, EIGHT + 2 * HOUR, EIGHT + 3 * HOUR
MINUTE = dt.timedelta(minutes=1)


def sessions() -> list[tuple[str, dt.datetime, dt.datetime | None]]:
    rows = UsageSession.objects.order_by("started_at")
    return list(rows.values_list("booking__origin_id", "started_at", "ended_at"))


def with_rows(*rows: Entry) -> list[Entry]:
    return [*a_site(), *rows]


def test_a_use_belongs_to_the_reservation_it_overlaps_most(take: Import):
    begun, done = NINE - 10 * MINUTE, TEN - 5 * MINUTE
    take(
        with_rows(a_reservation(1, EIGHT, NINE), a_reservation(2, NINE, TEN), a_use(1, begun, done))
    )

    assert sessions() == [("reservation:2", begun, done)]


def test_a_use_without_a_reservation_is_history_of_its_own(take: Import):
    take(
        with_rows(
            a_reservation(1, EIGHT, NINE),
            a_reservation(2, NINE, TEN, cancelled=True),
            a_reservation(3, NINE, TEN, user=2),
            a_use(1, NINE, TEN, operator=2),
        )
    )

    own = Booking.objects.get(origin_id="usageevent:1")
    assert (own.status, own.imported_history) == ("completed", True)
    assert (own.interval.start, own.interval.end) == (NINE, TEN)
    assert str(own.usage.started_by) == "Ned Verne"
    assert str(own.booked_for) == "Aronnax Verne"
    assert own.usage.source == "import"


def test_two_uses_of_one_reservation_are_both_kept(take: Import):
    take(
        with_rows(
            a_reservation(1, EIGHT, TEN),
            a_use(1, EIGHT, NINE),
            a_use(2, NINE, TEN),
        )
    )

    assert sessions() == [("reservation:1", EIGHT, NINE), ("usageevent:2", NINE, TEN)]


def test_a_use_of_another_entry_belongs_to_the_same_instrument(take: Import):
    rows = with_rows(a_reservation(1, EIGHT, NINE), a_use(1, EIGHT, NINE, tool=2))
    rows[9]["fields"]["parent_tool"] = 1

    take(rows)

    assert sessions() == [("reservation:1", EIGHT, NINE)]


def test_a_use_that_goes_on_puts_its_reservation_in_use(take: Import):
    begun = NOW - 10 * MINUTE
    take(with_rows(a_reservation(1, NOW - HOUR / 2, NOW + HOUR), a_use(1, begun, None)))

    booking = Booking.objects.get()
    assert (booking.status, booking.imported_history) == ("in_use", False)
    assert sessions() == [("reservation:1", begun, None)]


def test_a_use_that_ended_early_frees_the_rest_of_its_reservation(take: Import):
    begun = NOW - 20 * MINUTE
    rows = with_rows(a_reservation(1, NOW - HOUR / 2, NOW + HOUR), a_use(1, begun, None))
    take(rows)
    rows[-1] = a_use(1, begun, NOW - MINUTE)

    report = take(rows)

    booking = Booking.objects.get()
    assert (booking.status, booking.imported_history) == ("completed", True)
    assert sessions() == [("reservation:1", begun, NOW - MINUTE)]
    assert report.tallies["usageevent"].updated == 1
    assert take(rows).tallies["usageevent"].unchanged == 1


def test_a_use_that_was_never_ended_is_skipped(take: Import):
    report = take(with_rows(a_reservation(1, EIGHT, NINE), a_use(1, EIGHT, None)))

    assert sessions() == []
    [reason] = report.tallies["usageevent"].skipped
    assert "never ended" in reason


def test_a_use_of_no_time_needs_a_reservation(take: Import):
    report = take(
        with_rows(a_reservation(1, EIGHT, NINE), a_use(1, EIGHT, EIGHT), a_use(2, TEN, TEN))
    )

    assert sessions() == [("reservation:1", EIGHT, EIGHT)]
    assert report.tallies["usageevent"].left_out == 1


@pytest.mark.parametrize(
    ("use", "reason"),
    [
        (a_use(1, NINE, EIGHT), "ends before it starts"),
        (a_use(1, NOW + HOUR, None), "lies in the future"),
        (a_use(1, NOW - HOUR, NOW + HOUR), "lies in the future"),
        (a_use(1, EIGHT, NINE, tool=None), "tool is missing"),
        (a_use(1, EIGHT, NINE, user=77), "user names somebody or something"),
    ],
)
def test_a_broken_use_is_refused(take: Import, use: Entry, reason: str):
    report = take(with_rows(use))

    [found] = report.tallies["usageevent"].refused
    assert found.startswith(reason)
    assert sessions() == []


def test_a_second_import_adds_no_use(take: Import):
    rows = with_rows(
        a_reservation(1, EIGHT, TEN),
        a_use(1, EIGHT, NINE),
        a_use(2, NINE, TEN),
        a_use(3, TEN, ELEVEN),
    )
    take(rows)
    before = sessions()

    report = take(rows)

    assert sessions() == before
    assert report.tallies["usageevent"].unchanged == 3


def test_a_use_whose_end_was_corrected_follows(take: Import):
    take(with_rows(a_reservation(1, EIGHT, TEN), a_use(1, EIGHT, NINE)))

    take(with_rows(a_reservation(1, EIGHT, TEN), a_use(1, EIGHT, TEN)))

    assert sessions() == [("reservation:1", EIGHT, TEN)]
