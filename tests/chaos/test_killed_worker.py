"""A worker is killed with -9 in the middle of a mail: nothing is lost, next to nothing doubled."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from notifications import delivery, outbox
from notifications.models import OutboxMessage
from tests import factories as make
from tests.notifications.post_office import PostOffice, open_post_office

DRAIN = (
    "import django; django.setup(); from notifications.tasks import drain_outbox; drain_outbox()"
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def post_office(settings: Settings) -> Iterator[PostOffice]:
    with open_post_office(settings) as office:
        yield office


@contextmanager
def worker(office: PostOffice) -> Iterator[subprocess.Popen[bytes]]:
    """Drain the outbox of the test's database in a process of its own."""
    database = connection.settings_dict
    environment = {
        **os.environ,
        "PLATEAU_ENV": "production",
        "PLATEAU_ROLE": "worker",
        "SECRET_KEY": "a key for one child process of one test, not a secret",
        "SITE_URL": "https://plateau.example",
        "EMAIL_URL": f"smtp://127.0.0.1:{office.port}",
        "DATABASE_URL": f"postgresql://{quote(database['USER'])}:{quote(database['PASSWORD'])}"
        f"@{database['HOST']}:{database['PORT']}/{database['NAME']}",
    }
    with subprocess.Popen([sys.executable, "-c", DRAIN], env=environment) as process:
        try:
            yield process
        finally:
            process.kill()


def test_what_a_killed_worker_held_is_told_by_the_next(post_office: PostOffice) -> None:
    people = [make.a_researcher() for _number in range(3)]
    for person in people:
        booking = make.a_booking(person, make.an_instrument())
        outbox.publish(
            topic="bookings.confirmed", key=str(booking.pk), payload={"booking": booking.pk}
        )
    post_office.held = people[1].email

    with worker(post_office) as process:
        assert post_office.at_the_counter.wait(60), "the worker never came to the second mail"
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    post_office.held = ""
    post_office.gate.set()

    held = OutboxMessage.objects.get(done_at=None, claimed_until__isnull=False)
    assert delivery.drain(now=timezone.now(), limit=10) == 1, "only the third was free to be told"
    assert held.claimed_until is not None
    assert delivery.drain(now=held.claimed_until + timedelta(seconds=1), limit=10) == 1

    told = Counter(post_office.addresses())
    assert told[people[0].email] == told[people[2].email] == 1
    assert 1 <= told[people[1].email] <= 2
    assert not OutboxMessage.objects.filter(done_at=None).exists()
