"""Entries of a year's end, for the accountant to book: nothing of them is in the books. Pure.

Source: plan comptable général, accounts 418, 44587 and 487.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from billing.books.journal import (
    ACCRUED_VAT,
    DEFERRED_INCOME,
    OTHER,
    Chart,
    Customer,
    Entry,
    Sale,
    entry_of,
    line_of,
    sold,
)


def accrual_entry(
    *,
    on: dt.date,
    piece: str,
    customer: Customer,
    sales: Sequence[Sale],
    vat_cents: int,
    chart: Chart,
) -> Entry:
    """Return what use that was rendered and not invoiced writes at a year's end."""
    total = sum(sale.cents for sale in sales) + vat_cents
    return entry_of(
        OTHER,
        on,
        piece,
        f"Facture à établir {customer.name}",
        [
            line_of(chart.accrued, total, label="Clients - factures à établir", customer=customer),
            *(line_of(sale.account, -sale.cents, label=sold(sale)) for sale in sales),
            line_of(ACCRUED_VAT, -vat_cents),
        ],
    )


def deferral_entry(*, on: dt.date, piece: str, sales: Sequence[Sale]) -> Entry:
    """Return what was invoiced before it was rendered writes at a year's end."""
    return entry_of(
        OTHER,
        on,
        piece,
        "Produits constatés d'avance",
        [
            *(line_of(sale.account, sale.cents, label=sold(sale)) for sale in sales),
            line_of(DEFERRED_INCOME, -sum(sale.cents for sale in sales)),
        ],
    )
