"""Who works on a platform, as its pages show them."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import User
from facilities.models import FacilityStaff


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffMember:
    """Somebody's role on a platform, with their name and address."""

    id: int
    user: User
    role: str
    word: str


def staff_of(facility_id: int) -> list[StaffMember]:
    """Return who has which role on a platform: managers first, then by name; one query."""
    rows = FacilityStaff.objects.filter(facility=facility_id, user__is_active=True)
    order = list(FacilityStaff.Role.values)
    named = rows.select_related("user").order_by("user__last_name", "user__first_name", "pk")
    return sorted(
        (
            StaffMember(id=row.pk, user=row.user, role=row.role, word=row.get_role_display())
            for row in named
        ),
        key=lambda member: order.index(member.role),
    )
