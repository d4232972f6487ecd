"""Standing use: counted, charged each day once, and corrected by reversal to the right sum."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db.models import Sum

from accounts.errors import LastDayTooEarly, NotFound, NotPermitted
from accounts.models import Organisation, Project, Team
from billing.models import Charge, PriceList, StandingDay
from billing.orders.errors import (
    CodeInUse,
    CountNotPossible,
    DayNotPossible,
    NameNeeded,
    NotStanding,
    PatientData,
    ProjectNotUsable,
)
from billing.orders.standing_reads import charged_by_month
from billing.services.accruing import accrue_standing_days
from billing.services.correcting import reverse_charge
from billing.services.standing import end_standing_use, enter_census, open_standing_use
from tests import factories as make
from tests.billing.order_cases import a_service, a_standing_use
from tests.factories import NOW

pytestmark = pytest.mark.django_db

CAGE = {"INT": 55, "ACA": 95, "SUP": 120, "IND": 240}
TERABYTE = {"INT": 400, "ACA": 800, "SUP": 1200, "IND": 2000}
SEPTEMBER = dt.date(2026, 9, 1)
OCTOBER = dt.date(2026, 10, 1)
LATE = make.at("2026-11-02 09:00")


@pytest.fixture
def team():
    person = make.a_researcher()
    return Team.objects.get(memberships__user=person)


@pytest.fixture
def cages(team):
    service = a_service(
        make.a_facility(), CAGE, code="cage", name="Cage", unit="cage-day", counting="day"
    )
    return a_standing_use(service, team)


@pytest.fixture
def storage(team):
    service = a_service(
        make.a_facility(), TERABYTE, code="tb", name="Storage", unit="TB-month", counting="month"
    )
    return a_standing_use(service, team, label="Raw data")


def count(use, day, number, now=NOW):
    return enter_census(
        actor=use.created_by, use_id=use.pk, day=day, count=Decimal(number), now=now
    )


def net(**fields):
    return Charge.objects.filter(**fields).aggregate(s=Sum("amount_cents"))["s"] or 0


def test_each_day_that_is_over_is_charged_once(cages):
    count(cages, SEPTEMBER, 10)
    assert accrue_standing_days(now=NOW).days == 0
    charges = Charge.objects.order_by("service_date")
    assert charges.count() == 35  # September and five days of October
    assert charges[0].service_date == SEPTEMBER
    assert charges[34].service_date == dt.date(2026, 10, 5)
    assert net() == 35 * 550
    first = charges[0]
    assert (first.source, first.component, first.unit) == ("standing", "day-1", "cage-day")
    assert first.quantity == 10
    assert (first.unit_price_cents, first.amount_cents) == (55, 550)
    assert (first.account, first.vat_category, first.tier) == (cages.account, "internal", "INT")
    assert StandingDay.objects.filter(pk=first.source_id, day=SEPTEMBER).exists()


def test_the_day_ends_on_the_clock_of_the_platform(cages):
    cages.facility.time_zone = "Pacific/Noumea"
    cages.facility.save()
    late = dt.datetime(2026, 10, 1, 14, 0, tzinfo=dt.UTC)  # 2 October, 1:00 in Nouméa
    count(cages, OCTOBER, 1, now=late)
    assert list(StandingDay.objects.values_list("day", flat=True)) == [OCTOBER]


def test_the_sweep_charges_what_has_come_since(cages):
    count(cages, dt.date(2026, 10, 6), 4)
    assert Charge.objects.count() == 0
    tomorrow = NOW + dt.timedelta(days=1)
    assert accrue_standing_days(now=tomorrow).days == 1
    assert accrue_standing_days(now=tomorrow).days == 0
    assert net() == 220


def test_a_day_on_which_nothing_stood_costs_nothing(cages):
    count(cages, OCTOBER, 0)
    assert StandingDay.objects.count() == 5
    assert Charge.objects.count() == 0
    count(cages, dt.date(2026, 10, 3), 2)
    assert net() == 3 * 110


def test_a_month_of_storage_costs_exactly_its_rate(storage):
    count(storage, SEPTEMBER, "2.5")
    count(storage, OCTOBER, 1, now=LATE)
    accrue_standing_days(now=LATE)
    assert net(service_date__month=9) == 1000
    assert net(service_date__month=10) == 400
    assert Charge.objects.filter(service_date__month=9)[0].unit == "TB-month"


def test_a_corrected_count_reverses_its_days_and_charges_them_anew(cages):
    count(cages, SEPTEMBER, 10)
    count(cages, dt.date(2026, 9, 20), 12)
    count(cages, dt.date(2026, 9, 10), 8)
    # Ten days back from 10 to 8, and from the 20th on 12 as before.
    assert net() == (9 * 10 + 10 * 8 + 16 * 12) * 55
    day = StandingDay.objects.get(day=dt.date(2026, 9, 12))
    rows = Charge.objects.filter(source_id=day.pk).order_by("id")
    assert [(row.component, row.reversal_no, row.amount_cents) for row in rows] == [
        ("day-1", 0, 550),
        ("day-1", 1, -550),
        ("day-2", 0, 440),
    ]
    assert rows[1].reverses == rows[0]
    untouched = StandingDay.objects.get(day=dt.date(2026, 9, 5))
    assert Charge.objects.filter(source_id=untouched.pk).count() == 1


def test_saying_the_same_again_changes_nothing(cages):
    first = count(cages, SEPTEMBER, 10)
    before = Charge.objects.count()
    assert count(cages, SEPTEMBER, 10) == first
    assert Charge.objects.count() == before


def test_a_corrected_month_still_comes_to_its_share(storage):
    count(storage, SEPTEMBER, 3)
    accrue_standing_days(now=LATE)
    count(storage, dt.date(2026, 9, 11), 7, now=LATE)
    # 10 days of 3 and 20 days of 7, of 30: 400 × (30 + 140) / 30.
    assert net(service_date__month=9) == 2267
    assert net(service_date__month=10) == 2800
    count(storage, dt.date(2026, 9, 11), 3, now=LATE)
    assert net(service_date__month=9) == 1200
    for day in StandingDay.objects.filter(day__month=9):
        assert net(source_id=day.pk) == day.amount_cents


def test_a_corrected_day_keeps_the_terms_by_which_it_was_charged(cages):
    count(cages, OCTOBER, 1)
    Organisation.objects.update(kind="industry", tier="IND")
    count(cages, OCTOBER, 2)
    assert net() == 5 * 110
    assert set(Charge.objects.values_list("tier", "vat_category")) == {("INT", "internal")}
    assert not Charge.objects.filter(price_list=None).exists()


def test_a_day_that_a_person_took_back_stays_so(cages):
    count(cages, OCTOBER, 1)
    charge = Charge.objects.get(service_date=OCTOBER)
    manager = cages.created_by
    reverse_charge(charge_id=charge.pk, actor=manager, reason="Flood", now=NOW)
    count(cages, OCTOBER, 2)
    assert net(service_date=OCTOBER) == 0
    assert net(service_date=dt.date(2026, 10, 2)) == 110


def test_an_earlier_count_is_charged_too(cages):
    count(cages, OCTOBER, 1)
    count(cages, dt.date(2026, 9, 29), 1)
    assert net() == 7 * 55


def test_what_ends_earlier_gives_back_the_days_after(cages):
    count(cages, OCTOBER, 1)
    end = {"actor": cages.created_by, "use_id": cages.pk, "now": NOW}
    end_standing_use(ends_on=dt.date(2026, 10, 3), **end)
    assert net() == 3 * 55
    assert accrue_standing_days(now=LATE).days == 0
    end_standing_use(ends_on=dt.date(2026, 10, 4), **end)
    assert net() == 4 * 55
    with pytest.raises(LastDayTooEarly):
        end_standing_use(ends_on=dt.date(2026, 8, 1), **end)


def test_days_without_a_price_are_left_and_said(cages):
    PriceList.objects.update(validity=(dt.date(2026, 1, 1), dt.date(2026, 10, 3)))
    count(cages, OCTOBER, 1)
    assert net() == 2 * 55
    report = accrue_standing_days(now=NOW)
    assert report.days == 0
    assert {pk: error.code for pk, error in report.failures.items()} == {cages.pk: "rate_missing"}


def test_counts_that_cannot_be_are_refused(cages):
    with pytest.raises(CountNotPossible):
        count(cages, OCTOBER, -1)
    with pytest.raises(CountNotPossible):
        count(cages, OCTOBER, "1.234")
    for day in (dt.date(2026, 8, 31), dt.date(2026, 10, 7)):
        with pytest.raises(DayNotPossible):
            count(cages, day, 1)


def test_the_platform_counts_and_nobody_else(cages):
    head = make.a_member(cages.team, "head")
    values = {"use_id": cages.pk, "day": OCTOBER, "count": Decimal(1), "now": NOW}
    with pytest.raises(NotPermitted):
        enter_census(actor=head, **values)
    for stranger in (
        make.a_member(cages.team),
        make.a_partner(),
        make.a_staff_member(make.a_facility()),
    ):
        with pytest.raises(NotFound):
            enter_census(actor=stranger, **values)


def test_a_standing_use_is_opened_for_a_project_of_any_team(cages):
    project = Project.objects.get()
    values = {
        "actor": cages.created_by,
        "service_id": cages.service_id,
        "project_id": project.pk,
        "code": "MOUSE-9",
        "label": "Breeding",
        "starts_on": OCTOBER,
        "now": NOW,
    }
    use = open_standing_use(**values)
    assert (use.team, use.account, use.facility) == (project.team, cages.account, cages.facility)
    for change, refusal in (
        ({}, CodeInUse),
        ({"code": " "}, NameNeeded),
        ({"label": "Patient IPP 12345678"}, PatientData),
        ({"ends_on": SEPTEMBER}, LastDayTooEarly),
        ({"project_id": 999}, ProjectNotUsable),
        ({"service_id": 999}, NotFound),
        ({"service_id": a_service(cages.facility).pk}, NotStanding),
        ({"actor": make.a_partner()}, NotPermitted),
    ):
        with pytest.raises(refusal):
            open_standing_use(**(values | change))


def test_days_that_had_no_price_are_charged_when_it_comes(cages):
    only_until(dt.date(2026, 9, 29))
    count(cages, SEPTEMBER, 1)
    assert accrue_standing_days(now=NOW).days == 0
    assert net() == 28 * 55
    only_until(dt.date(2027, 1, 1))
    report = accrue_standing_days(now=NOW)
    assert (report.days, dict(report.failures)) == (7, {})
    assert net() == 35 * 55
    assert accrue_standing_days(now=NOW).days == 0


def test_a_month_without_a_price_does_not_hold_up_the_next(storage):
    prices = PriceList.objects.get()
    prices.validity = (OCTOBER, dt.date(2027, 1, 1))
    prices.save()
    count(storage, SEPTEMBER, 1)
    assert not Charge.objects.filter(service_date__month=9).exists()
    assert Charge.objects.filter(service_date__month=10).count() == 5
    assert list(accrue_standing_days(now=NOW).failures) == [storage.pk]
    PriceList.objects.update(validity=(SEPTEMBER, dt.date(2027, 1, 1)))
    assert accrue_standing_days(now=NOW).days == 30
    assert net(service_date__month=9) == 400


def test_a_corrected_count_that_has_no_price_is_not_forgotten(cages):
    PriceList.objects.update(validity=(OCTOBER, dt.date(2027, 1, 1)))
    count(cages, SEPTEMBER, 0)
    count(cages, OCTOBER, 1)
    count(cages, dt.date(2026, 9, 10), 2)
    assert net() == 5 * 55
    assert list(accrue_standing_days(now=NOW).failures) == [cages.pk]
    PriceList.objects.update(validity=(SEPTEMBER, dt.date(2027, 1, 1)))
    accrue_standing_days(now=NOW)
    assert net(service_date__month=9) == 21 * 110
    assert net(service_date__month=10) == 5 * 55


def test_a_month_at_one_count_reads_as_that_count(storage):
    count(storage, SEPTEMBER, 1)
    october, september = charged_by_month(storage)
    assert (september.month, september.quantity, september.cents) == (SEPTEMBER, Decimal(1), 400)
    assert (october.quantity, october.cents) == (Decimal("0.1613"), 65)


def only_until(day):
    PriceList.objects.update(validity=(dt.date(2026, 1, 1), day))
