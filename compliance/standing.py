"""How a person stands on many instruments at once, as lists of instruments say it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import FilteredRelation, Q

from compliance.gates import RANK, Held
from compliance.models import Grant, Qualification


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """A qualification that an instrument asks for, and how a person holds it on a day.

    `level` is None where it is missing; then `valid_until` says since when, if ever held.
    """

    qualification_id: int
    name: str
    level: str | None
    valid_until: dt.date | None


def requirements_of(
    *, user_id: int | None, instrument_ids: Collection[int], day: dt.date
) -> dict[int, list[Requirement]]:
    """Return what each instrument asks of a person on a local date, by name, in one query.

    Without a person nothing is held.
    """
    rows = (
        Qualification.objects.filter(instruments__in=instrument_ids)
        .annotate(held=FilteredRelation("grants", condition=Q(grants__user=user_id or 0)))
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
    names: dict[int, dict[int, str]] = {pk: {} for pk in instrument_ids}
    held: dict[int, list[Held]] = {}
    for instrument_id, qualification_id, name, level, valid_from, valid_until, revoked_on in rows:
        names[instrument_id][qualification_id] = name
        if level is not None:
            held.setdefault(qualification_id, []).append(
                Held(
                    qualification_id=qualification_id,
                    level=level,
                    valid_from=valid_from,
                    valid_until=valid_until,
                    revoked_on=revoked_on,
                )
            )
    return {
        pk: [_requirement(id_, name, held.get(id_, ()), day) for id_, name in asked.items()]
        for pk, asked in names.items()
    }


def is_met(requirements: Iterable[Requirement]) -> bool:
    """Say whether nothing is missing."""
    return all(requirement.level is not None for requirement in requirements)


def _requirement(
    qualification_id: int, name: str, held: Collection[Held], day: dt.date
) -> Requirement:
    best = max(
        (grant for grant in held if grant.is_valid_on(day)),
        key=lambda grant: RANK[grant.level],
        default=None,
    )
    last = max((grant.valid_until for grant in held if grant.valid_until), default=None)
    return Requirement(
        qualification_id=qualification_id,
        name=name,
        level=best.level if best else None,
        valid_until=best.valid_until if best else last,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """A qualification that a person will soon hold no more, and what it opens."""

    name: str
    ends_on: dt.date
    instrument_ids: frozenset[int]


def grants_ending(*, user_id: int, on: dt.date, days: int) -> list[Ending]:
    """Return what ends for a person within some days and nothing longer follows; one query."""
    rows = (
        Grant.objects.filter(user=user_id, revoked_on=None)
        .filter(Q(valid_until__isnull=True) | Q(valid_until__gte=on))
        .values_list(
            "qualification_id",
            "qualification__name",
            "valid_until",
            "qualification__instruments",
        )
        .order_by("qualification__name")
    )
    last: dict[int, dt.date] = {}
    names: dict[int, str] = {}
    opens: dict[int, set[int]] = {}
    for pk, name, valid_until, instrument_id in rows:
        names[pk] = name
        last[pk] = max(last.get(pk, dt.date.min), valid_until or dt.date.max)
        opens.setdefault(pk, set()).update({instrument_id} - {None})
    until = on + dt.timedelta(days=days)
    return [
        Ending(name=names[pk], ends_on=ends_on, instrument_ids=frozenset(opens[pk]))
        for pk, ends_on in last.items()
        if ends_on <= until
    ]
