"""What a booking is told it will cost is what it is charged, whatever makes its price."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing import quoting
from billing.models import Charge, FrameworkContract, PriceList, Rate, Surcharge
from billing.prices.rates import Buyer, buyer_for, hour_prices
from billing.services import charge_booking, charge_finished_uses, reverse_charge
from billing.statistics import Days, billed_in
from facilities.intervals import Interval
from tests import factories as make
from tests.billing.cases import (
    LATER,
    TUESDAY,
    a_contract,
    a_priced_instrument,
    a_use,
    someone,
    with_operator,
)
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def fortessa():
    """Make an instrument with rates, an operator's rate and a surcharge on BSL-2 work."""
    instrument = a_priced_instrument()
    with_operator(instrument)
    prices = PriceList.objects.get()
    Surcharge.objects.create(price_list=prices, ground="bsl2", name="BSL-2", percent=15)
    return instrument


def estimated(booking):
    return quoting.estimate(
        instrument_id=booking.instrument_id,
        facility_id=booking.instrument.facility_id,
        team_id=booking.team_id,
        project_id=booking.project_id,
        period=booking.interval,
        mode=booking.instrument.mode,
        now=NOW,
        operator_needed=booking.operator_needed,
        bsl2=booking.bsl2,
    )


def charged(booking):
    return charge_booking(booking_id=booking.pk, now=LATER)


def components(charges):
    return {charge.component: charge.amount_cents for charge in charges}


def test_a_use_is_charged_with_operator_and_surcharge(fortessa):
    booking = a_use(someone("ACA"), fortessa, operator_needed=True, bsl2=True)
    charges = charged(booking)
    assert components(charges) == {
        "time-1": 3500,
        "time-2": 2625,
        "operator-1": 8000,
        "surcharge-bsl2": 2119,  # 15 % of 141.25
    }
    operator, surcharge = charges[2:]
    assert (operator.unit, operator.quantity, operator.unit_price_cents) == (
        "operator-hour",
        2,
        4000,
    )
    assert (surcharge.unit, surcharge.unit_price_cents, surcharge.percent) == ("use", 14125, 15)
    assert operator.description == "Fortessa X-20 · 2026-11-24 19:00–21:00 · op."
    assert surcharge.description == "Fortessa X-20 · 2026-11-24 19:00–21:00 · BSL-2"
    assert sum(charge.amount_cents for charge in charges) == estimated(booking).amount_cents


def test_an_agreed_price_is_charged_and_names_its_contract(fortessa):
    person = someone("IND")
    contract = a_contract(
        person.memberships.get().team.organisation,
        {fortessa: {"hour": 9000}},
        discount_percent=10,
    )
    booking = a_use(person, fortessa, operator_needed=True)
    charges = charged(booking)
    assert components(charges) == {"time-1": 9000, "time-2": 6750, "operator-1": 7200}
    assert {charge.contract_id for charge in charges} == {contract.pk}
    assert estimated(booking).amount_cents == 9000 + 6750 + 7200
    other = a_use(someone("IND"), fortessa, make.period("2026-11-25 09:00", "10:00"))
    assert components(charged(other)) == {"time-1": 12000}


def test_two_organisations_charged_at_once_each_have_their_own_contract(fortessa):
    first, second = someone("IND"), someone("IND")
    for person, percent in ((first, 10), (second, 20)):
        a_contract(person.memberships.get().team.organisation, discount_percent=percent)
    bookings = [
        a_use(person, fortessa, make.period(f"2026-11-{day} 09:00", "10:00"))
        for person, day in ((first, 24), (second, 25))
    ]
    charge_finished_uses(now=LATER)
    amounts = [Charge.objects.get(booking=booking).amount_cents for booking in bookings]
    assert amounts == [10800, 9600]


@pytest.mark.parametrize("fields", [{}, {"status": "no_show"}])
def test_an_incubator_is_charged_by_the_day(fields):
    instrument = make.an_instrument(name="Incucyte S3")
    prices = make.a_price_list(instrument.facility)
    Rate.objects.create(
        price_list=prices, instrument=instrument, tier="INT", unit="day", amount_cents=2400
    )
    booking = a_use(
        someone(), instrument, make.period("2026-11-24 10:00", "2026-11-27 10:00"), **fields
    )
    (charge,) = charged(booking)
    assert (charge.unit, charge.quantity, charge.amount_cents) == ("day", 3, 7200)
    assert estimated(booking).amount_cents == 7200


@pytest.mark.parametrize(("unit", "hours"), [("hour", 4), ("day", 48), ("session", 4)])
def test_whatever_the_unit_the_hours_billed_are_told(fortessa, unit, hours):
    Rate.objects.filter(unit="hour").update(unit=unit)
    start = make.at("2026-11-23 09:00")
    when = Interval(start, start + dt.timedelta(hours=hours))
    charged(a_use(someone(), fortessa, when, operator_needed=True))
    (billed,) = billed_in(
        [fortessa.facility_id], Days(first=when.start.date(), last=when.start.date())
    )
    assert billed.minutes == hours * 60


@pytest.mark.parametrize(
    ("unit", "cents", "bands"), [("hour", 9000, 4), ("session", 9000, 0), ("day", 9000, 0)]
)
def test_the_catalogue_says_what_the_buyer_pays(fortessa, unit, cents, bands):
    Rate.objects.filter(unit="hour").update(unit=unit)
    person = someone("IND")
    a_contract(person.memberships.get().team.organisation, {fortessa: {unit: 9000}})
    buyer = buyer_for(person, now=NOW)
    price = hour_prices([fortessa], buyer=buyer, now=NOW)[fortessa.pk]
    assert (price.unit, price.cents, len(price.by_band)) == (unit, cents, bands)
    assert price.operator_cents == 4000
    assert price.by_tier["IND"] == 12000
    assert hour_prices([fortessa], buyer=Buyer(tier="IND"), now=NOW)[fortessa.pk].cents == 12000


def test_a_lost_slot_that_others_took_gives_back_every_line(fortessa):
    lost = a_use(someone("ACA"), fortessa, status="no_show", operator_needed=True, bsl2=True)
    a_use(someone(), fortessa, TUESDAY)
    found = components(charged(lost))
    assert found["retaken-operator-1"] == -8000
    assert found["retaken-surcharge-bsl2"] == -2119
    assert sum(found.values()) == 0
    assert Charge.objects.get(component="retaken-operator-1").quantity == -2


def test_a_surcharge_is_reversed_like_any_charge(fortessa):
    booking = a_use(someone("ACA"), fortessa, bsl2=True)
    manager = make.a_staff_member(fortessa.facility)
    for charge in charged(booking):
        reverse_charge(charge_id=charge.pk, actor=manager, reason="Not BSL-2", now=LATER)
    assert sum(charge.amount_cents for charge in Charge.objects.all()) == 0


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    tier=st.sampled_from(["INT", "TUT", "ACA", "COL", "SUP", "IND", "EDU"]),
    unit=st.sampled_from(["hour", "session", "day"]),
    minimum=st.integers(0, 60_000),
    half_hours=st.integers(1, 100),
    operator=st.booleans(),
    bsl2=st.booleans(),
    mode=st.sampled_from(["self_service", "assisted"]),
    discount=st.none() | st.decimals(0, 100, places=2),
    agreed=st.none() | st.integers(0, 20_000),
)
def test_the_estimate_is_the_charge_and_both_are_their_lines(
    fortessa, tier, unit, minimum, half_hours, operator, bsl2, mode, discount, agreed
):
    with transaction.atomic():
        fortessa.mode = mode
        fortessa.save()
        Rate.objects.filter(unit="hour").update(unit=unit, minimum_cents=minimum)
        person = someone(tier)
        start = make.at("2026-11-24 08:00")
        when = Interval(start, start + half_hours * dt.timedelta(minutes=30))
        booking = a_use(person, fortessa, when, operator_needed=operator, bsl2=bsl2)
        listed = estimated(booking)
        if discount is not None or agreed is not None:
            a_contract(
                person.memberships.get().team.organisation,
                {} if agreed is None else {fortessa: {unit: agreed}},
                discount_percent=discount or 0,
            )
        estimate, charges = estimated(booking), charged(booking)
        assert estimate.amount_cents == sum(line.amount_cents for line in estimate.lines)
        assert [(line.component, line.amount_cents) for line in estimate.lines] == [
            (charge.component, charge.amount_cents) for charge in charges
        ]
        assert listed.amount_cents >= minimum
        if agreed is None:
            assert estimate.amount_cents <= listed.amount_cents
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    "change",
    [
        {"discount_percent": 11},
        {"facility": None},
        {"validity": (dt.date(2026, 1, 1), dt.date(2026, 11, 24))},
        {"validity": (dt.date(2026, 11, 25), None)},
    ],
)
def test_what_a_contract_was_charged_by_stays(fortessa, change):
    person = someone("IND")
    organisation = person.memberships.get().team.organisation
    contract = a_contract(organisation, facility=fortessa.facility, discount_percent=10)
    charged(a_use(person, fortessa))
    contracts = FrameworkContract.objects.filter(pk=contract.pk)
    contracts.update(reference="FC-2", is_confidential=True)
    contracts.update(validity=(dt.date(2026, 1, 1), dt.date(2026, 11, 25)))
    with pytest.raises(DatabaseError, match="charged by"), transaction.atomic():
        contracts.update(**change)
    with pytest.raises(DatabaseError, match="charged by"), transaction.atomic():
        contract.rates.create(instrument=fortessa, unit="hour", amount_cents=1)


@pytest.mark.parametrize("of_platform", [True, False])
def test_two_contracts_never_hold_on_one_platform_at_once(of_platform):
    facility = make.a_facility() if of_platform else None
    organisation = make.an_organisation()
    a_contract(organisation, facility=facility)
    a_contract(organisation, facility=make.a_facility())
    a_contract(make.an_organisation(), facility=facility)
    a_contract(organisation, facility=facility, validity=(dt.date(2027, 1, 1), None))
    with pytest.raises(IntegrityError, match="contract_no_overlap"):
        a_contract(organisation, facility=facility, validity=(dt.date(2026, 12, 31), None))


def test_surcharges_and_minimums_stay_once_they_were_charged(fortessa):
    charged(a_use(someone(), fortessa))
    with pytest.raises(DatabaseError, match="charged by"), transaction.atomic():
        Surcharge.objects.update(percent=1)
    with pytest.raises(DatabaseError, match="charged by"), transaction.atomic():
        Rate.objects.update(minimum_cents=1)
