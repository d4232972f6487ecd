"""Tables of prices, of what was charged, stated and invoiced."""

from billing.models.charges import Charge
from billing.models.deposits import Deposit, DepositEvent, DepositState, SimulatedDeposit
from billing.models.invoices import (
    Invoice,
    InvoiceDocument,
    InvoiceLine,
    InvoiceVat,
)
from billing.models.issuers import Issuer, NumberSeries, Seller
from billing.models.month_end import ChargeMove, Dispute, MonthEnd, MonthEndRun
from billing.models.orders import (
    Delivery,
    Milestone,
    RequestEvent,
    ServiceRequest,
    ServiceRequestItem,
)
from billing.models.prices import Band, PriceList, Rate
from billing.models.recharge_exports import RechargeExport
from billing.models.standing import Census, StandingDay, StandingUse
from billing.models.statements import Statement, StatementLine, StatementTotal

__all__ = [
    "Band",
    "Census",
    "Charge",
    "ChargeMove",
    "Delivery",
    "Deposit",
    "DepositEvent",
    "DepositState",
    "Dispute",
    "Invoice",
    "InvoiceDocument",
    "InvoiceLine",
    "InvoiceVat",
    "Issuer",
    "Milestone",
    "MonthEnd",
    "MonthEndRun",
    "NumberSeries",
    "PriceList",
    "Rate",
    "RechargeExport",
    "RequestEvent",
    "Seller",
    "ServiceRequest",
    "ServiceRequestItem",
    "SimulatedDeposit",
    "StandingDay",
    "StandingUse",
    "Statement",
    "StatementLine",
    "StatementTotal",
]
