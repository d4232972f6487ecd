"""Reads of qualifications, as the plain values that gates judge."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from accounts.statements import rows_of
from compliance.gates import Held, level_at
from compliance.models import Qualification

_TRAINING = """
SELECT asked.instrument_id, asked.qualification_id,
       held.level, held.valid_from, held.valid_until, held.revoked_on
  FROM compliance_qualification_instruments asked
  LEFT JOIN compliance_grant held
    ON held.qualification_id = asked.qualification_id AND held.user_id = %(person)s
 WHERE asked.instrument_id = ANY(%(instruments)s::bigint[])
"""
"""What do some instruments ask for, and what has a person ever been granted of it?"""


def training_on(*, user_id: int, instrument_id: int) -> tuple[frozenset[int], list[Held]]:
    """Return what an instrument asks for, and what a person holds of it, in one query."""
    return _training(user_id, [instrument_id])[instrument_id]


def _training(
    user_id: int, instrument_ids: Collection[int]
) -> dict[int, tuple[frozenset[int], list[Held]]]:
    rows = rows_of(_TRAINING, {"person": user_id, "instruments": list(instrument_ids)})
    required: dict[int, set[int]] = {instrument_id: set() for instrument_id in instrument_ids}
    held: dict[int, list[Held]] = {instrument_id: [] for instrument_id in instrument_ids}
    for row in rows:
        instrument_id = row.pop("instrument_id")
        required[instrument_id].add(row["qualification_id"])
        if row["level"] is not None:
            held[instrument_id].append(Held(**row))
    return {each: (frozenset(required[each]), held[each]) for each in instrument_ids}


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """Whether an instrument asks for training, and how a person stands there on a day.

    `level` is None when something is missing; `missing` holds the names by id.
    """

    required: bool
    level: str | None
    missing: dict[int, str]


def training_of(*, user_id: int, instrument_id: int, day: dt.date) -> Training:
    """Return how a person stands on an instrument on a local date, in two queries."""
    required, held = training_on(user_id=user_id, instrument_id=instrument_id)
    valid = {grant.qualification_id for grant in held if grant.is_valid_on(day)}
    missing = Qualification.objects.filter(pk__in=required - valid).order_by("name")
    return Training(
        required=bool(required),
        level=level_at(held=held, required_qualification_ids=required, day=day),
        missing=dict(missing.values_list("pk", "name")),
    )


def levels_of(
    *, user_id: int, instrument_ids: Collection[int], day: dt.date
) -> dict[int, str | None]:
    """Return the level a person has on each of some instruments on a day, in one query.

    None where training is missing; who needs none is autonomous.
    """
    return {
        instrument_id: level_at(held=held, required_qualification_ids=required, day=day)
        for instrument_id, (required, held) in _training(user_id, instrument_ids).items()
    }
