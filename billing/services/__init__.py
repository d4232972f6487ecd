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
from billing.services.first_prices import price_instrument

__all__ = [
    "ChargingReport",
    "ClosingReport",
    "Failure",
    "charge_all_finished_uses",
    "charge_booking",
    "charge_finished_uses",
    "close_month",
    "last_month",
    "price_instrument",
    "reverse_charge",
    "reverse_waived_uses",
]
