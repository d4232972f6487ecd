"""What can be asked of platforms and for how much, and how requests stand: read, never written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Project, User
from billing.errors import RateMissing
from billing.models import (
    Charge,
    Delivery,
    InvoiceLine,
    Milestone,
    ServiceRequest,
    ServiceRequestItem,
)
from billing.orders.accrual import cost_of
from billing.prices.service_prices import service_price
from bookings.paying import projects_offered
from facilities.models import Facility, Service
from facilities.permissions import facilities_visible_to


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A service, and what one unit costs a person today, in cents before VAT; None: no price."""

    service: Service
    unit_price_cents: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformOffers:
    """What a platform sells by the piece, and what it lets stand."""

    facility: Facility
    by_piece: list[Offer]
    standing: list[Offer]


def services_visible_to(user: User) -> QuerySet[Service]:
    """Return the services that a person may know: those in use of platforms in use."""
    return (
        Service.objects.filter(is_active=True, facility__in=facilities_visible_to(user))
        .select_related("facility")
        .order_by("facility__code", "name", "id")
    )


def payer_for(user: User, *, on: dt.date) -> Project | None:
    """Return the project somebody would order for without choosing: the last used."""
    projects = projects_offered(user.pk, on=on).select_related("team__organisation")
    return projects.first()


def offers_for(
    user: User, *, now: dt.datetime, services: Iterable[Service] | None = None
) -> list[PlatformOffers]:
    """Return what platforms offer a person, at the price of the project they last used."""
    project = payer_for(user, on=now.date())
    found: dict[int, PlatformOffers] = {}
    for service in services_visible_to(user) if services is None else services:
        offers = found.setdefault(
            service.facility_id,
            PlatformOffers(facility=service.facility, by_piece=[], standing=[]),
        )
        offer = Offer(service=service, unit_price_cents=price_for(service, project, now=now))
        by_piece = service.counting == Service.Counting.PIECE
        (offers.by_piece if by_piece else offers.standing).append(offer)
    return list(found.values())


def price_for(
    service: Service, project: Project | None, *, now: dt.datetime, account_id: int | None = None
) -> int | None:
    """Return what a unit costs today for a project and an order, or None without a price."""
    if project is None:
        return None
    today = now.astimezone(service.facility.tz).date()
    try:
        price = service_price(
            service=service, team=project.team, project=project, on=today, account_id=account_id
        )
    except RateMissing:
        return None
    return price.unit_price_cents


def estimate_cents(
    request: ServiceRequest, items: Sequence[ServiceRequestItem], *, now: dt.datetime
) -> int | None:
    """Return what all that is ordered costs: as agreed, or else at today's prices.

    None where a price is missing. By milestones, what they come to.
    """
    if request.billing == ServiceRequest.Billing.MILESTONES:
        return sum(one.amount_cents or 0 for one in request.milestones.all())
    total = 0
    for item in items:
        cents = item.unit_price_cents
        if cents is None:
            cents = price_for(item.service, request.project, now=now, account_id=request.account_id)
        if cents is None:
            return None
        total += cost_of(item.ordered, cents)
    return total


def deliveries_of(request: ServiceRequest) -> QuerySet[Delivery]:
    """Return what was delivered of a request, the oldest first, those taken back included."""
    return (
        Delivery.objects.filter(item__request=request)
        .select_related("item__service", "delivered_by", "taken_back__taken_back_by")
        .order_by("id")
    )


def charges_of_request(request: ServiceRequest) -> QuerySet[Charge]:
    """Return what a request was charged, the oldest first, reversals included."""
    deliveries = Delivery.objects.filter(item__request=request).values("pk")
    milestones = Milestone.objects.filter(request=request).values("pk")
    return Charge.objects.filter(
        Q(source=Charge.Source.DELIVERY, source_id__in=deliveries)
        | Q(source=Charge.Source.MILESTONE, source_id__in=milestones)
    ).order_by("id")


def billed_request_ids(request_ids: Iterable[int]) -> set[int]:
    """Return the delivered requests whose charges all stand on a document, in three queries."""
    ids = list(request_ids)
    done = {"item__request__in": ids, "item__request__state": "delivered"}
    deliveries = dict(Delivery.objects.filter(**done).values_list("pk", "item__request"))
    milestones = dict(
        Milestone.objects.filter(request__in=ids, request__state="delivered")
        .exclude(reached_at=None)
        .values_list("pk", "request")
    )
    charges = (
        Charge.objects.filter(
            Q(source=Charge.Source.DELIVERY, source_id__in=deliveries)
            | Q(source=Charge.Source.MILESTONE, source_id__in=milestones),
            reverses=None,
            reversals=None,
        )
        .exclude(amount_cents=0)
        .annotate(on_document=Exists(InvoiceLine.objects.filter(charge=OuterRef("pk"))))
    )
    billed: dict[int, bool] = {}
    for source, pk, is_billed in charges.values_list("source", "source_id", "on_document"):
        of = deliveries if source == Charge.Source.DELIVERY else milestones
        billed[of[pk]] = billed.get(of[pk], True) and is_billed
    return {pk for pk, is_billed in billed.items() if is_billed}
