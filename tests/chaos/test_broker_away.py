"""The broker goes away under web, worker and beat: bookings go on, and all of it is told.

It comes back empty, as after a crash without its file: the outbox has the rest. Run once
without the sweep of the outbox, all twelve mails were still waiting when patience ended.
"""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import httpx
import psycopg
import pytest
import redis

from tests.chaos.wire import Wire, wire
from tests.journeys.site import Site, eventually, running_site

pytestmark = pytest.mark.timeout(240)

NUMBER = 5
"""Of the site: the journeys have the lower ones."""
BOOKINGS = 12
AWAY_SECONDS = 8
BACK_SECONDS = 60


@pytest.fixture
def line() -> Iterator[Wire]:
    port = urlsplit(os.environ["REDIS_URL"]).port
    assert port is not None
    with wire(to_port=port) as line:
        yield line


@pytest.fixture
def site(line: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Run a site whose broker is at the other end of the wire."""
    url = urlsplit(os.environ["REDIS_URL"])
    there = f"{url.netloc.rpartition('@')[0]}@127.0.0.1:{line.port}"
    monkeypatch.setenv("REDIS_URL", urlunsplit(url._replace(netloc=there.removeprefix("@"))))
    with running_site(tmp_path, number=NUMBER) as site:
        yield site


def book(site: Site, person: httpx.Client, number: int) -> None:
    """Book a quarter of an hour of one of the next days."""
    tomorrow = dt.datetime.now(dt.UTC).replace(hour=9, minute=0, second=0, microsecond=0)
    start = tomorrow + dt.timedelta(days=1, minutes=15 * number)
    asked = {
        "instrument": site.centre["instruments"]["Canto"],
        "project": site.centre["project"],
        "start": start.isoformat(),
        "end": (start + dt.timedelta(minutes=15)).isoformat(),
    }
    answer = person.post("bookings/", json=asked)
    assert answer.status_code == 201, answer.text


def untold(site: Site) -> int:
    """Return how many messages of the outbox wait."""
    with psycopg.connect(site.environment["DATABASE_URL"]) as connection:
        question = "SELECT count(*) FROM notifications_outboxmessage WHERE done_at IS NULL"
        row = connection.execute(question).fetchone()
    assert row is not None
    return int(row[0])


def mails(site: Site) -> int:
    return len(list((site.var / "mailbox").glob("*.eml")))


def test_bookings_go_on_without_a_broker_and_all_of_it_is_told_when_it_is_back(
    site: Site, line: Wire
) -> None:
    with closing(site.log_in("researcher")) as person:
        book(site, person, 0)
        eventually(lambda: mails(site) == 1, what="the mail of the first booking")

        line.cut()
        away_from = time.monotonic()
        for number in range(1, BOOKINGS + 1):
            book(site, person, number)
        assert httpx.get(f"{site.url}/healthz/ready").status_code == 503
        assert httpx.get(f"{site.url}/healthz/live").status_code == 200
        time.sleep(max(away_from + AWAY_SECONDS - time.monotonic(), 0))
        assert (untold(site), mails(site)) == (BOOKINGS, 1)

    beside_the_wire = site.environment["REDIS_URL"].replace(f":{line.port}/", f":{line.to_port}/")
    with redis.Redis.from_url(beside_the_wire) as broker:
        broker.flushdb()
    line.mend()
    eventually(lambda: untold(site) == 0, what="the outbox is empty", seconds=BACK_SECONDS)
    assert mails(site) == 1 + BOOKINGS
