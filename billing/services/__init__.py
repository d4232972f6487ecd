"""What billing writes: one function for each intention, one transaction for each use."""

from billing.services.accepting import (
    accept_request,
    mark_quoted,
    quote_accepted,
    quote_withdrawn,
)
from billing.services.accruing import AccrualReport, accrue_standing_days
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
from billing.services.delivering import (
    deliver,
    reach_milestone,
    receive_samples,
    start_request,
)
from billing.services.discounting import discount_volume
from billing.services.disputing import dispute_charge, reject_dispute, uphold_dispute
from billing.services.first_prices import price_instrument
from billing.services.issuing import issue_all, issue_document
from billing.services.month_end import continue_run, start_month_end, waiting_run_ids
from billing.services.ordering import (
    Wanted,
    cancel_request,
    choose_account,
    refuse_request,
    request_service,
)
from billing.services.resolving import (
    Particulars,
    complete_organisation,
    move_charge_to_account,
    record_engagement_number,
)
from billing.services.standing import (
    CountsReport,
    end_standing_use,
    enter_census,
    import_counts,
    open_standing_use,
)
from billing.services.taking_back import take_back_delivery

__all__ = [
    "AccrualReport",
    "ChargingReport",
    "ClosingReport",
    "CountsReport",
    "Failure",
    "Particulars",
    "Wanted",
    "accept_request",
    "accrue_standing_days",
    "cancel_request",
    "charge_all_finished_uses",
    "charge_booking",
    "charge_finished_uses",
    "choose_account",
    "close_month",
    "complete_organisation",
    "continue_run",
    "deliver",
    "discount_volume",
    "dispute_charge",
    "end_standing_use",
    "enter_census",
    "import_counts",
    "issue_all",
    "issue_credit_note",
    "issue_document",
    "issue_due_credit_notes",
    "last_month",
    "mark_quoted",
    "move_charge_to_account",
    "open_standing_use",
    "price_instrument",
    "quote_accepted",
    "quote_withdrawn",
    "reach_milestone",
    "receive_samples",
    "record_engagement_number",
    "refuse_request",
    "reject_dispute",
    "request_service",
    "reverse_charge",
    "reverse_waived_uses",
    "start_month_end",
    "start_request",
    "take_back_delivery",
    "uphold_dispute",
    "waiting_run_ids",
]
