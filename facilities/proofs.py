"""Who must log in with more than a password: those who could harm others without one."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q

from accounts.models import Membership, Organisation, User
from accounts.models.organisations import INDUSTRY_TIERS
from facilities.models import FacilityStaff


def must_prove_more(user: User, *, on: dt.date) -> bool:
    """Say whether a second proof is compulsory: for staff, administrators and industry.

    Source: the house's rules of access.
    """
    if user.is_superuser or user.is_staff or FacilityStaff.objects.filter(user=user).exists():
        return True
    industry = Q(team__organisation__kind=Organisation.Kind.INDUSTRY)
    industry |= Q(team__organisation__tier__in=INDUSTRY_TIERS)
    return Membership.objects.current(on).filter(industry, user=user).exists()
