"""Reminders: what each person wants, on time, and faithful to moves and cancellations."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings import reminders, services
from bookings.models import Booking, Reminder
from notifications.models import OutboxMessage
from tests import factories as make
from tests.factories import NOW, at, period

pytestmark = pytest.mark.django_db

DAY_BEFORE = at("2026-10-07 14:00") - dt.timedelta(days=1)
HOUR_BEFORE = at("2026-10-07 13:00")


def request(person, instrument=None, when=None) -> Booking:
    instrument = instrument or make.an_instrument()
    return services.request_booking(
        actor=person, wish=make.a_wish(person, instrument, when), now=NOW
    )


def due(booking: Booking) -> list[dt.datetime]:
    unsent = booking.reminders.filter(sent_at=None).order_by("due_at")
    return list(unsent.values_list("due_at", flat=True))


def reminded() -> list[int]:
    messages = OutboxMessage.objects.filter(topic="bookings.reminder").order_by("id")
    return [message.payload["minutes"] for message in messages]


def test_a_booking_is_reminded_a_day_and_an_hour_before():
    booking = request(make.a_researcher())

    assert due(booking) == [DAY_BEFORE, HOUR_BEFORE]


def test_each_person_chooses_when():
    person = make.a_researcher()
    person.reminder_minutes = [15, 120, 15]
    person.save()

    assert due(request(person)) == [at("2026-10-07 12:00"), at("2026-10-07 13:45")]


def test_no_reminders_are_a_choice_too():
    person = make.a_researcher()
    person.reminder_minutes = []
    person.save()

    assert due(request(person)) == []


def test_what_is_past_already_is_not_planned():
    booking = request(make.a_researcher(), when=period("2026-10-06 14:00", "16:00"))

    assert due(booking) == [at("2026-10-06 13:00")]


def test_planning_is_one_statement():
    booking = make.a_booking(make.a_researcher(), make.an_instrument())

    with CaptureQueriesContext(connection) as queries:
        reminders.plan(booking, NOW)

    assert len(queries) == 1


def test_reminders_move_with_the_booking():
    person = make.a_researcher()
    booking = request(person)
    services.move_booking(
        actor=person,
        booking_id=booking.pk,
        version=1,
        changes={"period": period("2026-10-08 09:00", "11:00")},
        now=NOW,
    )

    assert due(booking) == [at("2026-10-07 09:00"), at("2026-10-08 08:00")]


def test_a_sent_reminder_stays_sent_when_only_the_end_moves():
    person = make.a_researcher()
    booking = request(person)
    reminders.send_due(now=DAY_BEFORE, limit=10)
    services.move_booking(
        actor=person,
        booking_id=booking.pk,
        version=1,
        changes={"period": period("2026-10-07 14:00", "17:00")},
        now=DAY_BEFORE - dt.timedelta(seconds=1),  # a web server whose clock is a little slow
    )

    assert due(booking) == [HOUR_BEFORE]
    assert reminders.send_due(now=DAY_BEFORE, limit=10) == 0


def test_a_cancelled_booking_is_not_reminded():
    person = make.a_researcher()
    booking = request(person)
    services.cancel_booking(actor=person, booking_id=booking.pk, now=NOW)

    assert not Reminder.objects.exists()
    assert reminders.send_due(now=HOUR_BEFORE, limit=10) == 0


def test_each_reminder_is_sent_once_when_it_is_due():
    request(make.a_researcher())

    assert reminders.send_due(now=DAY_BEFORE - dt.timedelta(seconds=1), limit=10) == 0
    assert reminders.send_due(now=DAY_BEFORE, limit=10) == 1
    assert reminders.send_due(now=DAY_BEFORE, limit=10) == 0
    assert reminders.send_due(now=HOUR_BEFORE + dt.timedelta(minutes=20), limit=10) == 1
    assert reminded() == [1440, 60]


def test_a_clock_that_jumps_loses_no_reminder():
    request(make.a_researcher())

    reminders.send_due(now=HOUR_BEFORE - dt.timedelta(minutes=10), limit=10)
    reminders.send_due(now=HOUR_BEFORE + dt.timedelta(minutes=10), limit=10)
    reminders.send_due(now=HOUR_BEFORE, limit=10)

    assert reminded() == [1440, 60]


def test_nothing_is_sent_after_the_start_and_nothing_stays_behind():
    booking = request(make.a_researcher())

    assert reminders.send_due(now=booking.interval.start, limit=10) == 0
    assert not Reminder.objects.exists()


def test_a_request_is_not_reminded_until_it_is_approved():
    instrument = make.an_instrument(rules={"approval_always": True})
    manager = make.a_staff_member(instrument.facility)
    booking = request(make.a_researcher(), instrument)
    assert reminders.send_due(now=DAY_BEFORE, limit=10) == 0

    services.approve_booking(
        actor=manager, booking_id=booking.pk, now=DAY_BEFORE + dt.timedelta(hours=1)
    )

    assert due(booking) == [HOUR_BEFORE]


def test_a_new_choice_of_reminders_holds_for_coming_bookings():
    person = make.a_researcher()
    other = request(make.a_researcher())
    booking = request(person)
    person.reminder_minutes = [30]
    person.save()

    reminders.replan_of_person(person=person, now=NOW)

    assert due(booking) == [at("2026-10-07 13:30")]
    assert due(other) == [DAY_BEFORE, HOUR_BEFORE]


def test_no_more_than_the_limit_is_sent_at_once():
    person, instrument = make.a_researcher(), make.an_instrument()
    for hour in (8, 10, 12):
        request(person, instrument, period(f"2026-10-08 {hour:02}:00", f"{hour + 1:02}:00"))

    late = at("2026-10-07 14:00")
    assert reminders.send_due(now=late, limit=2) == 2
    assert reminders.send_due(now=late, limit=2) == 1
