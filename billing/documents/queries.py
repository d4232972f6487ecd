"""What pages and API read of the way of an electronic invoice."""

from __future__ import annotations

from billing.models import Deposit, DepositState

CAN_GO_AGAIN = frozenset({DepositState.LACKING, DepositState.FAILED, DepositState.REJECTED})
"""States in which a person decides that it goes once more."""


def deposit_of(invoice_id: int) -> Deposit | None:
    """Return how far an invoice has come with its channel; None for what goes by mail."""
    deposits = Deposit.objects.prefetch_related("events__by")
    return deposits.filter(invoice=invoice_id).first()
