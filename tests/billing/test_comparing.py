"""Two versions of a price list side by side, and what a raise makes of an amount."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.prices.comparing import Change, apart, changes, is_a_raise, raised


@pytest.mark.parametrize(
    ("cents", "percent", "step", "expected"),
    [
        (1800, "4", 1, 1872),
        (1800, "4", 5, 1870),
        (1800, "4", 10, 1870),
        (1805, "0", 10, 1805),
        (55, "4", 1, 57),
        (125, "2", 1, 128),
        (125, "2", 5, 130),
        (1250, "2", 10, 1280),
        (100, "-5", 10, 100),
        (0, "50", 5, 0),
        (3, "1000", 10, 30),
        (1200, "0.5", 1, 1206),
    ],
)
def test_an_amount_is_raised_half_up_to_its_step(cents, percent, step, expected):
    assert raised(cents, Decimal(percent), step) == expected


@given(
    cents=st.integers(0, 10**9),
    percent=st.decimals(-99, 1000, places=2),
    step=st.sampled_from([1, 5, 10]),
)
def test_a_raised_amount_is_no_further_than_half_a_step_from_the_exact_one(cents, percent, step):
    result = raised(cents, percent, step)
    exact = Fraction(cents) * (100 + Fraction(percent)) / 100
    assert result >= 0
    assert result % step == 0 or not percent
    assert not percent or -Fraction(step, 2) < result - exact <= Fraction(step, 2)


@pytest.mark.parametrize(
    ("percent", "step", "possible"),
    [("4", 1, True), ("-100", 1, False), ("1000.01", 5, False), ("1", 7, False), ("-99", 10, True)],
)
def test_a_raise_has_its_bounds(percent, step, possible):
    assert is_a_raise(Decimal(percent), step) is possible


def test_a_change_is_told_in_cents_and_in_per_cent_half_up():
    change = Change(old=1800, new=1872)
    assert (change.cents, change.percent, change.is_same) == (72, Decimal("4.0"), False)
    assert Change(old=1600, new=1601).percent == Decimal("0.1")
    assert Change(old=400, new=399).percent == Decimal("-0.3")
    assert Change(old=0, new=5).percent is None
    assert (Change(old=None, new=5).cents, Change(old=5, new=None).percent) == (None, None)


def test_amounts_of_either_version_are_paired():
    paired = changes({"a": 1, "b": 2}, {"b": 3, "c": 4})
    assert list(paired) == ["a", "b", "c"]
    assert [(each.old, each.new) for each in paired.values()] == [(1, None), (2, 3), (None, 4)]


def test_rows_are_added_dropped_and_changed():
    found = apart({"a": [1], "b": [2]}, {"b": [3], "c": [4]})
    assert (found.added, found.dropped, found.changed) == (("c",), ("a",), ("b",))
    assert not apart({"a": 1}, {"a": 1})
    assert found
