"""Disputes of a statement's lines, and charges moved to another account."""

import datetime as dt

import pytest

from accounts.errors import AlreadyAnswered, NotFound, NotPermitted
from billing.errors import AlreadyReversed, ReasonMissing
from billing.models import Charge, Dispute, InvoiceLine
from billing.month_end.errors import (
    AccountNotUsable,
    AlreadyDisputed,
    CeilingReached,
    DisputeTooLate,
    IdentifierWrong,
    IssuerMissing,
    NotStatedYet,
    SameAccount,
)
from billing.services import (
    Particulars,
    close_month,
    complete_organisation,
    dispute_charge,
    issue_all,
    move_charge_to_account,
    reject_dispute,
    reverse_charge,
    uphold_dispute,
)
from notifications.models import OutboxMessage
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db
SEPTEMBER, OCTOBER = dt.date(2026, 9, 1), dt.date(2026, 10, 1)
SETTLED = dt.date(2026, 10, 12)
"""The statements of September are closed on 6 October and may be disputed five days more."""
LAST_MOMENT = make.at("2026-10-11 23:59")


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
def manager(facility):
    return make.a_staff_member(facility)


@pytest.fixture
def team(issuer):
    team = make.a_team(make.a_legal_person())
    make.an_account(team)
    return team


@pytest.fixture
def head(team):
    return make.a_member(team, "head")


@pytest.fixture
def charge(team, facility):
    return make.a_charge(team, facility)


@pytest.fixture
def told(charge):
    close_month(month=SEPTEMBER, now=NOW)
    return charge


def disputed(charge, actor, **fields):
    asked = {"charge_id": charge.pk, "reason": "We were two", "actor": actor, "now": NOW}
    return dispute_charge(**(asked | fields))


def billed(issuer, on=SETTLED):
    made = issue_all(issuer_id=issuer.pk, until=OCTOBER, now=NOW, settled_on=on)
    return [line.charge for line in InvoiceLine.objects.filter(invoice__in=made).order_by("id")]


@pytest.mark.parametrize("role", ["head", "manager", "billing_contact"])
def test_who_looks_after_the_money_disputes_a_line_and_it_is_not_billed(issuer, team, told, role):
    dispute = disputed(told, make.a_member(team, role))

    assert dispute.state == "open"
    assert billed(issuer) == []
    assert OutboxMessage.objects.filter(topic="billing.dispute_opened").count() == 1


def test_the_person_and_strangers_do_not(team, told, facility):
    booked_for = make.a_member(team)
    with pytest.raises(NotFound):
        disputed(told, booked_for)
    with pytest.raises(NotFound):
        disputed(told, make.a_member(make.a_team(), "head"))
    with pytest.raises(NotPermitted):
        disputed(told, make.a_staff_member(facility))


def test_a_line_can_be_disputed_until_the_end_of_the_last_day(issuer, head, told):
    with pytest.raises(DisputeTooLate):
        disputed(told, head, now=LAST_MOMENT + dt.timedelta(minutes=1))
    assert billed(issuer, on=SETTLED - dt.timedelta(days=1)) == []

    disputed(told, head, now=LAST_MOMENT)


def test_what_is_on_no_statement_is_neither_disputed_nor_billed(issuer, head, charge):
    with pytest.raises(NotStatedYet):
        disputed(charge, head)
    assert billed(issuer) == []


def test_a_dispute_needs_a_reason_and_is_opened_once(head, told):
    with pytest.raises(ReasonMissing):
        disputed(told, head, reason="  ")
    disputed(told, head)
    with pytest.raises(AlreadyDisputed):
        disputed(told, head)


def test_what_was_taken_back_is_not_disputed(head, manager, told):
    reverse_charge(charge_id=told.pk, actor=manager, reason="Laser down", now=NOW)
    with pytest.raises(AlreadyReversed):
        disputed(told, head)


def test_a_dispute_that_is_upheld_takes_the_charge_back(issuer, head, manager, told):
    dispute = disputed(told, head)

    uphold_dispute(dispute_id=dispute.pk, answer="You are right", actor=manager, now=NOW)

    reversal = Charge.objects.get(reverses=told)
    assert (reversal.amount_cents, reversal.reason) == (-1000, "You are right")
    assert billed(issuer) == []
    assert OutboxMessage.objects.filter(topic="billing.dispute_answered").count() == 1


def test_a_dispute_that_is_rejected_lets_the_charge_be_billed(issuer, head, keeper, told):
    dispute = disputed(told, head)

    reject_dispute(dispute_id=dispute.pk, answer="Two were booked", actor=keeper, now=NOW)

    assert billed(issuer) == [told]


def test_a_dispute_is_answered_once_by_who_may_with_a_word(head, manager, told):
    dispute = disputed(told, head)
    answer = {"dispute_id": dispute.pk, "now": NOW}
    with pytest.raises(NotPermitted):
        uphold_dispute(answer="Yes", actor=head, **answer)
    with pytest.raises(NotFound):
        uphold_dispute(answer="Yes", actor=make.a_partner(), **answer)
    with pytest.raises(ReasonMissing):
        reject_dispute(answer=" ", actor=manager, **answer)
    reject_dispute(answer="No", actor=manager, **answer)
    with pytest.raises(AlreadyAnswered):
        uphold_dispute(answer="Yes", actor=manager, **answer)
    assert Dispute.objects.get().answer == "No"


def moved(charge, account, actor, reason="Wrong grant"):
    return move_charge_to_account(
        charge_id=charge.pk, account_id=account.pk, reason=reason, actor=actor, now=NOW
    )


def test_a_charge_that_is_moved_is_billed_with_the_statement_that_told_it(
    issuer, team, facility, manager
):
    charge = make.a_charge(team, facility, account=None)
    close_month(month=SEPTEMBER, now=NOW)
    account, other = make.an_account(team), make.an_account(team)
    assert billed(issuer) == []

    again = moved(moved(charge, account, manager), other, manager)

    assert (again.account, again.amount_cents, again.component) == (other, 1000, "time-1-moved-2")
    assert sum(one.amount_cents for one in Charge.objects.all()) == 1000
    assert billed(issuer) == [again]


def test_only_an_account_of_the_team_that_can_pay_takes_a_charge(team, charge, manager):
    with pytest.raises(NotFound):
        moved(charge, make.an_account(make.a_team()), manager)
    with pytest.raises(SameAccount):
        moved(charge, charge.account, manager)
    with pytest.raises(AccountNotUsable):
        moved(charge, make.an_account(team, is_active=False), manager)
    with pytest.raises(AccountNotUsable):
        moved(charge, make.an_account(team, valid_until=dt.date(2026, 9, 14)), manager)
    with pytest.raises(CeilingReached):
        moved(charge, make.an_account(team, ceiling_cents=999), manager)
    with pytest.raises(ReasonMissing):
        moved(charge, make.an_account(team), manager, reason="")
    with pytest.raises(NotFound):
        moved(charge, make.an_account(team), make.a_member(team, "head"))
    assert Charge.objects.count() == 1
    moved(charge, make.an_account(team, ceiling_cents=1000), manager)
    with pytest.raises(AlreadyReversed):
        moved(charge, make.an_account(team), manager)


def test_a_charge_from_before_there_was_an_issuer_gets_the_one_of_today():
    facility, team = make.a_facility(), make.a_team(make.a_legal_person())
    account, manager = make.an_account(team), make.a_staff_member(facility)
    charge = make.a_charge(team, facility)
    with pytest.raises(IssuerMissing):
        moved(charge, account, manager)
    issuer = make.an_issuer(facility)

    again = moved(charge, account, manager)

    assert (again.issuer, again.vat_category, again.vat_percent) == (issuer, "S", 20)
    assert again.account == charge.account


def test_who_keeps_the_books_completes_a_buyer(issuer, keeper, team, charge):
    buyer = team.organisation
    particulars = Particulars(
        billing_address="1 rue du Bac", billing_city="Nice", siren=" 000 123 455 "
    )
    with pytest.raises(NotFound):
        complete_organisation(
            organisation_id=buyer.pk, particulars=particulars, actor=make.a_user(), now=NOW
        )

    complete_organisation(organisation_id=buyer.pk, particulars=particulars, actor=keeper, now=NOW)

    buyer.refresh_from_db()
    assert (buyer.billing_city, buyer.siren) == ("Nice", "000123455")


@pytest.mark.parametrize(
    "wrong", [{"siren": "000123456"}, {"siret": "12"}, {"vat_number": "FR00000123455"}]
)
def test_an_identifier_that_fails_its_check_is_refused(keeper, team, charge, wrong):
    particulars = Particulars(billing_address="1 rue du Bac", billing_city="Nice", **wrong)
    with pytest.raises(IdentifierWrong):
        complete_organisation(
            organisation_id=team.organisation_id, particulars=particulars, actor=keeper, now=NOW
        )
