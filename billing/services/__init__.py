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
from billing.services.disputing import dispute_charge, reject_dispute, uphold_dispute
from billing.services.first_prices import price_instrument
from billing.services.issuing import issue_all, issue_document
from billing.services.month_end import continue_run, start_month_end, waiting_run_ids
from billing.services.resolving import (
    Particulars,
    complete_organisation,
    move_charge_to_account,
)

__all__ = [
    "ChargingReport",
    "ClosingReport",
    "Failure",
    "Particulars",
    "charge_all_finished_uses",
    "charge_booking",
    "charge_finished_uses",
    "close_month",
    "complete_organisation",
    "continue_run",
    "dispute_charge",
    "issue_all",
    "issue_credit_note",
    "issue_document",
    "issue_due_credit_notes",
    "last_month",
    "move_charge_to_account",
    "price_instrument",
    "reject_dispute",
    "reverse_charge",
    "reverse_waived_uses",
    "start_month_end",
    "uphold_dispute",
    "waiting_run_ids",
]
