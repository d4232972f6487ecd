"""Reminders as rows that fall due: planned, moved and removed with their booking.

The first three join the transaction of the change they follow. `send_due` only publishes:
what has changed since then is judged again when the mail is worded.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connection, transaction

from accounts.models import User
from bookings.models import Booking, Reminder
from bookings.states import Status
from notifications import outbox

TOPIC = "bookings.reminder"


def plan(booking: Booking, now: datetime) -> None:
    """Note the reminders its person wants, but for those whose time has passed."""
    _insert([booking], now)


def replan(booking: Booking, now: datetime) -> None:
    """Plan anew after a change; what has been sent stays sent."""
    drop(booking)
    plan(booking, now)


def drop(booking: Booking) -> None:
    """Remove the reminders that are not sent yet."""
    Reminder.objects.filter(booking=booking, sent_at=None).delete()


@transaction.atomic
def replan_of_person(*, person: User, now: datetime) -> None:
    """Let a person's coming bookings follow the reminders they have just chosen."""
    coming = Booking.objects.filter(
        booked_for=person,
        status__in=[Status.REQUESTED, Status.APPROVED],
        period__startswith__gt=now,
    ).select_related("booked_for")
    Reminder.objects.filter(booking__in=coming, sent_at=None).delete()
    _insert(list(coming), now)


@transaction.atomic
def send_due(*, now: datetime, limit: int) -> int:
    """Publish reminders that are due of approved bookings still to come; returns how many.

    Any number may run at once. A reminder that was late to leave is sent all the same
    until its booking starts; then it is removed.
    """
    due = list(
        Reminder.objects.filter(
            sent_at=None,
            due_at__lte=now,
            booking__status=Status.APPROVED,
            booking__period__startswith__gt=now,
        )
        .select_related("booking")
        .order_by("due_at", "id")
        .select_for_update(of=("self",), skip_locked=True)[:limit]
    )
    for reminder in due:
        _publish(reminder)
    Reminder.objects.filter(pk__in=[reminder.pk for reminder in due]).update(sent_at=now)
    Reminder.objects.filter(
        sent_at=None, due_at__lte=now, booking__period__startswith__lte=now
    ).delete()
    return len(due)


_PLAN = """
INSERT INTO bookings_reminder (booking_id, minutes_before, due_at)
SELECT * FROM unnest(%(bookings)s::bigint[], %(minutes)s::int[], %(due)s::timestamptz[])
ON CONFLICT (booking_id, minutes_before, due_at) DO NOTHING
"""


def _insert(bookings: list[Booking], now: datetime) -> None:
    rows = [row for booking in bookings for row in _rows(booking, now)]
    if not rows:
        return
    ids, minutes, due = zip(*rows, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_PLAN, {"bookings": list(ids), "minutes": list(minutes), "due": list(due)})


def _rows(booking: Booking, now: datetime) -> Iterator[tuple[int, int, datetime]]:
    """Yield of each reminder its booking, its minutes before the start, and when it is due."""
    person = booking.booked_for
    if person is None:
        return
    for minutes in sorted(set(person.reminder_minutes), reverse=True):
        due_at = booking.interval.start - timedelta(minutes=minutes)
        if due_at > now:
            yield booking.pk, minutes, due_at


def _publish(reminder: Reminder) -> None:
    outbox.publish(
        topic=TOPIC,
        key=f"reminder:{reminder.booking_id}:{reminder.minutes_before}:"
        f"{reminder.due_at.isoformat()}",
        payload={
            "booking": reminder.booking_id,
            "minutes": reminder.minutes_before,
            "starts_at": reminder.booking.interval.start.isoformat(),
        },
    )
