"""An invoice, credit note or transfer note on paper: what it says besides its lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from billing.documents import archive, paper
from billing.documents.paper import Fact, VatRow
from billing.documents.values import CREDIT_NOTE, RECHARGE, Line, Stated
from billing.models import Invoice
from billing.vat import Nature

TEMPLATE = "billing/documents/invoice.html"
NOT_ON_PAPER = frozenset({"BAR"})
"""Subjects of notes that speak to platforms, not to people."""


def pdf_of(invoice: Invoice, stated: Stated, xml: bytes) -> bytes:
    """Draw a document as PDF/A-3b, its XML within.

    Raises:
        PdfUnavailable: this machine lacks what draws.
    """
    with override(stated.language):
        title = heading(stated)
    return archive.archived(
        html_of(invoice, stated), xml=xml, made_at=stated.created_at, title=title
    )


def html_of(invoice: Invoice, stated: Stated) -> str:
    """Return a document as HTML, in its own language."""
    with override(stated.language):
        return paper.html_of(TEMPLATE, _context(invoice, stated), language=stated.language)


def heading(stated: Stated) -> str:
    """Name a document, in the language that is active."""
    words = {
        CREDIT_NOTE: _("Credit note %(number)s"),
        RECHARGE: _("Transfer note %(number)s"),
    }
    return words.get(stated.kind, _("Invoice %(number)s")) % {"number": stated.number}


def _context(invoice: Invoice, stated: Stated) -> dict[str, Any]:
    return {
        "stated": stated,
        "heading": heading(stated),
        "is_recharge": stated.kind == RECHARGE,
        "is_credit_note": stated.kind == CREDIT_NOTE,
        "names_orders": any(line.order for line in stated.lines),
        "seller": invoice.seller,
        "buyer": invoice.buyer,
        "team": invoice.team.name,
        "facts": list(_facts(stated)),
        "vat_rows": [
            VatRow(
                word=paper.vat_word(one.category, one.percent),
                net_cents=one.net_cents,
                vat_cents=one.vat_cents,
            )
            for one in stated.vat
        ],
        "cost_objects": _by_cost_object(stated.lines),
        "net_cents": stated.net_cents,
        "vat_cents": stated.vat_cents,
        "total_cents": stated.total_cents,
        "natures": _natures(stated),
        "delivery": _other_delivery(stated),
        "terms": [note.text for note in stated.notes if note.subject not in NOT_ON_PAPER],
    }


def _facts(stated: Stated) -> Iterator[Fact]:
    yield Fact(label=_("Date"), value=_day(stated.issued_on))
    first, last = _day(stated.service_from), _day(stated.service_until)
    yield Fact(label=_("Services of"), value=first if first == last else f"{first} – {last}")
    if stated.kind == CREDIT_NOTE and stated.corrects:
        corrected = f"{stated.corrects.number}, {_day(stated.corrects.issued_on)}"
        yield Fact(label=_("Corrects"), value=corrected)
    elif stated.kind != RECHARGE:
        yield Fact(label=_("Due on"), value=_day(stated.due_on))
    for label, value in (
        (_("Purchase order"), stated.purchase_order),
        (_("Engagement number"), stated.engagement_number),
        (_("Service code"), stated.service_code),
    ):
        if value:
            yield Fact(label=label, value=value)


def _day(day: Any) -> str:
    return str(date_format(day, pgettext("date format", "j F Y")))


def _natures(stated: Stated) -> str:
    """Say whether services or goods were sold.

    Source: code général des impôts, annexe II, article 242 nonies A, I, 16°.
    """
    if stated.kind == RECHARGE:
        return ""
    is_goods = Nature.GOODS in stated.natures
    if is_goods and set(stated.natures) != {Nature.GOODS}:
        return _("Nature of the operation: delivery of goods and provision of services.")
    if is_goods:
        return _("Nature of the operation: delivery of goods.")
    return _("Nature of the operation: provision of services.")


def _other_delivery(stated: Stated) -> str:
    """Return the address of delivery where it is not the buyer's own."""
    if stated.delivery == stated.buyer.address:
        return ""
    place = " ".join(part for part in (stated.delivery.postcode, stated.delivery.city) if part)
    return ", ".join(part for part in (*stated.delivery.lines, place) if part)


def _by_cost_object(lines: tuple[Line, ...]) -> list[tuple[str, str, int]]:
    """Return what each cost object bears: its kind, its reference, cents."""
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for line in lines:
        sums[line.cost_object, line.account] += line.net_cents
    return [(kind, reference, cents) for (kind, reference), cents in sorted(sums.items())]
