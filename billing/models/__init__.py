"""Tables of prices, of what was charged, stated and invoiced."""

from billing.models.charges import Charge
from billing.models.invoices import (
    Invoice,
    InvoiceDocument,
    InvoiceLine,
    InvoiceVat,
)
from billing.models.issuers import Issuer, NumberSeries, Seller
from billing.models.prices import Band, PriceList, Rate
from billing.models.statements import Statement, StatementLine, StatementTotal

__all__ = [
    "Band",
    "Charge",
    "Invoice",
    "InvoiceDocument",
    "InvoiceLine",
    "InvoiceVat",
    "Issuer",
    "NumberSeries",
    "PriceList",
    "Rate",
    "Seller",
    "Statement",
    "StatementLine",
    "StatementTotal",
]
