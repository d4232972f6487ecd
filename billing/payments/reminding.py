"""Which reminder of an overdue invoice is due: pure, one level after the other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Days after the due date of each reminder, the mildest first."""

    days: tuple[int, ...] = (7, 21, 45)
    is_active: bool = True


USUAL = Plan()


def level_due(
    *, due_on: dt.date, sent: Mapping[int, dt.date], plan: Plan, today: dt.date
) -> int | None:
    """Return the level to send today; None where there is none.

    Levels come in order and keep their distance, even where nobody reminded for long: a
    second letter never follows the first by a day.
    """
    level = max(sent, default=0) + 1
    if not plan.is_active or level > len(plan.days):
        return None
    after = plan.days[level - 1]
    if (today - due_on).days < after:
        return None
    if level > 1 and (today - sent[level - 1]).days < after - plan.days[level - 2]:
        return None
    return level
