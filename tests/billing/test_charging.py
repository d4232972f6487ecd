"""Finished uses become ledger rows: the right ones, once, with the rules of their day."""

import datetime as dt
from decimal import Decimal

import pgtrigger
import pytest

from accounts.errors import NotFound
from accounts.models import Project
from billing.errors import NotChargeable, PayerMissing, RateMissing
from billing.models import Charge, PriceList, Rate
from billing.services import (
    charge_all_finished_uses,
    charge_booking,
    charge_finished_uses,
)
from tests import factories as make
from tests.billing.cases import (
    LATER,
    a_host,
    a_priced_instrument,
    a_use,
    ledger,
    someone,
    used,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def fortessa():
    return a_priced_instrument()


@pytest.mark.parametrize(
    ("tier", "start", "end", "amounts"),
    [
        ("INT", "2026-11-24 14:00", "2026-11-24 14:40", [1800]),
        ("ACA", "2026-11-24 09:00", "2026-11-24 10:40", [7000]),
        ("IND", "2026-11-24 19:00", "2026-11-24 21:00", [12000, 9000]),
        ("INT", "2026-11-27 23:00", "2026-11-28 01:00", [1350, 900]),
        ("INT", "2026-10-25 00:00", "2026-10-25 04:00", [4500]),
        ("TUT", "2026-11-24 14:00", "2026-11-24 15:00", [2160]),
    ],
)
def test_the_examples_of_the_grid_are_charged_to_the_cent(fortessa, tier, start, end, amounts):
    booking = a_use(someone(tier), fortessa, make.period(start, end))
    charge_booking(booking_id=booking.pk, now=LATER)
    assert ledger(booking=booking) == amounts


def test_a_charge_keeps_all_that_it_was_made_of(fortessa):
    seller = a_host()
    person = someone("IND", siren="000987651", country="FR")
    booking = a_use(person, fortessa)
    peak, evening = charge_booking(booking_id=booking.pk, now=LATER)
    assert (peak.team, peak.project, peak.account) == (
        booking.team,
        booking.project,
        booking.account,
    )
    assert peak.organisation == peak.team.organisation != seller
    assert (peak.facility, peak.instrument) == (fortessa.facility, fortessa)
    assert peak.service_date == dt.date(2026, 11, 24)
    assert peak.description == "Fortessa X-20 · 2026-11-24 19:00–20:00 · Peak"
    assert (evening.quantity, evening.unit) == (Decimal(1), "hour")
    assert (evening.unit_price_cents, evening.percent, evening.amount_cents) == (12000, 75, 9000)
    assert (evening.tier, evening.vat_category, evening.vat_percent) == ("IND", "S", Decimal(20))
    assert evening.price_list == PriceList.objects.get()
    assert evening.created_at == LATER


@pytest.mark.parametrize(
    ("buyer", "category"),
    [
        ({"kind": "host"}, "internal"),
        ({"kind": "academic", "siren": "000314153"}, "internal"),
        ({"kind": "industry", "tier": "IND"}, "S"),
        ({"kind": "industry", "tier": "IND", "country": "BE", "vat_number": "BE0123456749"}, "AE"),
        ({"kind": "industry", "tier": "IND", "country": "CH"}, "O"),
    ],
)
def test_the_vat_rule_follows_from_both_parties(fortessa, buyer, category):
    a_host()
    booking = a_use(make.a_researcher(make.an_organisation(**buyer)), fortessa)
    assert charge_booking(booking_id=booking.pk, now=LATER)[0].vat_category == category


def test_a_project_under_contract_pays_its_own_tier(fortessa):
    booking = a_use(someone("IND"), fortessa)
    Project.objects.filter(bookings=booking).update(tier="COL")
    charges = charge_booking(booking_id=booking.pk, now=LATER)
    assert [(charge.tier, charge.amount_cents) for charge in charges] == [
        ("COL", 3500),
        ("COL", 2625),
    ]


@pytest.mark.parametrize(
    ("billed_time", "amounts"),
    [
        ("booked", [1800]),
        ("used", [2400, 900]),
        ("longer", [2400, 900]),
    ],
)
def test_the_platform_says_which_time_it_bills(fortessa, billed_time, amounts):
    fortessa.facility.billed_time = billed_time
    fortessa.facility.save()
    booking = a_use(someone(), fortessa, make.period("2026-11-24 18:00", "19:00"))
    # 95 minutes begin a fourth half-hour: 18:40 to 20:00, then 20:00 to 20:40.
    used(booking, make.period("2026-11-24 18:40", "20:15"))
    charge_booking(booking_id=booking.pk, now=LATER)
    assert ledger() == amounts


def test_a_slot_across_new_year_is_charged_by_both_price_lists(fortessa):
    make.a_price_list(
        fortessa.facility,
        {fortessa: {"INT": 2000}},
        name="2027",
        validity=(dt.date(2027, 1, 1), None),
    )
    booking = a_use(someone(), fortessa, make.period("2026-12-31 22:00", "2027-01-01 02:00"))
    charges = charge_booking(booking_id=booking.pk, now=make.at("2027-01-02 10:00"))
    lists = [PriceList.objects.get(charges=charge).name for charge in charges]
    assert [
        (name, c.service_date.year, c.amount_cents) for name, c in zip(lists, charges, strict=True)
    ] == [
        ("2026", 2026, 2700),  # Thursday evening: two hours at 18.00 × 75 %
        ("2027", 2027, 2000),  # a public holiday: two hours at 20.00 × 50 %
    ]


def test_charging_again_gives_the_same_rows(fortessa):
    booking = a_use(someone(), fortessa)
    first = charge_booking(booking_id=booking.pk, now=LATER)
    assert charge_booking(booking_id=booking.pk, now=LATER + dt.timedelta(days=1)) == first
    assert charge_all_finished_uses(now=LATER).charged == ()
    assert Charge.objects.count() == len(first)


def test_a_new_price_leaves_past_charges_alone(fortessa):
    booking = a_use(someone(), fortessa)
    charge_booking(booking_id=booking.pk, now=LATER)
    prices = PriceList.objects.get()
    prices.validity = (dt.date(2026, 1, 1), dt.date(2026, 11, 25))
    prices.save()
    make.a_price_list(
        fortessa.facility, {fortessa: {"INT": 9900}}, validity=(dt.date(2026, 11, 25), None)
    )
    assert charge_booking(booking_id=booking.pk, now=LATER)[0].amount_cents == 1800
    next_day = a_use(someone(), fortessa, make.period("2026-11-25 14:00", "15:00"))
    assert charge_booking(booking_id=next_day.pk, now=LATER)[0].amount_cents == 9900


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "approved"},
        {"status": "in_use"},
        {"status": "rejected"},
        {"status": "cancelled"},
        {"status": "expired"},
        {"kind": "maintenance"},
        {"kind": "training"},
        {"imported_history": True},
    ],
)
def test_what_is_not_a_finished_use_costs_nothing(fortessa, fields):
    booking = a_use(someone(), fortessa, **fields)
    assert charge_all_finished_uses(now=LATER).charged == ()
    with pytest.raises(NotChargeable):
        charge_booking(booking_id=booking.pk, now=LATER)


def test_a_booking_that_does_not_exist_is_not_found():
    with pytest.raises(NotFound):
        charge_booking(booking_id=0, now=LATER)


def test_a_missing_rate_is_reported_and_stops_nobody_else(fortessa):
    unpriced = make.an_instrument(fortessa.facility)
    before = a_use(someone(), unpriced)
    priced = a_use(someone(), fortessa)
    elsewhere = a_use(someone(), make.an_instrument())
    report = charge_all_finished_uses(now=LATER)
    assert report.charged == (priced.pk,)
    assert {(failure.booking_id, failure.code) for failure in report.failures} == {
        (before.pk, "rate_missing"),
        (elsewhere.pk, "rate_missing"),
    }
    with pytest.raises(RateMissing):
        charge_booking(booking_id=before.pk, now=LATER)


def test_a_use_is_charged_when_its_price_arrives(fortessa):
    unpriced = make.an_instrument(fortessa.facility)
    booking = a_use(someone(), unpriced)
    charge_all_finished_uses(now=LATER)
    Rate.objects.create(
        price_list=PriceList.objects.get(), instrument=unpriced, tier="INT", amount_cents=1000
    )
    assert charge_all_finished_uses(now=LATER).charged == (booking.pk,)


def test_a_price_list_not_in_force_prices_nothing(fortessa):
    with pgtrigger.ignore("billing.PriceList:price_list_forward"):
        PriceList.objects.update(status="voted")
    booking = a_use(someone(), fortessa)
    with pytest.raises(RateMissing):
        charge_booking(booking_id=booking.pk, now=LATER)


def test_a_use_of_no_team_is_reported(fortessa):
    booking = a_use(make.a_user(), fortessa)
    with pytest.raises(PayerMissing):
        charge_booking(booking_id=booking.pk, now=LATER)
    assert [failure.code for failure in charge_all_finished_uses(now=LATER).failures] == [
        "payer_missing"
    ]


def test_a_run_charges_no_more_than_its_limit(fortessa):
    person = someone()
    for hour in range(5):
        a_use(person, fortessa, make.period(f"2026-11-24 {hour:02}:00", f"{hour + 1:02}:00"))
    assert len(charge_finished_uses(now=LATER, limit=2).charged) == 2
    assert len(charge_all_finished_uses(now=LATER).charged) == 3


def test_a_run_takes_the_same_queries_for_one_use_as_for_forty(fortessa, django_assert_num_queries):
    person = someone()
    a_use(person, fortessa, make.period("2026-11-23 08:00", "09:00"))
    # Twice a savepoint and the search for a batch; the batch; issuer, seller, prices, insert.
    with django_assert_num_queries(12):
        charge_all_finished_uses(now=LATER)
    for day in range(1, 21):
        for hour in (8, 9):
            when = make.period(f"2026-09-{day:02} {hour:02}:00", f"{hour + 1:02}:00")
            a_use(person, fortessa, when)
    with django_assert_num_queries(12):
        assert len(charge_all_finished_uses(now=LATER).charged) == 40
