"""Discounts on volume: the pure sum, and the rows that a month's end writes."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.models import Charge, PriceList, VolumeDiscount
from billing.prices.volume import Bought, Step, discounts
from billing.services import charge_finished_uses, close_month, reverse_charge
from billing.services.discounting import discount_volume
from facilities.intervals import Interval
from tests import factories as make
from tests.billing.cases import LATER, a_priced_instrument, a_use, someone

MONTH = dt.date(2026, 11, 1)
STEPS = [Step(from_quantity=Decimal(10), percent=10), Step(from_quantity=Decimal(20), percent=20)]


def bought(*pairs: tuple[int, int]) -> list[Bought]:
    return [Bought(quantity=Decimal(quantity), amount_cents=cents) for quantity, cents in pairs]


@pytest.mark.parametrize(
    ("sales", "off"),
    [
        ([(10, 1000)], [0]),
        ([(11, 1100)], [10]),
        ([(20, 2000)], [100]),
        ([(25, 2500)], [100 + 100]),
        ([(8, 800), (4, 200), (10, 1000)], [0, 10, 80 + 40]),
        ([(12, 1200), (0, 0), (-1, -100), (1, 100)], [20, 0, 0, 10]),
    ],
)
def test_what_lies_above_a_step_gets_its_percentage_off(
    sales: list[tuple[int, int]], off: list[int]
) -> None:
    assert discounts(bought(*sales), STEPS) == off


@given(
    sales=st.lists(st.tuples(st.integers(0, 50), st.integers(0, 9000)), max_size=8),
    steps=st.dictionaries(st.integers(0, 100), st.integers(1, 100), max_size=4),
)
def test_nobody_gets_more_off_than_it_cost_nor_for_what_lies_below(
    sales: list[tuple[int, int]], steps: dict[int, int]
) -> None:
    ladder = [Step(from_quantity=Decimal(at), percent=percent) for at, percent in steps.items()]
    off = discounts(bought(*sales), ladder)
    assert all(0 <= each <= cents for each, (_quantity, cents) in zip(off, sales, strict=True))
    if sum(quantity for quantity, _cents in sales) <= min(steps, default=1000):
        assert sum(off, Fraction(0)) == 0


@pytest.fixture
def fortessa(db):
    """Make an instrument with 10 % off above three hours a month, and 20 % for companies."""
    instrument = a_priced_instrument()
    for tier, percent in (("", 10), ("IND", 20)):
        VolumeDiscount.objects.create(
            price_list=PriceList.objects.get(),
            instrument=instrument,
            tier=tier,
            from_quantity=3,
            percent=percent,
        )
    return instrument


def use(person, instrument, day, hours=2, **fields):
    start = make.at(f"2026-11-{day:02} 09:00")
    when = Interval(start, start + dt.timedelta(hours=hours))
    return a_use(person, instrument, when, **fields)


def given_off(**fields):
    return list(
        Charge.objects.filter(source="volume", **fields)
        .order_by("id")
        .values_list("amount_cents", flat=True)
    )


def test_a_month_of_much_use_is_discounted_once(fortessa):
    person, other = someone("INT"), someone("IND")
    for day in (2, 3, 4):
        use(person, fortessa, day, operator_needed=True)
    use(other, fortessa, 5, hours=4)
    use(someone("ACA"), fortessa, 6)
    close_month(month=MONTH, now=LATER)
    team = person.memberships.get().team
    assert given_off(team=team) == [-540]  # 3 of 6 hours at 18.00
    assert given_off() == [-540, -2400]
    assert discount_volume(month=MONTH, now=LATER) == 0
    row = Charge.objects.get(source="volume", team=team)
    assert (row.quantity, row.unit, row.unit_price_cents) == (Decimal(-1), "use", 540)
    assert (row.service_date, row.tier) == (dt.date(2026, 11, 30), "INT")
    assert row.description == "Fortessa X-20 · 2026-11 · > 3: −10 %"
    assert team.statements.get().total_cents == 6 * 1800 - 540


def test_each_account_gets_what_its_own_use_has_earned(fortessa):
    person = someone("INT")
    team = person.memberships.get().team
    late = make.an_account(team)
    use(person, fortessa, 2, hours=4)
    use(person, fortessa, 3, account=late)
    charge_finished_uses(now=LATER)
    discount_volume(month=MONTH, now=LATER)
    assert given_off(account=late) == [-360]
    assert given_off() == [-180, -360]


def test_what_is_charged_or_undone_later_is_made_good(fortessa):
    person = someone("INT")
    manager = make.a_staff_member(fortessa.facility)
    booking = use(person, fortessa, 2, hours=4)
    charge_finished_uses(now=LATER)
    discount_volume(month=MONTH, now=LATER)
    use(person, fortessa, 3)
    charge_finished_uses(now=LATER)
    assert discount_volume(month=MONTH, now=LATER) == 1
    assert given_off() == [-180, -360]
    charge = Charge.objects.get(booking=booking)
    reverse_charge(charge_id=charge.pk, actor=manager, reason="Laser down", now=LATER)
    assert discount_volume(month=MONTH, now=LATER) == 1
    assert given_off() == [-180, -360, 540]
    assert discount_volume(month=MONTH, now=LATER) == 0


def test_another_month_begins_from_nothing(fortessa):
    person = someone("INT")
    use(person, fortessa, 30, hours=3)
    a_use(person, fortessa, make.period("2026-12-01 09:00", "12:00"))
    charge_finished_uses(now=LATER)
    for month in (MONTH, dt.date(2026, 12, 1)):
        assert discount_volume(month=month, now=LATER) == 0
