"""Tables of prices, of what was charged, and of the monthly statements."""

from billing.models.charges import Charge
from billing.models.prices import Band, PriceList, Rate
from billing.models.statements import Statement, StatementLine, StatementTotal

__all__ = [
    "Band",
    "Charge",
    "PriceList",
    "Rate",
    "Statement",
    "StatementLine",
    "StatementTotal",
]
