"""Cutting sums by percentage: the parts come to the whole, each fair to the cent."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.costs.splitting import is_whole, split_cents, split_quantity

CENTS = st.integers(-(10**10), 10**10)


@st.composite
def shares(draw):
    """Draw two to twenty percentages of two decimals that come to 100."""
    cuts = draw(st.sets(st.integers(1, 9_999), min_size=1, max_size=19))
    edges = [0, *sorted(cuts), 10_000]
    return [Decimal(end - start) / 100 for start, end in pairwise(edges)]


@pytest.mark.parametrize(
    ("cents", "percents", "parts"),
    [
        (18_00, ["60", "40"], [1080, 720]),
        (1, ["50", "50"], [1, 0]),
        (100, ["33.33", "33.33", "33.34"], [33, 34, 33]),
        (-100, ["33.33", "33.33", "33.34"], [-33, -34, -33]),
        (50, ["25", "25", "25", "25"], [13, 12, 13, 12]),
        (0, ["50", "50"], [0, 0]),
    ],
)
def test_examples(cents, percents, parts):
    assert split_cents(cents, [Decimal(percent) for percent in percents]) == parts


@given(CENTS, shares())
def test_the_parts_come_to_the_whole_and_each_is_within_a_cent_of_its_share(cents, percents):
    parts = split_cents(cents, percents)
    assert sum(parts) == cents
    for part, percent in zip(parts, percents, strict=True):
        assert abs(part - cents * percent / 100) < 1 or part == cents * percent / 100
        assert part * cents >= 0


@given(CENTS, shares())
def test_a_refund_gives_back_exactly_what_was_charged(cents, percents):
    assert split_cents(-cents, percents) == [-part for part in split_cents(cents, percents)]


@given(st.integers(-(10**7), 10**7), shares())
def test_quantities_come_to_the_whole_too(number, percents):
    quantity = Decimal(number) / 10_000
    assert sum(split_quantity(quantity, percents)) == quantity


@given(shares())
def test_what_makes_a_whole_is_known(percents):
    assert is_whole(percents)
    assert not is_whole([*percents[:-1], percents[-1] - Decimal("0.01")])


@pytest.mark.parametrize(
    "percents", [[], ["100"], ["50", "50.00", "0"], ["33.333", "66.667"], ["-10", "110"]]
)
def test_what_makes_none_is_known(percents):
    assert not is_whole([Decimal(percent) for percent in percents])
