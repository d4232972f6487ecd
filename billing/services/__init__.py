"""What billing writes: one function for each intention, one transaction for each use."""

from billing.services.charging import (
    ChargingReport,
    Failure,
    charge_all_finished_uses,
    charge_booking,
    charge_finished_uses,
)
from billing.services.closing import ClosingReport, close_month, last_month
from billing.services.correcting import reverse_charge, reverse_waived_uses
from billing.services.crediting import issue_credit_note, issue_due_credit_notes
from billing.services.first_prices import price_instrument
from billing.services.issuing import issue_all, issue_document

__all__ = [
    "ChargingReport",
    "ClosingReport",
    "Failure",
    "charge_all_finished_uses",
    "charge_booking",
    "charge_finished_uses",
    "close_month",
    "issue_all",
    "issue_credit_note",
    "issue_document",
    "issue_due_credit_notes",
    "last_month",
    "price_instrument",
    "reverse_charge",
    "reverse_waived_uses",
]
