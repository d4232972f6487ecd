"""Use on the wrong side of a year's end: rendered and not invoiced, or invoiced too early.

Source: plan comptable général, accounts 418 (produits à recevoir, factures à établir) and
487 (produits constatés d'avance): income belongs to the year in which it was rendered.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, F, OuterRef, Sum, Value, When
from django.db.models import Exists as There

from billing.books.journal import Customer, Entry, Sale
from billing.books.names import chart_of, customer_code, sales_accounts
from billing.books.year_end_entries import accrual_entry, deferral_entry
from billing.documents.invoicing import vat_on
from billing.models import Charge, Invoice, InvoiceLine, Issuer


@dataclass(frozen=True, slots=True, kw_only=True)
class DeferredUse:
    """Use of one customer on one platform, in cents without VAT, and its VAT."""

    organisation_id: int
    organisation: str
    facility_id: int
    facility: str
    is_internal: bool
    net_cents: int
    vat_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class YearEnd:
    """What an issuer has to set right at the end of a day."""

    last_on: dt.date
    not_invoiced: tuple[DeferredUse, ...]
    too_early: tuple[DeferredUse, ...]

    @property
    def accrued_cents(self) -> int:
        """Income to add, without VAT and without what stays within the body."""
        return sum(use.net_cents for use in self.not_invoiced if not use.is_internal)

    @property
    def deferred_cents(self) -> int:
        """Income to take out."""
        return sum(use.net_cents for use in self.too_early if not use.is_internal)


def year_end(issuer: Issuer, *, last_on: dt.date) -> YearEnd:
    """Return use up to a day that no document of that day or before bills, and the reverse.

    What was charged and undone again comes to nothing. Charges written later for earlier
    days are in, so that the table is complete once all use is charged.
    """
    return YearEnd(
        last_on=last_on,
        not_invoiced=_uses(_not_invoiced(issuer, last_on)),
        too_early=_uses(_too_early(issuer, last_on)),
    )


def year_end_entries(issuer: Issuer, found: YearEnd) -> list[Entry]:
    """Return the entries that set it right; the first day of the year undoes them."""
    accounts = sales_accounts(issuer)
    piece = f"FAE{found.last_on:%Y%m%d}"
    by_customer: dict[int, list[DeferredUse]] = defaultdict(list)
    for use in found.not_invoiced:
        if not use.is_internal:
            by_customer[use.organisation_id].append(use)
    entries = [
        accrual_entry(
            on=found.last_on,
            piece=piece,
            customer=Customer(code=customer_code(pk), name=uses[0].organisation),
            sales=_sales(uses, accounts),
            vat_cents=sum(use.vat_cents for use in uses),
            chart=chart_of(issuer),
        )
        for pk, uses in by_customer.items()
    ]
    early = [use for use in found.too_early if not use.is_internal]
    if early:
        piece = f"PCA{found.last_on:%Y%m%d}"
        entries.append(deferral_entry(on=found.last_on, piece=piece, sales=_sales(early, accounts)))
    return entries


def _not_invoiced(issuer: Issuer, last_on: dt.date) -> Iterable[Any]:
    billed = InvoiceLine.objects.filter(charge=OuterRef("pk"), invoice__issued_on__lte=last_on)
    return (
        Charge.objects.filter(~There(billed), issuer=issuer, service_date__lte=last_on)
        .order_by()
        .values(
            "organisation_id", "facility_id", "vat_category", "vat_percent",
            buyer=F("organisation__name"), platform=F("facility__name"),
        )
        .annotate(cents=Sum("amount_cents"))
    )  # fmt: skip


def _too_early(issuer: Issuer, last_on: dt.date) -> Iterable[Any]:
    sign = Case(When(invoice__kind=Invoice.Kind.CREDIT_NOTE, then=Value(-1)), default=Value(1))
    return (
        InvoiceLine.objects.filter(
            invoice__issuer=issuer, invoice__issued_on__lte=last_on, service_date__gt=last_on
        )
        .order_by()
        .values(
            "facility_id", "vat_category", "vat_percent",
            organisation_id=F("invoice__organisation_id"),
            buyer=F("invoice__organisation__name"), platform=F("facility__name"),
        )
        .annotate(cents=Sum(sign * F("net_cents")))
    )  # fmt: skip


def _uses(rows: Iterable[Any]) -> tuple[DeferredUse, ...]:
    sums: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        key = (
            row["buyer"], row["platform"], row["organisation_id"], row["facility_id"],
            row["vat_category"] == Charge.VatCategory.INTERNAL,
        )  # fmt: skip
        sums[key][0] += row["cents"]
        sums[key][1] += vat_on(row["cents"], Decimal(row["vat_percent"]))
    return tuple(
        DeferredUse(
            organisation_id=organisation_id,
            organisation=organisation,
            facility_id=facility_id,
            facility=facility,
            is_internal=is_internal,
            net_cents=net,
            vat_cents=vat,
        )
        for (organisation, facility, organisation_id, facility_id, is_internal), (net, vat)
        in sorted(sums.items())
        if net
    )  # fmt: skip


def _sales(uses: Iterable[DeferredUse], accounts: Mapping[int, str]) -> list[Sale]:
    return [
        Sale(account=accounts[use.facility_id], platform=use.facility, cents=use.net_cents)
        for use in uses
    ]
