"""The whole price of a use: units, operator, minimum, surcharges and contracts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing.errors import RateMissing
from billing.prices.agreements import ContractDays, agreed_days
from billing.prices.bands import Agreement, Surcharge, Tariff
from billing.prices.pricing import Line, refund_lines, total_cents
from billing.prices.units import DAY, HOUR, OPERATOR_HOUR, SESSION
from billing.prices.uses import Manner, manner_of, price_use
from facilities.intervals import Interval
from tests.billing.grid import FORTESSA, HOLIDAYS, NEXT_YEAR, PARIS, amounts, paris

MORNING = paris("2026-11-24 09:00", "2026-11-24 13:00")
EVENING = paris("2026-11-24 19:00", "2026-11-24 21:00")
ACROSS_THE_YEAR = paris("2026-12-31 22:00", "2027-01-01 02:00")
BSL2 = Surcharge(ground="bsl2", name="BSL-2", percent=15)
PLAIN = Manner(tier="ACA")


def used(when: Interval, manner: Manner = PLAIN, *tariffs: Tariff, **changed: Any) -> list[Line]:
    """Price a time by the Fortessa's grid, changed in some way."""
    lists = tariffs or (replace(FORTESSA, **changed), NEXT_YEAR)
    return price_use(when, tariffs=lists, manner=manner, tz=PARIS, holidays=HOLIDAYS)


def told(lines: list[Line]) -> list[tuple[str, str, Decimal, int]]:
    """Return what a line is, its unit, how many and what they cost."""
    return [(line.component, line.unit, line.quantity, line.amount_cents) for line in lines]


def per(unit: str) -> dict[str, str]:
    """Say that all rates are for a unit."""
    return dict.fromkeys(FORTESSA.rates, unit)


def test_hours_are_as_they_were() -> None:
    assert told(used(EVENING)) == [
        ("time-1", HOUR, Decimal(1), 3500),
        ("time-2", HOUR, Decimal(1), 2625),
    ]


def test_a_session_costs_its_rate_once_whatever_band_and_length() -> None:
    for when in (MORNING, EVENING, paris("2026-11-28 09:00", "2026-11-28 18:00")):
        assert told(used(when, units=per(SESSION))) == [("time-1", SESSION, Decimal(1), 3500)]


def test_a_session_across_the_year_is_of_the_day_it_begins() -> None:
    (line,) = used(ACROSS_THE_YEAR, units=per(SESSION))
    assert (line.price_list_id, line.amount_cents, line.period) == (1, 3500, ACROSS_THE_YEAR)


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2026-11-24 09:00", "2026-11-24 10:00", 1),
        ("2026-11-24 09:00", "2026-11-25 09:00", 1),
        ("2026-11-24 09:00", "2026-11-25 09:30", 2),
        ("2026-11-24 09:00", "2026-12-01 09:00", 7),
        ("2026-10-24 09:00", "2026-10-25 09:00", 1),  # 25 hours, of which one comes twice
        ("2026-03-28 09:00", "2026-03-29 09:00", 1),  # 23 hours
        ("2026-10-25 02:30+02:00", "2026-10-25 02:00+01:00", 1),
    ],
)
def test_a_day_is_each_24_hours_begun_on_the_wall_clock(start: str, end: str, days: int) -> None:
    (line,) = used(paris(start, end), units=per(DAY))
    assert (line.unit, line.quantity, line.amount_cents) == (DAY, Decimal(days), days * 3500)


def test_days_across_the_year_are_each_of_the_list_of_the_day_they_begin() -> None:
    when = paris("2026-12-30 12:00", "2027-01-02 12:00")
    lists = (replace(FORTESSA, units=per(DAY)), replace(NEXT_YEAR, units=per(DAY)))
    first, second = used(when, PLAIN, *lists)
    assert (first.quantity, first.amount_cents, first.price_list_id) == (Decimal(2), 7000, 1)
    assert (second.quantity, second.amount_cents, second.price_list_id) == (Decimal(1), 4000, 2)
    assert first.period.end == second.period.start


def test_days_begun_are_paid_where_the_next_list_goes_by_the_hour() -> None:
    when = paris("2026-12-31 12:00", "2027-01-01 14:00")
    first, second = used(when, units=per(DAY))
    assert (first.unit, first.amount_cents) == (DAY, 3500)
    assert (second.unit, second.quantity) == (HOUR, Decimal(2))
    assert second.period == paris("2027-01-01 12:00", "2027-01-01 14:00")


def test_an_operator_is_paid_for_each_hour_whatever_the_band() -> None:
    manner = Manner(tier="ACA", with_operator=True)
    lines = used(EVENING, manner, operator_rates={"ACA": 4000})
    assert told(lines)[2:] == [("operator-1", OPERATOR_HOUR, Decimal(2), 8000)]
    assert amounts(used(EVENING, PLAIN, operator_rates={"ACA": 4000})) == [3500, 2625]
    assert amounts(used(EVENING, manner)) == [3500, 2625]  # in the rate


def test_a_tier_without_an_operators_rate_follows_the_tier_it_pays_as() -> None:
    manner = Manner(tier="TUT", with_operator=True)
    assert used(MORNING, manner, operator_rates={"INT": 3001})[-1].unit_price_cents == 3601


def test_an_operator_across_the_year_has_a_line_of_each_list() -> None:
    lists = tuple(replace(each, operator_rates={"ACA": 4000}) for each in (FORTESSA, NEXT_YEAR))
    lines = used(ACROSS_THE_YEAR, Manner(tier="ACA", with_operator=True), *lists)
    assert [line.component for line in lines][-2:] == ["operator-1", "operator-2"]
    assert [line.price_list_id for line in lines][-2:] == [1, 2]


@pytest.mark.parametrize(
    ("mode", "needed", "paid"),
    [
        ("self_service", False, False),
        ("self_service", True, True),
        ("assisted", False, True),
        ("assisted", True, True),
        ("request_only", False, False),
    ],
)
def test_an_operator_is_paid_where_asked_for_or_always_there(
    mode: str, needed: bool, paid: bool
) -> None:
    manner = manner_of(tier="INT", mode=mode, operator_needed=needed, bsl2=False)
    assert manner.with_operator is paid


def test_a_use_costs_the_minimum_at_least() -> None:
    lines = used(EVENING, minima={"ACA": 10_000})
    assert told(lines)[2:] == [("minimum", "use", Decimal(1), 3875)]
    assert total_cents(lines) == 10_000
    assert total_cents(used(MORNING, minima={"ACA": 10_000})) == 14_000


def test_a_surcharge_is_on_all_before_it() -> None:
    manner = Manner(tier="ACA", with_operator=True, grounds=("bsl2",))
    lines = used(
        EVENING,
        manner,
        operator_rates={"ACA": 1000},
        minima={"ACA": 10_001},
        surcharges=[BSL2],
    )
    assert [line.component for line in lines][-2:] == ["minimum", "surcharge-bsl2"]
    assert total_cents(lines[:-1]) == 10_001
    assert (lines[-1].amount_cents, lines[-1].percent, lines[-1].name) == (1500, 15, "BSL-2")
    assert amounts(used(EVENING, surcharges=[BSL2])) == [3500, 2625]


@pytest.mark.parametrize(
    ("tier", "cents"), [("ACA", 100), ("IND", 300), ("INT", 200), ("TUT", 200)]
)
def test_the_nearest_surcharge_of_a_ground_counts_alone(tier: str, cents: int) -> None:
    one = Surcharge(
        ground="bsl2", name="BSL-2", amount_cents=100, tier="ACA", is_of_instrument=True
    )
    extras = [
        BSL2,
        one,
        replace(one, tier="", amount_cents=200),
        replace(one, tier="IND", amount_cents=300),
        replace(one, tier="IND", amount_cents=400, is_of_instrument=False),
    ]
    lines = used(MORNING, Manner(tier=tier, grounds=("bsl2",)), surcharges=extras)
    assert [line.amount_cents for line in lines if line.unit == "use"] == [cents]


def agreed(*contracts: ContractDays) -> list[Tariff]:
    tariff = replace(FORTESSA, operator_rates={"ACA": 4000}, minima={"ACA": 20_000})
    return agreed_days(tariff, contracts)


def a_contract(number: int = 1, **fields: Any) -> ContractDays:
    agreement = {"contract_id": number} | {
        name: fields.pop(name) for name in ("discount_percent", "rates") if name in fields
    }
    days: dict[str, Any] = {"first": date(2020, 1, 1), "until": None, "is_of_platform": True}
    return ContractDays(agreement=Agreement(**agreement), **(days | fields))


def test_a_discount_is_off_every_price_of_the_list() -> None:
    contract = a_contract(discount_percent=Decimal("12.5"))
    lines = used(EVENING, Manner(tier="ACA", with_operator=True), *agreed(contract))
    # 35.00 less 12.5 % is 30.625, rounded half up
    assert [line.unit_price_cents for line in lines] == [3063, 3063, 3500, 17_500 - 12_360]
    assert {line.contract_id for line in lines} == {1}
    assert total_cents(lines) == 17_500


def test_an_agreed_price_stands_alone_for_its_unit_and_has_no_minimum() -> None:
    contract = a_contract(discount_percent=Decimal(50), rates={HOUR: 2000})
    lines = used(EVENING, Manner(tier="ACA", with_operator=True), *agreed(contract))
    assert amounts(lines) == [2000, 1500, 4000]
    contract = a_contract(rates={SESSION: 9900})
    lines = used(EVENING, Manner(tier="ACA", with_operator=True), *agreed(contract))
    assert [(line.amount_cents, line.contract_id) for line in lines] == [(9900, 1), (8000, None)]


def test_an_agreed_price_needs_no_rate_of_the_tier() -> None:
    with pytest.raises(RateMissing):
        used(MORNING, Manner(tier="XXX"))
    assert amounts(used(MORNING, Manner(tier="XXX"), *agreed(a_contract(rates={HOUR: 5})))) == [20]


def test_the_platforms_contract_comes_before_that_of_all() -> None:
    contracts = [
        a_contract(1, discount_percent=Decimal(10), is_of_platform=False),
        a_contract(2, first=date(2026, 6, 1), until=date(2026, 9, 1), rates={HOUR: 100}),
    ]
    found = agreed(*contracts)
    assert [(each.valid_from, each.valid_until) for each in found] == [
        (date(2026, 1, 1), date(2026, 6, 1)),
        (date(2026, 6, 1), date(2026, 9, 1)),
        (date(2026, 9, 1), date(2027, 1, 1)),
    ]
    held = [each.agreement.contract_id for each in found if each.agreement]
    assert held == [1, 2, 1]


def test_a_time_across_a_contracts_end_is_cut_at_midnight() -> None:
    contract = a_contract(until=date(2026, 11, 25), discount_percent=Decimal(50))
    lines = used(paris("2026-11-24 22:00", "2026-11-25 02:00"), PLAIN, *agreed(contract))
    assert [line.unit_price_cents for line in lines[:2]] == [1750, 3500]


def test_who_has_half_of_the_time_taken_gets_half_of_every_line() -> None:
    manner = Manner(tier="ACA", with_operator=True, grounds=("bsl2",))
    lines = used(MORNING, manner, operator_rates={"ACA": 4000}, surcharges=[BSL2])
    half = paris("2026-11-24 11:00", "2026-11-24 13:00")
    refunds = refund_lines(lines, booked=MORNING, retaken=[half])
    assert told(refunds) == [
        ("retaken-1", HOUR, Decimal(2), -7000),
        ("retaken-operator-1", OPERATOR_HOUR, Decimal(2), -8000),
        ("retaken-surcharge-bsl2", "use", Decimal("0.5"), -2250),
    ]


@pytest.mark.parametrize("unit", [HOUR, DAY, SESSION])
def test_who_has_all_the_time_taken_pays_nothing(unit: str) -> None:
    manner = Manner(tier="ACA", with_operator=True, grounds=("bsl2",))
    lines = used(
        EVENING,
        manner,
        units=per(unit),
        minima={"ACA": 90_000},
        operator_rates={"ACA": 4001},
        surcharges=[BSL2],
    )
    refunds = refund_lines(lines, booked=EVENING, retaken=[EVENING])
    assert total_cents(lines) + total_cents(refunds) == 0
