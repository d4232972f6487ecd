"""What bookings ask of billing: the price of a period, and what an account has promised."""

import datetime as dt

import pgtrigger
import pytest

from billing import quoting
from billing.models import PriceList
from billing.services import charge_booking, reverse_charge
from bookings.money import Money, money
from tests import factories as make
from tests.billing.cases import LATER, TUESDAY, a_priced_instrument, a_use, someone
from tests.factories import NOW

pytestmark = pytest.mark.django_db

FULFILS: Money = quoting


@pytest.fixture
def fortessa():
    return a_priced_instrument()


def estimated(person, instrument, *periods):
    team = person.memberships.get().team
    return quoting.estimates(
        instrument_id=instrument.pk,
        facility_id=instrument.facility_id,
        team_id=team.pk,
        project_id=team.projects.get().pk,
        periods=list(periods),
        mode=instrument.mode,
        now=NOW,
    )


def test_the_settings_name_this_module():
    assert money() is FULFILS


@pytest.mark.parametrize(
    ("tier", "cents"),
    [("INT", 3150), ("TUT", 3780), ("ACA", 6125), ("SUP", 10500), ("IND", 21000)],
)
def test_a_tuesday_evening_is_quoted_for_each_tier(fortessa, tier, cents):
    (estimate,) = estimated(someone(tier), fortessa, TUESDAY)
    assert (estimate.amount_cents, estimate.currency, estimate.tier) == (cents, "EUR", tier)
    assert sum(line.amount_cents for line in estimate.lines) == cents


def test_a_quote_is_what_the_use_is_charged_if_used_as_booked(fortessa):
    person = someone("ACA")
    (estimate,) = estimated(person, fortessa, TUESDAY)
    charges = charge_booking(booking_id=a_use(person, fortessa).pk, now=LATER)
    assert sum(charge.amount_cents for charge in charges) == estimate.amount_cents


def test_a_project_under_contract_is_quoted_its_own_tier(fortessa):
    person = someone("IND")
    person.memberships.get().team.projects.update(tier="COL")
    (estimate,) = estimated(person, fortessa, TUESDAY)
    assert (estimate.tier, estimate.amount_cents) == ("COL", 6125)


def test_next_years_days_are_quoted_by_next_years_list(fortessa):
    make.a_price_list(
        fortessa.facility, {fortessa: {"INT": 2000}}, validity=(dt.date(2027, 1, 1), None)
    )
    monday = make.period("2027-01-04 14:00", "15:00")
    both = make.period("2026-12-31 23:00", "2027-01-01 01:00")
    this, next_year, across = estimated(someone(), fortessa, TUESDAY, monday, both)
    assert this.amount_cents == 3150
    assert next_year.amount_cents == 2000
    assert across.amount_cents == 1350 + 1000


def test_nothing_is_quoted_where_no_price_is_set(fortessa):
    person = someone()
    before, priced = estimated(person, fortessa, make.period("2025-11-24 14:00", "15:00"), TUESDAY)
    assert before is None
    assert priced.amount_cents == 3150
    assert estimated(person, make.an_instrument(fortessa.facility), TUESDAY) == [None]
    assert estimated(person, make.an_instrument(), TUESDAY) == [None]
    with pgtrigger.ignore("billing.PriceList:price_list_forward"):
        PriceList.objects.update(status="draft")
    assert estimated(person, fortessa, TUESDAY) == [None]


def test_quotes_take_one_query_however_many(fortessa, django_assert_num_queries):
    team = someone().memberships.get().team
    ids = {
        "instrument_id": fortessa.pk,
        "facility_id": fortessa.facility_id,
        "team_id": team.pk,
        "project_id": None,
        "mode": "self_service",
        "now": NOW,
    }
    with django_assert_num_queries(1):
        assert quoting.estimate(period=TUESDAY, **ids)
    week = [make.period(f"2026-11-{day} 14:00", "16:00") for day in range(16, 23)]
    with django_assert_num_queries(1):
        assert all(quoting.estimates(periods=week, **ids))
    with django_assert_num_queries(0):
        assert quoting.estimates(periods=[], **ids) == []


def test_an_account_has_promised_its_charges_and_its_estimates(fortessa, django_assert_num_queries):
    person = someone()

    def booked(start, end, **fields):
        return make.a_booking(person, fortessa, make.period(start, end), **fields)

    charged = booked("2026-11-02 14:00", "15:00", status="completed", estimate_cents=9999)
    account = charged.account
    charge_booking(booking_id=charged.pk, now=LATER)
    booked("2026-11-03 14:00", "15:00", status="requested", estimate_cents=100)
    approved = booked("2026-11-04 14:00", "15:00", estimate_cents=200)
    booked("2026-11-05 14:00", "15:00", status="in_use", estimate_cents=400)
    booked("2026-11-06 14:00", "15:00", status="completed", estimate_cents=800)
    booked("2026-11-07 14:00", "15:00", status="no_show", estimate_cents=1600)
    late = {"status": "cancelled", "late_cancellation": True}
    booked("2026-11-08 14:00", "15:00", estimate_cents=3200, **late)
    for free in (
        {"status": "cancelled"},
        {"status": "rejected"},
        {"status": "expired"},
        {"status": "completed", "waived_reason": "Laser down"},
        {"status": "completed", "imported_history": True},
    ):
        booked("2026-11-09 14:00", "15:00", estimate_cents=50_000, **free)
    booked("2026-11-10 14:00", "15:00")  # no price was known
    make.a_booking(someone(), fortessa, make.period("2026-11-11 14:00", "15:00"), estimate_cents=7)
    with django_assert_num_queries(1):
        assert quoting.committed_cents(account.pk) == 1800 + 6300
    without = quoting.committed_cents(account.pk, exclude_booking_id=approved.pk)
    assert without == 1800 + 6300 - 200


def test_a_reversed_charge_is_money_to_spend_again(fortessa):
    person = someone()
    manager = make.a_staff_member(fortessa.facility)
    booking = a_use(person, fortessa, make.period("2026-11-02 14:00", "15:00"))
    (charge,) = charge_booking(booking_id=booking.pk, now=LATER)
    reverse_charge(charge_id=charge.pk, actor=manager, reason="Wrong account", now=LATER)
    assert quoting.committed_cents(booking.account_id or 0) == 0


def test_an_account_that_never_paid_has_promised_nothing():
    account = make.an_account(make.a_team())
    assert quoting.committed_cents(account.pk) == 0
    assert quoting.committed_cents(0) == 0
