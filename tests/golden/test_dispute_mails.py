"""Every mail about disputes and statements, in both languages: text and HTML."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from pytest_django import Settings

from accounts.models import User
from billing.models import Charge, Dispute, Statement, StatementLine
from notifications.registry import Mail, renderer_of
from tests import factories as make
from tests.factories import NOW

Golden = Callable[[str, str], None]

pytestmark = pytest.mark.django_db


@pytest.fixture
def charge(settings: Settings) -> Charge:
    """A line of a company's statement, on a platform that sells."""
    settings.SITE_URL = "https://plateau.example"
    facility = make.a_facility(code="CYT", name="Cytometry", name_fr="Cytométrie")
    seller = make.a_legal_person(name="Centre de recherche")
    make.an_issuer(facility, code="CRC", organisation=seller)
    team = make.a_team(make.a_legal_person(), name="Roux & <Costa>")
    make.an_account(team, reference="PO-17")
    make.a_member(team, "head", make.a_user("ines@pharma.example"))
    make.a_staff_member(facility, user=make.a_user("helene@centre.example"))
    description = "Aurora 5L · 2026-09-15 14:00–16:00"
    charge = make.a_charge(team, facility, 4200, description=description)
    statement = Statement.objects.create(
        pk=4711,
        team=team,
        issuer=charge.issuer,
        month=dt.date(2026, 9, 1),
        charges_count=1,
        total_cents=4200,
        closed_at=NOW,
    )
    StatementLine.objects.create(statement=statement, charge=charge)
    return charge


def compare(name: str, mails: list[Mail], golden: Golden) -> None:
    (mail,) = mails
    golden(f"mails/{name}.txt", f"{mail.address}\n{mail.subject}\n\n{mail.text}")
    golden(f"mails/{name}.html", mail.html)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("state", ["open", "upheld", "rejected"])
def test_a_dispute(charge: Charge, state: str, language: str, golden: Golden) -> None:
    User.objects.update(language=language)
    head, manager = User.objects.order_by("pk")
    answered = {"answer": "It broke down at 3.", "answered_by": manager, "answered_at": NOW}
    dispute = Dispute.objects.create(
        charge=charge,
        reason="The laser was off from 3 o'clock",
        opened_by=head,
        opened_at=NOW,
        state=state,
        **(answered if state != "open" else {}),
    )
    topic = "billing.dispute_opened" if state == "open" else "billing.dispute_answered"
    mails = renderer_of(topic)({"dispute": dispute.pk}, NOW)
    reader = "platform" if state == "open" else "team"
    compare(f"dispute_{state}-{reader}-{language}", mails, golden)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_statement(charge: Charge, language: str, golden: Golden) -> None:
    User.objects.update(language=language)
    mails = renderer_of("billing.statement_closed")({"statement": 4711}, NOW)
    compare(f"statement-head-{language}", mails, golden)
