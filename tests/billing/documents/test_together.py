"""Rows of a standing use stated together: no cent and no row gets lost or told twice."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.documents.line_price import stated_price
from billing.documents.together import Row, Together, together
from billing.orders.accrual import DAY, MONTH, StoodDay, amounts_of_month, quantity_of_day

FIRST = dt.date(2026, 9, 1)
TAXED = ("S", Decimal(20), "")


def a_row(number: int, **fields: object) -> Row[int]:
    values: dict[str, object] = {
        "what": number, "use": 7, "account": 1, "day": FIRST + dt.timedelta(days=number),
        "quantity": Decimal("0.0667"), "unit": "shelf-month", "unit_price_cents": 800,
        "percent": 100, "vat": TAXED, "net_cents": 53,
    }  # fmt: skip
    return Row(**(values | fields))  # type: ignore[arg-type]


def a_month(first: dt.date, counts: list[Decimal], cents: int, counting: str) -> list[Row[int]]:
    """Charge the days of a month as the ledger does."""
    days = [
        StoodDay(day=first + dt.timedelta(days=n), count=count, unit_price_cents=cents)
        for n, count in enumerate(counts)
    ]
    amounts = amounts_of_month(days, counting=counting)
    return [
        a_row(
            n,
            day=one.day,
            quantity=quantity_of_day(one.day, one.count, counting=counting),
            unit_price_cents=cents,
            net_cents=amounts[one.day],
        )
        for n, one in enumerate(days)
    ]


@pytest.mark.parametrize("month", [2, 9, 10], ids=["28 days", "30 days", "31 days"])
@pytest.mark.parametrize("count", ["1", "2", "0.5", "3.33", "7.01", "123.45"])
def test_a_whole_month_at_one_count_is_that_count(month: int, count: str) -> None:
    length = monthrange(2026, month)[1]
    rows = a_month(dt.date(2026, month, 1), [Decimal(count)] * length, 800, MONTH)

    (line,) = together(rows)

    assert line.quantity == Decimal(count)
    assert (line.first.day, line.last.day) == (1, length)
    assert line.net_cents == int((800 * Decimal(count)).quantize(Decimal(1), ROUND_HALF_UP))
    price = stated_price(
        quantity=line.quantity, unit_price_cents=800, percent=100, net_cents=line.net_cents
    )
    assert (price.quantity, price.net) == (line.quantity, Decimal(8))


def test_a_part_of_a_month_is_its_share() -> None:
    (line,) = together(a_month(FIRST, [Decimal(1)] * 10, 800, MONTH))

    assert line.quantity == Decimal("0.3333")
    assert line.net_cents == 267


def test_what_is_counted_by_the_day_is_added_up() -> None:
    (line,) = together(a_month(FIRST, [Decimal(12)] * 29 + [Decimal("11.5")], 55, DAY))

    assert line.quantity == Decimal("359.5")


OTHER: dict[str, Callable[[], dict[str, object]]] = {
    "use": lambda: {"use": 8},
    "account": lambda: {"account": 2},
    "month": lambda: {"day": dt.date(2026, 10, 1)},
    "year": lambda: {"day": dt.date(2027, 9, 1)},
    "unit": lambda: {"unit": "TB-month"},
    "price": lambda: {"unit_price_cents": 900},
    "percent": lambda: {"percent": 50},
    "VAT rule": lambda: {"vat": ("E", Decimal(0), "VATEX-EU-132-1I")},
}


@pytest.mark.parametrize("what", OTHER)
def test_rows_of_other_terms_stand_apart(what: str) -> None:
    lines = together([a_row(0), a_row(1, **OTHER[what]()), a_row(2)])

    assert [[row.what for row in line.rows] for line in lines] == [[0, 2], [1]]


def test_what_is_no_standing_use_stands_alone() -> None:
    lines = together([a_row(0, use=None), a_row(1), a_row(2, use=None), a_row(3)])

    assert [[row.what for row in line.rows] for line in lines] == [[0], [1, 3], [2]]


def test_one_day_alone_is_stated_as_it_stands() -> None:
    (line,) = together([a_row(4)])

    assert (line.quantity, line.net_cents) == (Decimal("0.0667"), 53)
    assert (line.first, line.last, line.is_several) == (dt.date(2026, 9, 5),) * 2 + (False,)


def test_a_day_taken_back_and_charged_anew_comes_to_the_new_count() -> None:
    month = a_month(FIRST, [Decimal(2)] * 30, 800, MONTH)
    back = [a_row(9, day=month[9].day, quantity=-month[9].quantity, net_cents=-53)]
    anew = [a_row(9, day=month[9].day, quantity=Decimal("0.1"), net_cents=80)]

    (line,) = together(month + back + anew)

    assert line.quantity == Decimal("2.0333")  # 29 days of 2 and one of 3
    assert line.net_cents == 1600 - 53 + 80


quantities = st.decimals(-400, 400, places=4)
rows = st.builds(
    a_row,
    st.integers(0, 120),
    use=st.sampled_from([None, 7, 8]),
    account=st.sampled_from([None, 1, 2]),
    quantity=quantities,
    unit=st.sampled_from(["TB-month", "cage-day"]),
    unit_price_cents=st.integers(0, 10_000),
    percent=st.sampled_from([50, 100]),
    vat=st.sampled_from([TAXED, ("internal", Decimal(0), "")]),
    net_cents=st.integers(-100_000, 100_000),
)


@given(st.lists(rows, max_size=60))
def test_every_row_is_in_exactly_one_line_and_sums_never_change(given_rows: list[Row[int]]) -> None:
    lines: list[Together[int]] = together(given_rows)

    told = [row for line in lines for row in line.rows]
    assert sorted(map(id, told)) == sorted(map(id, given_rows))
    assert sum(line.net_cents for line in lines) == sum(row.net_cents for row in given_rows)
    for line in lines:
        assert line.net_cents == sum(row.net_cents for row in line.rows)
        assert line.first <= line.last
        assert line.what is line.rows[0].what
        far = abs(line.quantity - sum(row.quantity for row in line.rows))
        assert far <= Decimal("0.0001") * len(line.rows)


@given(
    st.lists(st.decimals(0, 500, places=2), min_size=30, max_size=30),
    st.integers(0, 100_000),
    st.sampled_from([DAY, MONTH]),
)
def test_the_stated_quantity_is_the_exact_one_and_comes_to_the_cent(
    counts: list[Decimal], cents: int, counting: str
) -> None:
    (line,) = together(a_month(FIRST, counts, cents, counting))

    exact = sum(counts) / (1 if counting == DAY else 30)
    assert line.quantity == Decimal(exact).quantize(Decimal("0.0001"), ROUND_HALF_UP)
    price = stated_price(
        quantity=line.quantity, unit_price_cents=cents, percent=100, net_cents=line.net_cents
    )
    assert (price.quantity * price.net).quantize(Decimal("0.01"), ROUND_HALF_UP) == Decimal(
        line.net_cents
    ) / 100
