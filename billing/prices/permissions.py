"""Who reads the price lists of a platform, and who makes them.

A platform's managers and accountants read its lists of every state, and so does who keeps
the books of the issuer that sells for it. Its managers and those bookkeepers prepare, vote
and put in force; the platform's own accountants only read. Administrators do all of it.
"""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.errors import NotFound
from accounts.models import User
from accounts.permissions import is_administrator
from billing.models import PriceList, Seller
from billing.permissions import LEDGER_ROLES
from facilities.models import Facility, FacilityStaff
from facilities.permissions import facility_ids_run_by


def facilities_priced_by(user: User) -> QuerySet[Facility]:
    """Return the platforms whose prices a person makes; all for an administrator."""
    return _facilities(user, FacilityStaff.Role.MANAGER)


def facilities_with_prices_for(user: User) -> QuerySet[Facility]:
    """Return the platforms whose lists of every state a person reads."""
    return _facilities(user, *LEDGER_ROLES)


def _facilities(user: User, *roles: str) -> QuerySet[Facility]:
    if is_administrator(user):
        return Facility.objects.all()
    if not user.is_active:
        return Facility.objects.none()
    kept = Seller.objects.filter(issuer__accountants=user).values("facility_id")
    return Facility.objects.filter(Q(pk__in=facility_ids_run_by(user, *roles)) | Q(pk__in=kept))


def price_lists_visible_to(user: User) -> QuerySet[PriceList]:
    """Return the price lists a person may read, with their platforms."""
    lists = PriceList.objects.select_related("facility")
    return lists.filter(facility__in=facilities_with_prices_for(user))


def list_seen_by(viewer: User, list_id: int) -> PriceList:
    """Return a price list that a person may read.

    Raises:
        NotFound: there is none, or it is not for them to see.
    """
    prices = price_lists_visible_to(viewer).filter(pk=list_id).first()
    if prices is None:
        raise NotFound
    return prices


def may_set_prices(actor: User, facility_id: int) -> bool:
    """Say whether a person makes the prices of a platform."""
    return facilities_priced_by(actor).filter(pk=facility_id).exists()
