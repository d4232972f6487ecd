"""What the workers do for people's records."""

from celery import shared_task
from django.utils import timezone

from accounts import idempotency


@shared_task
def forget_idempotency_keys() -> None:
    """Remove the keys that count no longer."""
    idempotency.forget_old_keys(now=timezone.now())
