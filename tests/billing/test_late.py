"""What late payment costs, to the day and the cent."""

import datetime as dt
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from billing.payments.late import NO_COST, Settlement, late_cost

DUE = dt.date(2026, 9, 30)


def cost(until, *settled, total=100000, percent="12.15"):
    return late_cost(
        total_cents=total,
        due_on=DUE,
        until=until,
        percent=Decimal(percent),
        indemnity_cents=4000,
        settlements=[Settlement(on=on, amount_cents=cents) for on, cents in settled],
    )


def day(number):
    return DUE + dt.timedelta(days=number)


def test_nothing_is_late_on_the_due_date_and_everything_the_day_after():
    assert cost(DUE) == NO_COST
    late = cost(day(1))
    # 1,000.00 × 12.15 % × 1 / 365 = 0.3329 → 0.33
    assert (late.interest_cents, late.indemnity_cents, late.total_cents) == (33, 4000, 4033)
    assert [(one.first_on, one.last_on, one.days) for one in late.stretches] == [
        (day(1), day(1), 1)
    ]


def test_a_whole_year_costs_the_rate():
    assert cost(day(365)).interest_cents == 12150


def test_each_stretch_between_payments_is_a_line():
    late = cost(day(30), (day(10), 40000), (day(20), 60000))
    # 1,000 for ten days: 3.3288 → 3.33; 600 for ten days: 1.9973 → 2.00; nothing after.
    lines = [(one.days, one.open_cents, one.interest_cents) for one in late.stretches]
    assert lines == [(10, 100000, 333), (10, 60000, 200)]
    assert late.interest_cents == 533


def test_half_a_cent_is_rounded_up():
    assert cost(day(73), total=5, percent="50").interest_cents == 1  # 0.5


def test_paid_in_time_costs_nothing_even_if_asked_much_later():
    assert cost(day(100), (day(-3), 50000), (DUE, 50000)) == NO_COST
    assert cost(day(100), (day(-3), 150000)) == NO_COST


def test_paid_a_day_late_owes_one_day_and_the_indemnity():
    late = cost(day(100), (day(1), 100000))
    assert (late.interest_cents, late.indemnity_cents) == (33, 4000)


def test_what_is_taken_back_on_the_same_day_counts_for_nothing():
    assert cost(day(5), (day(2), 500), (day(2), -500)) == cost(day(5))


@given(
    payments=st.lists(st.tuples(st.integers(-5, 40), st.integers(1, 30000)), max_size=6),
    until=st.integers(0, 50),
)
def test_the_same_as_going_day_by_day_but_for_rounding(payments, until):
    settled = [(day(number), cents) for number, cents in payments]
    late = cost(day(until), *settled)
    exact = Decimal(0)
    for number in range(1, until + 1):
        # A payment of that day comes too late to stop that day.
        left = 100000 - sum(cents for on, cents in settled if on < day(number) or on <= DUE)
        exact += max(left, 0) * Decimal("12.15") / 36500
    assert abs(late.interest_cents - exact) <= Decimal("0.5") * max(len(late.stretches), 1)
    assert sum(one.days for one in late.stretches) <= until
