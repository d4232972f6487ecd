"""What a day, a month and a part come to: to the cent, whatever the numbers."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from billing.orders.accrual import (
    DAY,
    MONTH,
    StoodDay,
    amounts_of_month,
    cost_of,
    counts_by_day,
    parts_of,
    quantity_of_day,
)
from billing.prices.pricing import rounded

months = st.dates(dt.date(2000, 1, 1), dt.date(2100, 12, 31)).map(lambda day: day.replace(day=1))
counts = st.decimals(0, 100_000, places=2)
rates = st.integers(0, 10_000_000)


def month_of(first, each_count, rate):
    """Return all days of a month at counts and a rate."""
    length = monthrange(first.year, first.month)[1]
    return [
        StoodDay(day=first.replace(day=number), count=each_count(number), unit_price_cents=rate)
        for number in range(1, length + 1)
    ]


@given(months, counts, rates)
def test_a_whole_month_at_one_count_is_rate_times_count(first, count, rate):
    amounts = amounts_of_month(month_of(first, lambda _: count, rate), counting=MONTH)
    assert sum(amounts.values()) == rounded(rate * Fraction(count))
    assert all(amount >= 0 for amount in amounts.values())


@given(months, st.lists(counts, min_size=31, max_size=31), rates)
def test_any_month_comes_to_its_exact_share_rounded_once(first, each, rate):
    days = month_of(first, lambda number: each[number - 1], rate)
    exact = sum(Fraction(day.count) * rate / len(days) for day in days)
    assert sum(amounts_of_month(days, counting=MONTH).values()) == rounded(exact)


def test_by_the_month_a_terabyte_of_four_euros_costs_four_euros_in_june():
    amounts = amounts_of_month(
        month_of(dt.date(2026, 6, 1), lambda _: Decimal(1), 400), counting=MONTH
    )
    assert sum(amounts.values()) == 400
    assert set(amounts.values()) == {13, 14}


def test_by_the_day_each_cage_costs_the_rate():
    days = month_of(dt.date(2026, 6, 1), lambda _: Decimal(12), 55)
    assert set(amounts_of_month(days, counting=DAY).values()) == {660}
    assert quantity_of_day(dt.date(2026, 6, 1), Decimal(12), counting=DAY) == 12
    assert quantity_of_day(dt.date(2026, 6, 1), Decimal(3), counting=MONTH) == Decimal("0.1")


def test_a_census_holds_until_the_next_and_nothing_is_known_before_the_first():
    censuses = {dt.date(2026, 6, 3): Decimal(4), dt.date(2026, 6, 5): Decimal(6)}
    found = counts_by_day(censuses, first=dt.date(2026, 6, 1), last=dt.date(2026, 6, 6))
    assert found == {
        dt.date(2026, 6, 3): 4,
        dt.date(2026, 6, 4): 4,
        dt.date(2026, 6, 5): 6,
        dt.date(2026, 6, 6): 6,
    }


def test_a_census_of_before_the_range_holds_within_it():
    found = counts_by_day(
        {dt.date(2026, 1, 1): Decimal(2)}, first=dt.date(2026, 6, 1), last=dt.date(2026, 6, 2)
    )
    assert set(found.values()) == {Decimal(2)}


@given(
    st.integers(0, 10**9),
    st.lists(st.integers(1, 10_000), max_size=12).filter(lambda cuts: len(set(cuts)) == len(cuts)),
)
def test_the_parts_of_a_whole_come_to_the_whole(whole, cuts):
    edges = [0, *sorted(cut for cut in cuts if cut < 10_000), 10_000]
    percents = [Decimal(upper - lower) / 100 for lower, upper in pairwise(edges)]
    parts = parts_of(whole, percents)
    assert sum(parts) == whole
    assert all(part >= 0 for part in parts)


def test_the_last_part_takes_what_is_left():
    third = Decimal("33.33")
    assert parts_of(10_000, [third, third, Decimal("33.34")]) == [3333, 3333, 3334]
    assert parts_of(1001, [Decimal(50), Decimal(50)]) == [501, 500]
    assert parts_of(2, [Decimal(25)] * 4) == [1, 1, 0, 0]
    assert parts_of(5, []) == []


def test_a_price_for_a_number_of_units_is_rounded_half_up():
    assert cost_of(Decimal("1.5"), 333) == 500
