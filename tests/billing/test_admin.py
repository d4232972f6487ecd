"""In the admin, prices and the ledger are looked at by those who manage the platform."""

import datetime as dt

import pytest
from django.urls import reverse

from billing.models import PriceList
from billing.services import close_month
from tests import factories as make
from tests.billing.cases import LATER, a_priced_instrument, a_use, someone

pytestmark = pytest.mark.django_db


@pytest.fixture
def fortessa():
    return a_priced_instrument()


@pytest.fixture
def prices(fortessa):
    return PriceList.objects.get()


@pytest.fixture
def as_manager(client, fortessa):
    client.force_login(make.a_staff_member(fortessa.facility, user=make.a_user(is_staff=True)))
    return client


def page(name, *args):
    return reverse(f"admin:billing_{name}", args=args)


def test_a_price_list_is_looked_at_and_made_elsewhere(as_manager, client, fortessa, prices):
    shown = as_manager.get(page("pricelist_change", prices.pk))
    for text in ("€18.00", "Night", "Fortessa X-20"):
        assert text in shown.text
    assert 'type="submit"' not in shown.text.split('id="content-main"')[1]
    for person in (None, make.a_user(is_staff=True, is_superuser=True)):
        if person is not None:
            client.force_login(person)
        assert client.get(page("pricelist_add")).status_code == 403
        assert client.post(page("pricelist_add"), {"name": "2027"}).status_code == 403
        changed = client.post(page("pricelist_change", prices.pk), {"name": "2027"})
        assert changed.status_code == 403
        assert client.post(page("pricelist_delete", prices.pk)).status_code == 403
    prices.refresh_from_db()
    assert prices.name == "2026"


def test_a_manager_sees_the_lists_of_their_own_platforms(as_manager, prices):
    make.a_price_list(make.a_facility())
    listed = as_manager.get(page("pricelist_changelist")).context["cl"].result_list
    assert list(listed) == [prices]


def test_the_ledger_and_the_statements_are_read_only(as_manager, client, fortessa):
    a_use(someone(), fortessa)
    elsewhere = a_priced_instrument(name="LSM 880")
    a_use(someone(), elsewhere)
    close_month(month=dt.date(2026, 11, 1), now=LATER)
    for name in ("charge", "statement"):
        listed = as_manager.get(page(f"{name}_changelist")).context["cl"].result_list
        assert len({row.team for row in listed}) == 1
        shown = as_manager.get(page(f"{name}_change", listed[0].pk))
        assert shown.status_code == 200
        assert 'type="submit"' not in shown.text.split('id="content-main"')[1]
        assert as_manager.get(page(f"{name}_add")).status_code == 403
        assert as_manager.post(page(f"{name}_delete", listed[0].pk)).status_code == 403
    client.force_login(make.a_user(is_staff=True, is_superuser=True))
    for name in ("charge", "statement", "pricelist"):
        assert len(client.get(page(f"{name}_changelist")).context["cl"].result_list) >= 2


@pytest.mark.parametrize("role", ["operator", "trainer"])
def test_other_staff_have_no_page_of_money(client, fortessa, role):
    person = make.a_staff_member(fortessa.facility, role, make.a_user(is_staff=True))
    client.force_login(person)
    for name in ("charge", "statement", "pricelist"):
        assert client.get(page(f"{name}_changelist")).status_code == 403


def test_an_accountant_reads_the_ledger_and_sets_no_price(client, fortessa):
    person = make.a_staff_member(fortessa.facility, "accountant", make.a_user(is_staff=True))
    client.force_login(person)
    assert client.get(page("charge_changelist")).status_code == 200
    assert client.get(page("statement_changelist")).status_code == 200
    assert client.get(page("pricelist_changelist")).status_code == 403
