"""Who does what on a platform."""

from __future__ import annotations

from accounts.errors import NotFound
from accounts.models import User
from accounts.transactions import use_case
from facilities.errors import LastManager, NoSuchPerson, RoleHeld
from facilities.models import FacilityStaff
from facilities.permissions import facilities_set_up_by
from facilities.services.scope import facility_set_up_by

Role = FacilityStaff.Role


@use_case
def give_role(*, actor: User, facility_code: str, email: str, role: str) -> FacilityStaff:
    """Give a person, named by their address, a role on a platform.

    Raises:
        NotFound: no such platform, or somebody else's.
        NoSuchPerson: nobody active has that address.
        RoleHeld: the person has the role already.
    """
    facility = facility_set_up_by(actor, code=facility_code, lock=True)
    address = email.strip().lower()
    person = User.objects.filter(email=address, is_active=True).first()
    if person is None:
        raise NoSuchPerson(email=address)
    held, is_new = FacilityStaff.objects.get_or_create(facility=facility, user=person, role=role)
    if not is_new:
        raise RoleHeld(person=str(person))
    return held


@use_case
def end_role(*, actor: User, staff_id: int) -> FacilityStaff:
    """End a role of a person on a platform; sessions they were to attend keep their name.

    The platform stays locked, so that two managers cannot end each other's role at once.

    Raises:
        NotFound: no such role, or on somebody else's platform.
        LastManager: nobody active would manage the platform any more.
    """
    own = FacilityStaff.objects.filter(facility__in=facilities_set_up_by(actor))
    held = own.filter(pk=staff_id).first()
    if held is None:
        raise NotFound
    facility_set_up_by(actor, facility_id=held.facility_id, lock=True)
    held = own.select_related("user", "facility").filter(pk=staff_id).first()
    if held is None:
        raise NotFound
    others = FacilityStaff.objects.filter(
        facility=held.facility_id, role=Role.MANAGER, user__is_active=True
    ).exclude(pk=staff_id)
    if held.role == Role.MANAGER and not others.exists():
        raise LastManager
    FacilityStaff.objects.filter(pk=staff_id).delete()
    return held
