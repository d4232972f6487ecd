"""What a team is told when a month is closed."""

import datetime as dt

import pytest

from billing.services import close_month
from notifications.models import OutboxMessage
from notifications.registry import renderer_of
from tests import factories as make
from tests.billing.cases import LATER, a_priced_instrument, a_use, someone

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    instrument = a_priced_instrument()
    instrument.facility.name, instrument.facility.name_fr = "Cytometry", "Cytométrie"
    instrument.facility.save()
    person = someone("IND")
    a_use(person, instrument)
    close_month(month=dt.date(2026, 11, 1), now=LATER)
    return person.memberships.get().team


def mails():
    message = OutboxMessage.objects.get()
    return renderer_of(message.topic)(message.payload, LATER)


def test_heads_and_billing_contacts_are_told_and_nobody_else(team):
    head, contact = make.a_member(team, "head"), make.a_member(team, "billing_contact")
    make.a_member(team, "manager")
    make.a_member(make.a_team(), "head")
    gone = make.a_member(team, "head")
    gone.memberships.update(ends_on=dt.date(2026, 11, 30))
    suspended = make.a_member(team, "head")
    suspended.is_active = False
    suspended.save()
    assert [mail.address for mail in mails()] == [head.email, contact.email]


def test_the_letter_says_the_month_the_total_and_where_it_comes_from(team):
    make.a_member(team, "head")
    (mail,) = mails()
    assert mail.subject == f"Statement of November 2026: {team.name}"
    assert "2 lines" in mail.text
    assert "€210.00 before VAT" in mail.text
    assert "Cytometry: €210.00 · CC-" in mail.text
    assert "not an invoice" in mail.text
    assert mail.html


def test_a_french_reader_is_written_to_in_french(team):
    head = make.a_member(team, "head")
    head.language = "fr"
    head.save()
    (mail,) = mails()
    assert mail.subject == f"Relevé mensuel, novembre 2026\N{NO-BREAK SPACE}: {team.name}"
    assert "210,00\N{NO-BREAK SPACE}€" in mail.text
    assert "Cytométrie" in mail.text
    assert "hors taxes" in mail.text


def test_a_team_without_a_head_gets_no_mail(team):
    assert mails() == []
