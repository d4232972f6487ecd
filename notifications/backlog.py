"""Whether mails leave: how many are due, since when, and how many were given up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q

from notifications.models import OutboxMessage

LATE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What waits to be told, and what was given up."""

    due: int
    dead: int
    oldest_at: datetime | None
    is_late: bool


def backlog(*, now: datetime) -> Backlog:
    """Return what waits in the outbox, in one query; late is what should have left by now."""
    due = Q(done_at__isnull=True, dead_at__isnull=True) & (
        Q(available_at__isnull=True) | Q(available_at__lte=now)
    )
    sums = OutboxMessage.objects.filter(done_at__isnull=True).aggregate(
        due=Count("id", filter=due),
        dead=Count("id", filter=Q(dead_at__isnull=False)),
        oldest=Min("created_at", filter=due),
    )
    oldest = sums["oldest"]
    return Backlog(
        due=sums["due"],
        dead=sums["dead"],
        oldest_at=oldest,
        is_late=oldest is not None and now - oldest > LATE,
    )
