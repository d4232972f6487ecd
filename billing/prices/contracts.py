"""Framework contracts, read: which one holds, who sees them, whose projects they keep quiet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.models import Organisation, Project, User
from accounts.permissions import is_administrator
from billing.models import FrameworkContract
from billing.permissions import issuers_kept_by, keeps_books
from facilities.models import Facility, Instrument, Service


def contract_for(
    *, organisation_id: int, facility_id: int, on: dt.date
) -> FrameworkContract | None:
    """Return the contract by which an organisation buys of a platform on a day, in one query.

    That with the platform comes before one with all platforms.
    """
    holding = FrameworkContract.objects.filter(
        Q(facility=facility_id) | Q(facility=None),
        organisation=organisation_id,
        validity__contains=on,
    )
    return holding.order_by(F("facility").asc(nulls_last=True)).first()


def contracts_visible_to(user: User) -> QuerySet[FrameworkContract]:
    """Return the contracts a person may see: who keeps the books sees those of the sales.

    Those with the platforms that the issuers sell for, and those with all platforms; an
    administrator sees every one.
    """
    contracts = FrameworkContract.objects.select_related("organisation", "facility")
    if is_administrator(user):
        return contracts
    if not keeps_books(user):
        return contracts.none()
    return contracts.filter(Q(facility=None) | Q(facility__in=facilities_sold_by(user)))


def facilities_sold_by(user: User) -> QuerySet[Facility]:
    """Return the platforms whose books a person keeps; all for an administrator."""
    if is_administrator(user):
        return Facility.objects.all()
    return Facility.objects.filter(seller__issuer__in=issuers_kept_by(user))


def organisations_to_agree_with(user: User) -> QuerySet[Organisation]:
    """Return with whom a person may agree a contract: anybody, for who keeps the books."""
    organisations = Organisation.objects.order_by("name", "pk")
    return organisations if keeps_books(user) else organisations.none()


def things_sold_by(
    user: User, *, facility_id: int | None
) -> tuple[QuerySet[Instrument], QuerySet[Service]]:
    """Return what a price may be agreed for: of one platform, or of all a person sells for."""
    platforms = facilities_sold_by(user)
    if facility_id is not None:
        platforms = platforms.filter(pk=facility_id)
    instruments = Instrument.objects.filter(facility__in=platforms)
    services = Service.objects.filter(facility__in=platforms, is_active=True)
    return (
        instruments.exclude(state=Instrument.State.RETIRED).order_by("facility__code", "name"),
        services.order_by("facility__code", "name"),
    )


def may_keep_contracts(actor: User, facility_id: int | None) -> bool:
    """Say whether a person makes contracts with a platform, or with all."""
    if facility_id is None:
        return is_administrator(actor) or keeps_books(actor)
    return facilities_sold_by(actor).filter(pk=facility_id).exists()


def is_confidential(*, on: dt.date) -> Exists:
    """Say as a condition on projects that a confidential contract of their payer holds.

    For query sets of projects; give it the day on which somebody looks.
    """
    return Exists(
        FrameworkContract.objects.filter(
            organisation=OuterRef("team__organisation"), is_confidential=True, validity__contains=on
        )
    )


def confidential_project_ids(project_ids: Collection[int], *, on: dt.date) -> set[int]:
    """Return those of some projects that a contract keeps confidential on a day, in one query."""
    projects = Project.objects.filter(is_confidential(on=on), pk__in=project_ids)
    return set(projects.values_list("pk", flat=True))
