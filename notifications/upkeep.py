"""What is done to the outbox now and then: reviving the dead, forgetting the old."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from notifications.models import Delivery, OutboxMessage

KEEP_DONE_FOR = timedelta(days=30)


def revive(*, message_ids: Iterable[int]) -> int:
    """Try dead messages again from the start; returns how many. Addresses told stay told."""
    with transaction.atomic():
        dead = OutboxMessage.objects.filter(pk__in=list(message_ids), dead_at__isnull=False)
        revived = list(dead.select_for_update().values_list("pk", flat=True))
        Delivery.objects.filter(message__in=revived).update(dead_at=None)
        return OutboxMessage.objects.filter(pk__in=revived).update(
            dead_at=None, available_at=None, claimed_until=None, attempts=0
        )


def forget_done(*, now: datetime, limit: int) -> int:
    """Delete the oldest messages told over a month ago, addresses included; returns how many.

    Their keys are forgotten too, so nothing may be published again after so long.
    """
    old = OutboxMessage.objects.filter(done_at__lt=now - KEEP_DONE_FOR).order_by("done_at")
    with transaction.atomic():
        forgotten = list(
            old.select_for_update(skip_locked=True).values_list("pk", flat=True)[:limit]
        )
        OutboxMessage.objects.filter(pk__in=forgotten).delete()
    return len(forgotten)
