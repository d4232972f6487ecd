"""What an issued document states, read from its own frozen rows and nothing else.

Names, addresses and terms are those of the day it was issued; only the reference of a
funding account, which is no part of them, is read from the account.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from accounts.models import FundingAccount
from billing.documents.days_together import lines_together
from billing.documents.paper import vat_word
from billing.documents.together import Together
from billing.documents.values import (
    RECHARGE,
    Address,
    Line,
    Note,
    Party,
    Preceding,
    Stated,
    VatLine,
)
from billing.models import Invoice, InvoiceLine
from billing.vat import Category
from bookings.wording import money_text

EMAIL_SCHEME = "EM"
"""Scheme of electronic addresses that are e-mail addresses."""

CONTACT = ("contact_name", "contact_email", "contact_phone")
IDENTITY = ("siren", "siret", "vat_number", "legal_form", *CONTACT)

_TOWN = re.compile(r"(?P<postcode>(?:[A-Z]{1,2}-)?\d{4,5}) (?P<city>\S.*)")


def stated_of(invoice: Invoice) -> Stated:
    """Return what a document states, its texts in its own language."""
    with override(invoice.language):
        return _stated(invoice)


def _stated(invoice: Invoice) -> Stated:
    rows = invoice.lines.select_related("account__cost_object_kind", "charge").order_by("position")
    lines = enumerate(lines_together(list(rows)), start=1)
    vat = tuple(_vat_lines(invoice))
    return Stated(
        kind=invoice.kind,
        number=invoice.number,
        language=invoice.language,
        currency=invoice.currency,
        created_at=invoice.created_at,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        service_from=invoice.service_from,
        service_until=invoice.service_until,
        seller=_party(invoice.seller),
        buyer=_party(invoice.buyer),
        delivery=_delivery(invoice.buyer),
        lines=tuple(
            _line(line, position, is_alone=invoice.account_id is not None)
            for position, line in lines
        ),
        vat=vat,
        net_cents=invoice.net_cents,
        vat_cents=invoice.vat_cents,
        total_cents=invoice.total_cents,
        notes=tuple(_notes(invoice, vat)),
        payment_text=_payment_text(invoice),
        iban=invoice.seller.get("iban", ""),
        bic=invoice.seller.get("bic", ""),
        service_code=invoice.buyer.get("service_code", ""),
        engagement_number=invoice.buyer.get("engagement_number", ""),
        purchase_order=invoice.purchase_order,
        vat_on_debits=bool(invoice.terms.get("vat_on_debits")),
        natures=tuple(invoice.terms.get("natures", ())),
        corrects=_preceding(invoice),
        reason=invoice.reason,
    )


def _party(said: Mapping[str, Any]) -> Party:
    address = str(said.get("electronic_address", ""))
    scheme = str(said.get("electronic_scheme", ""))
    return Party(
        name=said["name"],
        address=_address(said),
        electronic_address=address,
        electronic_scheme=scheme or (EMAIL_SCHEME if "@" in address else ""),
        **{part: str(said.get(part, "")) for part in IDENTITY},
    )


def _address(said: Mapping[str, Any]) -> Address:
    return Address(
        lines=_filled(str(said.get("address", ""))),
        postcode=str(said.get("postcode", "")),
        city=str(said.get("city", "")),
        country=str(said.get("country", "")),
    )


def _delivery(said: Mapping[str, Any]) -> Address:
    """Return where it is delivered: the address given for that, or the buyer's own."""
    lines = _filled(str(said.get("delivery_address", "")))
    if not lines:
        return _address(said)
    town = _TOWN.fullmatch(lines[-1])
    if town is None:
        return Address(lines=lines, postcode="", city="", country=str(said["country"]))
    return Address(lines=lines[:-1], country=str(said["country"]), **town.groupdict())


def _filled(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _line(line: Together[InvoiceLine], position: int, *, is_alone: bool) -> Line:
    row, account = line.what, line.what.account
    is_order = account is not None and account.kind == FundingAccount.Kind.PURCHASE_ORDER
    kind = account.cost_object_kind if account else None
    return Line(
        position=position,
        description=row.description,
        service_from=line.first,
        service_until=line.last,
        quantity=line.quantity,
        unit=row.unit,
        unit_price_cents=row.unit_price_cents,
        percent=row.percent,
        net_cents=line.net_cents,
        category=row.vat_category,
        vat_percent=row.vat_percent,
        order=account.reference if account and is_order and not is_alone else "",
        account=account.reference if account else "",
        cost_object=kind.name if kind else "",
    )


def _vat_lines(invoice: Invoice) -> Iterator[VatLine]:
    for total in invoice.vat_totals.order_by("-vat_percent", "vat_category"):
        is_taxed = total.vat_category == Category.STANDARD
        yield VatLine(
            category=total.vat_category,
            percent=total.vat_percent,
            net_cents=total.net_cents,
            vat_cents=total.vat_cents,
            exemption_code=total.vat_exemption,
            exemption_text="" if is_taxed else vat_word(total.vat_category, total.vat_percent),
        )


def _notes(invoice: Invoice, vat: tuple[VatLine, ...]) -> Iterator[Note]:
    """State the terms that every invoice between traders has to state.

    Source: code de commerce, articles L441-9, L441-10 and D441-5.
    """
    if invoice.kind == RECHARGE:
        return
    terms = invoice.terms
    late = number_format(Decimal(terms["late_percent"]).normalize())
    late_text = _(
        "Late payment: interest at %(percent)s%% a year from the day after the due date, "
        "without a reminder."
    )
    yield Note(subject="PMD", text=late_text % {"percent": late})
    indemnity = money_text(terms["indemnity_cents"])
    indemnity_text = _("Late payment: a fixed indemnity of %(amount)s for the costs of recovery.")
    yield Note(subject="PMT", text=indemnity_text % {"amount": indemnity})
    yield Note(subject="AAB", text=_("No discount for early payment."))
    yield Note(subject="BAR", text=_treatment(invoice, vat))
    if terms.get("vat_on_debits") and any(one.category == Category.STANDARD for one in vat):
        yield Note(subject="AAI", text=_("VAT on debits."))


def _treatment(invoice: Invoice, vat: tuple[VatLine, ...]) -> str:
    """Say how platforms treat it: between French businesses, abroad, or not concerned.

    Source: code général des impôts, articles 289 bis and 290; what articles 261 to 261 E
    exempt is not concerned.
    """
    if invoice.buyer.get("country") != "FR":
        return "B2BINT"
    return "OUTOFSCOPE" if {one.category for one in vat} == {Category.EXEMPT} else "B2B"


def _payment_text(invoice: Invoice) -> str:
    if invoice.kind != Invoice.Kind.INVOICE:
        return ""
    days = int(invoice.terms["payment_days"])
    return ngettext(
        "By bank transfer within %(days)s day of the date of the invoice.",
        "By bank transfer within %(days)s days of the date of the invoice.",
        days,
    ) % {"days": days}


def _preceding(invoice: Invoice) -> Preceding | None:
    if invoice.corrects is None:
        return None
    return Preceding(number=invoice.corrects.number, issued_on=invoice.corrects.issued_on)
