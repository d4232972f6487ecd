"""How people want to be told of their sessions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from accounts import services as people
from accounts.models import User
from accounts.transactions import use_case
from bookings import reminders


@use_case
def change_profile(*, actor: User, changes: Mapping[str, Any], now: dt.datetime) -> User:
    """Change what a person says of themselves; reminders of coming sessions follow at once.

    Raises:
        NameMissing, RemindersNotPossible: see `accounts.services.change_profile`.
    """
    before = list(actor.reminder_minutes)
    person = people.change_profile(actor=actor, changes=changes)
    if sorted(before) != sorted(person.reminder_minutes):
        reminders.replan_of_person(person=person, now=now)
    return person
