"""What Celery runs for billing: each may run twice, or several times at once."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from billing import services
from billing.services import account_warnings, depositing, documents, quote_steps, reminding

BATCH = 500
DOCUMENTS = 30
"""As many as a task can draw well within its time."""

MONTH_END_EXPIRES_SECONDS = 60


@shared_task
def charge_finished_uses() -> None:
    """Charge what is over, and undo the charges of what has been made free since."""
    now = timezone.now()
    services.reverse_waived_uses(now=now)
    services.charge_finished_uses(now=now, limit=BATCH)


@shared_task
def close_month(month: str) -> None:
    """Close a month given as 2026-10."""
    services.close_month(month=dt.date.fromisoformat(f"{month[:7]}-01"), now=timezone.now())


@shared_task
def close_last_month() -> None:
    """Close the month before this one, by the calendar of the centre."""
    now = timezone.now()
    today = now.astimezone(ZoneInfo(settings.CELERY_TIMEZONE)).date()
    services.close_month(month=services.last_month(today), now=now)


@shared_task
def run_month_end(run_id: int) -> None:
    """Go on with a step of a month end; what is left goes to the next worker."""
    if services.continue_run(run_id=run_id, now=timezone.now()):
        run_month_end.apply_async((run_id,), retry=False, expires=MONTH_END_EXPIRES_SECONDS)


@shared_task
def resume_month_ends() -> None:
    """Hand runs of month ends that nobody is at to the workers."""
    for run_id in services.waiting_run_ids():
        run_month_end.apply_async((run_id,), retry=False, expires=MONTH_END_EXPIRES_SECONDS)


@shared_task
def accrue_standing_days() -> None:
    """Charge the days of what stands that are over."""
    services.accrue_standing_days(now=timezone.now())


@shared_task
def make_documents() -> None:
    """Make the files of what was issued, some each time."""
    documents.make_missing_documents(limit=DOCUMENTS)


@shared_task
def carry_invoices() -> None:
    """Hand electronic invoices over, and ask after those on their way."""
    now = timezone.now()
    depositing.hand_over_due(now=now, limit=DOCUMENTS)
    depositing.ask_after_due(now=now, limit=BATCH)


@shared_task
def remind_of_overdue_invoices() -> None:
    """Send the reminders of overdue invoices that are due today."""
    reminding.send_due_reminders(now=timezone.now())


@shared_task
def expire_quotes() -> None:
    """Write down which quotes nobody answered in time."""
    quote_steps.expire_quotes(now=timezone.now())


@shared_task
def warn_of_accounts() -> None:
    """Tell of accounts that are nearly spent."""
    account_warnings.warn_of_accounts(now=timezone.now())
