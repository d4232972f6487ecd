"""Doing what was accepted: samples come in, work begins, and each delivery is charged once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from django.db.models import F

from accounts.errors import NotFound
from accounts.models import User
from accounts.permissions import require
from accounts.transactions import use_case
from billing.models import Charge, Delivery, Milestone, ServiceRequest, ServiceRequestItem
from billing.orders.accrual import cost_of
from billing.orders.errors import (
    MilestoneReached,
    MoreThanOrdered,
    NothingCounted,
    QuantityNotPossible,
)
from billing.orders.permissions import may_work_for
from billing.orders.states import BEGINNABLE, PROMISING, OrderState
from billing.orders.writing import Sale, charge_of, terms_for
from billing.services.order_steps import (
    DELIVERED,
    become,
    locked_for,
    refuse_patient_data,
    store,
    tell,
    wrong_stage,
)
from billing.services.ordering import is_quantity

Counts = Mapping[int, Decimal]
"""How many, by the id of the item."""

DELIVERY, MILESTONE = "delivery", "milestone"
ONE = Decimal(1)

TAKING_SAMPLES = frozenset(
    {OrderState.ACCEPTED, OrderState.SAMPLES_RECEIVED, OrderState.IN_PROGRESS}
)


@use_case
def receive_samples(
    *,
    actor: User,
    request_id: int,
    counts: Counts,
    now: dt.datetime,
    note: str = "",
    version: int | None = None,
) -> ServiceRequest:
    """Note how many samples came in; what comes later is added.

    Raises:
        NotFound, NotPermitted, StaleVersion: of who asks.
        WrongStage: the request is not accepted, or over.
        NothingCounted, QuantityNotPossible: of the counts.
    """
    request, items = _at_work(actor, request_id, counts, now=now, note=note, version=version)
    if request.state not in TAKING_SAMPLES:
        raise wrong_stage(request)
    for pk in counts:
        items[pk].received = F("received") + counts[pk]
        items[pk].save(update_fields=["received"])
    if request.state == OrderState.ACCEPTED:
        become(request, OrderState.SAMPLES_RECEIVED, actor=actor, now=now, note=note)
    else:
        store(request, actor=actor, now=now, note=note)
    return request


@use_case
def start_request(
    *,
    actor: User,
    request_id: int,
    now: dt.datetime,
    note: str = "",
    version: int | None = None,
) -> ServiceRequest:
    """Begin the work; from now on the request cannot be taken back.

    Raises:
        NotFound, NotPermitted, StaleVersion: of who asks.
        WrongStage: it is not accepted, or has begun.
    """
    refuse_patient_data(note)
    request = locked_for(actor, request_id, now=now, version=version)
    require(may_work_for(actor, request.facility_id))
    if request.state not in BEGINNABLE:
        raise wrong_stage(request)
    become(request, OrderState.IN_PROGRESS, actor=actor, now=now, note=note)
    return request


@use_case
def deliver(
    *,
    actor: User,
    request_id: int,
    counts: Counts,
    now: dt.datetime,
    note: str = "",
    is_last: bool = False,
    version: int | None = None,
) -> ServiceRequest:
    """Deliver a part or the rest, today on the platform's clock; each delivery is charged once.

    The price is the one that was agreed. The request is delivered once all of it is, or
    with `is_last`, when no more will come: what is left is then no longer promised. A
    request that is billed by milestones is charged by those alone.

    Raises:
        NotFound, NotPermitted, StaleVersion: of who asks.
        WrongStage: the work has not begun, or is over.
        NothingCounted, QuantityNotPossible, MoreThanOrdered: of the counts.
    """
    request, items = _at_work(
        actor, request_id, counts, now=now, note=note, version=version, may_be_empty=is_last
    )
    if request.state != OrderState.IN_PROGRESS:
        raise wrong_stage(request)
    if any(counts[pk] > items[pk].left for pk in counts):
        raise MoreThanOrdered
    for pk, quantity in counts.items():
        _deliver(items[pk], quantity, request=request, actor=actor, now=now, note=note)
    if is_last or not any(item.left for item in items.values()):
        become(request, OrderState.DELIVERED, actor=actor, now=now, note=note)
        tell(DELIVERED, request)
    else:
        store(request, actor=actor, now=now, note=note)
    return request


@use_case
def reach_milestone(
    *,
    actor: User,
    request_id: int,
    milestone_id: int,
    now: dt.datetime,
    version: int | None = None,
) -> Milestone:
    """Note that a milestone is reached, and charge its part, once.

    Raises:
        NotFound, NotPermitted, StaleVersion: of who asks; or no such milestone.
        WrongStage: the request is not accepted.
        MilestoneReached: it was reached before.
    """
    request = locked_for(actor, request_id, now=now, version=version)
    require(may_work_for(actor, request.facility_id))
    milestone = request.milestones.filter(pk=milestone_id).first()
    if milestone is None:
        raise NotFound
    if request.state not in PROMISING:
        raise wrong_stage(request)
    if milestone.reached_at is not None:
        raise MilestoneReached
    milestone.reached_at, milestone.reached_by = now, actor
    milestone.save(update_fields=["reached_at", "reached_by"])
    _charge_milestone(milestone, request=request, actor=actor, now=now)
    store(request, actor=actor, now=now, note=milestone.name)
    return milestone


def _at_work(
    actor: User,
    request_id: int,
    counts: Counts,
    *,
    now: dt.datetime,
    note: str,
    version: int | None,
    may_be_empty: bool = False,
) -> tuple[ServiceRequest, dict[int, ServiceRequestItem]]:
    """Lock a request for who works on it, with its items, and look at what they counted."""
    refuse_patient_data(note)
    request = locked_for(actor, request_id, now=now, version=version)
    require(may_work_for(actor, request.facility_id))
    items = {item.pk: item for item in request.items.select_related("service")}
    if not counts and not may_be_empty:
        raise NothingCounted
    if not counts.keys() <= items.keys():
        raise NotFound
    if not all(is_quantity(number) for number in counts.values()):
        raise QuantityNotPossible
    return request, items


def _deliver(
    item: ServiceRequestItem,
    quantity: Decimal,
    *,
    request: ServiceRequest,
    actor: User,
    now: dt.datetime,
    note: str,
) -> None:
    today = now.astimezone(request.facility.tz).date()
    item.delivered += quantity
    item.save(update_fields=["delivered"])
    delivery = Delivery.objects.create(
        item=item,
        quantity=quantity,
        delivered_on=today,
        delivered_by=actor,
        note=note.strip()[:500],
        created_at=now,
    )
    if request.billing == ServiceRequest.Billing.MILESTONES:
        return
    cents = item.unit_price_cents or 0
    sale = Sale(
        source=Charge.Source.DELIVERY,
        source_id=delivery.pk,
        component=DELIVERY,
        service=item.service,
        team=request.team,
        project=request.project,
        account_id=request.account_id,
        service_date=today,
        description=f"{item.service.name} · {request.title}",
        quantity=quantity,
        unit=item.unit,
        unit_price_cents=cents,
        amount_cents=cost_of(quantity, cents),
        price_list_id=item.price_list_id,
        contract_id=item.contract_id,
    )
    terms = terms_for(service=item.service, team=request.team, project=request.project)
    charge_of(sale, terms=terms, now=now, actor=actor).save(force_insert=True)


def _charge_milestone(
    milestone: Milestone, *, request: ServiceRequest, actor: User, now: dt.datetime
) -> None:
    """Charge a part of the whole; the nature of the first service decides the VAT rule."""
    cents = milestone.amount_cents or 0
    first = request.items.select_related("service").order_by("position")[0]
    sale = Sale(
        source=Charge.Source.MILESTONE,
        source_id=milestone.pk,
        component=MILESTONE,
        service=first.service,
        team=request.team,
        project=request.project,
        account_id=request.account_id,
        service_date=now.astimezone(request.facility.tz).date(),
        description=f"{request.title} · {milestone.name}",
        quantity=ONE,
        unit=MILESTONE,
        unit_price_cents=cents,
        amount_cents=cents,
        price_list_id=None,
    )
    terms = terms_for(service=first.service, team=request.team, project=request.project)
    charge_of(sale, terms=terms, now=now, actor=actor).save(force_insert=True)
