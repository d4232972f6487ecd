"""Whom to ask on a platform."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from facilities.models import FacilityStaff

Role = FacilityStaff.Role
_ASKED = (Role.MANAGER, Role.TRAINER, Role.OPERATOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Somebody of a platform's staff, with all they are there."""

    user_id: int
    name: str
    email: str
    roles: tuple[str, ...]

    @property
    def is_manager(self) -> bool:
        """Whether they manage the platform."""
        return Role.MANAGER in self.roles


def contacts_of(facility_ids: Iterable[int]) -> dict[int, list[Contact]]:
    """Return who to ask on each of some platforms, managers first, in one query."""
    found: dict[int, dict[int, Contact]] = {facility_id: {} for facility_id in facility_ids}
    rows = (
        FacilityStaff.objects.filter(facility__in=found, role__in=_ASKED, user__is_active=True)
        .select_related("user")
        .order_by("user__last_name", "user__first_name", "pk")
    )
    for row in sorted(rows, key=lambda row: _ASKED.index(Role(row.role))):
        known = found[row.facility_id].get(row.user_id)
        found[row.facility_id][row.user_id] = Contact(
            user_id=row.user_id,
            name=str(row.user),
            email=row.user.email,
            roles=(*(known.roles if known else ()), row.role),
        )
    return {facility_id: list(people.values()) for facility_id, people in found.items()}
