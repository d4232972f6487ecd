"""Reads of qualifications, as the plain values that gates judge."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import FilteredRelation, Q

from compliance.gates import Held, level_at
from compliance.models import Qualification


def training_on(*, user_id: int, instrument_id: int) -> tuple[frozenset[int], list[Held]]:
    """Return what an instrument asks for, and what a person holds of it, in one query."""
    rows = (
        Qualification.objects.filter(instruments=instrument_id)
        .annotate(held=FilteredRelation("grants", condition=Q(grants__user=user_id)))
        .values_list(
            "id", "held__level", "held__valid_from", "held__valid_until", "held__revoked_on"
        )
    )
    required: set[int] = set()
    held: list[Held] = []
    for qualification_id, level, valid_from, valid_until, revoked_on in rows:
        required.add(qualification_id)
        if level is not None:
            held.append(
                Held(
                    qualification_id=qualification_id,
                    level=level,
                    valid_from=valid_from,
                    valid_until=valid_until,
                    revoked_on=revoked_on,
                )
            )
    return frozenset(required), held


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
    rows = (
        Qualification.objects.filter(instruments__in=instrument_ids)
        .annotate(held=FilteredRelation("grants", condition=Q(grants__user=user_id)))
        .values_list(
            "instruments",
            "id",
            "held__level",
            "held__valid_from",
            "held__valid_until",
            "held__revoked_on",
        )
    )
    required: dict[int, set[int]] = {instrument_id: set() for instrument_id in instrument_ids}
    held: dict[int, list[Held]] = {instrument_id: [] for instrument_id in instrument_ids}
    for instrument_id, qualification_id, level, valid_from, valid_until, revoked_on in rows:
        if instrument_id not in required:
            continue
        required[instrument_id].add(qualification_id)
        if level is not None:
            held[instrument_id].append(
                Held(
                    qualification_id=qualification_id,
                    level=level,
                    valid_from=valid_from,
                    valid_until=valid_until,
                    revoked_on=revoked_on,
                )
            )
    return {
        instrument_id: level_at(
            held=held[instrument_id], required_qualification_ids=required[instrument_id], day=day
        )
        for instrument_id in instrument_ids
    }
