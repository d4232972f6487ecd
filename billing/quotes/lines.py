"""From what is wished for to a line of a quote: its words, its sum, its VAT rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import ngettext, override

from billing.documents.invoicing import Taxed
from billing.models import Quote, QuoteLine, Seller
from billing.quotes.errors import LineNotPossible, SellerMissing
from billing.quotes.offers import NOTHING, LineWish, Offer, offer_of
from billing.quotes.sessions import quantity_of
from billing.quotes.states import line_cents
from billing.selling import sellers_of, terms_of

CENT = Decimal("0.01")
MOST = Decimal(10**8)
MOST_CENTS = 10**12


def line_for(quote: Quote, wish: LineWish, *, position: int, on: dt.date) -> QuoteLine:
    """Return a line of a quote as it is wished for, not yet saved.

    The quote comes with its platform, team, organisation and project. The day is that of
    the prices.

    Raises:
        NotFound: there is no such service, instrument or package.
        RateMissing: no list has a price for the team, and none is given.
        SellerMissing: another body sells for the platform, or none.
        LineNotPossible: words, quantity or price are missing.
    """
    with override(quote.language):
        offer = offer_of(quote, wish, on=on)
        quantity = _quantity(wish, offer.unit)
        description = wish.description.strip() or _said(offer, wish)
    if not description or not NOTHING < quantity < MOST:
        raise LineNotPossible
    cents = offer.unit_price_cents if wish.unit_price_cents is None else wish.unit_price_cents
    if not 0 <= cents < MOST_CENTS or not NOTHING <= wish.discount_percent <= 100:
        raise LineNotPossible
    line = QuoteLine(
        quote=quote,
        position=position,
        facility=offer.facility,
        service_id=wish.service_id,
        instrument_id=wish.instrument_id,
        package_id=wish.package_id,
        sessions=wish.sessions if wish.instrument_id else None,
        description=description[:500],
        quantity=quantity,
        unit=offer.unit,
        unit_price_cents=cents,
        discount_percent=wish.discount_percent,
        nature=offer.nature,
        price_list_id=offer.price_list_id,
    )
    priced(line)
    rule_lines(quote, [line])
    return line


def priced(line: QuoteLine) -> None:
    """Set what a line comes to from its quantity, price and discount."""
    line.net_cents = line_cents(
        quantity=line.quantity,
        unit_price_cents=line.unit_price_cents,
        discount_percent=line.discount_percent,
        sessions=line.sessions or 1,
    )


def rule_lines(quote: Quote, lines: list[QuoteLine]) -> None:
    """Set the VAT rule of lines from who sells and who buys, as they are today.

    Raises:
        SellerMissing: another body than the quote's sells for a platform, or none.
    """
    sellers = sellers_of({line.facility_id for line in lines})
    for line in lines:
        seller = sellers[line.facility_id]
        if seller.issuer_id != quote.issuer_id:
            raise SellerMissing(platform=str(line.facility))
        rule = terms_of(
            team=quote.team, project=quote.project, seller=seller, nature=line.nature
        ).rule
        line.vat_category, line.vat_percent = rule.category, rule.percent
        line.vat_exemption = rule.exemption


def taxed_lines(lines: Iterable[QuoteLine]) -> list[Taxed]:
    """Return lines as the arithmetic of documents sees them."""
    return [
        Taxed(
            net_cents=line.net_cents,
            category=line.vat_category,
            percent=line.vat_percent,
            exemption=line.vat_exemption,
        )
        for line in lines
    ]


def issuer_id_of(facility_id: int) -> int | None:
    """Return the issuer that sells for a platform, if there is one."""
    sellers = Seller.objects.filter(facility=facility_id)
    return sellers.values_list("issuer_id", flat=True).first()


def _quantity(wish: LineWish, unit: str) -> Decimal:
    quantity = wish.quantity or NOTHING
    if wish.instrument_id is not None and wish.sessions and wish.hours:
        quantity = quantity_of(unit, sessions=wish.sessions, hours=wish.hours)
    if quantity != quantity.quantize(CENT):
        raise LineNotPossible
    return quantity


def _said(offer: Offer, wish: LineWish) -> str:
    """Name what is sold; of planned sessions, how many and how long they are."""
    if not wish.sessions or not wish.hours:
        return offer.description
    sessions = ngettext(
        "%(count)d session of %(hours)s h", "%(count)d sessions of %(hours)s h", wish.sessions
    ) % {"count": wish.sessions, "hours": number_format(wish.hours.normalize())}
    return f"{offer.description}, {sessions}"
