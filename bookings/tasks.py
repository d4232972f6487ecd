"""What Celery runs for bookings: sweeps that are safe to repeat and to run at once."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from bookings import reminders, services

BATCH = 200


@shared_task
def send_due_reminders() -> int:
    """Publish the reminders that are due."""
    return reminders.send_due(now=timezone.now(), limit=BATCH)


@shared_task
def expire_requests() -> int:
    """Let requests lapse whose time to be decided has passed."""
    return services.expire_requests(now=timezone.now(), limit=BATCH)


@shared_task
def settle_past_bookings() -> int:
    """Settle approved bookings that nobody started."""
    return services.settle_past_bookings(now=timezone.now(), limit=BATCH)
