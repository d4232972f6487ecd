"""Invoices that the buyer's platform calls paid: shown for somebody to confirm."""

from __future__ import annotations

import datetime as dt
from typing import Any

from billing.payments.balances import said_paid
from billing.permissions import invoices_visible_to
from web.money.issuer_choice import Kept
from web.people import PageRequest


def said_of(request: PageRequest, asked: Kept, today: dt.date) -> Any:
    """Return what is called paid and nobody has recorded, the oldest first."""
    invoices = invoices_visible_to(request.viewer.user, on=today).filter(issuer=asked.issuer)
    said = said_paid(invoices, on=today).select_related("organisation")
    return said.order_by("said_paid_on", "pk")


def said_on(request: PageRequest, asked: Kept, invoice: Any, today: dt.date) -> dt.date | None:
    """Return the day on which an invoice was called paid, if it was."""
    said = said_of(request, asked, today).filter(pk=invoice.pk).first() if invoice else None
    return said.said_paid_on if said else None
