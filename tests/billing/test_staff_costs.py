"""Staff time by the minute and costs passed on: what is charged, to whom, and taken back."""

import datetime as dt
import hashlib
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from accounts.errors import NotFound, NotPermitted
from billing.costs import errors
from billing.costs.queries import (
    For,
    Receipt,
    cost_of_minutes,
    costs_visible_to,
    staff_times_visible_to,
)
from billing.errors import AlreadyReversed, RateMissing, ReasonMissing
from billing.models import Charge, PassThrough, Rate, StaffTime
from billing.quoting import committed_cents
from billing.services import staff_costs as services
from facilities.models import Service
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 10, 5)
PDF = b"%PDF-1.7\nshipping"


@pytest.fixture
def facility():
    """Make a platform whose staff costs 45.00 an hour to host teams, 90.00 to companies."""
    facility = make.a_facility()
    service = a_service(facility)
    prices = make.a_price_list(facility)
    for tier, cents in {"INT": 4500, "IND": 9000}.items():
        Rate.objects.create(
            price_list=prices, service=service, tier=tier, unit="hour", amount_cents=cents
        )
    return facility


def a_service(facility, **fields):
    defaults = {"code": "analysis", "name": "Data analysis", "unit": "hour"}
    return Service.objects.create(facility=facility, **(defaults | fields))


def what_for(facility, team, **fields):
    defaults = {
        "facility_id": facility.pk,
        "team_id": team.pk,
        "project_id": None,
        "account_id": team.accounts.order_by("pk")[0].pk,
        "day": DAY,
    }
    return For(**(defaults | fields))


def record(facility, team, actor=None, *, minutes=50, changed=None, **fields):
    actor = actor or make.a_staff_member(facility, "operator")
    defaults = {
        "service_id": facility.services.order_by("pk")[0].pk,
        "person_id": actor.pk,
        "what": "Gating of the screen",
    }
    return services.record_staff_time(
        actor=actor,
        what_for=what_for(facility, team, **(changed or {})),
        minutes=minutes,
        now=NOW,
        **(defaults | fields),
    )


def pass_on(facility, team, actor=None, *, changed=None, **fields):
    defaults: dict[str, Any] = {
        "net_cents": 12_345,
        "nature": "service",
        "receipt": Receipt(name="DHL.pdf", content=PDF),
        "what": "Dry ice shipment",
    }
    return services.pass_cost_on(
        actor=actor or make.a_staff_member(facility, "operator"),
        what_for=what_for(facility, team, **(changed or {})),
        now=NOW,
        **(defaults | fields),
    )


def team_of(organisation=None):
    return make.a_researcher(organisation).teams.get()


@pytest.mark.parametrize(
    ("minutes", "hourly", "cents"),
    [(60, 4500, 4500), (50, 4500, 3750), (1, 4500, 75), (1, 30, 1), (1, 29, 0), (7, 6001, 700)],
)
def test_minutes_cost_their_part_of_the_hour_rounded_half_up_once(minutes, hourly, cents):
    assert cost_of_minutes(minutes, hourly) == cents


def test_staff_time_is_charged_at_once_at_the_price_of_the_team(facility):
    team = team_of()
    done = record(facility, team, changed={"project_id": team.projects.get().pk})
    charge = Charge.objects.get(source="staff_time", source_id=done.pk)
    assert (charge.amount_cents, charge.unit_price_cents, charge.unit) == (3750, 4500, "hour")
    assert str(charge.quantity) == "0.8333"
    assert charge.description == "Data analysis · 50 min · Gating of the screen"
    assert (charge.team, charge.account, charge.tier) == (team, done.account, "INT")
    assert (charge.service_date, charge.vat_category) == (DAY, "internal")
    assert charge.project == team.projects.get()


def test_a_company_pays_its_own_rate_and_vat(facility):
    done = record(facility, team_of(make.a_company()), minutes=90)
    charge = Charge.objects.get(source_id=done.pk)
    assert (charge.amount_cents, charge.vat_category, charge.vat_percent) == (
        13_500,
        "S",
        Decimal(20),
    )


def test_a_cost_is_passed_on_as_it_was_with_its_receipt(facility):
    cost = pass_on(facility, team_of(make.a_company()))
    charge = Charge.objects.get(source="pass_through", source_id=cost.pk)
    assert (charge.amount_cents, charge.quantity, charge.vat_category) == (12_345, Decimal(1), "S")
    kept = PassThrough.objects.get()
    assert bytes(kept.receipt) == PDF
    assert kept.receipt_sha256 == hashlib.sha256(PDF).hexdigest()
    assert (kept.receipt_type, kept.receipt_name) == ("application/pdf", "DHL.pdf")


def test_the_nature_of_a_cost_decides_the_vat_rule(facility):
    cost = pass_on(facility, team_of(make.a_company()), nature="training")
    charge = Charge.objects.get(source_id=cost.pk)
    assert (charge.vat_category, charge.vat_percent) == ("E", Decimal(0))


@pytest.mark.parametrize(
    "content", [b"<html>", b"GIF89a", b"", b"%PDF-" + b"x" * (5 * 1024 * 1024)]
)
def test_what_is_no_receipt_is_refused(facility, content):
    with pytest.raises(errors.ReceiptNotTaken):
        pass_on(facility, team_of(), receipt=Receipt(name="a.pdf", content=content))
    assert not Charge.objects.exists()


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"minutes": 0}, errors.NothingToCharge),
        ({"minutes": 1441}, errors.NothingToCharge),
        ({"what": "  "}, errors.NothingToCharge),
        ({"what": "Patient IPP 12345678"}, errors.PatientNamed),
        ({"changed": {"day": dt.date(2026, 10, 7)}}, errors.DayAhead),
        ({"person_id": 2**40}, errors.NotOfStaff),
        ({"service_id": 2**40}, errors.NotByTheHour),
        ({"changed": {"account_id": 2**40}}, errors.PayerNotUsable),
        ({"changed": {"project_id": 2**40}}, errors.PayerNotUsable),
        ({"changed": {"facility_id": 2**40}}, NotFound),
    ],
)
def test_time_that_cannot_be_charged_is_refused_and_leaves_nothing(facility, fields, error):
    with pytest.raises(error):
        record(facility, team_of(), **fields)
    assert not StaffTime.objects.exists()
    assert not Charge.objects.exists()


def test_a_service_by_the_piece_or_of_another_platform_is_not_by_the_hour(facility):
    team = team_of()
    for service in (
        a_service(facility, code="slide", unit="slide"),
        a_service(make.a_facility()),
        a_service(facility, code="gone", is_active=False),
    ):
        with pytest.raises(errors.NotByTheHour):
            record(facility, team, service_id=service.pk)


def test_without_a_price_on_the_day_nothing_is_charged(facility):
    with pytest.raises(RateMissing):
        record(facility, team_of(), changed={"day": dt.date(2025, 12, 31)})


def test_only_the_teams_own_account_pays_and_only_while_it_is_valid(facility):
    team, other = team_of(), team_of()
    for account_id in (
        other.accounts.get().pk,
        make.an_account(team, valid_until=dt.date(2026, 10, 4)).pk,
        make.an_account(team, is_active=False).pk,
    ):
        with pytest.raises(errors.PayerNotUsable):
            record(facility, team, changed={"account_id": account_id})
        with pytest.raises(errors.PayerNotUsable):
            pass_on(facility, team, changed={"account_id": account_id})


def test_the_ceiling_of_the_account_holds(facility):
    team = team_of()
    account = make.an_account(team, ceiling_cents=15_000)
    pays = {"account_id": account.pk}
    pass_on(facility, team, changed=pays)
    with pytest.raises(errors.AccountSpent) as refused:
        record(facility, team, changed=pays)
    assert "26.55" in str(refused.value)
    record(facility, team, minutes=35, changed=pays)
    assert committed_cents(account.pk) == 12_345 + 2_625


def test_who_runs_the_platform_charges_for_it_and_nobody_else(facility):
    team = team_of()
    record(facility, team, make.a_staff_member(facility))
    for actor in (
        make.a_member(team, "head"),
        make.a_staff_member(facility, "accountant"),
        make.a_staff_member(make.a_facility()),
    ):
        with pytest.raises(NotPermitted):
            record(facility, team, actor)
        with pytest.raises(NotPermitted):
            pass_on(facility, team, actor)


def test_who_sees_what_was_charged(facility):
    team = team_of()
    done, cost = record(facility, team), pass_on(facility, team)
    sees = [
        make.a_member(team, "head"),
        make.a_member(team, "billing_contact"),
        make.a_staff_member(facility, "operator"),
        make.a_staff_member(facility, "accountant"),
        make.a_user(is_superuser=True),
    ]
    blind = [
        make.a_member(team),
        make.a_staff_member(facility, "trainer"),
        make.a_staff_member(make.a_facility()),
        make.a_member(team_of(), "head"),
    ]
    for person in sees:
        assert [row.pk for row in staff_times_visible_to(person, on=NOW.date())] == [done.pk]
        assert [row.pk for row in costs_visible_to(person, on=NOW.date())] == [cost.pk]
    for person in blind:
        assert not staff_times_visible_to(person, on=NOW.date()).exists()
        assert not costs_visible_to(person, on=NOW.date()).exists()


def test_it_is_taken_back_once_with_a_reason_by_who_keeps_the_ledger(facility):
    team, manager = team_of(), make.a_staff_member(facility)
    done, cost = record(facility, team), pass_on(facility, team)
    with pytest.raises(ReasonMissing):
        services.take_back_cost(actor=manager, cost_id=cost.pk, reason=" ", now=NOW)
    operator = make.a_staff_member(facility, "operator")
    with pytest.raises(NotPermitted):
        services.take_back_cost(actor=operator, cost_id=cost.pk, reason="No", now=NOW)
    services.take_back_cost(actor=manager, cost_id=cost.pk, reason="Not ours", now=NOW)
    services.take_back_staff_time(
        actor=manager, staff_time_id=done.pk, reason="Wrong team", now=NOW
    )
    assert committed_cents(team.accounts.get().pk) == 0
    with pytest.raises(AlreadyReversed):
        services.take_back_cost(actor=manager, cost_id=cost.pk, reason="Again", now=NOW)
    with pytest.raises(NotFound):
        services.take_back_cost(
            actor=make.a_staff_member(make.a_facility()), cost_id=cost.pk, reason="x", now=NOW
        )
    row: Any = costs_visible_to(manager, on=NOW.date()).get()
    assert (row.is_taken_back, row.taken_back_reason) == (True, "Not ours")
    assert (row.amount_cents, row.charge_id) == (12_345, Charge.objects.get(
        source="pass_through", reversal_no=0).pk)  # fmt: skip


@pytest.mark.parametrize("table", ["stafftime", "passthrough"])
def test_what_was_recorded_stays_as_it_is(facility, table):
    team = team_of()
    record(facility, team)
    pass_on(facility, team)
    for statement in (f"UPDATE billing_{table} SET what = 'other'", f"DELETE FROM billing_{table}"):
        with (
            pytest.raises(ProgrammingError, match="Cannot update or delete"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
