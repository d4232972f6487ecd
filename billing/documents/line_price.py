"""The price of a line as an invoice in XML states it: quantity times price is the amount.

Pure. The ledger rounds an amount once, from the exact time; the quantity it prints has four
decimals. Receivers multiply what is stated, so what is stated has to come to the cent.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
FINEST = 6
"""Decimals of a price. Source: French rules for electronic invoices, BR-FR-DEC-03."""

FULL_PERCENT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedPrice:
    """Quantity (BT-129), net price (BT-146), and gross price (BT-148) where it differs.

    `is_whole`: the line is stated as one whole, no price for a unit comes to its amount.
    """

    quantity: Decimal
    net: Decimal
    gross: Decimal | None = None
    is_whole: bool = False


def stated_price(
    *, quantity: Decimal, unit_price_cents: int, percent: int, net_cents: int
) -> StatedPrice:
    """Return how a line's price is stated.

    As agreed, where quantity × unit price × band comes to the amount within rounding: a band
    below the whole price is a discount on it. Otherwise at the price that the amount and the
    quantity come to, with as few decimals as do; and where not even six do, as one whole.
    A price is never negative (BR-27): what is given back has a negative quantity.
    """
    if unit_price_cents < 0:
        quantity, unit_price_cents = -quantity, -unit_price_cents
    amount = Decimal(net_cents) / 100
    gross = Decimal(unit_price_cents) / 100
    net = gross * percent / FULL_PERCENT
    if _comes_to(amount, quantity, net):
        is_discounted = 0 <= percent < FULL_PERCENT
        return StatedPrice(quantity=quantity, net=net, gross=gross if is_discounted else None)
    if quantity and amount / quantity >= 0:
        for decimals in range(2, FINEST + 1):
            price = (amount / quantity).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
            if _comes_to(amount, quantity, price):
                return StatedPrice(quantity=quantity, net=price)
    sign = Decimal(-1) if amount < 0 else Decimal(1)
    return StatedPrice(quantity=sign, net=abs(amount), is_whole=True)


def _comes_to(amount: Decimal, quantity: Decimal, price: Decimal) -> bool:
    return (quantity * price).quantize(CENT, ROUND_HALF_UP) == amount
