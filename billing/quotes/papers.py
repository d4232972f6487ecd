"""A quote on paper: what the law and the trade want a devis to state, in its language."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from billing.documents.paper import Fact, VatRow, html_of, pdf_of, vat_word
from billing.documents.parties import buyer_stated, seller_stated, terms_stated
from billing.models import Quote
from billing.quotes.lines import taxed_lines
from billing.quotes.states import sums_of
from bookings.wording import money_text

TEMPLATE = "billing/documents/quote.html"


def quote_pdf(quote: Quote) -> bytes:
    """Draw a quote as PDF.

    Raises:
        PdfUnavailable: this machine lacks what draws.
    """
    return pdf_of(quote_html(quote))


def quote_html(quote: Quote) -> str:
    """Return a quote as HTML; of a draft, the parties as they are today."""
    lines = list(quote.lines.all())
    seller, buyer, terms = _stated(quote, [line.nature for line in lines])
    with override(quote.language):
        sums = sums_of(taxed_lines(lines), discount_percent=quote.discount_percent)
        context = {
            "quote": quote,
            "lines": lines,
            "seller": seller,
            "buyer": buyer,
            "facts": _facts(quote),
            "vat_rows": [
                VatRow(
                    word=vat_word(total.category, total.percent),
                    net_cents=total.net_cents,
                    vat_cents=total.vat_cents,
                )
                for total in sums.totals
            ],
            "discount_cents": sums.discount_cents,
            "lines_cents": sums.lines_cents,
            "net_cents": quote.net_cents,
            "vat_cents": quote.vat_cents,
            "total_cents": quote.total_cents,
            "has_discounts": any(line.discount_percent for line in lines),
            "terms": terms_said(terms),
            "valid_until": quote.valid_until and _day(quote.valid_until),
        }
    return html_of(TEMPLATE, context, language=quote.language)


def terms_said(terms: dict[str, Any]) -> list[str]:
    """Say the terms of payment that a document has to state.

    Source: code de commerce, articles L441-1, L441-9, L441-10 and D441-5.
    """
    return [
        _("Payment within %(days)s days of the date of the invoice. No discount for early payment.")
        % {"days": terms["payment_days"]},
        _("Late payment: %(percent)s%% a year, and an indemnity of %(sum)s for recovery costs.")
        % {
            "percent": _number(terms["late_percent"]),
            "sum": money_text(terms["indemnity_cents"]),
        },
        _("What is used is invoiced month by month, on the order by which this is accepted."),
    ]


def _stated(
    quote: Quote, natures: list[str]
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    if quote.seller:
        return quote.seller, quote.buyer, quote.terms
    organisation = quote.team.organisation
    return (
        seller_stated(quote.issuer),
        buyer_stated(organisation, None),
        terms_stated(quote.issuer, organisation, natures),
    )


def _facts(quote: Quote) -> list[Fact]:
    project = str(quote.project) if quote.project else quote.project_name
    work = " – ".join(_day(day) for day in (quote.starts_on, quote.ends_on) if day)
    facts = [
        (_("Number"), quote.number or _("Draft")),
        (_("Date"), _day(quote.sent_on) if quote.sent_on else ""),
        (_("Open until"), _day(quote.valid_until) if quote.valid_until else ""),
        (_("Platform"), quote.facility.localized_name),
        (_("Team"), quote.team.name),
        (_("Project"), project),
        (_("Period of work"), work),
    ]
    return [Fact(label=label, value=value) for label, value in facts if value]


def _day(day: Any) -> str:
    return date_format(day, pgettext("date format, on documents", "j F Y"))


def _number(text: str) -> str:
    return number_format(Decimal(text).normalize())
