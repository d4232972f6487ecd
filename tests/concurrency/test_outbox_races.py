"""Several workers at once: each message is told by one of them, each reminder sent once.

Shown to fail with its guards removed (2026-11): with neither row lock nor lease check the
twelve messages left as 32 mails instead of 24. Each guard alone was enough for the mails:
without the row lock 21 claims were made, and the lease check kept every mail single.
Without its row lock `send_due` counted 80 reminders instead of 20; the outbox's unique
key still kept them single.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from bookings import reminders
from bookings.models import Reminder
from notifications import delivery, outbox
from notifications.models import OutboxMessage
from notifications.registry import Mail, register
from tests import factories as make
from tests.concurrency.together import together
from tests.factories import NOW
from tests.notifications.post_office import PostOffice, open_post_office

WORKERS = 4
TOPIC = "tests.outbox_races"

pytestmark = pytest.mark.django_db(transaction=True)


def to_two(payload: Mapping[str, Any], now: object) -> list[Mail]:
    return [
        Mail(address=f"{who}{payload['number']}@example.org", language="en", subject="S", text="T")
        for who in ("ada", "bob")
    ]


register(TOPIC, to_two)


@pytest.fixture
def post_office(settings: Settings) -> Iterator[PostOffice]:
    with open_post_office(settings) as office:
        yield office


def test_workers_that_drain_at_once_send_each_mail_once(post_office: PostOffice) -> None:
    for number in range(12):
        outbox.publish(topic=TOPIC, key=str(number), payload={"number": number})

    outcomes = together([lambda: delivery.drain(now=NOW, limit=50)] * WORKERS)

    assert sum(outcomes) == 12
    assert sum(1 for handled in outcomes if handled) > 1, "one worker did it all: no race"
    assert post_office.addresses() == sorted(
        f"{who}{number}@example.org" for who in ("ada", "bob") for number in range(12)
    )
    assert OutboxMessage.objects.filter(done_at=None).count() == 0


def test_one_key_published_at_once_is_one_message() -> None:
    together([lambda: outbox.publish(topic=TOPIC, key="same", payload={"number": 1})] * 8)

    assert OutboxMessage.objects.count() == 1


def test_a_lease_that_lapses_is_taken_over_by_one_worker(post_office: PostOffice) -> None:
    outbox.publish(topic=TOPIC, key="held", payload={"number": 1})
    OutboxMessage.objects.update(claimed_until=NOW + delivery.LEASE, attempts=1)

    together([lambda: delivery.drain(now=NOW, limit=5)] * WORKERS)
    assert post_office.received == []

    later = NOW + delivery.LEASE + timedelta(seconds=1)
    together([lambda: delivery.drain(now=later, limit=5)] * WORKERS)
    assert post_office.addresses() == ["ada1@example.org", "bob1@example.org"]


def test_beats_that_come_at_once_send_each_reminder_once() -> None:
    instrument = make.an_instrument()
    due_at = NOW - timedelta(minutes=1)
    booking = make.a_booking(make.a_researcher(), instrument)
    Reminder.objects.bulk_create(
        Reminder(booking=booking, minutes_before=minutes, due_at=due_at) for minutes in range(20)
    )

    outcomes = together([lambda: reminders.send_due(now=NOW, limit=50)] * WORKERS)

    assert sum(outcomes) == 20
    assert OutboxMessage.objects.count() == 20
    assert not Reminder.objects.filter(sent_at=None).exists()
