"""Prices as invoices in XML state them: quantity times price comes to the amount."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from billing.documents.line_price import stated_price

CENT = Decimal("0.01")


def price(quantity, cents, percent, net):
    return stated_price(
        quantity=Decimal(quantity), unit_price_cents=cents, percent=percent, net_cents=net
    )


def test_a_band_is_a_discount_on_the_whole_price():
    stated = price("1.5", 9550, 75, 10744)
    assert (stated.gross, stated.net) == (Decimal("95.50"), Decimal("71.625"))
    assert stated.quantity == Decimal("1.5")


def test_the_whole_price_has_no_discount():
    assert price("4", 9550, 100, 38200).gross is None


def test_above_the_whole_price_only_the_price_paid_is_stated():
    stated = price("2", 10000, 150, 30000)
    assert (stated.gross, stated.net) == (None, Decimal(150))


def test_hours_that_no_price_divides_are_stated_at_the_price_they_come_to():
    # 11 h 40: the ledger rounds from the exact time, print has four decimals.
    stated = price("11.6667", 240000, 100, 2800000)
    assert stated.quantity == Decimal("11.6667")
    assert stated.net == Decimal("2399.993")
    assert (stated.quantity * stated.net).quantize(CENT, ROUND_HALF_UP) == 28000


def test_what_is_given_back_has_a_negative_quantity_never_a_negative_price():
    assert price("-0.5", 9550, 100, -4775).net == Decimal("95.50")
    turned = price("1", -5000, 100, -5000)
    assert (turned.quantity, turned.net) == (Decimal(-1), Decimal(50))


@pytest.mark.parametrize(("quantity", "net"), [("0", 500), ("1", -500), ("99999999", 1)])
def test_what_no_price_comes_to_is_stated_as_one_whole(quantity, net):
    stated = price(quantity, 700, 100, net)
    assert stated.is_whole
    assert stated.quantity * stated.net == Decimal(net) / 100
    assert stated.net >= 0


@given(
    quantity=st.decimals("-9999", "9999", places=4),
    cents=st.integers(-1_000_000, 1_000_000),
    percent=st.integers(0, 300),
    net=st.integers(-100_000_000, 100_000_000),
)
@example(quantity=Decimal(0), cents=0, percent=0, net=0)
def test_receivers_always_come_to_the_same_amount(quantity, cents, percent, net):
    stated = price(quantity, cents, percent, net)
    assert (stated.quantity * stated.net).quantize(CENT, ROUND_HALF_UP) == Decimal(net) / 100
    assert stated.net >= 0
    assert stated.net == stated.net.quantize(Decimal("0.000001"))
    assert stated.gross is None or stated.gross >= stated.net
