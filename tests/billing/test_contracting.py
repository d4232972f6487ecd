"""Framework contracts: who makes them, and what of them stays."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal

import pytest

from accounts.errors import NotFound, NotPermitted
from billing.models import FrameworkContract
from billing.prices.contract_errors import (
    AgreedTwice,
    ContractCharged,
    ContractsOverlap,
    DaysTurnedAround,
    DiscountOutOfBounds,
    NotSoldByPlatform,
    UnitNotPriced,
)
from billing.prices.contracts import confidential_project_ids, contract_for, contracts_visible_to
from billing.services import charge_booking, contracting
from billing.services.contracting import AgreedPrice, Terms
from facilities.models import Service
from tests import factories as make
from tests.billing.cases import LATER, a_contract, a_priced_instrument, a_use, someone

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 11, 24)
TERMS = Terms(
    reference="FC-7",
    first=dt.date(2026, 1, 1),
    last=dt.date(2026, 12, 31),
    is_confidential=True,
    discount_percent=Decimal("5.00"),
)


@pytest.fixture
def fortessa():
    return a_priced_instrument()


@pytest.fixture
def bookkeeper(fortessa):
    """Make who keeps the books of the issuer that sells for the platform."""
    person = make.a_user()
    make.an_issuer(fortessa.facility).accountants.add(person)
    return person


@pytest.fixture
def buyer():
    return someone("IND")


def organisation_of(person):
    return person.memberships.get().team.organisation


def made(bookkeeper, buyer, fortessa, terms=TERMS, **fields):
    facility_id = fields.pop("facility_id", fortessa.facility_id)
    return contracting.make_contract(
        organisation_id=organisation_of(buyer).pk,
        facility_id=facility_id,
        terms=terms,
        actor=bookkeeper,
        **fields,
    )


def hourly(instrument, cents=9000, unit="hour"):
    return AgreedPrice(instrument_id=instrument.pk, unit=unit, amount_cents=cents)


def test_who_keeps_the_books_agrees_a_contract_with_its_prices(bookkeeper, buyer, fortessa):
    service = Service.objects.create(
        facility=fortessa.facility, code="panel", name="Panel", unit="panel"
    )
    prices = (
        hourly(fortessa),
        hourly(fortessa, 4000, "operator-hour"),
        AgreedPrice(service_id=service.pk, unit="panel", amount_cents=5),
    )
    contract = made(bookkeeper, buyer, fortessa, prices=prices)
    assert [(rate.unit, rate.amount_cents) for rate in contract.rates.order_by("pk")] == [
        ("hour", 9000),
        ("operator-hour", 4000),
        ("panel", 5),
    ]
    assert contract.validity.upper == dt.date(2027, 1, 1)
    assert contracts_visible_to(bookkeeper).get() == contract
    found = contract_for(
        organisation_id=contract.organisation_id, facility_id=fortessa.facility_id, on=DAY
    )
    assert found == contract


def test_nobody_else_makes_or_sees_one(bookkeeper, buyer, fortessa):
    contract = made(bookkeeper, buyer, fortessa)
    other = make.a_user()
    make.an_issuer(make.a_facility()).accountants.add(other)
    manager = make.a_staff_member(fortessa.facility)
    for person in (other, manager, buyer):
        with pytest.raises(NotPermitted):
            made(person, someone("IND"), fortessa)
        assert not contracts_visible_to(person).exists()
        with pytest.raises(NotFound):
            contracting.end_contract(contract_id=contract.pk, last=DAY, actor=person)
    with pytest.raises(NotPermitted):
        made(manager, someone("IND"), fortessa, facility_id=None)
    assert made(other, someone("IND"), fortessa, facility_id=None).facility is None


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"last": dt.date(2025, 12, 31)}, DaysTurnedAround),
        ({"discount_percent": Decimal("100.01")}, DiscountOutOfBounds),
        ({"discount_percent": Decimal(-1)}, DiscountOutOfBounds),
    ],
)
def test_terms_that_make_no_sense_are_refused(bookkeeper, buyer, fortessa, changed, refusal):
    with pytest.raises(refusal):
        made(bookkeeper, buyer, fortessa, dataclasses.replace(TERMS, **changed))


def test_prices_that_cannot_be_agreed_are_refused_with_the_contract(bookkeeper, buyer, fortessa):
    elsewhere = make.an_instrument()
    for refusal, prices in (
        (NotSoldByPlatform, (hourly(elsewhere),)),
        (UnitNotPriced, (hourly(fortessa, unit="slide"),)),
        (AgreedTwice, (hourly(fortessa), hourly(fortessa, 1, "day"))),
    ):
        with pytest.raises(refusal):
            made(bookkeeper, buyer, fortessa, prices=prices)
    assert not FrameworkContract.objects.exists()


def test_two_contracts_of_one_organisation_do_not_overlap(bookkeeper, buyer, fortessa):
    made(bookkeeper, buyer, fortessa)
    with pytest.raises(ContractsOverlap):
        made(bookkeeper, buyer, fortessa)
    made(bookkeeper, buyer, fortessa, facility_id=None)


def test_a_contract_is_changed_until_something_is_charged_by_it(bookkeeper, buyer, fortessa):
    contract = made(bookkeeper, buyer, fortessa, prices=(hourly(fortessa),))

    def changed(prices=None, **fields):
        return contracting.change_contract(
            contract_id=contract.pk,
            terms=dataclasses.replace(TERMS, **fields),
            prices=prices,
            actor=bookkeeper,
        )

    changed((hourly(fortessa, 8000),), discount_percent=Decimal(10))
    rate = contracting.agree_price(
        contract_id=contract.pk, price=hourly(fortessa, 1, "operator-hour"), actor=bookkeeper
    )
    contracting.drop_price(contract_id=contract.pk, rate_id=rate.pk, actor=bookkeeper)
    (charge,) = charge_booking(
        booking_id=a_use(buyer, fortessa, make.period("2026-11-24 09:00", "10:00")).pk, now=LATER
    )
    assert (charge.amount_cents, charge.contract_id) == (8000, contract.pk)
    changed((hourly(fortessa, 8000),), discount_percent=Decimal(10), reference="FC-8")
    for fields in (
        {"discount_percent": Decimal(11)},
        {"discount_percent": Decimal(10), "last": dt.date(2026, 11, 23)},
        {"discount_percent": Decimal(10), "prices": (hourly(fortessa, 7999),)},
        {"discount_percent": Decimal(10), "prices": ()},
    ):
        with pytest.raises(ContractCharged):
            changed(**fields)
    with pytest.raises(ContractCharged):
        contracting.end_contract(
            contract_id=contract.pk, last=dt.date(2026, 11, 23), actor=bookkeeper
        )
    contracting.end_contract(contract_id=contract.pk, last=DAY, actor=bookkeeper)
    contract.refresh_from_db()
    assert (contract.reference, contract.validity.upper) == ("FC-8", dt.date(2026, 11, 25))


def test_a_price_that_is_not_of_the_contract_is_not_found(bookkeeper, buyer, fortessa):
    contract = made(bookkeeper, buyer, fortessa)
    with pytest.raises(NotFound):
        contracting.drop_price(contract_id=contract.pk, rate_id=0, actor=bookkeeper)


def test_projects_are_confidential_while_a_confidential_contract_holds(
    buyer, django_assert_num_queries
):
    organisation = organisation_of(buyer)
    project, other = buyer.teams.get().projects.get(), someone().teams.get().projects.get()
    ids = [project.pk, other.pk]
    a_contract(organisation, facility=make.a_facility())
    assert confidential_project_ids(ids, on=DAY) == set()
    a_contract(organisation, is_confidential=True)
    with django_assert_num_queries(1):
        assert confidential_project_ids(ids, on=DAY) == {project.pk}
    assert confidential_project_ids(ids, on=dt.date(2027, 1, 1)) == set()
