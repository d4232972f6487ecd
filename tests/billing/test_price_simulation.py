"""Two lists side by side, and last year's use at the prices of another list."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db.models import Sum

from accounts.errors import LastDayTooEarly, NotFound
from billing.models import Band, Charge, Rate
from billing.prices.comparison import comparison
from billing.prices.simulation import INSTRUMENT, simulation
from billing.services import charge_all_finished_uses, reverse_charge
from billing.services.price_lists import Raise, draft_list
from tests import factories as make
from tests.billing.cases import LATER, a_priced_instrument, a_use, someone
from tests.billing.price_world import NEXT_YEAR, a_full_list

pytestmark = pytest.mark.django_db

YEAR = {"first": dt.date(2026, 1, 1), "last": dt.date(2026, 12, 31)}


@pytest.fixture
def full():
    return a_full_list()


@pytest.fixture
def fortessa(full):
    return full.facility.instruments.get(name="Fortessa X-20")


@pytest.fixture
def manager(full):
    return make.a_staff_member(full.facility)


def a_draft(manager, prices, percent="4"):
    return draft_list(
        actor=manager,
        facility_id=prices.facility_id,
        card=NEXT_YEAR,
        copied_from_id=prices.pk,
        by=Raise(percent=Decimal(percent)),
    )


def a_year(fortessa):
    """Charge uses of several tiers, some lost, free, corrected or in other units."""
    sorter = fortessa.facility.instruments.get(name="=Sorter, 4 lasers")
    intern, company = someone(), someone("IND")
    academic = someone("ACA")
    a_use(intern, fortessa, make.period("2026-11-24 19:10", "22:20"))
    a_use(intern, fortessa, make.period("2026-10-25 00:00", "04:00"))
    a_use(company, fortessa, make.period("2026-11-23 09:00", "12:40"), bsl2=True)
    a_use(intern, fortessa, make.period("2026-11-23 14:00", "16:00"), waived_reason="Broke down")
    a_use(intern, sorter, make.period("2026-11-23 14:00", "18:00"), operator_needed=True)
    a_use(academic, sorter, make.period("2026-11-24 14:00", "14:30"))
    lost = a_use(company, fortessa, make.period("2026-11-26 09:00", "12:00"), status="no_show")
    a_use(intern, fortessa, make.period("2026-11-26 10:00", "11:30"))
    undone = a_use(company, fortessa, make.period("2026-11-27 09:00", "10:00"))
    assert charge_all_finished_uses(now=LATER).failures == ()
    assert Charge.objects.filter(booking=lost, amount_cents__lt=0).exists()
    reverse_charge(
        charge_id=undone.charges.get().pk,
        actor=make.a_user(is_superuser=True),
        reason="Not used",
        now=LATER,
    )


def test_every_rate_of_either_list_is_compared(full, manager):
    draft = a_draft(manager, full)
    Rate.objects.filter(price_list=draft, tier="SUP").delete()
    Rate.objects.filter(price_list=draft, tier="IND", unit="hour").update(amount_cents=12_000)
    Rate.objects.create(
        price_list=draft,
        instrument=full.facility.instruments.get(name="=Sorter, 4 lasers"),
        tier="IND",
        amount_cents=26_000,
        minimum_cents=100,
    )
    found = comparison(manager, old_id=full.pk, new_id=draft.pk)
    told = [
        (rate.thing, rate.tier, rate.unit, rate.amount.old, rate.amount.new, rate.amount.percent)
        for rate in found.rates
    ]
    assert told == [
        ("=Sorter, 4 lasers", "ACA", "hour", 8500, 8840, Decimal("4.0")),
        ("=Sorter, 4 lasers", "IND", "hour", None, 26000, None),
        ("=Sorter, 4 lasers", "INT", "operator-hour", 4550, 4732, Decimal("4.0")),
        ("=Sorter, 4 lasers", "INT", "session", 18000, 18720, Decimal("4.0")),
        ("Fortessa X-20", "INT", "hour", 1800, 1872, Decimal("4.0")),
        ("Fortessa X-20", "ACA", "hour", 3500, 3640, Decimal("4.0")),
        ("Fortessa X-20", "SUP", "hour", 6000, None, None),
        ("Fortessa X-20", "IND", "hour", 12000, 12000, Decimal("0.0")),
        ("slide", "IND", "slide", 240, 250, Decimal("4.2")),
    ]
    assert len(found.changed) == len(told) - 1
    assert [(each.minimum.old, each.minimum.new) for each in found.rates[:2]] == [
        (17000, 17680),
        (None, 100),
    ]


def test_what_else_differs_is_told_as_text(full, manager):
    draft = a_draft(manager, full)
    Band.objects.filter(price_list=draft, name="Night").update(percent=30)
    Band.objects.filter(price_list=draft, name="Evening").delete()
    draft.surcharges.get(tier="").delete()
    found = comparison(manager, old_id=full.pk, new_id=draft.pk)
    told = [(str(each.part.word), each.old, each.new) for each in found.others]
    assert told == [
        (
            "Bands",
            "Night · Mon, Tue, Wed, Thu, Fri · no · 00:00 · 08:00 · 25",
            "Night · Mon, Tue, Wed, Thu, Fri · no · 00:00 · 08:00 · 30",
        ),
        ("Bands", "Evening · Mon, Tue, Wed, Thu, Fri · no · 20:00 · 00:00 · 75", None),
        (
            "Surcharges",
            "=Sorter, 4 lasers · IND · bsl2 · BSL-2, sorter · 50.00",
            "=Sorter, 4 lasers · IND · bsl2 · BSL-2, sorter · 52.00",
        ),
        ("Surcharges", "bsl2 · BSL-2 · 20", None),
        ("Prices of packages", "Panel · IND · 999.00", "Panel · IND · 1038.96"),
    ]


def test_comparing_takes_a_fixed_number_of_queries(full, manager, django_assert_max_num_queries):
    draft = a_draft(manager, full)
    with django_assert_max_num_queries(20):
        assert comparison(manager, old_id=full.pk, new_id=draft.pk).rates


def test_lists_of_two_platforms_are_not_compared(full, manager):
    theirs = make.a_price_list(make.a_facility())
    for viewer in (manager, make.a_user(is_superuser=True)):
        with pytest.raises(NotFound):
            comparison(viewer, old_id=theirs.pk, new_id=full.pk)


def test_by_the_list_that_was_in_force_past_uses_come_to_the_ledger(full, fortessa, manager):
    a_year(fortessa)
    found = simulation(manager, list_id=full.pk, **YEAR)
    ledger = Charge.objects.aggregate(total=Sum("amount_cents"))["total"]
    assert found.total.charged_cents == found.total.simulated_cents == ledger
    assert found.total.change.percent == Decimal("0.0")
    assert (found.total.uses, found.total.unpriced) == (8, 0)
    by_tier = Charge.objects.order_by().values("tier").annotate(total=Sum("amount_cents"))
    assert {tier: total.simulated_cents for tier, total in found.by_tier.items()} == {
        row["tier"]: row["total"] for row in by_tier
    }
    assert all(total.change.is_same for total in (row.total for row in found.rows))


def test_a_draft_prices_past_uses_as_if_it_had_been_in_force(full, fortessa, manager):
    a_use(someone(), fortessa, make.period("2026-11-24 19:00", "21:00"))
    charge_all_finished_uses(now=LATER)
    draft = a_draft(manager, full, "100")
    Band.objects.filter(price_list=draft, name="Evening").update(starts="18:00", percent=50)
    Band.objects.filter(price_list=draft, name="Peak").update(ends="18:00")
    found = simulation(manager, list_id=draft.pk, **YEAR)
    (row,) = found.rows
    name, tier, total = row.name, row.tier, row.total
    assert (row.kind, name, tier) == (INSTRUMENT, "Fortessa X-20", "INT")
    assert (total.charged_cents, total.simulated_cents) == (1800 + 1350, 3600)
    assert total.change.cents == 450
    assert found.by_name(INSTRUMENT)[name] == found.by_tier[tier] == found.total == total
    assert not Charge.objects.filter(price_list=draft).exists()


def test_uses_without_a_price_in_the_draft_are_counted_apart(full, fortessa, manager):
    a_use(someone(), fortessa)
    a_use(someone("IND"), fortessa, make.period("2026-11-23 09:00", "10:00"))
    charge_all_finished_uses(now=LATER)
    draft = a_draft(manager, full)
    Rate.objects.filter(price_list=draft, tier="INT", instrument=fortessa).delete()
    total = simulation(manager, list_id=draft.pk, **YEAR).total
    assert (total.uses, total.charged_cents, total.simulated_cents) == (1, 12000, 12480)
    assert (total.unpriced, total.unpriced_cents) == (1, 3150)


def test_uses_of_other_days_and_platforms_stay_out(full, fortessa, manager):
    a_use(someone(), fortessa)
    a_use(someone(), a_priced_instrument())
    charge_all_finished_uses(now=LATER)
    before = simulation(
        manager, list_id=full.pk, first=dt.date(2026, 1, 1), last=dt.date(2026, 11, 23)
    )
    assert (before.rows, before.total.uses) == ([], 0)
    assert simulation(manager, list_id=full.pk, **YEAR).total.uses == 1


def test_a_simulation_asks_for_days_in_order_and_for_one_who_may_see_it(full, manager):
    for first, last in (
        (dt.date(2026, 2, 1), dt.date(2026, 1, 31)),
        (dt.date(2024, 1, 1), dt.date(2026, 12, 31)),
    ):
        with pytest.raises(LastDayTooEarly):
            simulation(manager, list_id=full.pk, first=first, last=last)
    with pytest.raises(NotFound):
        simulation(make.a_staff_member(make.a_facility()), list_id=full.pk, **YEAR)


def test_a_simulation_takes_as_many_queries_for_many_uses(
    full, fortessa, manager, django_assert_num_queries
):
    people = [someone(tier) for tier in ("INT", "ACA", "IND")]
    for hour in range(8, 17):
        when = make.period(f"2026-11-24 {hour:02}:00", f"{hour + 1:02}:00")
        a_use(people[hour % 3], fortessa, when)
    charge_all_finished_uses(now=LATER)
    with django_assert_num_queries(7):
        assert simulation(manager, list_id=full.pk, **YEAR).total.uses == 9
