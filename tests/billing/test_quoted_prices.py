"""What a quote agreed is what its order is charged: estimated, booked, charged and simulated."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import FundingAccount
from billing import quoting
from billing.models import Charge, PriceList, Rate, Surcharge
from billing.prices.rates import buyer_for, hour_prices
from billing.prices.service_prices import service_price
from billing.prices.simulation import simulation
from billing.prices.unit_prices import quoted_cents
from billing.quotes.offers import LineWish
from billing.quotes.states import line_cents
from billing.services import charge_booking
from bookings.errors import PolicyViolated
from bookings.judging import verdict
from bookings.models import Booking
from bookings.queries import availability
from bookings.services import request_booking
from facilities.intervals import Interval
from tests import factories as make
from tests.billing.cases import a_contract, with_operator
from tests.billing.quote_cases import Deal
from tests.factories import NOW

pytestmark = pytest.mark.django_db

AFTER = NOW + dt.timedelta(days=60)


@pytest.fixture
def deal():
    return Deal()


def sessions(deal, count=4, hours="3", **fields):
    wish = {"discount_percent": Decimal(15)} | fields
    return LineWish(instrument_id=deal.instrument.pk, sessions=count, hours=Decimal(hours), **wish)


def user_of(deal):
    return make.a_member(deal.team)


def day(number, hours=3):
    return make.period(f"2026-10-{12 + number} 09:00", f"{9 + hours:02}:00")


def book(person, quote, when, **fields):
    wish = make.a_wish(
        person,
        quote.lines.first().instrument,
        when,
        project_id=quote.project_id,
        account_id=quote.account_id,
        **fields,
    )
    return request_booking(actor=person, wish=wish, now=NOW)


def charged(booking):
    Booking.objects.filter(pk=booking.pk).update(status="completed")
    return charge_booking(booking_id=booking.pk, now=AFTER)


def a_use(person, quote, when, **fields):
    return make.a_booking(
        person,
        quote.lines.first().instrument,
        when,
        project=quote.project,
        account=quote.account,
        status="completed",
        **fields,
    )


def amounts(charges):
    return {charge.component: charge.amount_cents for charge in charges}


def test_the_sessions_that_were_quoted_come_to_the_line_that_was_quoted(deal):
    quote = deal.accepted(sessions(deal))
    (line,) = quote.lines.all()
    assert line.net_cents == quote.account.ceiling_cents == 12 * 12750  # 150 less 15 %
    person = user_of(deal)
    bookings = [book(person, quote, day(number)) for number in range(4)]
    assert sum(booking.estimate_cents for booking in bookings) == line.net_cents
    with pytest.raises(PolicyViolated) as refusal:
        book(person, quote, day(7, hours=1))
    assert [violation.code for violation in refusal.value.violations] == ["account_exceeded"]
    charges = [charge for booking in bookings for charge in charged(booking)]
    assert sum(charge.amount_cents for charge in charges) == line.net_cents
    assert {charge.unit_price_cents for charge in charges} == {12750}
    assert {charge.contract_id for charge in charges} == {None}


@pytest.mark.parametrize(
    ("hours", "cents", "percent", "whole"),
    [("3", 10495, "7.5", "0"), ("1.5", 10401, "15", "0"), ("2", 9999, "12.34", "3.21")],
)
def test_odd_cents_never_leave_a_session_that_was_quoted_without_money(
    deal, hours, cents, percent, whole
):
    wish = sessions(deal, hours=hours, unit_price_cents=cents, discount_percent=Decimal(percent))
    quote = deal.accepted(wish, discount_percent=Decimal(whole))
    person = user_of(deal)
    start = day(0).start
    bookings = []
    for number in range(4):
        begin = start + dt.timedelta(days=number)
        when = Interval(begin, begin + dt.timedelta(hours=float(hours)))
        bookings.append(book(person, quote, when))
    spent = sum(charge.amount_cents for booking in bookings for charge in charged(booking))
    assert 0 <= quote.net_cents - spent <= 12  # a cent an hour, where the whole has a discount
    if whole == "0":
        assert spent == quote.net_cents


@given(
    cents=st.integers(0, 10**7),
    off=st.decimals(0, 100, places=2),
    whole=st.decimals(0, 100, places=2),
    quantity=st.integers(1, 200),
)
def test_whole_units_never_pass_the_whole(cents, off, whole, quantity):
    each = quoted_cents(cents, discount_percent=off, whole_percent=whole)
    line = line_cents(quantity=Decimal(quantity), unit_price_cents=cents, discount_percent=off)
    assert quantity * each <= line - line * whole / 100
    if not whole:
        assert quantity * each == line


def test_the_price_holds_beyond_the_hours_that_were_quoted_and_in_its_bands(deal):
    quote = deal.accepted(sessions(deal, count=1, hours="1"))
    long = a_use(user_of(deal), quote, make.period("2026-10-13 18:00", "21:00"))
    # 150 less 15 % for each hour; after 20:00 the band of the list takes a share of it.
    assert amounts(charged(long)) == {"time-1": 2 * 12750, "time-2": 9563}


def test_an_order_comes_before_a_contract_and_only_where_it_pays(deal):
    a_contract(deal.team.organisation, {deal.instrument: {"hour": 14000}}, discount_percent=50)
    quote = deal.accepted(sessions(deal, unit_price_cents=15000))
    person = user_of(deal)
    (ours,) = charged(a_use(person, quote, day(0, hours=1)))
    assert (ours.unit_price_cents, ours.contract_id) == (12750, None)
    other = FundingAccount.objects.create(team=deal.team, name="Other", reference="O-1")
    booking = a_use(person, quote, day(1, hours=1))
    Booking.objects.filter(pk=booking.pk).update(account=other)
    (theirs,) = charge_booking(booking_id=booking.pk, now=AFTER)
    assert theirs.unit_price_cents == 14000


@pytest.mark.parametrize("state", ["sent", "refused"])
def test_a_quote_that_was_not_accepted_agrees_nothing(deal, state):
    deal.accepted(sessions(deal, discount_percent=Decimal(0)))
    quote = deal.sent(sessions(deal, discount_percent=Decimal(90)))
    assert quote.account_id is None
    price = priced_for(deal, FundingAccount.objects.get().pk)
    assert price.amount_cents == 15000


def priced_for(deal, account_id, **fields):
    return quoting.estimate(
        instrument_id=deal.instrument.pk,
        facility_id=deal.facility.pk,
        team_id=deal.team.pk,
        project_id=None,
        period=day(0, hours=1),
        mode=deal.instrument.mode,
        now=NOW,
        account_id=account_id,
        **fields,
    )


def test_of_several_prices_on_one_order_the_lowest_holds(deal):
    deal.accepted(sessions(deal))
    quote = deal.accepted(sessions(deal, discount_percent=Decimal(20)))
    assert priced_for(deal, quote.account_id).amount_cents == 12000
    dearer = deal.accepted(sessions(deal, discount_percent=Decimal(0)))
    assert dearer.account_id == quote.account_id
    assert priced_for(deal, quote.account_id).amount_cents == 12000


def test_an_agreed_price_has_no_minimum_and_leaves_operator_and_surcharge_to_the_list(deal):
    prices = PriceList.objects.get()
    Rate.objects.filter(instrument=deal.instrument).update(minimum_cents=90_000)
    with_operator(deal.instrument)
    Surcharge.objects.create(price_list=prices, ground="bsl2", name="BSL-2", percent=10)
    quote = deal.accepted(sessions(deal, count=1, hours="1"))
    price = priced_for(deal, quote.account_id, operator_needed=True, bsl2=True)
    assert {line.component: line.amount_cents for line in price.lines} == {
        "time-1": 12750,
        "operator-1": 4000,
        "surcharge-bsl2": 1675,
    }


def test_the_catalogue_and_what_is_free_tell_the_price_that_the_order_pays(deal):
    quote = deal.accepted(sessions(deal))
    person = user_of(deal)
    buyer = buyer_for(person, now=NOW)
    assert buyer.account_id == quote.account_id
    assert hour_prices([deal.instrument], buyer=buyer, now=NOW)[deal.instrument.pk].cents == 12750
    windows = availability(
        viewer=person, instrument_id=deal.instrument.pk, within=day(0, hours=4), now=NOW
    )
    assert {window.estimate.lines[0].unit_price_cents for window in windows if window.estimate} == {
        12750
    }


def test_the_price_of_another_teams_order_is_not_told(deal):
    quote = deal.accepted(sessions(deal))
    stranger = make.a_partner()
    wish = make.a_wish(stranger, deal.instrument, day(0), account_id=quote.account_id)
    estimate = verdict(actor=stranger, wish=wish, now=NOW).estimate
    assert estimate is None or estimate.amount_cents == 3 * 15000


def test_a_simulation_leaves_what_was_agreed_as_it_is(deal):
    quote = deal.accepted(sessions(deal))
    charged(a_use(user_of(deal), quote, day(0)))
    dearer = make.a_price_list(
        deal.facility, {deal.instrument: {"IND": 99_000}}, name="2027", status="draft"
    )
    found = simulation(
        deal.manager, list_id=dearer.pk, first=dt.date(2026, 10, 1), last=dt.date(2026, 11, 1)
    )
    assert found.total.charged_cents == found.total.simulated_cents == 3 * 12750


def test_a_service_costs_what_its_order_agreed(deal, django_assert_max_num_queries):
    quote = deal.accepted(deal.samples(discount_percent=Decimal(10)), discount_percent=Decimal(5))
    with django_assert_max_num_queries(5):
        price = service_price(
            service=deal.service,
            team=deal.team,
            project=quote.project,
            on=dt.date(2026, 10, 12),
            account_id=quote.account_id,
        )
    assert price.unit_price_cents == 27360  # 320 less 10 %, less 5 %
    without = service_price(
        service=deal.service, team=deal.team, project=quote.project, on=dt.date(2026, 10, 12)
    )
    assert without.unit_price_cents == 32000


def test_what_an_order_agreed_needs_no_list(deal):
    quote = deal.accepted(deal.samples(unit_price_cents=5000))
    price = service_price(
        service=deal.service,
        team=deal.team,
        project=quote.project,
        on=dt.date(2027, 3, 1),
        account_id=quote.account_id,
    )
    assert (price.unit_price_cents, price.price_list_id) == (5000, None)
    assert not Charge.objects.exists()
