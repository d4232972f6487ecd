"""Accounts and names as the books state them: of today, and in closed months as they were.

An issuer may choose other accounts, a customer or a platform may get another name. What an
entry states is final once its month is closed, so closing keeps them with the month.
Source: livre des procédures fiscales, article A47 A-1, VII, 1°; règlement ANC 2014-03,
article 921-3 as numbered then: what was validated is neither changed nor removed.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from accounts.models import Organisation
from billing.books.journal import Chart, Customer, Entry
from billing.models import InvoiceLine, Issuer, SalesAccount

KEPT = "names"
"""Where a closed month has them, among its control totals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Accounts and names of a day; what is not kept is stated as it is today."""

    chart: Chart
    sales: Mapping[int, str]
    platforms: Mapping[int, str] = field(default_factory=dict)
    customers: Mapping[str, str] = field(default_factory=dict)

    def customer(self, organisation: Organisation) -> Customer:
        """Return the account of a customer."""
        code = customer_code(organisation.pk)
        return Customer(code=code, name=self.customers.get(code, organisation.name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """The names of today and those of closed months, by first day."""

    today: Names
    closed: Mapping[dt.date, Names]

    def on(self, day: dt.date) -> Names:
        """Return the names that entries of a day state."""
        return self.closed.get(day.replace(day=1), self.today)


def naming_of(issuer: Issuer) -> Naming:
    """Return the names of an issuer's books."""
    today = Names(chart=chart_of(issuer), sales=sales_accounts(issuer))
    kept = issuer.periods.values_list("month", f"controls__{KEPT}")
    return Naming(today=today, closed={month: _read(of, today) for month, of in kept if of})


def kept_names(
    issuer: Issuer, entries: Iterable[Entry], *, first_on: dt.date, last_on: dt.date
) -> dict[str, Any]:
    """Return what closing keeps: the accounts, and the names that entries of these days state."""
    accounts = sales_accounts(issuer)
    sold = (
        InvoiceLine.objects.filter(
            invoice__issuer=issuer, invoice__issued_on__range=(first_on, last_on)
        )
        .order_by("facility_id")
        .values_list("facility_id", "facility__name")
        .distinct()
    )
    platforms = dict(sold)
    customers = [line.customer for entry in entries for line in entry.lines if line.customer]
    return {
        "chart": asdict(chart_of(issuer)),
        "sales": {str(pk): accounts[pk] for pk in platforms},
        "platforms": {str(pk): name for pk, name in platforms.items()},
        "customers": {one.code: one.name for one in customers},
    }


def chart_of(issuer: Issuer) -> Chart:
    """Return the accounts of an issuer."""
    return Chart(
        customers=issuer.customers_account,
        vat=issuer.vat_account,
        bank=issuer.bank_account,
        accrued=issuer.accrued_account,
    )


def sales_accounts(issuer: Issuer) -> defaultdict[int, str]:
    """Return the account of each platform's sales: its own, or the issuer's for all."""
    own = SalesAccount.objects.filter(facility__seller__issuer=issuer)
    return defaultdict(lambda: issuer.sales_account, own.values_list("facility_id", "number"))


def customer_code(organisation_id: int) -> str:
    """Return how the books name a customer."""
    return f"C{organisation_id:05}"


def _read(kept: Mapping[str, Any], today: Names) -> Names:
    return Names(
        chart=Chart(**(asdict(today.chart) | kept["chart"])),
        sales={int(pk): number for pk, number in kept["sales"].items()},
        platforms={int(pk): name for pk, name in kept["platforms"].items()},
        customers=kept["customers"],
    )
