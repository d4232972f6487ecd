"""How a service request passes from one state to another, and how that is noted and told.

State, version and promise are assigned here and, at birth, in ordering.py; nowhere else.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from accounts.errors import NotFound, StaleVersion
from accounts.models import User
from billing.models import RequestEvent, ServiceRequest
from billing.orders.errors import PatientData, WrongStage
from billing.orders.permissions import service_requests_visible_to
from billing.orders.promises import promised_cents
from billing.orders.states import LABELS, OrderState, may_become
from compliance.privacy import patient_data_found
from notifications import outbox

REQUESTED, ACCEPTED = "billing.service_requested", "billing.service_accepted"
REFUSED, DELIVERED = "billing.service_refused", "billing.service_delivered"
TAKEN_BACK = "billing.service_delivery_taken_back"


def lock_request(request_id: int) -> ServiceRequest:
    """Lock a request, with all that its steps ask about, until the transaction ends.

    Raises:
        NotFound: there is no such request.
    """
    request = (
        ServiceRequest.objects.select_for_update(no_key=True, of=("self",))
        .select_related("facility", "team__organisation", "project", "account", "requested_by")
        .filter(pk=request_id)
        .first()
    )
    if request is None:
        raise NotFound
    return request


def locked_for(
    actor: User, request_id: int, *, now: dt.datetime, version: int | None = None
) -> ServiceRequest:
    """Lock a request that the actor may see, as they have seen it where they say so.

    Raises:
        NotFound: there is none, or it is none of theirs: the answer is the same.
        StaleVersion: it changed since the `version` that the actor read.
    """
    visible = service_requests_visible_to(actor, on=now.date())
    if not visible.filter(pk=request_id).exists():
        raise NotFound
    request = lock_request(request_id)
    if version is not None and request.version != version:
        raise StaleVersion
    return request


def become(
    request: ServiceRequest,
    state: OrderState,
    *,
    actor: User | None,
    now: dt.datetime,
    note: str = "",
    **fields: Any,
) -> None:
    """Take a request to another state, with what else changes by it, and note it down.

    Raises:
        WrongStage: the table of states has no such step.
    """
    if not may_become(request.state, state):
        raise wrong_stage(request)
    store(request, state=state, actor=actor, now=now, note=note, **fields)


def store(
    request: ServiceRequest,
    *,
    actor: User | None,
    now: dt.datetime,
    note: str = "",
    state: str | None = None,
    **fields: Any,
) -> None:
    """Write a step of a locked request: its fields, its promise, its version, the event."""
    before, after = request.state, state or request.state
    for name, value in fields.items():
        setattr(request, name, value)
    request.state = after
    request.promised_cents = promised_cents(request, state=after)
    request.version += 1
    request.updated_at = now
    request.save(
        update_fields=[*fields, "state", "promised_cents", "version", "updated_at"],
    )
    RequestEvent.objects.create(
        request=request,
        actor=actor,
        happened_at=now,
        from_state=before,
        to_state=after,
        note=note.strip()[:500],
    )


def wrong_stage(request: ServiceRequest) -> WrongStage:
    """Return the refusal that names where a request stands."""
    return WrongStage(state=LABELS[OrderState(request.state)])


def refuse_patient_data(*texts: str) -> None:
    """Keep patients out of free text.

    Raises:
        PatientData: one of the texts seems to hold the number of a patient.
    """
    if any(patient_data_found(text) for text in texts):
        raise PatientData


def tell(topic: str, request: ServiceRequest) -> None:
    """Publish what happened to a request, once for each of its versions."""
    outbox.publish(
        topic=topic,
        key=f"{topic}:{request.pk}:{request.version}",
        payload={"request": request.pk, "version": request.version},
    )
