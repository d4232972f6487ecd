"""Whether mails leave."""

import datetime as dt

import pytest

from notifications.backlog import backlog
from notifications.models import OutboxMessage

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 10, 6, 10, tzinfo=dt.UTC)


def message(key, minutes, **fields):
    return OutboxMessage.objects.create(
        topic="anything", key=key, created_at=NOW - dt.timedelta(minutes=minutes), **fields
    )


def test_what_is_due_is_late_after_five_minutes_and_what_is_done_is_neither():
    message("done", 60, done_at=NOW)
    message("tomorrow", 60, available_at=NOW + dt.timedelta(days=1))
    message("fresh", 1)
    assert (backlog(now=NOW).due, backlog(now=NOW).is_late) == (1, False)
    message("old", 6)
    assert (backlog(now=NOW).due, backlog(now=NOW).is_late) == (2, True)


def test_what_was_given_up_is_counted_apart():
    message("dead", 60, dead_at=NOW)
    found = backlog(now=NOW)
    assert (found.due, found.dead, found.is_late) == (0, 1, False)
