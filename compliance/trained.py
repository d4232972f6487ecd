"""What many people hold of the training that one instrument asks for, read at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from compliance.gates import Held
from compliance.models import Grant, Qualification


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """What an instrument asks for, and what each person was granted of it."""

    required: frozenset[int]
    held: Mapping[int, list[Held]]


def trained_on(*, instrument_id: int, user_ids: Collection[int]) -> Trained:
    """Return what an instrument asks for and what some people hold of it, in two queries."""
    required = frozenset(
        Qualification.objects.filter(instruments=instrument_id).values_list("pk", flat=True)
    )
    held: dict[int, list[Held]] = defaultdict(list)
    for grant in Grant.objects.filter(qualification__in=required, user__in=user_ids):
        held[grant.user_id].append(held_of(grant))
    return Trained(required=required, held=held)


def held_of(grant: Grant) -> Held:
    """Return a grant as the gates judge it."""
    return Held(
        qualification_id=grant.qualification_id,
        level=grant.level,
        valid_from=grant.valid_from,
        valid_until=grant.valid_until,
        revoked_on=grant.revoked_on,
    )
