"""Staff time, a cost passed on and an allowance of the world, made where they are asked for."""

from __future__ import annotations

import base64
from typing import Any

from accounts.models import AccountAllowance
from accounts.services import allow_account
from billing.costs.queries import For, Receipt
from billing.models import PassThrough, Rate, StaffTime
from billing.services import staff_costs as services
from facilities.models import Service
from tests.factories import NOW
from tests.security.world import World

RECEIPT = b"%PDF-1.7 Secret supplier"


def a_service(world: World) -> Service:
    """Sell the time of the platform's staff by the hour."""
    service, is_new = Service.objects.get_or_create(
        facility=world.facility, code="staff", defaults={"name": "Analysis", "unit": "hour"}
    )
    if is_new:
        Rate.objects.create(
            price_list=world.facility.price_lists.get(name="2026"),
            service=service,
            tier="INT",
            unit="hour",
            amount_cents=4500,
        )
    return service


def _for(world: World) -> For:
    return For(
        facility_id=world.facility.pk,
        team_id=world.team.pk,
        project_id=world.project.pk,
        account_id=world.account.pk,
        day=NOW.date(),
    )


def a_staff_time(world: World) -> StaffTime:
    """Charge the team an hour of the operator."""
    operator = world.people["ope"]
    return services.record_staff_time(
        actor=operator,
        what_for=_for(world),
        service_id=a_service(world).pk,
        person_id=operator.pk,
        minutes=60,
        what="Secret gating",
        now=NOW,
    )


def a_cost(world: World) -> PassThrough:
    """Pass a shipment on to the team."""
    return services.pass_cost_on(
        actor=world.people["ope"],
        what_for=_for(world),
        net_cents=1234,
        nature="service",
        receipt=Receipt(name="receipt.pdf", content=RECEIPT),
        what="Secret shipment",
        now=NOW,
    )


def an_allowance(world: World) -> AccountAllowance:
    """Let a member use the account."""
    return allow_account(
        actor=world.people["hed"],
        account_id=world.account.pk,
        person_id=world.people["col"].pk,
        monthly_cents=10_000,
        now=NOW,
    )


def a_staff_time_body(world: World) -> dict[str, Any]:
    """Say what an operation that charges staff time is given."""
    return _body(world) | {
        "service": a_service(world).pk,
        "person": world.people["ope"].pk,
        "minutes": 30,
    }


def a_cost_body(world: World) -> dict[str, Any]:
    """Say what an operation that passes a cost on is given."""
    return _body(world) | {
        "net_cents": 500,
        "receipt": base64.b64encode(RECEIPT).decode(),
        "receipt_name": "receipt.pdf",
    }


def _body(world: World) -> dict[str, Any]:
    return {
        "facility": world.facility.code,
        "team": world.team.pk,
        "account": world.account.pk,
        "day": NOW.date().isoformat(),
        "what": "Shipment",
    }
