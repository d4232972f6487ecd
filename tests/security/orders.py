"""A service of the world's platform, requests for it at each stage, and what stands there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from billing.models import Delivery, Milestone, ServiceRequest, ServiceRequestItem, StandingUse
from billing.orders.promises import Plan
from billing.services import (
    Wanted,
    deliver,
    open_standing_use,
    quote_accepted,
    request_service,
    start_request,
)
from facilities.models import Service
from tests.factories import NOW
from tests.security.world import World

ALL_AT_ONCE = (Plan(name="All", percent=Decimal(100)),)


def a_service(world: World) -> Service:
    """Return something the platform sells by the piece."""
    return _service(world, code="sample", unit="sample", counting="piece")


def a_counted_service(world: World) -> Service:
    """Return something that stands there, counted by the day."""
    return _service(world, code="cage", unit="cage-day", counting="day")


def _service(world: World, *, code: str, **fields: Any) -> Service:
    service, _is_new = Service.objects.get_or_create(
        facility=world.facility, code=code, defaults={"name": code, **fields}
    )
    return service


def a_request(state: str) -> Callable[[World], ServiceRequest]:
    """Return what makes a request of the researcher's, as far as a state."""

    def made(world: World) -> ServiceRequest:
        request = request_service(
            actor=world.people["own"],
            items=[Wanted(service_id=a_service(world).pk, quantity=Decimal(2))],
            project_id=world.project.pk,
            title="Secret of the team",
            now=NOW,
        )
        if state == "requested":
            return request
        plans = ALL_AT_ONCE if state == "milestones" else ()
        request = quote_accepted(
            request_id=request.pk,
            actor=world.people["own"],
            unit_prices={request.items.get().pk: 500},
            milestones=plans,
            now=NOW,
        )
        steps: dict[str, Any] = {
            "actor": world.people["man"], "request_id": request.pk, "now": NOW,
        }  # fmt: skip
        if state in ("in_progress", "delivered"):
            start_request(**steps)
        if state == "delivered":
            deliver(counts={request.items.get().pk: Decimal(1)}, is_last=True, **steps)
        return request

    return made


def a_standing_use(world: World) -> StandingUse:
    """Return what stands at the platform, of the researcher's team; made when first asked for."""
    known = StandingUse.objects.filter(code="MOUSE-1").first()
    return known or open_standing_use(
        actor=world.people["man"],
        service_id=a_counted_service(world).pk,
        project_id=world.project.pk,
        code="MOUSE-1",
        label="Secret colony",
        starts_on=dt.date(2026, 10, 1),
        now=NOW,
    )


def counts(world: World) -> list[dict[str, Any]]:
    """Count one of the last request's item."""
    item = ServiceRequestItem.objects.order_by("pk").last()
    return [{"item": item.pk if item else 1, "quantity": "1"}]


def delivery(world: World) -> int:
    """Name the last delivery there is."""
    last = Delivery.objects.order_by("pk").last()
    return last.pk if last else 1


def milestone(world: World) -> int:
    """Name the last milestone there is."""
    last = Milestone.objects.order_by("pk").last()
    return last.pk if last else 1
