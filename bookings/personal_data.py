"""What is kept about a person's bookings; see accounts/personal_data.py."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.personal_data import Row, Rows, rows_of
from bookings.models import Booking, Decision, Reminder, UsageSession

OF_PLACE = {"platform": "instrument__facility__name", "instrument": "instrument__name"}


def personal_data(person: User) -> dict[str, Rows]:
    """Return a person's bookings, what was decided about them, use, reminders.

    Who else had a part in them (who decided, who attended) is left out.
    """
    own = Booking.objects.filter(booked_for=person)
    return {
        "bookings": bookings_of(own, person),
        "decisions": rows_of(
            Decision.objects.filter(booking__booked_for=person),
            *("approved", "reason", "decided_at"),
            booking="booking_id",
        ),
        "use": rows_of(
            UsageSession.objects.filter(booking__booked_for=person),
            *("started_at", "ended_at", "source"),
            booking="booking_id",
        ),
        "reminders": rows_of(
            Reminder.objects.filter(booking__booked_for=person),
            *("minutes_before", "due_at", "sent_at"),
            booking="booking_id",
        ),
        "bookings_made_for_others": _traces(
            Booking.objects.filter(created_by=person).exclude(booked_for=person)
        ),
        "sessions_attended": _traces(Booking.objects.filter(operator=person)),
        "decisions_made": rows_of(
            Decision.objects.filter(decided_by=person),
            *("approved", "reason", "decided_at"),
            booking="booking_id",
        ),
    }


def bookings_of(own: QuerySet[Booking], person: User) -> Rows:
    """Return bookings in full, each with its times; who made them only as me or another."""
    rows = rows_of(
        own.filter(Q(booked_for=person)),
        *("id", "kind", "status", "unit", "period", "operator_needed", "bsl2", "animals"),
        *("purpose", "estimate_cents", "evaluation", "override_reason", "hold_until"),
        *("cancelled_at", "cancel_reason", "late_cancellation", "waived_reason"),
        *("created_at", "updated_at", "origin", "origin_id", "created_by"),
        team="team__name",
        project="project__name",
        account="account__reference",
        **OF_PLACE,
    )
    for row in rows:
        yield _timed(row) | {"booked_by_me": row.pop("created_by") == person.pk}


def _traces(found: QuerySet[Booking]) -> Rows:
    """Return when and where only: the rest is about whom it was for."""
    for row in rows_of(found, "id", "period", **OF_PLACE):
        yield _timed(row)


def _timed(row: Row) -> Row:
    period = row.pop("period")
    return row | {"start": period.lower, "end": period.upper}
