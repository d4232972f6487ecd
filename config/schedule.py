"""What beat asks the workers to do, and how often.

Each task is safe to repeat and to run twice at once, so that an interval is a matter of
taste: the journeys of the tests run them every second through the same variables.
"""

from typing import Any

from celery.schedules import crontab

from config.environment import number


def beat_schedule() -> dict[str, dict[str, Any]]:
    """Give Celery's schedule, with intervals in seconds from the environment."""
    return {
        "sweep outbox": _every("notifications.tasks.sweep_outbox", "SWEEP_OUTBOX", 10),
        "send due reminders": _every("bookings.tasks.send_due_reminders", "SEND_REMINDERS", 30),
        "expire requests": _every("bookings.tasks.expire_requests", "EXPIRE_REQUESTS", 60),
        "settle past bookings": _every(
            "bookings.tasks.settle_past_bookings", "SETTLE_BOOKINGS", 60
        ),
        "charge finished uses": _every("billing.tasks.charge_finished_uses", "CHARGE_USES", 60),
        "resume month ends": _every("billing.tasks.resume_month_ends", "RESUME_MONTH_ENDS", 15),
        "accrue standing days": _every(
            "billing.tasks.accrue_standing_days", "ACCRUE_STANDING", 3600
        ),
        "make documents": _every("billing.tasks.make_documents", "MAKE_DOCUMENTS", 60),
        "carry invoices": _every("billing.tasks.carry_invoices", "CARRY_INVOICES", 30),
        "remind of overdue invoices": _every(
            "billing.tasks.remind_of_overdue_invoices", "REMIND_OVERDUE", 3600
        ),
        "expire quotes": _every("billing.tasks.expire_quotes", "EXPIRE_QUOTES", 600),
        "warn of accounts": _every("billing.tasks.warn_of_accounts", "WARN_ACCOUNTS", 300),
        "forget idempotency keys": _every(
            "accounts.tasks.forget_idempotency_keys", "FORGET_KEYS", 3600
        ),
        "forget told mail": _every("notifications.tasks.forget_done", "FORGET_MAIL", 3600),
        "close last month": {
            "task": "billing.tasks.close_last_month",
            "schedule": crontab(minute="0", hour="4", day_of_month="1"),
        },
    }


def _every(task: str, variable: str, seconds: float) -> dict[str, Any]:
    interval = number(f"{variable}_SECONDS", seconds)
    # Late is useless: beat asks again before a forgotten message would be picked up.
    return {"task": task, "schedule": interval, "options": {"expires": max(interval, 10)}}
