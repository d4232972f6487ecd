"""An invoice that got stuck on its way, and a file for the books, in the world of the tests."""

from __future__ import annotations

from billing.models import Deposit, Invoice, RechargeExport

LAYOUT = 4017


def stuck_and_laid_out(invoice: Invoice) -> None:
    """Let a document be stuck with its channel, and its issuer's books have a file."""
    Deposit.objects.create(
        invoice=invoice,
        channel="simulator",
        key=invoice.number,
        state="failed",
        last_error="503",
        created_at=invoice.created_at,
        state_at=invoice.created_at,
    )
    RechargeExport.objects.create(
        pk=LAYOUT,
        issuer=invoice.issuer,
        name="Books",
        columns=[{"header": "Amount", "source": "amount", "format": ""}],
    )
