"""The figures of platforms: PostgreSQL sums what the pure functions say; and who reads it."""

import datetime as dt

import pytest

from accounts.errors import NotFound
from billing.figures import figures_of, totals_by_facility
from billing.occupancy import minutes_by_hour
from billing.statistics import Days, booked_by_hour
from bookings.models import UsageSession
from facilities.models import Closure
from tests import factories as make
from tests.factories import NOW, PARIS, at, period

pytestmark = pytest.mark.django_db

SEPTEMBER = Days(first=dt.date(2026, 9, 1), last=dt.date(2026, 9, 30))
AUTUMN = Days(first=dt.date(2026, 10, 24), last=dt.date(2026, 10, 26))


@pytest.fixture
def instrument():
    return make.an_instrument(name="Fortessa X-20")


@pytest.fixture
def manager(instrument):
    return make.a_staff_member(instrument.facility)


def figures(viewer, days=SEPTEMBER, **asked):
    return figures_of(viewer=viewer, days=days, now=NOW, **asked)


def test_hours_are_open_booked_and_used_and_nobody_coming_is_no_use(instrument, manager):
    person = make.a_researcher()
    recorded = make.a_booking(person, instrument, period("2026-09-01 09:00", "11:00"),
                              status="completed")  # fmt: skip
    UsageSession.objects.create(
        booking=recorded,
        started_at=at("2026-09-01 09:30"),
        ended_at=at("2026-09-01 11:30"),
        source="person",
    )
    make.a_booking(person, instrument, period("2026-09-02 09:00", "10:00"), status="completed")
    make.a_booking(person, instrument, period("2026-09-03 09:00", "10:00"), status="no_show")
    make.a_booking(person, instrument, period("2026-09-04 09:00", "10:00"), status="cancelled")
    make.a_booking(person, instrument, period("2026-09-05 09:00", "10:00"), kind="maintenance")
    sums = figures(manager).total
    assert (sums.open, sums.booked, sums.used) == (30 * 24 * 60, 240, 180)
    assert (sums.sessions, sums.no_shows) == (3, 1)


def test_a_booking_over_the_edge_of_the_days_counts_with_the_part_inside(instrument, manager):
    make.a_booking(make.a_researcher(), instrument, period("2026-08-31 22:00", "2026-09-01 02:00"))
    assert figures(manager).total.booked == 120


def test_closures_are_not_open_and_units_are_open_each(instrument, manager):
    instrument.units = 2
    instrument.save()
    Closure.objects.create(
        facility=instrument.facility,
        starts_at=at("2026-09-07 00:00"),
        ends_at=at("2026-09-14 00:00"),
        reason="Works",
    )
    assert figures(manager).total.open == 2 * 23 * 24 * 60


def test_the_hours_of_the_week_are_those_of_the_pure_function_over_a_change_of_clocks(instrument):
    periods = [
        period("2026-10-24 22:30", "2026-10-25 04:15"),
        period("2026-10-25 09:05", "12:00"),
        period("2026-10-26 08:00", "08:45"),
    ]
    for when in periods:
        make.a_booking(make.a_researcher(), instrument, when)
    assert booked_by_hour([instrument], AUTUMN, now=NOW) == minutes_by_hour(periods, PARIS)


def test_a_platform_elsewhere_counts_its_own_days_and_hours(manager):
    delhi = make.a_facility(time_zone="Asia/Kolkata")
    microscope = make.an_instrument(delhi)
    start = dt.datetime(2026, 8, 31, 18, 30, tzinfo=dt.UTC)  # midnight there
    when = period("2026-08-31 20:30", "21:30")
    assert when.start == start
    make.a_booking(make.a_researcher(), microscope, when)
    grid = figures(make.a_staff_member(delhi)).booked_hours
    assert grid[1][0] == 60  # Tuesday 1 September, from 0:00


def test_industrys_share_is_of_the_open_hours_of_the_whole_year(instrument, manager):
    make.a_booking(make.a_partner(), instrument, period("2026-02-01 00:00", "2026-03-30 00:00"),
                   status="completed")  # fmt: skip
    make.a_booking(make.a_researcher(), instrument, period("2026-09-02 09:00", "10:00"))
    (share,) = figures(manager).shares
    assert share.minutes == 57 * 24 * 60 - 60
    assert share.is_high
    assert share.percent == pytest.approx(15.6, abs=0.05)
    assert share.reaches_cap_on == dt.date(2026, 12, 24)


def test_income_is_summed_by_tier(instrument, manager, charged):
    found = figures(manager)
    assert [(tier.tier, tier.cents) for tier in found.tiers] == [("IND", 24000), ("INT", 3600)]
    assert (found.total.cents, found.industry_cents, found.total.billed) == (27600, 24000, 240)


@pytest.fixture
def charged(instrument):
    from billing.services import charge_finished_uses

    make.a_price_list(instrument.facility, {instrument: {"INT": 1800, "IND": 12000}})
    for person, day in ((make.a_researcher(), 1), (make.a_partner(), 2)):
        when = period(f"2026-09-0{day} 09:00", "11:00")
        make.a_booking(person, instrument, when, status="completed")
    charge_finished_uses(now=NOW)


def test_who_runs_no_ledger_reads_hours_and_no_money(instrument, charged):
    operator = make.a_staff_member(instrument.facility, "operator")
    found = figures(operator)
    assert not found.sees_income
    assert found.tiers == ()
    assert (found.total.cents, found.total.billed, found.total.booked) == (None, None, 240)


def test_staff_read_their_own_platforms_and_administrators_all(instrument, manager):
    other = make.an_instrument()
    assert [line.instrument for line in figures(manager).lines] == [instrument]
    with pytest.raises(NotFound):
        figures(manager, facility_code=other.facility.code)
    with pytest.raises(NotFound):
        figures(manager, instrument_id=other.pk)
    everything = figures(make.a_user(is_superuser=True))
    assert {line.instrument for line in everything.lines} == {instrument, other}
    assert len(totals_by_facility(everything)) == 2


def test_nobody_else_reads_any(instrument):
    for person in (make.a_researcher(), make.a_partner()):
        with pytest.raises(NotFound):
            figures(person)


@pytest.mark.parametrize("count", [1, 6])
def test_the_figures_take_a_fixed_number_of_questions(
    instrument, manager, count, django_assert_num_queries
):
    for _ in range(count):
        other = make.an_instrument(instrument.facility)
        make.a_booking(make.a_partner(), other, period("2026-09-02 09:00", "10:00"))
    with django_assert_num_queries(11):
        figures(manager)
