"""Electronic invoices are handed over once, and drawn once, whatever runs at once."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.db.models import Sum

from billing.models import Deposit, DepositEvent, InvoiceDocument, SimulatedDeposit
from billing.services import depositing, issue_all
from billing.services.documents import document_of
from tests import factories as make
from tests.concurrency.together import deadlocks, kinds, together
from tests.factories import NOW
from tests.golden import invoice_cases as cases

pytestmark = pytest.mark.django_db(transaction=True)

INVOICES, WORKERS = 30, 6


@pytest.fixture(autouse=True)
def _simulated(settings):
    settings.EINVOICE_CHANNEL = "simulator"
    before = deadlocks()
    yield
    assert deadlocks() == before


def test_workers_at_once_hand_each_invoice_over_once(monkeypatch):
    issuer, facility = cases.a_seller()
    team = cases.a_buyer(**cases.COMPANY)
    for number in range(INVOICES):
        account = cases.an_order(team, f"PO-{number}")
        make.a_charge(team, facility, 1234, account=account)
    issue_all(issuer_id=issuer.pk, until=cases.OCTOBER, now=NOW)
    monkeypatch.setattr(
        depositing, "document_of", lambda *, invoice_id: SimpleNamespace(pdf=b"%PDF", xml=b"<x/>")
    )

    done = together([lambda: depositing.hand_over_due(now=NOW, limit=100)] * WORKERS)

    assert all(isinstance(count, int) for count in done), kinds(done)
    assert sum(done) == INVOICES
    assert set(Deposit.objects.values_list("state", flat=True)) == {"deposited"}
    assert SimulatedDeposit.objects.aggregate(tries=Sum("tries"))["tries"] == INVOICES
    assert DepositEvent.objects.filter(state="deposited").count() == INVOICES


def test_people_who_open_a_document_at_once_get_the_same_bytes():
    invoice = cases.training(*cases.a_seller())

    seen = together([lambda: document_of(invoice_id=invoice.pk)] * 3)

    assert {type(one) for one in seen} == {InvoiceDocument}, kinds(seen)
    assert InvoiceDocument.objects.count() == 1
    assert len({one.pdf_sha256 for one in seen}) == 1
