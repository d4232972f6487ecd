"""What has become of a booking, told from its history: who changed what, and when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, cast

from accounts.models import User
from bookings.models import Booking

FOLLOWED = (
    "status",
    "period",
    "instrument_id",
    "unit",
    "project_id",
    "account_id",
    "operator_id",
    "operator_needed",
    "purpose",
    "animals",
    "bsl2",
    "waived_reason",
)
"""Columns whose change a person would ask about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A step of the history. `old` and `new` hold the columns that differ; `by` may be nobody."""

    changed_at: dt.datetime
    by: User | None
    old: dict[str, Any]
    new: dict[str, Any]


def changes_of(booking: Booking) -> list[Change]:
    """Return what has changed since a booking was made, newest first, in two queries."""
    events = cast(Any, booking).events  # a relation that the history adds by itself
    rows = list(events.select_related("pgh_context").order_by("pgh_id"))
    ids = {user_id for row in rows if (user_id := _actor_id(row))}
    people = User.objects.in_bulk(ids) if ids else {}
    return list(_changes(rows, people))[::-1]


def _changes(rows: Sequence[Any], people: dict[int, User]) -> Iterator[Change]:
    for before, after in pairwise(rows):
        names = [name for name in FOLLOWED if getattr(before, name) != getattr(after, name)]
        if names:
            yield Change(
                changed_at=after.pgh_created_at,
                by=people.get(_actor_id(after) or 0),
                old={name: getattr(before, name) for name in names},
                new={name: getattr(after, name) for name in names},
            )


def _actor_id(row: Any) -> int | None:
    metadata = row.pgh_context.metadata if row.pgh_context else {}
    user_id = metadata.get("user")
    return user_id if isinstance(user_id, int) else None
