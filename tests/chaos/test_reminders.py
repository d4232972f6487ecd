"""Reminders are sent by workers that die: each at least once, once more at most for a death.

Two processes find what is due and three tell it, as beat and workers do, and all are killed
with -9 in the middle of it, again and again. A mail comes again that had gone when its worker
died before noting it; what was cancelled before its turn is never sent.

Run once with messages noted as done when a worker takes them up, instead of a lease that
lapses, several people were never reminded.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import NoReturn

import pytest
from pytest_django import Settings

from bookings import reminders
from bookings.models import Booking, Reminder
from bookings.services import cancel_booking
from notifications import delivery
from notifications.models import OutboxMessage
from tests import factories as make
from tests.concurrency.apart import apart, kill_in_the_middle
from tests.factories import NOW
from tests.notifications.post_office import PostOffice, open_post_office

pytestmark = pytest.mark.django_db(transaction=True)

BOOKINGS, KILLS, CANCELLED = 150, 5, 5
FINDERS, TELLERS = 2, 3
A_DAY_MINUTES = 24 * 60
LAPSED = delivery.LEASE + timedelta(seconds=1)


@pytest.fixture
def post_office(settings: Settings) -> Iterator[PostOffice]:
    with open_post_office(settings) as office:
        yield office


def book_for_many() -> None:
    """Let as many people as bookings be due to be told of theirs."""
    instrument = make.an_instrument()
    for number in range(1, BOOKINGS + 1):
        booking = make.a_booking(make.a_researcher(), instrument, unit=number)
        due_at = NOW - timedelta(minutes=number)
        Reminder.objects.create(booking=booking, minutes_before=A_DAY_MINUTES, due_at=due_at)


def for_ever(step: Callable[[], object]) -> NoReturn:
    while True:
        step()
        time.sleep(0.005)


def work_until_killed(office: PostOffice, now: datetime, rng: random.Random) -> None:
    """Find and tell, until some more mails have gone or all have; then everybody dies at once."""
    find = partial(reminders.send_due, now=now, limit=5)
    tell = partial(delivery.drain, now=now, limit=200)
    wanted = len(office.received) + rng.randint(2 * TELLERS, 4 * TELLERS)
    children = [apart(partial(for_ever, step)) for step in [find] * FINDERS + [tell] * TELLERS]
    patience = time.monotonic() + 60
    while len(office.received) < wanted and something_waits() and time.monotonic() < patience:
        time.sleep(0.001)
    kill_in_the_middle(children, after_seconds=rng.uniform(0, 0.02))
    assert time.monotonic() < patience, "nobody worked"


def something_waits() -> bool:
    return (
        Reminder.objects.filter(sent_at=None).exists()
        or OutboxMessage.objects.filter(done_at=None).exists()
    )


def cancel_some(*, now: datetime) -> set[str]:
    """Cancel bookings whose reminder waits, in its row or in the outbox; return whose."""
    in_their_row = Booking.objects.filter(reminders__sent_at=None)
    waiting = OutboxMessage.objects.filter(topic=reminders.TOPIC, attempts=0)
    in_the_outbox = Booking.objects.filter(
        pk__in=[payload["booking"] for payload in waiting.values_list("payload", flat=True)]
    )
    assert in_the_outbox.exists()
    chosen = [*in_their_row.order_by("pk")[:CANCELLED], *in_the_outbox.order_by("pk")[:CANCELLED]]
    for booking in chosen:
        assert booking.booked_for is not None
        cancel_booking(actor=booking.booked_for, booking_id=booking.pk, now=now)
    OutboxMessage.objects.exclude(topic=reminders.TOPIC).delete()
    return {booking.booked_for.email for booking in chosen if booking.booked_for}


def test_each_reminder_is_sent_and_none_of_what_was_cancelled(
    post_office: PostOffice,
) -> None:
    rng, now = random.Random(7), NOW
    book_for_many()
    cancelled: set[str] = set()
    for kill in range(KILLS):
        if kill == KILLS // 2:
            reminders.send_due(now=now, limit=2 * CANCELLED)
            cancelled = cancel_some(now=now)
        work_until_killed(post_office, now, rng)
        now += LAPSED

    while reminders.send_due(now=now, limit=BOOKINGS) + delivery.drain(now=now, limit=BOOKINGS):
        now += LAPSED

    told = Counter(post_office.addresses())
    people = Booking.objects.values_list("booked_for__email", flat=True)
    assert set(told) == set(people) - cancelled
    assert sum(told.values()) - len(told) <= KILLS * TELLERS
    assert not OutboxMessage.objects.filter(done_at=None).exists()
