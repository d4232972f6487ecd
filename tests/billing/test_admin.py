"""Prices are set up in the admin by those who manage the platform; the ledger is looked at."""

import datetime as dt

import pytest
from django.urls import reverse

from billing.models import Band, PriceList, Rate
from billing.services import charge_all_finished_uses, close_month
from facilities.models import Service
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


def formset(prefix, *rows, initial=0):
    data = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": initial}
    for number, row in enumerate(rows):
        data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return data


def price_form(facility, bands=None, rates=None, **changed):
    data = {
        "facility": facility.pk,
        "name": "2027",
        "validity_0": "2027-01-01",
        "validity_1": "2028-01-01",
        "status": "in_force",
        "voted_on": "2026-11-15",
        **(bands or formset("bands")),
        **(rates or formset("rates")),
    }
    return data | changed


def complaints(response):
    """Return everything a page says is wrong with its form."""
    forms = [formset.formset for formset in response.context["inline_admin_formsets"]]
    errors = [response.context["adminform"].form.errors, *(form.errors for form in forms)]
    return f"{errors} {[form.non_form_errors() for form in forms]}"


NIGHT = {"name": "Night", "weekdays": [0, 4], "starts": "00:00", "ends": "08:00", "percent": 25}


def test_a_manager_sets_up_next_years_prices_in_euros(as_manager, fortessa):
    slide = Service.objects.create(
        facility=fortessa.facility, code="slide", name="Slide", unit="slide"
    )
    rates = formset(
        "rates",
        {"instrument": fortessa.pk, "tier": "INT", "unit": "hour", "amount": "18.55"},
        {"service": slide.pk, "tier": "IND", "unit": "slide", "amount": "2.40"},
    )
    answer = as_manager.post(
        page("pricelist_add"),
        price_form(fortessa.facility, bands=formset("bands", NIGHT), rates=rates),
    )
    assert answer.status_code == 302, complaints(answer)
    added = PriceList.objects.get(name="2027")
    assert (added.validity.lower, added.validity.upper) == (
        dt.date(2027, 1, 1),
        dt.date(2028, 1, 1),
    )
    assert Band.objects.get(price_list=added).weekdays == [0, 4]
    assert sorted(added.rates.values_list("amount_cents", flat=True)) == [240, 1855]


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"validity_0": "2026-12-31"}, "Another list is in force"),
        ({"validity_0": ""}, "Say the first day"),
        ({"voted_on": ""}, "Say when"),
    ],
)
def test_a_wrong_price_list_is_explained(as_manager, fortessa, changed, complaint):
    answer = as_manager.post(page("pricelist_add"), price_form(fortessa.facility, **changed))
    assert complaint in complaints(answer)


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ({"tier": "INT", "unit": "hour", "amount": "18"}, "of an instrument or of a service"),
        ({"tier": "INT", "unit": "hour", "amount": "-1"}, "greater than or equal to 0"),
        ({"tier": "INT", "unit": "hour", "amount": "0.001"}, "no more than 2 decimal"),
    ],
)
def test_a_wrong_rate_is_explained(as_manager, fortessa, row, complaint):
    answer = as_manager.post(
        page("pricelist_add"), price_form(fortessa.facility, rates=formset("rates", row))
    )
    assert complaint in complaints(answer)


def test_a_band_past_midnight_is_two_bands(as_manager, fortessa):
    over_night = NIGHT | {"starts": "22:00", "ends": "06:00"}
    answer = as_manager.post(
        page("pricelist_add"),
        price_form(fortessa.facility, bands=formset("bands", over_night)),
    )
    assert "two bands" in complaints(answer)


def test_another_platforms_instruments_cannot_be_priced(as_manager, fortessa):
    theirs = make.an_instrument()
    row = {"instrument": theirs.pk, "tier": "INT", "unit": "hour", "amount": "18"}
    answer = as_manager.post(
        page("pricelist_add"), price_form(fortessa.facility, rates=formset("rates", row))
    )
    assert "not one of the available choices" in complaints(answer)


def test_prices_in_use_are_shown_and_not_changed_but_what_is_missing_can_be_added(
    as_manager, fortessa, prices
):
    charged = a_use(someone(), fortessa)
    charge_all_finished_uses(now=LATER)
    assert "€18.00" in as_manager.get(page("pricelist_change", prices.pk)).text
    new = make.an_instrument(fortessa.facility)
    existing = prices.rates.get(tier="INT")
    rows = [
        {"id": existing.pk, "price_list": prices.pk, "tier": "INT", "unit": "hour"}
        | {"instrument": fortessa.pk, "amount": "99"},
        {"instrument": new.pk, "tier": "INT", "unit": "hour", "amount": "7"},
    ]
    answer = as_manager.post(
        page("pricelist_change", prices.pk),
        price_form(
            fortessa.facility,
            rates=formset("rates", *rows, initial=1),
            validity_0="2026-01-01",
            validity_1="2027-01-01",
        ),
    )
    assert answer.status_code == 302, complaints(answer)
    existing.refresh_from_db()
    assert existing.amount_cents == 1800
    assert Rate.objects.get(instrument=new).amount_cents == 700
    assert as_manager.post(page("pricelist_delete", prices.pk)).status_code == 403
    assert charged.charges.exists()


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
