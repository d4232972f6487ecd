"""Past sales of services and discounts on volume at the prices of another list, to the cent."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum

from billing.costs.queries import For
from billing.models import (
    Charge,
    ContractRate,
    FrameworkContract,
    PriceList,
    Rate,
    Surcharge,
    VolumeDiscount,
)
from billing.prices.simulated_volume import whole_months
from billing.prices.simulating import Total
from billing.prices.simulating_services import (
    Counted,
    Sale,
    Stood,
    sold_again,
    totals_of_services,
    volume_off,
)
from billing.prices.simulation import INSTRUMENT, SERVICE, VOLUME, simulation
from billing.prices.volume import Step
from billing.services import charge_all_finished_uses, reverse_charge
from billing.services.accruing import accrue_standing_days
from billing.services.discounting import discount_volume
from billing.services.price_lists import ListCard, Raise, draft_list
from billing.services.staff_costs import record_staff_time
from billing.services.standing import enter_census
from tests import factories as make
from tests.billing.cases import LATER, a_use, someone
from tests.billing.order_cases import a_bench, a_service, a_standing_use

SEPTEMBER = dt.date(2026, 9, 1)
YEAR = {"first": dt.date(2026, 1, 1), "last": dt.date(2026, 12, 31)}
NEXT = ListCard(name="2027", first=dt.date(2027, 1, 1))


def a_sale(**fields):
    sale: dict[str, Any] = {
        "source_id": 1,
        "service_id": 7,
        "unit": "sample",
        "tier": "INT",
        "day": dt.date(2026, 9, 3),
        "organisation_id": 1,
        "team_id": 1,
        "account_id": 1,
        "payer": (1, 1),
        "quantity": Decimal(1),
        "whole_cents": 100,
        "charged_cents": 100,
    }
    return Sale(**sale | fields)


@pytest.mark.parametrize(
    ("fields", "price", "cents"),
    [
        ({"quantity": Decimal("2.5")}, 101, 253),  # 252.5, half up
        ({"quantity": Decimal("0.8333"), "minutes": 50}, 4555, 3796),  # 50 minutes
        ({"quantity": Decimal(3), "whole_cents": 300, "charged_cents": 100}, 250, 250),
        ({"quantity": Decimal(3), "charged_cents": 0}, 250, 0),
        ({}, None, None),
    ],
)
def test_a_sale_costs_its_quantity_at_the_new_price_less_what_was_given_back(fields, price, cents):
    sale = a_sale(**fields)
    assert sold_again([sale], price_of=lambda sold: price) == [(sale, cents)]


def test_a_whole_month_at_one_count_costs_exactly_the_new_rate():
    days = [
        a_sale(
            day=dt.date(2026, 9, number),
            whole_cents=13,
            charged_cents=13,
            stood=Stood(use_id=1, count=Decimal(1), counting="month"),
        )
        for number in range(1, 31)
    ]
    sold = sold_again(days, price_of=lambda sale: 401)
    assert sum(cents or 0 for _sale, cents in sold) == 401
    taken_back = [*days[1:], a_sale(**{**vars_of(days[0]), "charged_cents": 0})]
    again = sold_again(taken_back, price_of=lambda sale: 401)
    assert sum(cents or 0 for _sale, cents in again) == 388


def vars_of(sale):
    return {name: getattr(sale, name) for name in sale.__dataclass_fields__}


def test_sales_are_summed_by_service_and_tier_those_without_a_price_apart():
    sold = [(a_sale(), 150), (a_sale(), 250), (a_sale(tier="IND"), None)]
    assert totals_of_services(sold) == {
        (7, "INT"): Total(uses=2, charged_cents=200, simulated_cents=400),
        (7, "IND"): Total(unpriced=1, unpriced_cents=100),
    }


def counted(hours, cents, **fields):
    one: dict[str, Any] = {
        "thing": (1, None),
        "unit": "hour",
        "tier": "INT",
        "team_id": 1,
        "payer": 1,
        "day": SEPTEMBER,
        "source_id": 1,
    }
    return Counted(**one | fields, quantity=Decimal(hours), cents=cents)


def test_volume_counts_by_team_month_and_unit_and_rounds_for_each_payer():
    steps = [Step(from_quantity=Decimal(3), percent=10)]
    sold = [
        counted(4, 7201),  # an hour of four: 180.025
        counted(2, 3601, source_id=2, payer=2),  # 360.1
        counted(5, 9000, team_id=2),  # 360
        counted(9, 9000, day=dt.date(2026, 10, 1), unit="session"),  # 600
        counted(9, 9000, thing=(None, 2)),
    ]
    off = volume_off(sold, steps_of=lambda thing, tier: steps if thing == (1, None) else [])
    assert off == {((1, None), "INT"): 180 + 360 + 360 + 600}


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        ((2026, 1, 1), (2026, 12, 31), ((2026, 1, 1), (2026, 12, 31))),
        ((2025, 10, 7), (2026, 10, 6), ((2025, 11, 1), (2026, 9, 30))),
        ((2026, 2, 2), (2026, 3, 30), None),
    ],
)
def test_volume_is_counted_in_whole_months(first, last, months):
    found = whole_months(dt.date(*first), dt.date(*last))
    assert found == (months and tuple(dt.date(*day) for day in months))


@pytest.fixture
def bench(db):
    """Make a platform that has delivered, kept and worked."""
    bench = a_bench()
    request = bench.begun("24")
    for quantity in ("10", "2"):
        bench.deliver(request, quantity)
    taken_back = Charge.objects.filter(source="delivery").latest("id")
    reverse_charge(charge_id=taken_back.pk, actor=bench.manager, reason="Broken", now=make.NOW)
    storage = a_service(
        bench.facility, {"INT": 400}, code="tb", name="Storage", unit="TB-month", counting="month"
    )
    use = a_standing_use(storage, bench.team)
    enter_census(actor=use.created_by, use_id=use.pk, day=SEPTEMBER, count=Decimal(3), now=make.NOW)
    accrue_standing_days(now=make.NOW)
    analysis = a_service(
        bench.facility, {"INT": 4500}, code="analysis", name="Analysis", unit="hour"
    )
    record_staff_time(
        actor=bench.manager,
        what_for=For(
            facility_id=bench.facility.pk,
            team_id=bench.team.pk,
            project_id=None,
            account_id=bench.account.pk,
            day=dt.date(2026, 10, 5),
        ),
        service_id=analysis.pk,
        person_id=bench.manager.pk,
        minutes=50,
        what="Gating",
        now=make.NOW,
    )
    return bench


def a_draft(bench, percent):
    return draft_list(
        actor=bench.manager,
        facility_id=bench.facility.pk,
        card=NEXT,
        copied_from_id=PriceList.objects.get(status="in_force").pk,
        by=Raise(percent=Decimal(percent)),
    )


def by_name(found, kind):
    return {
        name: (total.charged_cents, total.simulated_cents)
        for name, total in found.by_name(kind).items()
    }


def test_by_the_list_that_was_in_force_past_sales_come_to_the_ledger(bench):
    found = simulation(bench.manager, list_id=PriceList.objects.get().pk, **YEAR)
    ledger = Charge.objects.aggregate(total=Sum("amount_cents"))["total"]
    assert found.total.charged_cents == found.total.simulated_cents == ledger
    assert {row.kind for row in found.rows} == {SERVICE}
    assert found.total.unpriced == 0


def test_a_draft_prices_past_sales_of_every_kind(bench):
    draft = a_draft(bench, 10)
    stood = Charge.objects.filter(source="standing")
    october = [charge for charge in stood if charge.service_date.month == 10]
    found = simulation(bench.manager, list_id=draft.pk, **YEAR)
    days, whole = len(october), Decimal(3 * 440)
    assert by_name(found, SERVICE) == {
        "Analysis": (3750, 4125),
        "Proteome": (60_000, 66_000),
        "Storage": (
            sum(charge.amount_cents for charge in stood),
            3 * 440 + int((whole * days / 31).quantize(Decimal(1))),
        ),
    }
    assert not any(row.total.unpriced for row in found.rows)
    september = simulation(
        bench.manager, list_id=draft.pk, first=dt.date(2026, 9, 16), last=dt.date(2026, 9, 30)
    )
    assert by_name(september, SERVICE) == {"Storage": (600, 660)}


def test_what_a_contract_agreed_comes_before_the_list(bench):
    contract = FrameworkContract.objects.create(
        organisation=bench.team.organisation,
        reference="FC-1",
        validity=(dt.date(2026, 10, 1), None),
        discount_percent=10,
    )
    analysis = bench.facility.services.get(code="analysis")
    ContractRate.objects.create(contract=contract, service=analysis, unit="hour", amount_cents=3000)
    found = simulation(bench.manager, list_id=a_draft(bench, 10).pk, **YEAR)
    totals = by_name(found, SERVICE)
    assert totals["Analysis"] == (3750, 2500)
    assert totals["Proteome"] == (60_000, 59_400)


def test_milestones_are_left_out_and_said_to_be(bench):
    charge = Charge.objects.filter(source="delivery").earliest("id")
    charge.pk, charge.source, charge.source_id = None, "milestone", 1
    charge.save(force_insert=True)
    found = simulation(bench.manager, list_id=PriceList.objects.get().pk, **YEAR)
    assert (found.agreed.unpriced, found.agreed.unpriced_cents) == (1, charge.amount_cents)


def test_sales_without_a_price_are_counted_apart(bench):
    draft = a_draft(bench, 10)
    Rate.objects.filter(price_list=draft, service__code="analysis").delete()
    found = simulation(bench.manager, list_id=draft.pk, **YEAR)
    assert (found.total.unpriced, found.total.unpriced_cents) == (1, 3750)
    assert found.agreed.unpriced == 0


def test_reading_takes_as_many_queries_for_many_sales(bench, django_assert_max_num_queries):
    with django_assert_max_num_queries(13):
        assert simulation(bench.manager, list_id=PriceList.objects.get().pk, **YEAR).rows


@pytest.fixture
def fortessa(db):
    """Make an instrument with 10 % off above three hours a month."""
    instrument = make.an_instrument(name="Fortessa X-20")
    prices = make.a_price_list(instrument.facility, {instrument: {"INT": 1800}})
    VolumeDiscount.objects.create(
        price_list=prices, instrument=instrument, from_quantity=3, percent=10
    )
    Surcharge.objects.create(price_list=prices, ground="bsl2", name="BSL-2", percent=20)
    return instrument


def test_what_volume_takes_off_is_told_by_thing_and_tier(fortessa):
    person = someone("INT")
    for day in (2, 3, 4):
        when = make.period(f"2026-11-{day:02} 09:00", "11:00")
        a_use(person, fortessa, when, bsl2=day == 4)
    charge_all_finished_uses(now=LATER)
    discount_volume(month=dt.date(2026, 11, 1), now=LATER)
    manager = make.a_staff_member(fortessa.facility)
    prices = PriceList.objects.get()
    same = simulation(manager, list_id=prices.pk, **YEAR)
    assert by_name(same, VOLUME) == {"Fortessa X-20": (-540, -540)}
    ledger = Charge.objects.aggregate(total=Sum("amount_cents"))["total"]
    assert same.total.charged_cents == same.total.simulated_cents == ledger
    draft = draft_list(
        actor=manager,
        facility_id=fortessa.facility_id,
        card=NEXT,
        copied_from_id=prices.pk,
        by=Raise(percent=Decimal(50)),
    )
    draft.volume_discounts.update(from_quantity=2, percent=20)
    found = simulation(manager, list_id=draft.pk, **YEAR)
    assert by_name(found, VOLUME) == {"Fortessa X-20": (-540, -2160)}  # 4 of 6 hours at 27.00
    assert by_name(found, INSTRUMENT) == {"Fortessa X-20": (11_520, 17_280)}
    part = simulation(
        manager, list_id=draft.pk, first=dt.date(2026, 11, 2), last=dt.date(2026, 12, 30)
    )
    assert (part.months, by_name(part, VOLUME)) == (None, {})
