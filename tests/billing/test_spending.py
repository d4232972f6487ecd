"""What a month costs a payer, what is left, and what an hour costs."""

import datetime as dt

import pytest

from billing.models import Charge
from billing.prices.rates import Buyer, hour_prices, tier_for
from billing.spending import balances_watched_by, charges_of_month, month_by_account
from tests import factories as make

pytestmark = pytest.mark.django_db
FIRST, UNTIL = dt.date(2026, 10, 1), dt.date(2026, 11, 1)
OCTOBER = make.period("2026-10-01 00:00", "2026-11-01 00:00")


@pytest.fixture
def world():
    """A team with a head and a member, an account with a ceiling, an instrument with a price."""
    team = make.a_team()
    instrument = make.an_instrument()
    make.a_price_list(instrument.facility, {instrument: {"INT": 1800, "IND": 12_000}})
    return {
        "head": make.a_member(team, "head"),
        "member": make.a_member(team),
        "account": make.an_account(team, ceiling_cents=20_000),
        "project": make.a_project(team),
        "instrument": instrument,
        "team": team,
    }


def charged(world, person, day, cents):
    """Store a charge of a session of somebody in the team."""
    when = make.period(f"2026-{day} 09:00", "10:00")
    booking = make.a_booking(
        person, world["instrument"], when, status="completed", account=world["account"]
    )
    Charge.objects.create(
        source="booking", source_id=booking.pk, component="time-1", booking=booking,
        facility=world["instrument"].facility, instrument=world["instrument"],
        organisation=world["team"].organisation, team=world["team"], account=world["account"],
        service_date=when.start.date(), description="An hour", quantity=1,
        unit_price_cents=cents, amount_cents=cents, tier="INT", vat_category="internal",
        vat_percent=0, created_at=make.NOW,
    )  # fmt: skip


def month(person):
    on = make.NOW.date()
    return month_by_account(person, first=FIRST, until=UNTIL, within=OCTOBER, on=on)


def test_a_member_reads_their_own_and_a_head_the_teams(world):
    charged(world, world["member"], "10-02", 1800)
    charged(world, world["head"], "10-03", 3600)
    charged(world, world["head"], "09-30", 9000)
    make.a_booking(
        world["member"], world["instrument"], account=world["account"], estimate_cents=500
    )
    (own,) = month(world["member"])
    assert (own.charged_cents, own.sessions, own.ahead_cents, own.ahead) == (1800, 1, 500, 1)
    assert own.left_cents is None
    (teams,) = month(world["head"])
    assert (teams.charged_cents, teams.sessions, teams.total_cents) == (5400, 2, 5900)
    assert teams.left_cents == 20_000 - 1800 - 3600 - 9000 - 500
    assert month(make.a_researcher()) == []


def test_the_charges_of_a_month_are_those_of_its_days(world):
    for day, cents in (("09-30", 1), ("10-01", 2), ("10-31", 3), ("11-01", 4)):
        charged(world, world["member"], day, cents)
    found = charges_of_month(world["member"], first=FIRST, until=UNTIL, on=make.NOW.date())
    assert [charge.amount_cents for charge in found] == [2, 3]


def test_a_balance_is_for_who_looks_after_the_money(world):
    charged(world, world["member"], "10-02", 1800)
    make.a_booking(
        world["member"], world["instrument"], account=world["account"], estimate_cents=500
    )
    on = make.NOW.date()
    (balance,) = balances_watched_by(world["head"], on=on)
    assert (balance.charged_cents, balance.booked_cents, balance.left_cents) == (1800, 500, 17_700)
    assert balances_watched_by(world["member"], on=on) == []


@pytest.mark.parametrize(
    ("tier", "cents"), [("INT", 1800), ("TUT", 2160), ("EDU", 1800), ("IND", 12_000), ("ACA", None)]
)
def test_an_hour_costs_what_the_tier_pays_today(world, tier, cents):
    instrument = world["instrument"]
    price = hour_prices([instrument], buyer=Buyer(tier=tier), now=make.NOW)[instrument.pk]
    assert price.cents == cents
    assert set(price.by_tier) == {"INT", "IND"}


def test_no_list_in_force_is_no_price(world):
    other = make.an_instrument()
    make.a_price_list(other.facility, {other: {"INT": 1800}}, status="draft")
    assert hour_prices([other], buyer=Buyer(tier="INT"), now=make.NOW) == {}


def test_the_tier_is_that_of_the_project_a_person_would_book_for(world):
    assert tier_for(world["member"], now=make.NOW) == "INT"
    world["project"].tier = "COL"
    world["project"].save()
    assert tier_for(world["member"], now=make.NOW) == "COL"
    assert tier_for(make.a_user(), now=make.NOW) == ""
