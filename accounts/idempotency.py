"""Carrying out a request once, however often it is sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection

from accounts.errors import KeyReused
from accounts.models import IdempotencyKey, User
from accounts.transactions import use_case

KEPT = dt.timedelta(hours=24)

# A twin waits here until the first commits, and then finds the row; a key that is too old
# begins anew.
_CLAIM = """
INSERT INTO accounts_idempotencykey AS kept
       (owner_id, key, fingerprint, status, headers, body, created_at)
VALUES (%(owner)s, %(key)s, %(fingerprint)s, NULL, '{}', '', %(now)s)
ON CONFLICT (owner_id, key) DO UPDATE
   SET fingerprint = excluded.fingerprint, created_at = excluded.created_at
 WHERE kept.created_at <= %(forgotten)s
RETURNING id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer as it went over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes


@use_case
def carried_out_once(
    *, owner: User, key: str, fingerprint: str, now: dt.datetime, work: Callable[[], Reply]
) -> Reply:
    """Do the work under a key of its owner, or give the answer that the first time gave.

    Key, work and answer are one transaction: a twin that comes meanwhile waits for it,
    and work that fails leaves no key behind. A key counts for 24 hours.

    Raises:
        KeyReused: the key came with another request.
    """
    if not _claim(owner=owner, key=key, fingerprint=fingerprint, now=now):
        kept = IdempotencyKey.objects.get(owner=owner, key=key)
        if kept.fingerprint != fingerprint:
            raise KeyReused
        return Reply(status=kept.status or 0, headers=kept.headers, body=bytes(kept.body))
    reply = work()
    IdempotencyKey.objects.filter(owner=owner, key=key).update(
        status=reply.status, headers=reply.headers, body=reply.body
    )
    return reply


def forget_old_keys(*, now: dt.datetime) -> int:
    """Remove the keys that count no longer. Safe to repeat."""
    forgotten, _rows = IdempotencyKey.objects.filter(created_at__lte=now - KEPT).delete()
    return forgotten


def _claim(*, owner: User, key: str, fingerprint: str, now: dt.datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            _CLAIM,
            {
                "owner": owner.pk,
                "key": key,
                "fingerprint": fingerprint,
                "now": now,
                "forgotten": now - KEPT,
            },
        )
        return cursor.fetchone() is not None
