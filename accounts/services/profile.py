"""What people change about themselves."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings

from accounts.errors import NameMissing, RemindersNotPossible
from accounts.models import User
from accounts.transactions import use_case

OWN_FIELDS = frozenset(
    {
        "first_name",
        "last_name",
        "language",
        "reminder_minutes",
        "wants_confirmations",
        "uses_letter_keys",
    }
)
MOST_REMINDERS = 5
EARLIEST_REMINDER, LATEST_REMINDER = 30 * 24 * 60, 5


@use_case
def change_profile(*, actor: User, changes: Mapping[str, Any]) -> User:
    """Change what a person says of themselves and how they want to be told.

    Only what changes is named. Reminders are minutes before a session; those already
    planned follow by `bookings.services.change_profile`, which is what faces call.

    Raises:
        NameMissing: neither a first nor a last name would be left of one that was there.
        RemindersNotPossible: more than five, or not from 5 minutes to 30 days before.
    """
    person = User.objects.select_for_update().get(pk=actor.pk)
    had_name = bool(person.first_name or person.last_name)
    for name, value in changes.items():
        _check(name, value)
        setattr(person, name, _tidied(value))
    if had_name and not (person.first_name or person.last_name):
        raise NameMissing
    person.save(update_fields=list(changes))
    return person


@use_case
def renew_calendar_address(*, actor: User) -> User:
    """Give a person's calendar a new address; the old one opens nothing from now on."""
    actor.calendar_seed = uuid.uuid4()
    actor.save(update_fields=["calendar_seed"])
    return actor


def _check(name: str, value: Any) -> None:
    if name not in OWN_FIELDS:
        raise ValueError(name)
    if name == "language" and value not in dict(settings.LANGUAGES):
        raise ValueError(value)
    if name == "reminder_minutes" and not _are_possible(value):
        raise RemindersNotPossible


def _are_possible(minutes: Sequence[int]) -> bool:
    return len(set(minutes)) <= MOST_REMINDERS and all(
        LATEST_REMINDER <= each <= EARLIEST_REMINDER for each in minutes
    )


def _tidied(value: Any) -> Any:
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, Sequence):
        return sorted(set(value), reverse=True)
    return value
