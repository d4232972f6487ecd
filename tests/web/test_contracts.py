"""The pages of framework contracts, for who keeps the books."""

import pytest
from django.urls import reverse

from billing.models import FrameworkContract
from billing.services import charge_booking
from facilities.models import Service
from tests import factories as make
from tests.billing.cases import LATER, a_priced_instrument, a_use, someone

pytestmark = pytest.mark.django_db
DAYS = {"first": "2026-01-01", "last": "2026-12-31", "discount_percent": "5"}


@pytest.fixture
def fortessa():
    return a_priced_instrument()


@pytest.fixture
def bookkeeper(client, fortessa):
    person = make.a_user()
    make.an_issuer(fortessa.facility).accountants.add(person)
    client.force_login(person)
    return person


@pytest.fixture
def buyer():
    return someone("IND")


def agreed(client, fortessa, buyer):
    body = DAYS | {
        "organisation": buyer.memberships.get().team.organisation_id,
        "facility": fortessa.facility_id,
        "reference": "FC-7",
    }
    answer = client.post(reverse("contract_new"), body)
    contract = FrameworkContract.objects.get()
    assert answer.url == reverse("contract", args=[contract.pk])
    return contract


def test_a_contract_is_agreed_with_its_prices(client, bookkeeper, fortessa, buyer):
    service = Service.objects.create(
        facility=fortessa.facility, code="panel", name="Panel design", unit="panel"
    )
    assert "pays the list" in client.get(reverse("contracts")).text
    contract = agreed(client, fortessa, buyer)
    prices = reverse("contract_agree", args=[contract.pk])
    client.post(prices, {"sold": f"instrument-{fortessa.pk}", "unit": "hour", "amount": "90.00"})
    client.post(prices, {"sold": f"service-{service.pk}", "amount": "12.50"})
    shown = client.get(reverse("contract", args=[contract.pk])).text
    assert "€90.00" in shown
    assert "Panel design" in shown
    assert sorted(contract.rates.values_list("unit", "amount_cents")) == [
        ("hour", 9000),
        ("panel", 1250),
    ]
    again = client.post(
        prices, {"sold": f"instrument-{fortessa.pk}", "unit": "hour", "amount": "80.00"}
    )
    assert again.status_code == 409
    assert "has a price for this already" in again.text
    client.post(reverse("contract_drop", args=[contract.pk, contract.rates.first().pk]))
    assert contract.rates.count() == 1
    assert "FC-7" in client.get(reverse("contracts")).text


def test_its_terms_are_changed_and_wrong_ones_are_said(client, bookkeeper, fortessa, buyer):
    contract = agreed(client, fortessa, buyer)
    page = reverse("contract", args=[contract.pk])
    assert client.post(page, DAYS | {"reference": "FC-8", "notes": "Signed"}).status_code == 302
    contract.refresh_from_db()
    assert (contract.reference, contract.notes) == ("FC-8", "Signed")
    wrong = client.post(page, DAYS | {"reference": "FC-8", "last": "2025-01-01"})
    assert wrong.status_code == 409
    assert "The last day comes before the first." in wrong.text
    body = DAYS | {"organisation": contract.organisation_id, "reference": "x"}
    overlapping = client.post(reverse("contract_new"), body | {"facility": fortessa.facility_id})
    assert overlapping.status_code == 409
    assert "Another contract holds" in overlapping.text


def test_what_was_charged_by_it_stays_and_is_said(client, bookkeeper, fortessa, buyer):
    contract = agreed(client, fortessa, buyer)
    charge_booking(booking_id=a_use(buyer, fortessa).pk, now=LATER)
    page = reverse("contract", args=[contract.pk])
    assert "Something has been charged by this contract" in client.get(page).text
    refused = client.post(page, DAYS | {"reference": "FC-7", "discount_percent": "6"})
    assert refused.status_code in (409, 422)
    contract.refresh_from_db()
    assert contract.discount_percent == 5
