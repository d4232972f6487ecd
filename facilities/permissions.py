"""Who runs a platform."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from accounts.permissions import is_administrator
from facilities.models import Closure, Facility, FacilityStaff, Instrument

Role = FacilityStaff.Role
RUNNING_ROLES = (Role.MANAGER, Role.OPERATOR)


def has_role(user: User, facility_id: int, *roles: str) -> bool:
    """Say whether a person has one of some roles on a platform; any role when none is named."""
    held = FacilityStaff.objects.filter(user=user, facility_id=facility_id)
    if roles:
        held = held.filter(role__in=roles)
    return user.is_active and held.exists()


def manages(user: User, facility_id: int) -> bool:
    """Say whether a person is a manager of a platform."""
    return has_role(user, facility_id, Role.MANAGER)


def runs(user: User, facility_id: int) -> bool:
    """Say whether a person manages or operates a platform."""
    return has_role(user, facility_id, *RUNNING_ROLES)


def facility_ids_run_by(user: User, *roles: str) -> QuerySet[FacilityStaff]:
    """Return the ids of the platforms where a person has a role, as a subquery."""
    held = FacilityStaff.objects.filter(user=user)
    if roles:
        held = held.filter(role__in=roles)
    return held.values("facility_id")  # type: ignore[return-value]


def facilities_visible_to(user: User) -> QuerySet[Facility]:
    """Return the platforms a person may know: every active one; all for an administrator."""
    if is_administrator(user):
        return Facility.objects.all()
    own = FacilityStaff.objects.filter(user=user, facility=OuterRef("pk"))
    return Facility.objects.filter(Exists(own)) | Facility.objects.filter(is_active=True)


def may_set_up(user: User, facility_id: int) -> bool:
    """Say whether a person sets up a platform: its managers and the centre's administrators."""
    return facilities_set_up_by(user).filter(pk=facility_id).exists()


def facilities_set_up_by(user: User) -> QuerySet[Facility]:
    """Return the platforms a person may set up: those they manage; all for an administrator."""
    if is_administrator(user):
        return Facility.objects.all()
    if not user.is_active:
        return Facility.objects.none()
    return Facility.objects.filter(pk__in=facility_ids_run_by(user, Role.MANAGER))


def instruments_visible_to(user: User) -> QuerySet[Instrument]:
    """Return the instruments a person may know: a locked one stays, a retired one goes."""
    instruments = Instrument.objects.select_related("facility")
    if is_administrator(user):
        return instruments
    return instruments.filter(facility__is_active=True).exclude(state=Instrument.State.RETIRED)


def closures_visible_to(
    user: User,
    *,
    facility_code: str | None = None,
    start: dt.datetime | None = None,
    end: dt.datetime | None = None,
) -> QuerySet[Closure]:
    """Return the closures of the platforms a person may know, and the whole centre's.

    Of one platform, the whole centre's come too. Those that touch a time are kept.
    """
    facilities = facilities_visible_to(user)
    if facility_code is not None:
        facilities = facilities.filter(code=facility_code)
    closures = Closure.objects.select_related("facility").filter(
        Q(facility__isnull=True) | Q(facility__in=facilities)
    )
    if start is not None:
        closures = closures.filter(ends_at__gt=start)
    return closures if end is None else closures.filter(starts_at__lt=end)
