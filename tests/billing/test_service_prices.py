"""What a unit of a service costs a team on a day."""

import datetime as dt

import pytest

from billing.errors import RateMissing
from billing.models import ContractRate, Rate
from billing.prices.service_prices import service_price
from facilities.models import Service
from tests import factories as make
from tests.billing.cases import a_contract, someone

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 11, 24)


@pytest.fixture
def slide():
    """Make a service of a platform whose list of 2026 prices it."""
    facility = make.a_facility()
    service = Service.objects.create(facility=facility, code="slide", name="Slide", unit="slide")
    prices = make.a_price_list(facility)
    for tier, cents in {"INT": 900, "ACA": 1700, "IND": 5500}.items():
        Rate.objects.create(
            price_list=prices, service=service, tier=tier, unit="slide", amount_cents=cents
        )
    return service


def team_of(tier):
    return someone(tier).memberships.get().team


@pytest.mark.parametrize(
    ("tier", "cents"), [("INT", 900), ("TUT", 1080), ("COL", 1700), ("EDU", 900), ("IND", 5500)]
)
def test_a_tier_pays_its_rate(slide, tier, cents):
    price = service_price(service=slide, team=team_of(tier), project=None, on=DAY)
    assert (price.unit_price_cents, price.unit, price.tier) == (cents, "slide", tier)
    assert price.price_list_id == slide.rates.first().price_list_id
    assert price.contract_id is None


def test_a_project_with_a_tier_of_its_own_pays_that(slide):
    team = team_of("IND")
    project = make.a_project(team, tier="COL")
    price = service_price(service=slide, team=team, project=project, on=DAY)
    assert (price.tier, price.unit_price_cents) == ("COL", 1700)


@pytest.mark.parametrize(
    ("tier", "day"), [("SUP", DAY), ("INT", dt.date(2027, 1, 1)), ("INT", dt.date(2025, 12, 31))]
)
def test_without_a_rate_there_is_no_price(slide, tier, day):
    with pytest.raises(RateMissing):
        service_price(service=slide, team=team_of(tier), project=None, on=day)


def test_a_contract_takes_its_discount_off_the_tiers_rate(slide):
    team = team_of("TUT")
    contract = a_contract(team.organisation, discount_percent="12.50")
    price = service_price(service=slide, team=team, project=None, on=DAY)
    assert (price.unit_price_cents, price.contract_id) == (945, contract.pk)


def test_a_contract_without_a_discount_leaves_the_list_as_it_is(slide):
    team = team_of("IND")
    a_contract(team.organisation)
    price = service_price(service=slide, team=team, project=None, on=DAY)
    assert (price.unit_price_cents, price.contract_id) == (5500, None)


def test_an_agreed_price_stands_even_where_the_list_has_none(slide):
    team = team_of("SUP")
    contract = a_contract(team.organisation, facility=slide.facility)
    ContractRate.objects.create(contract=contract, service=slide, unit="slide", amount_cents=7)
    price = service_price(service=slide, team=team, project=None, on=DAY)
    assert (price.unit_price_cents, price.contract_id, price.tier) == (7, contract.pk, "SUP")


def test_the_platforms_contract_comes_before_that_of_all(slide, django_assert_max_num_queries):
    team = team_of("IND")
    a_contract(team.organisation, discount_percent=50)
    a_contract(team.organisation, facility=slide.facility, discount_percent=10)
    a_contract(team.organisation, facility=make.a_facility(), discount_percent=90)
    with django_assert_max_num_queries(4):
        price = service_price(service=slide, team=team, project=None, on=DAY)
    assert price.unit_price_cents == 4950
    assert (
        service_price(service=slide, team=team_of("IND"), project=None, on=DAY).contract_id is None
    )
