"""Asking a platform for work; refused by it, or taken back before it begins.

How a request is taken on is in accepting.py, how it is done in delivering.py.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from accounts.errors import ReasonRequired
from accounts.models import User
from accounts.permissions import require
from accounts.transactions import use_case
from billing.models import RequestEvent, ServiceRequest, ServiceRequestItem
from billing.orders.errors import (
    NothingAsked,
    QuantityNotPossible,
    ServiceNotOffered,
)
from billing.orders.payers import account_for, project_for
from billing.orders.permissions import may_speak_for, may_work_for
from billing.orders.states import UNDECIDED, OrderState
from billing.services.order_steps import (
    REFUSED,
    REQUESTED,
    become,
    locked_for,
    refuse_patient_data,
    store,
    tell,
    wrong_stage,
)
from facilities.models import Service
from facilities.permissions import facilities_visible_to

MOST = Decimal(1_000_000)
CENTS_PLACES = -2


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How many of a service somebody asks for."""

    service_id: int
    quantity: Decimal


@use_case
def request_service(
    *,
    actor: User,
    items: Sequence[Wanted],
    project_id: int,
    title: str,
    now: dt.datetime,
    account_id: int | None = None,
    note: str = "",
) -> ServiceRequest:
    """Ask a platform for services by the piece, for one of the actor's projects.

    Without an account, the first of the team's that is valid today pays; a team that has
    none yet may ask all the same, but is accepted only once there is one.

    Raises:
        NothingAsked, QuantityNotPossible, ServiceNotOffered: of what is asked for.
        ProjectNotUsable, AccountNotUsable: of what it is for and who pays.
        PatientData: the title or note seems to name a patient.
    """
    refuse_patient_data(title, note)
    services = _services(actor, items)
    project = project_for(actor, project_id, now=now)
    account = account_for(project.team_id, account_id, on=now.date(), person=actor)
    request = ServiceRequest.objects.create(
        facility=services[0].facility,
        team=project.team,
        project=project,
        account=account,
        requested_by=actor,
        title=title.strip()[:200] or services[0].name,
        note=note.strip(),
        created_at=now,
        updated_at=now,
    )
    ServiceRequestItem.objects.bulk_create(
        ServiceRequestItem(
            request=request,
            service=service,
            position=position,
            unit=service.unit,
            ordered=wanted.quantity,
        )
        for position, (service, wanted) in enumerate(zip(services, items, strict=True), start=1)
    )
    RequestEvent.objects.create(
        request=request, actor=actor, happened_at=now, to_state=request.state
    )
    tell(REQUESTED, request)
    return request


@use_case
def choose_account(
    *,
    actor: User,
    request_id: int,
    account_id: int,
    now: dt.datetime,
    version: int | None = None,
) -> ServiceRequest:
    """Say which account pays for a request that is not accepted yet.

    Raises:
        NotFound, NotPermitted, StaleVersion: of who asks.
        WrongStage: it is decided.
        AccountNotUsable: it cannot pay.
    """
    request = locked_for(actor, request_id, now=now, version=version)
    require(may_speak_for(actor, request, on=now.date()))
    if request.state not in UNDECIDED:
        raise wrong_stage(request)
    account = account_for(request.team_id, account_id, on=now.date(), person=actor)
    store(request, actor=actor, now=now, account=account, note=str(account or ""))
    return request


@use_case
def refuse_request(
    *, actor: User, request_id: int, reason: str, now: dt.datetime, version: int | None = None
) -> ServiceRequest:
    """Refuse a request with a reason that the person reads.

    Raises:
        NotFound, NotPermitted, StaleVersion: of who asks.
        ReasonRequired: no reason was given.
        WrongStage: it is decided.
    """
    refuse_patient_data(reason)
    request = locked_for(actor, request_id, now=now, version=version)
    require(may_work_for(actor, request.facility_id))
    if not reason.strip():
        raise ReasonRequired
    become(request, OrderState.REFUSED, actor=actor, now=now, note=reason)
    tell(REFUSED, request)
    return request


@use_case
def cancel_request(
    *,
    actor: User,
    request_id: int,
    now: dt.datetime,
    note: str = "",
    version: int | None = None,
) -> ServiceRequest:
    """Take a request back before the work begins; its promise is free again.

    Raises:
        NotFound, NotPermitted, StaleVersion: of who asks.
        WrongStage: the work has begun, or it is over.
    """
    refuse_patient_data(note)
    request = locked_for(actor, request_id, now=now, version=version)
    require(may_speak_for(actor, request, on=now.date()))
    become(request, OrderState.CANCELLED, actor=actor, now=now, note=note)
    return request


def _services(actor: User, items: Sequence[Wanted]) -> list[Service]:
    wanted = [item.service_id for item in items]
    if not wanted or len(set(wanted)) != len(wanted):
        raise NothingAsked
    if not all(is_quantity(item.quantity) for item in items):
        raise QuantityNotPossible
    found = Service.objects.filter(
        pk__in=wanted,
        is_active=True,
        counting=Service.Counting.PIECE,
        facility__in=facilities_visible_to(actor),
    ).select_related("facility")
    by_id = {service.pk: service for service in found}
    if len(by_id) != len(wanted) or len({each.facility_id for each in by_id.values()}) != 1:
        raise ServiceNotOffered
    return [by_id[pk] for pk in wanted]


def is_quantity(number: Decimal) -> bool:
    """Say whether a number is one of pieces: above nought, two decimals at the most."""
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and 0 < number < MOST and exponent >= CENTS_PLACES
