"""A payment in a world, and what is sent about payments and books."""

from __future__ import annotations

import base64
import datetime as dt
from typing import Any

from billing.models import Payment
from billing.services.paying import record_payment
from tests.factories import NOW
from tests.security.world import World

STATEMENT = b"Date;Libelle;Credit\n05/10/2026;Somebody;12,00\n"


def a_payment(world: World) -> Payment:
    """Record money that nobody has said the use of."""
    return record_payment(
        issuer_id=world.invoice.issuer_id,
        received_on=dt.date(2026, 10, 5),
        amount_cents=5000,
        actor=world.people["acc"],
        now=NOW,
    )


def a_received_sum(world: World) -> dict[str, Any]:
    """Say what came in."""
    return {"issuer": "CRC", "received_on": "2026-10-05", "amount": "12.00"}


def a_bank_file(world: World) -> dict[str, Any]:
    """Send a statement of the bank."""
    content = base64.b64encode(STATEMENT).decode()
    return {"issuer": "CRC", "name": "october.csv", "content": content}


def a_part(world: World) -> dict[str, Any]:
    """Name the transfer note, which nobody pays."""
    return {"parts": [{"invoice": world.invoice.pk, "amount": "1.00"}]}


def a_taking_back(world: World) -> dict[str, Any]:
    """Name what was never allocated."""
    return {"invoice": world.invoice.pk, "reason": "Wrong one"}
