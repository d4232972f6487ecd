"""The lines of a Cross Industry Invoice (BG-25). Pure on plain values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from billing.documents.facturx_words import RAM, coded, day, euros, no, number, price, text
from billing.documents.line_price import StatedPrice, stated_price
from billing.documents.unit_codes import ONE, code_of
from billing.documents.values import Line
from billing.vat import Category


def line(stated: Line) -> Any:
    """Return one line: what, how much of it, at which price, under which VAT rule."""
    cost = stated_price(
        quantity=stated.quantity,
        unit_price_cents=stated.unit_price_cents,
        percent=stated.percent,
        net_cents=stated.net_cents,
    )
    return RAM.IncludedSupplyChainTradeLineItem(
        RAM.AssociatedDocumentLineDocument(text("LineID", str(stated.position))),  # BT-126
        RAM.SpecifiedTradeProduct(text("Name", stated.description)),  # BT-153
        RAM.SpecifiedLineTradeAgreement(*_prices(cost)),
        RAM.SpecifiedLineTradeDelivery(  # BT-129, BT-130
            text("BilledQuantity", number(cost.quantity), unitCode=_unit(stated, cost))
        ),
        _settlement(stated),
    )


def _unit(stated: Line, cost: StatedPrice) -> str:
    return ONE if cost.is_whole else code_of(stated.unit)


def _prices(cost: StatedPrice) -> Iterator[Any]:
    """State the price: below the whole one, the gross price and the discount as well (BG-29)."""
    if cost.gross is not None:
        yield RAM.GrossPriceProductTradePrice(
            text("ChargeAmount", price(cost.gross)),  # BT-148
            RAM.AppliedTradeAllowanceCharge(
                RAM.ChargeIndicator(no()),
                text("ActualAmount", price(cost.gross - cost.net)),  # BT-147
            ),
        )
    yield RAM.NetPriceProductTradePrice(text("ChargeAmount", price(cost.net)))  # BT-146


def _settlement(stated: Line) -> Any:
    has_rate = stated.category != Category.OUT_OF_SCOPE
    return RAM.SpecifiedLineTradeSettlement(
        RAM.ApplicableTradeTax(  # BG-30
            text("TypeCode", "VAT"),
            text("CategoryCode", stated.category),  # BT-151
            *([text("RateApplicablePercent", number(stated.vat_percent))] if has_rate else ()),
        ),
        RAM.BillingSpecifiedPeriod(  # BT-134, BT-135
            day("StartDateTime", stated.service_from), day("EndDateTime", stated.service_until)
        ),
        RAM.SpecifiedTradeSettlementLineMonetarySummation(
            text("LineTotalAmount", euros(stated.net_cents))  # BT-131
        ),
        *([coded("AdditionalReferencedDocument", stated.order)] if stated.order else ()),  # BT-128
    )
