"""Whether a person's qualifications reach what an instrument asks for, at a date.

Pure: the grants come in as values (compliance/queries.py reads them).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Level(StrEnum):
    """How far somebody is trusted with an instrument, from least to most."""

    SUPERVISED = "supervised"
    AUTONOMOUS = "autonomous"
    AFTER_HOURS = "after_hours"


RANK: dict[str, int] = {level.value: rank for rank, level in enumerate(Level)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One grant of a qualification to a person.

    Both dates of validity are included. A revoked grant is worth nothing from the day it
    is revoked on.
    """

    qualification_id: int
    level: str
    valid_from: date
    valid_until: date | None = None
    revoked_on: date | None = None

    def is_valid_on(self, day: date) -> bool:
        """Return whether the grant counts on this day."""
        return (
            self.valid_from <= day
            and (self.valid_until is None or day <= self.valid_until)
            and (self.revoked_on is None or day < self.revoked_on)
        )


def level_at(
    *, held: Iterable[Held], required_qualification_ids: Collection[int], day: date
) -> str | None:
    """Return the level a person has on an instrument on a local date.

    The best grant of each required qualification counts, and of these the lowest; None
    when one of them is not held that day. Where nothing is required everybody is
    autonomous: nights still are for those who hold the after-hours level.
    """
    if not required_qualification_ids:
        return Level.AUTONOMOUS
    best: dict[int, str] = {}
    for grant in held:
        if grant.is_valid_on(day):
            known = best.get(grant.qualification_id, grant.level)
            best[grant.qualification_id] = max(known, grant.level, key=RANK.__getitem__)
    return lowest_level(best.get(required) for required in required_qualification_ids)


def level_over(
    *,
    held: Iterable[Held],
    required_qualification_ids: Collection[int],
    days: Iterable[date],
) -> str | None:
    """Return the lowest level a person has on any of these local dates."""
    held = list(held)
    return lowest_level(
        level_at(held=held, required_qualification_ids=required_qualification_ids, day=day)
        for day in days
    )


def lowest_level(levels: Iterable[str | None]) -> str | None:
    """Return the least of several levels; None, having no level, is below all."""
    levels = list(levels)
    if not levels or None in levels:
        return None
    return min((level for level in levels if level is not None), key=RANK.__getitem__)
