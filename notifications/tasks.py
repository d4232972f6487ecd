"""Celery entry points of the outbox. Each may run twice, or several times at once."""

from celery import shared_task
from django.utils import timezone

from notifications import delivery, upkeep

DRAIN_LIMIT = 50
SWEEP_LIMIT = 200
FORGET_LIMIT = 2000


@shared_task
def drain_outbox() -> None:
    """Tell what a transaction has just published."""
    delivery.drain(now=timezone.now(), limit=DRAIN_LIMIT)


@shared_task
def sweep_outbox() -> None:
    """Tell whatever is due: missed nudges, pauses that are over, leases that have lapsed."""
    delivery.drain(now=timezone.now(), limit=SWEEP_LIMIT)


@shared_task
def forget_done() -> None:
    """Delete what was told long ago, some each time, so that addresses do not pile up."""
    upkeep.forget_done(now=timezone.now(), limit=FORGET_LIMIT)
