"""The page of the month end, and a statement with its disputes."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing.models import Charge, Dispute, MonthEndRun, Statement
from billing.services import close_month, continue_run, dispute_charge
from billing.services.standing import enter_census
from tests import factories as make
from tests.billing.order_cases import a_service, a_standing_use
from tests.factories import NOW

pytestmark = pytest.mark.django_db
SEPTEMBER = dt.date(2026, 9, 1)
PAGE = "/money/month-end/?issuer=CRC&month=2026-09"


@pytest.fixture(autouse=True)
def _at_now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def facility():
    return make.a_facility(code="CYT")


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
    team = make.a_team(make.a_legal_person(), name="Roux")
    make.an_account(team, reference="PO-17")
    return team


@pytest.fixture
def head(team):
    return make.a_member(team, "head")


@pytest.fixture
def charge(team, facility):
    charge = make.a_charge(team, facility)
    close_month(month=SEPTEMBER, now=NOW)
    return charge


def as_(client, person):
    client.force_login(person)
    return client


def test_it_opens_at_the_month_before_with_its_steps(client, keeper, charge):
    text = as_(client, keeper).get("/money/month-end/").text
    assert "September 2026: to be ended" in text
    assert "1 statement made" in text
    assert "1 line of €10.00 may be disputed until 11 Oct 2026." in text
    assert "Issue the documents" not in text


def test_a_step_is_begun_and_its_progress_is_shown(client, keeper, team, facility):
    make.a_charge(team, facility)
    as_(client, keeper)
    assert "Make the statements" in client.get(PAGE).text
    asked = {"issuer": "CRC", "month": "2026-09", "step": "statements"}
    client.post(reverse("month_end_start"), asked)
    text = client.get(PAGE).text
    assert "Statements: waiting for a worker" in text
    assert "Make the statements" not in text
    MonthEndRun.objects.update(done=1, total=4)
    progress = client.get("/money/month-end/progress/?issuer=CRC&month=2026-09")
    assert "Statements: 1 of 4 done" in progress.text

    continue_run(run_id=MonthEndRun.objects.get().pk, now=NOW)
    progress = client.get("/money/month-end/progress/?issuer=CRC&month=2026-09")
    assert progress.headers["HX-Refresh"] == "true"
    assert "1 statement made" in client.get(PAGE).text


def test_a_fault_is_said(client, keeper, charge):
    as_(client, keeper)
    asked = {"issuer": "CRC", "month": "2026-09", "step": "statements"}
    client.post(reverse("month_end_start"), asked)
    MonthEndRun.objects.update(finished_at=NOW, last_error="DatabaseError")
    assert "stopped with a fault (DatabaseError)" in client.get(PAGE).text


def test_charges_without_an_account_are_put_on_one(client, keeper, team, facility):
    charges = [make.a_charge(team, facility, account=None) for _number in range(2)]
    as_(client, keeper)
    assert "PO-17" in client.get(PAGE).text
    account = team.accounts.get()
    given = {"charge": [one.pk for one in charges], "account": account.pk, "next": PAGE}
    answer = client.post(reverse("month_end_move"), given, follow=True)
    assert "2 charges are on the account now." in answer.text
    assert Charge.objects.filter(account=account).count() == 2


def test_an_account_that_cannot_pay_is_refused_in_words(client, keeper, team, facility):
    charge = make.a_charge(team, facility, account=None)
    account = make.an_account(team, ceiling_cents=100)
    given = {"charge": charge.pk, "account": account.pk, "next": PAGE}
    answer = as_(client, keeper).post(reverse("month_end_move"), given, follow=True)
    assert "Only €1.00 is left on this account." in answer.text


def test_a_buyer_is_completed(client, keeper, facility, issuer):
    company = make.a_company(name="Nova", siren="000123455", billing_address="1 rue du Bac")
    team = make.a_team(company)
    make.a_charge(team, facility, account=make.an_account(team))
    close_month(month=SEPTEMBER, now=NOW - dt.timedelta(days=20))
    as_(client, keeper)
    assert "Missing: town" in client.get(PAGE).text
    address = reverse("organisation_particulars", args=[company.pk])
    asked = {"billing_address": "1 rue du Bac", "billing_city": "Nice", "siren": "000123456"}
    refused = client.post(address, asked)
    assert refused.status_code == 422
    assert "000123456 is not a valid SIREN." in refused.text
    done = client.post(address, asked | {"siren": "000123455", "next": PAGE})
    assert (done.status_code, done.url) == (302, PAGE)
    assert "Missing" not in client.get(PAGE).text


def test_a_head_disputes_a_line_and_the_platform_answers(client, facility, head, charge):
    address = reverse("statement", args=[Statement.objects.get().pk])
    text = as_(client, head).get(address).text
    assert "dispute it until Sun 11 Oct" in text
    given = {"reason": "We were two", "next": address}
    answer = client.post(reverse("charge_dispute", args=[charge.pk]), given, follow=True)
    assert "Disputed" in answer.text
    assert "We were two" in answer.text

    as_(client, make.a_staff_member(facility))
    assert "We were two" in client.get(PAGE).text
    dispute = Dispute.objects.get()
    refused = client.post(
        reverse("dispute_uphold", args=[dispute.pk]), {"answer": "", "next": PAGE}, follow=True
    )
    assert "Say why the charge is reversed." in refused.text
    client.post(reverse("dispute_uphold", args=[dispute.pk]), {"answer": "Right", "next": PAGE})
    text = as_(client, head).get(address).text
    assert "Taken back" in text
    assert "Right" in text


def test_a_statement_is_found_from_the_costs(client, head, charge):
    text = as_(client, head).get("/costs/?month=2026-09").text
    assert reverse("statement", args=[Statement.objects.get().pk]) in text


def test_who_keeps_the_books_reads_the_issuers_statements_and_no_others(
    client, keeper, head, team, facility
):
    imaging, unsold = make.a_facility(code="MIC"), make.a_facility(code="PRO")
    other = make.an_issuer(imaging, code="UPR")
    other.accountants.add(make.a_user())
    for place, what in ((facility, "Sorting"), (imaging, "Confocal"), (unsold, "Spectra")):
        make.a_charge(team, place, description=what)
    close_month(month=SEPTEMBER, now=NOW)
    own, others, nobodys = (
        reverse("statement", args=[Statement.objects.get(issuer__code=code).pk])
        for code in ("CRC", "UPR", None)
    )

    text = as_(client, keeper).get(PAGE).text
    assert own in text
    assert others not in text
    text = client.get(own).text
    assert "Sorting" in text
    assert "Confocal" not in text
    assert "/money/month-end/?issuer=CRC&amp;month=2026-09" in text
    assert [client.get(address).status_code for address in (others, nobodys)] == [404, 404]
    as_(client, head)
    assert f"{other} to Roux" in client.get(others).text
    assert "so that none of this is billed" in client.get(nobodys).text
    assert client.get(PAGE).status_code == 403


def test_the_manager_of_a_platform_without_a_seller_is_told_so(client):
    manager = make.a_staff_member(make.a_facility())
    assert "Nobody sells for your platforms yet." in as_(client, manager).get(PAGE[:17]).text


def test_it_is_worded_in_french(client, keeper, head, charge):
    dispute_charge(charge_id=charge.pk, reason="Deux", actor=head, now=NOW)
    keeper.language = "fr"
    keeper.save()
    client.cookies["django_language"] = "fr"
    text = as_(client, keeper).get(PAGE).text
    assert "Septembre 2026\N{NO-BREAK SPACE}: à clore" in text or "Septembre 2026: à clore" in text
    assert "Réponse à l" in text


def test_it_takes_as_many_queries_for_much_as_for_little(client, keeper, facility, team, charge):
    as_(client, keeper)
    make.a_charge(team, facility, account=None)
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE)
    for number in range(5):
        other = make.a_team(make.a_legal_person())
        make.an_account(other)
        for account in (None, other.accounts.get()):
            make.a_charge(other, facility, 100 + number, account=account)
    close_month(month=SEPTEMBER, now=NOW)
    with CaptureQueriesContext(connection) as many:
        client.get(PAGE)
    assert len(many) <= len(few) <= 40


def test_what_stands_without_a_price_names_its_days_and_the_way_out(client, facility, team):
    cage = a_service(facility, {}, code="cage", unit="cage-day", counting="day")
    use = a_standing_use(cage, team, label="Colony", starts_on=dt.date(2026, 9, 20))
    enter_census(actor=use.created_by, use_id=use.pk, day=use.starts_on, count=Decimal(3), now=NOW)
    text = as_(client, use.created_by).get(PAGE).text
    assert "No price" in text
    assert reverse("standing_use", args=[use.pk]) in text
    assert "20 Sep 2026 – 30 Sep 2026 (11 days)" in text
    assert f"{reverse('price_lists')}?platform=CYT" in text
    assert "Set a price" in text
