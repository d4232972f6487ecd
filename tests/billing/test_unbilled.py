"""What of a month comes onto no document, and why."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.models import Charge, PriceList, Rate
from billing.month_end.unbilled import unbilled
from billing.services import accrue_standing_days, close_month, dispute_charge
from billing.services.standing import enter_census
from tests import factories as make
from tests.billing.cases import a_priced_instrument, a_use, someone
from tests.billing.order_cases import a_service, a_standing_use
from tests.factories import NOW

pytestmark = pytest.mark.django_db
SEPTEMBER, OCTOBER = dt.date(2026, 9, 1), dt.date(2026, 10, 1)
LATER = make.at("2026-10-20 09:00")


@pytest.fixture
def instrument():
    return a_priced_instrument()


@pytest.fixture
def facility(instrument):
    return instrument.facility


@pytest.fixture
def issuer(facility):
    return make.an_issuer(facility, code="CRC")


@pytest.fixture
def keeper(issuer):
    person = make.a_user()
    issuer.accountants.add(person)
    return person


@pytest.fixture
def team(issuer):
    team = make.a_team(make.a_legal_person())
    make.an_account(team)
    return team


def held_up(user, issuer, now=LATER):
    found = unbilled(user, issuer=issuer, until=OCTOBER, now=now)
    return {one.reason: (one.count, one.cents) for one in found}


def every_reason(team, facility, instrument, number=0):
    """Hold up something for each reason there is."""
    head = make.a_member(team, "head")
    make.a_charge(team, facility, 100, account=None)
    expired = make.an_account(team, reference=f"Z-{number}", valid_until=dt.date(2026, 9, 1))
    make.a_charge(team, facility, 200, account=expired)
    disputed = make.a_charge(team, facility, 400)
    make.a_charge(team, facility, 500, issuer_id=None)
    nameless = make.a_team(make.a_company(country="DE"))
    make.a_charge(nameless, facility, 800, account=make.an_account(nameless))
    refunded = make.a_team(make.a_legal_person())
    make.a_charge(refunded, facility, -50, account=make.an_account(refunded))
    close_month(month=SEPTEMBER, now=NOW)
    dispute_charge(charge_id=disputed.pk, reason="Why?", actor=head, now=NOW)
    make.a_charge(team, facility, 1600)  # on no statement
    when = make.period(f"2026-09-{10 + number:02} 14:00", "15:00")
    stray = make.an_instrument(facility)
    a_use(someone(), stray, when)  # no price
    a_use(make.a_user(), instrument, when)  # no team
    make.a_booking(someone(), stray, make.period("2026-09-17 14:00", "15:00"), status="in_use")


def test_everything_is_grouped_by_reason_with_counts_and_sums(
    keeper, issuer, team, facility, instrument
):
    every_reason(team, facility, instrument)

    assert held_up(keeper, issuer) == {
        "no_issuer": (1, 500),
        "no_account": (1, 100),
        "account_expired": (1, 200),
        "disputed": (1, 400),
        "party_incomplete": (1, 800),
        "rate_missing": (1, None),
        "payer_missing": (1, None),
        "not_confirmed": (1, None),
        "nothing_to_bill": (1, -50),
        "not_stated": (1, 1600),
    }


def test_a_line_that_may_still_be_disputed_waits(keeper, issuer, team, facility):
    make.a_charge(team, facility, 300)
    close_month(month=SEPTEMBER, now=NOW)

    assert held_up(keeper, issuer, now=NOW) == {"disputable": (1, 300)}
    assert held_up(keeper, issuer) == {}


def test_a_buyer_is_named_with_all_that_is_missing(keeper, issuer, facility):
    company = make.a_company(country="FR")
    team = make.a_team(company)
    account = make.an_account(team)
    make.a_charge(team, facility, 300, account=account)
    close_month(month=SEPTEMBER, now=NOW)

    (group,) = unbilled(keeper, issuer=issuer, until=OCTOBER, now=LATER)

    (party,) = group.parties
    assert (party.organisation, party.missing) == (company, ("address", "city", "siren"))


def test_a_manager_sees_what_is_held_up_on_their_platform_only(
    keeper, issuer, team, facility, instrument
):
    other = make.a_facility()
    make.an_issuer(organisation=make.an_organisation(kind="host"))
    issuer.facilities.add(other)
    make.a_charge(team, facility, 100, account=None)
    make.a_charge(team, other, 200, account=None)

    assert held_up(keeper, issuer) == {"no_account": (2, 300)}
    assert held_up(make.a_staff_member(facility), issuer) == {"no_account": (1, 100)}
    assert held_up(make.a_staff_member(facility, "operator"), issuer) == {}
    assert held_up(make.a_user(is_superuser=True), issuer) == {"no_account": (2, 300)}


def test_it_takes_as_many_queries_for_much_as_for_little(
    keeper, issuer, team, facility, instrument
):
    every_reason(team, facility, instrument)
    with CaptureQueriesContext(connection) as few:
        assert len(held_up(keeper, issuer)) == 10
    for number in range(1, 4):
        another = make.a_team(make.a_legal_person())
        make.an_account(another)
        every_reason(another, facility, instrument, number)
    with CaptureQueriesContext(connection) as many:
        held_up(keeper, issuer)
    assert len(many) == len(few) <= 17


def test_what_stands_without_a_price_is_listed_with_its_days(keeper, issuer, team, facility):
    cage = a_service(facility, {}, code="cage", unit="cage-day", counting="day")
    use = a_standing_use(cage, team, starts_on=dt.date(2026, 9, 20))
    later = a_standing_use(cage, team, starts_on=OCTOBER)
    free = a_standing_use(a_service(facility, {"IND": 5}, code="shelf", counting="day"), team)
    for one in (use, later, free):
        enter_census(
            actor=one.created_by, use_id=one.pk, day=one.starts_on, count=Decimal(3), now=LATER
        )

    (group,) = [
        one
        for one in unbilled(keeper, issuer=issuer, until=OCTOBER, now=LATER)
        if one.reason == "rate_missing"
    ]
    assert (group.count, group.cents) == (1, None)
    (found,) = group.standing
    assert found.use == use
    assert (found.first, found.last, len(found.days)) == (use.starts_on, dt.date(2026, 9, 30), 11)

    Rate.objects.create(
        price_list=PriceList.objects.get(facility=facility), service=cage, tier="IND",
        unit=cage.unit, amount_cents=240,
    )  # fmt: skip
    assert "rate_missing" not in held_up(keeper, issuer), "it waits for the sweep, for no price"
    accrue_standing_days(now=LATER)
    assert Charge.objects.filter(service=cage, service_date__lt=OCTOBER).count() == 11


def test_a_platform_of_another_seller_is_not_listed(issuer, team, facility):
    cage = a_service(make.a_facility(), {}, code="cage", unit="cage-day", counting="day")
    use = a_standing_use(cage, team)
    enter_census(actor=use.created_by, use_id=use.pk, day=SEPTEMBER, count=Decimal(3), now=LATER)
    assert "rate_missing" not in held_up(make.a_staff_member(facility), issuer, now=LATER)
    assert "rate_missing" in held_up(use.created_by, issuer, now=LATER)
