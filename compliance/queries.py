"""Reads of qualifications, as the plain values that gates judge."""

from __future__ import annotations

from django.db.models import FilteredRelation, Q

from compliance.gates import Held
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
