"""A public body that asks for an engagement number is billed nothing that states none."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.errors import NotFound
from billing.models import Invoice
from billing.month_end.errors import EngagementMissing
from billing.month_end.unbilled import unbilled
from billing.services import close_month, issue_all, record_engagement_number
from tests import factories as make
from tests.golden import invoice_cases as cases

pytestmark = pytest.mark.django_db
UNTIL = make.at("2026-10-01 00:00").date()
SEPTEMBER = UNTIL.replace(month=9)
NOW = make.at("2026-10-20 09:00")


@pytest.fixture
def seller():
    return cases.a_seller()


@pytest.fixture
def keeper(seller):
    person = make.a_user()
    seller[0].accountants.add(person)
    return person


def a_public_team(seller, *numbers):
    """Return a team with a charge on an account for each engagement number."""
    team = cases.a_buyer(**(cases.PUBLIC | {"invoices_by_order": False}))
    for number in numbers:
        account = make.an_account(
            team, kind="purchase_order", reference=f"BC-{number}", engagement_number=number
        )
        make.a_charge(
            team, seller[1], 10000, account=account, service_date=SEPTEMBER.replace(day=9)
        )
    return team


def issued(seller):
    return issue_all(issuer_id=seller[0].pk, until=UNTIL, now=NOW)


def held_up(seller, keeper):
    close_month(month=SEPTEMBER, now=make.at("2026-10-02 09:00"))
    found = unbilled(keeper, issuer=seller[0], until=UNTIL, now=NOW)
    return {one.reason: one for one in found}


def test_without_a_number_nothing_is_issued_and_the_month_end_says_why(seller, keeper):
    team = a_public_team(seller, "")
    assert issued(seller) == []
    found = held_up(seller, keeper)["no_engagement"]
    assert (found.count, found.cents) == (1, 10000)
    record_engagement_number(
        account_id=team.accounts.get().pk, number=" 4500 99 ", actor=keeper, now=NOW
    )
    (invoice,) = issued(seller)
    assert invoice.buyer["engagement_number"] == "4500 99"


def test_each_document_states_one_number(seller):
    a_public_team(seller, "4500099001", "4500099002")
    numbers = [invoice.buyer["engagement_number"] for invoice in issued(seller)]
    assert numbers == ["4500099001", "4500099002"]


def test_who_does_not_ask_is_billed_without_one(seller):
    team = a_public_team(seller, "", "1")
    team.organisation.needs_engagement = False
    team.organisation.save()
    (invoice,) = issued(seller)
    assert invoice.buyer["engagement_number"] == ""


def test_a_number_is_given_once_by_who_keeps_the_books(seller, keeper):
    account = a_public_team(seller, "").accounts.get()
    given = {"account_id": account.pk, "number": "45", "actor": keeper, "now": NOW}
    for wrong in ("  ", "9" * 51):
        with pytest.raises(EngagementMissing):
            record_engagement_number(**(given | {"number": wrong}))
    with pytest.raises(NotFound):
        record_engagement_number(**(given | {"actor": make.a_user()}))
    record_engagement_number(**given)
    with pytest.raises(NotFound):
        record_engagement_number(**(given | {"number": "46"}))


def test_the_page_of_the_month_end_takes_it(seller, keeper):
    account = a_public_team(seller, "").accounts.get()
    held_up(seller, keeper)
    client = Client()
    client.force_login(keeper)
    page = client.get(reverse("month_end"), {"month": "2026-09"}).text
    assert "No engagement number" in page
    assert f"Engagement number of {account.reference}" in page
    assert "The team has no account" not in page
    sent = {"account": account.pk, "number": "4500099001"}
    said = client.post(reverse("month_end_engagement"), sent, follow=True).text
    assert f"{account.reference} has its engagement number now." in said
    assert "No engagement number" not in client.get(reverse("month_end"), {"month": "2026-09"}).text
    assert not Invoice.objects.exists()
