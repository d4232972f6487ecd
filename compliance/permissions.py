"""Who grants qualifications, and whose a person may see."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.permissions import is_administrator
from compliance.models import Grant, Qualification
from facilities.models import Facility, FacilityStaff
from facilities.permissions import facilities_visible_to, facility_ids_run_by, has_role

TRAINING_ROLES = (FacilityStaff.Role.MANAGER, FacilityStaff.Role.TRAINER)
SEEING_ROLES = (*TRAINING_ROLES, FacilityStaff.Role.OPERATOR)


def qualifications_visible_to(user: User) -> QuerySet[Qualification]:
    """Return what can be learnt on the platforms a person may know."""
    qualifications = Qualification.objects.select_related("facility")
    return qualifications.filter(facility__in=facilities_visible_to(user))


def grants_visible_to(user: User) -> QuerySet[Grant]:
    """Return the grants a person may see: their own, and those of platforms they run."""
    grants = Grant.objects.select_related("qualification__facility")
    if is_administrator(user):
        return grants
    return grants.filter(
        Q(user=user) | Q(qualification__facility__in=facility_ids_run_by(user, *SEEING_ROLES))
    )


def facilities_trained_by(user: User) -> QuerySet[Facility]:
    """Return the platforms whose training a person sees to; all for an administrator."""
    if is_administrator(user):
        return Facility.objects.all()
    if not user.is_active:
        return Facility.objects.none()
    return Facility.objects.filter(pk__in=facility_ids_run_by(user, *TRAINING_ROLES))


def may_train(actor: User, facility_id: int) -> bool:
    """Say whether a person grants the qualifications of a platform."""
    return has_role(actor, facility_id, *TRAINING_ROLES)
