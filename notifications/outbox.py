"""Where a change leaves word of itself: `publish`, in the transaction of the change.

The row is the promise; the nudge after commit only makes it quick. A sweep every few
seconds tells whatever a nudge has missed, so the broker may be down. `delivery` tells.
"""

import json
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog
from django.db import connection, transaction
from kombu.exceptions import OperationalError as BrokerAway

from notifications.models import OutboxMessage
from notifications.tasks import drain_outbox

logger = structlog.get_logger(__name__)

NUDGE_EXPIRES_SECONDS = 60
# A broker that hangs costs one request a second, not every request.
REST_SECONDS = 5.0


class Broker:
    """What this process knows of the broker: until when it is left alone after a miss."""

    rests_until = 0.0


_broker = Broker()

# Written out, because everything that happens says so: Django would word it anew each time.
_PUBLISH = """
INSERT INTO notifications_outboxmessage (topic, key, payload, available_at, attempts, last_error)
VALUES (%(topic)s, %(key)s, %(payload)s::jsonb, %(available_at)s, 0, '')
ON CONFLICT DO NOTHING
"""


def publish(
    *, topic: str, key: str, payload: Mapping[str, Any], available_at: datetime | None = None
) -> None:
    """Promise that an event will be told, if and when the caller's transaction commits.

    A key that has been published before changes nothing. The payload holds ids only.
    Safe to repeat; never fails because the broker is away.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _PUBLISH,
            {
                "topic": topic,
                "key": key,
                "payload": json.dumps(dict(payload)),
                "available_at": available_at,
            },
        )
    if available_at is None:
        _nudge_after_commit()


def taken_back(*, key: str, now: datetime) -> bool:
    """Remove an event that waits for its time, and say whether nobody has been told of it yet.

    Against a worker that takes it up at this moment one of the two wins: the row goes, or
    it is claimed and stays.
    """
    waiting = OutboxMessage.objects.filter(
        key=key, attempts=0, available_at__gt=now, claimed_until=None, done_at=None, dead_at=None
    )
    message = waiting.select_for_update().first()
    if message is None:
        return False
    message.delete()
    return True


def nudge() -> None:
    """Ask a worker to tell what is due, or leave it to the sweep when the broker is away."""
    if time.monotonic() < _broker.rests_until:
        return
    try:
        drain_outbox.apply_async(retry=False, expires=NUDGE_EXPIRES_SECONDS)
    except (BrokerAway, OSError) as error:
        _broker.rests_until = time.monotonic() + REST_SECONDS
        logger.warning("outbox_nudge_missed", error=type(error).__name__)


def _nudge_after_commit() -> None:
    # One nudge a transaction: a series of two hundred bookings needs no two hundred tasks.
    waiting = transaction.get_connection().run_on_commit
    if not any(call is nudge for _savepoints, call, _robust in waiting):
        transaction.on_commit(nudge, robust=True)
