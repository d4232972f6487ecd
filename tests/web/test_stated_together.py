"""The days of a standing use read as one line: invoice, statement and its letter."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from billing.models import Statement, StatementLine
from billing.services import close_month, dispute_charge
from notifications.models import OutboxMessage
from notifications.registry import renderer_of
from tests import factories as make
from tests.factories import NOW
from tests.golden import invoice_cases as cases

pytestmark = pytest.mark.django_db
SEPTEMBER = dt.date(2026, 9, 1)


@pytest.fixture(autouse=True)
def _at_now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def invoice():
    return cases.standing(*cases.a_seller())


@pytest.fixture
def head(invoice):
    return make.a_member(invoice.team, "head")


@pytest.fixture
def statement(invoice):
    close_month(month=SEPTEMBER, now=NOW)
    return Statement.objects.get(month=SEPTEMBER)


def body_of(page):
    """Return the body of the page's first table."""
    return page.text.partition("<tbody>")[2].partition("</tbody>")[0]


def test_the_invoice_states_a_month_of_days_as_one_line(invoice, head, client):
    client.force_login(head)
    body = body_of(client.get(reverse("invoice", args=[invoice.pk])))

    assert invoice.lines.count() == 71
    assert body.count("<tr>") == 4
    assert "Tue 1 Sep –<br>Wed 30 Sep" in body
    assert "2 shelf-month" in body
    assert "€16.00" in body
    assert body.count("<li>") == 70, "each day is found in its line"


def test_a_credited_day_reads_as_that_day(invoice, head, client):
    keeper = make.a_user()
    invoice.issuer.accountants.add(keeper)
    day = invoice.lines.filter(unit="shelf-month").order_by("position")[4]
    client.force_login(keeper)
    given = {"reason": "Counted wrongly", f"line_{day.pk}": "0.54"}
    done = client.post(reverse("invoice_credit", args=[invoice.pk]), given)

    body = body_of(client.get(done.url))
    assert body.count("<tr>") == 1
    assert "Sat 5 Sep" in body
    assert "–<br>" not in body
    assert "€0.54" in body


def test_the_statement_states_them_so_and_a_day_is_disputed(statement, head, client):
    client.force_login(head)
    address = reverse("statement", args=[statement.pk])
    body = body_of(client.get(address))
    assert body.count("<tr>") == 4
    assert body.count("Dispute a day") == 3
    assert "2 shelf-month" in body

    charge = StatementLine.objects.filter(charge__unit="cage-day").order_by("pk")[3].charge
    dispute_charge(charge_id=charge.pk, reason="There were ten", actor=head, now=NOW)
    body = body_of(client.get(address))
    assert body.count("There were ten") == 1
    assert body.count('class="pl-day-by-day" open') == 1, "what is disputed is not hidden"


def test_the_letter_counts_the_lines_that_the_page_shows(statement, head):
    message = OutboxMessage.objects.get(topic="billing.statement_closed")
    (mail,) = renderer_of(message.topic)(message.payload, NOW)
    assert "4 lines for Early discovery" in mail.text


def test_the_api_keeps_a_line_for_each_charge(invoice, head, client):
    client.force_login(head)
    lines = client.get(f"/api/v1/invoices/{invoice.pk}/").json()["lines"]
    assert len(lines) == 71
    assert len({line["charge"] for line in lines}) == 71
