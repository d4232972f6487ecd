"""How a person stands on many instruments at once, as lists of instruments say it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db.models import FilteredRelation, Q

from compliance.gates import Held, level_at
from compliance.models import Qualification
from compliance.queries import Training


def trainings_of(
    *, user_id: int, instrument_ids: Collection[int], day: dt.date
) -> dict[int, Training]:
    """Return how a person stands on several instruments on a local date, in one query."""
    rows = (
        Qualification.objects.filter(instruments__in=instrument_ids)
        .annotate(held=FilteredRelation("grants", condition=Q(grants__user=user_id)))
        .order_by("name", "id")
        .values_list(
            "instruments",  # the join of the filter, so none but those asked for
            "id",
            "name",
            "held__level",
            "held__valid_from",
            "held__valid_until",
            "held__revoked_on",
        )
    )
    required: dict[int, dict[int, str]] = {pk: {} for pk in instrument_ids}
    held: dict[int, list[Held]] = {pk: [] for pk in instrument_ids}
    for instrument_id, qualification_id, name, level, valid_from, valid_until, revoked_on in rows:
        required[instrument_id][qualification_id] = name
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
    return {pk: _standing(required[pk], held[pk], day) for pk in required}


def _standing(required: dict[int, str], held: list[Held], day: dt.date) -> Training:
    valid = {grant.qualification_id for grant in held if grant.is_valid_on(day)}
    return Training(
        required=bool(required),
        level=level_at(held=held, required_qualification_ids=frozenset(required), day=day),
        missing={pk: name for pk, name in required.items() if pk not in valid},
    )
