"""Tables of prices, of what was charged, stated and invoiced."""

from billing.models.charges import Charge
from billing.models.contracts import ContractRate, FrameworkContract
from billing.models.deliveries import Delivery, DeliveryReversal, Milestone
from billing.models.deposits import Deposit, DepositEvent, DepositState, SimulatedDeposit
from billing.models.invoices import (
    Invoice,
    InvoiceDocument,
    InvoiceLine,
    InvoiceVat,
)
from billing.models.issuers import Issuer, NumberSeries, Seller
from billing.models.month_end import ChargeMove, Dispute, MonthEnd, MonthEndRun
from billing.models.orders import RequestEvent, ServiceRequest, ServiceRequestItem
from billing.models.payments import Allocation, BankEntry, BankFile, Payment, Refund
from billing.models.periods import AccountingPeriod, SalesAccount
from billing.models.price_extras import (
    Package,
    PackageItem,
    PackagePrice,
    Surcharge,
    VolumeDiscount,
)
from billing.models.prices import Band, PriceList, Rate
from billing.models.quote_answers import AccountWarning, QuoteAnswer
from billing.models.quotes import Quote, QuoteLine
from billing.models.recharge_exports import RechargeExport
from billing.models.reminding import InvoiceReminder, ReminderHold, ReminderPlan
from billing.models.staff_costs import PassThrough, StaffTime
from billing.models.standing import Census, StandingDay, StandingUse
from billing.models.statements import Statement, StatementLine, StatementTotal

__all__ = [
    "AccountWarning",
    "AccountingPeriod",
    "Allocation",
    "Band",
    "BankEntry",
    "BankFile",
    "Census",
    "Charge",
    "ChargeMove",
    "ContractRate",
    "Delivery",
    "DeliveryReversal",
    "Deposit",
    "DepositEvent",
    "DepositState",
    "Dispute",
    "FrameworkContract",
    "Invoice",
    "InvoiceDocument",
    "InvoiceLine",
    "InvoiceReminder",
    "InvoiceVat",
    "Issuer",
    "Milestone",
    "MonthEnd",
    "MonthEndRun",
    "NumberSeries",
    "Package",
    "PackageItem",
    "PackagePrice",
    "PassThrough",
    "Payment",
    "PriceList",
    "Quote",
    "QuoteAnswer",
    "QuoteLine",
    "Rate",
    "RechargeExport",
    "Refund",
    "ReminderHold",
    "ReminderPlan",
    "RequestEvent",
    "SalesAccount",
    "Seller",
    "ServiceRequest",
    "ServiceRequestItem",
    "SimulatedDeposit",
    "StaffTime",
    "StandingDay",
    "StandingUse",
    "Statement",
    "StatementLine",
    "StatementTotal",
    "Surcharge",
    "VolumeDiscount",
]
