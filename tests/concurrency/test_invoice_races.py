"""Numbers run 1, 2, 3 … whatever runs at once or dies, and each charge is billed once.

Run once without the guards, on two cores:
- without the lock of the team, `invoice_line_charge_once` alone kept each charge on one
  document: all was still right, but a process that lost stopped with the database's error;
- with a sequence instead of the counter row, the kills left gaps, the first at 702;
- without the lock of the invoice, credit notes at once met on a constraint of the ledger
  instead of being told that nothing is left.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import signal
import time
from functools import partial

import pytest
from django.db.models import Sum

from billing.documents.billable import groups_to_bill
from billing.errors import NothingToCredit, TooMuchCredited
from billing.models import Charge, Invoice, InvoiceLine
from billing.services import issue_all, issue_credit_note, issue_document
from tests import factories as make
from tests.concurrency.apart import apart
from tests.concurrency.together import deadlocks, kinds, together
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)

OCTOBER = dt.date(2026, 10, 1)
ORDERS_OF_A_TEAM = 50
PATIENCE_SECONDS = 180


@pytest.fixture(autouse=True)
def _no_deadlock():
    before = deadlocks()
    yield
    assert deadlocks() == before


@pytest.fixture
def issuer():
    return make.an_issuer(make.a_facility(code="CYT"), code="CRC")


def charges_on_orders(issuer, teams):
    """Charge each of fifty orders of some teams once: as many invoices to be."""
    facility = issuer.facilities.get()
    buyer = make.a_legal_person()
    for _team in range(teams):
        team = make.a_team(buyer)
        for _order in range(ORDERS_OF_A_TEAM):
            account = make.an_account(team, kind="purchase_order")
            make.a_charge(team, facility, 1234, account=account)


def test_a_thousand_invoices_from_eight_processes_some_killed_have_no_gap(issuer):
    charges_on_orders(issuer, teams=20)
    children = [apart(partial(issue_half, issuer.pk, seed)) for seed in range(8)]
    try:
        for killed, count in enumerate((100, 250, 400, 550)):
            wait_until_issued(count)
            os.kill(children[killed], signal.SIGKILL)
    finally:
        for child in children:
            os.waitpid(child, 0)

    issue_all(issuer_id=issuer.pk, until=OCTOBER, now=NOW)

    assert_numbered_without_gap(1000)


def issue_half(issuer_id: int, seed: int) -> None:
    """Issue half of everything, in an order of its own: each document is tried by four."""
    groups = groups_to_bill(issuer_id=issuer_id, until=OCTOBER)
    for group in random.Random(seed).sample(groups, len(groups) // 2):
        issue_document(group=group, until=OCTOBER, now=NOW)


def wait_until_issued(count: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while Invoice.objects.count() < count:
        assert time.monotonic() < deadline, "the processes do not get on"
        time.sleep(0.005)


def assert_numbered_without_gap(count: int) -> None:
    numbers = Invoice.objects.order_by("sequence").values_list("sequence", flat=True)
    assert list(numbers) == list(range(1, count + 1))
    billed = InvoiceLine.objects.values_list("charge", flat=True)
    assert sorted(billed) == sorted(Charge.objects.values_list("pk", flat=True))
    totals = Invoice.objects.aggregate(net=Sum("net_cents"), vat=Sum("vat_cents"))
    assert totals == {"net": count * 1234, "vat": count * 247}


def test_eight_credit_notes_at_once_give_back_no_more_than_there_is(issuer):
    team = make.a_team(make.a_legal_person())
    make.an_account(team)
    make.a_charge(team, issuer.facilities.get(), 1000)
    (invoice,) = issue_all(issuer_id=issuer.pk, until=OCTOBER, now=NOW)
    line, actor = invoice.lines.get(), make.a_user(is_superuser=True)

    def credit_300():
        return issue_credit_note(
            invoice_id=invoice.pk, reason="Broken", actor=actor, now=NOW, parts={line.pk: 300}
        )

    outcomes = together([credit_300] * 8)

    assert kinds(outcomes) == {"Invoice": 3, TooMuchCredited.__name__: 5}
    assert Charge.objects.aggregate(left=Sum("amount_cents"))["left"] == 100


def test_two_whole_credit_notes_at_once_are_one(issuer):
    team = make.a_team(make.a_legal_person())
    make.an_account(team)
    make.a_charge(team, issuer.facilities.get(), 1000)
    (invoice,) = issue_all(issuer_id=issuer.pk, until=OCTOBER, now=NOW)
    actor = make.a_user(is_superuser=True)

    def credit():
        return issue_credit_note(invoice_id=invoice.pk, reason="Wrong", actor=actor, now=NOW)

    assert kinds(together([credit] * 4)) == {"Invoice": 1, NothingToCredit.__name__: 3}
