"""The parts of a draft on their pages: bands, surcharges, discounts, packages, minimums."""

from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from billing.models import Band, Rate
from billing.prices.parts import PARTS
from billing.services.price_lists import draft_list
from tests import factories as make
from tests.billing.price_world import NEXT_YEAR, a_full_list

pytestmark = pytest.mark.django_db

PAGES = ("bands", "surcharges", "discounts", "packages", "minimums")
LATE = {"name": "Late", "weekdays": [4, 5], "starts": "18:00", "ends": "00:00", "percent": 120}


@pytest.fixture
def full():
    return a_full_list()


@pytest.fixture
def fortessa(full):
    return full.facility.instruments.get(name="Fortessa X-20")


@pytest.fixture
def manager(client, full):
    person = make.a_staff_member(full.facility)
    client.force_login(person)
    return person


@pytest.fixture
def draft(manager, full):
    return draft_list(
        actor=manager, facility_id=full.facility_id, card=NEXT_YEAR, copied_from_id=full.pk
    )


def page(name, prices):
    return reverse(f"price_list_{name}", kwargs={"list_id": prices.pk})


def rows(*said, prefix="form", first=0):
    """Return rows as the page sends them; those from `first` on were not there before."""
    sent = {f"{prefix}-TOTAL_FORMS": len(said), f"{prefix}-INITIAL_FORMS": first}
    for number, row in enumerate(said):
        sent |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return sent


def told(answer):
    return [dict(form.errors) for form in answer.context["forms"]]


def saved(answer, prices):
    *_before, said = get_messages(answer.wsgi_request)
    address = reverse("price_list", kwargs={"list_id": prices.pk})
    return (answer.url, str(said)) == (address, "Saved.")


def as_shown(forms):
    """Return what a browser sends back of forms that nobody touched."""
    sent = {}
    for form in [forms.management_form, *forms]:
        for field in form:
            value = field.value()
            if value is not None and value is not False:
                sent[field.html_name] = value
        if hasattr(form, "items"):
            sent |= as_shown(form.items)
    return sent


@pytest.mark.parametrize("language", ["en", "fr"])
def test_pages_that_are_sent_back_untouched_change_nothing(client, manager, draft, language):
    manager.language = language
    manager.save()
    before = [part.rows_of(draft) for part in PARTS]
    for name in PAGES[:-1]:
        shown = client.get(page(name, draft))
        assert client.post(page(name, draft), as_shown(shown.context["forms"])).status_code == 302
    assert [part.rows_of(draft) for part in PARTS] == before


def test_bands_are_changed_in_their_order(client, draft):
    shown = client.get(page("bands", draft))
    names = [form["name"].value() for form in shown.context["forms"]]
    assert names == ["Peak", "Evening", "Night", "Weekend", None, None]
    night = {"name": "Night", "starts": "00:00", "ends": "08:00", "percent": 20}
    gone = {"name": "Peak", "DELETE": "on"}
    answer = client.post(page("bands", draft), rows(LATE, gone, {}, night, first=3))
    assert saved(answer, draft)
    bands = Band.objects.filter(price_list=draft).order_by("pk")
    assert [(band.name, band.weekdays, band.on_holidays, band.percent) for band in bands] == [
        ("Late", [4, 5], False, 120),
        ("Night", [], False, 20),
    ]


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"ends": "06:00"}, "ends", "A band that runs past midnight is two bands."),
        ({"percent": "-1"}, "percent", "Give a whole number from 0."),
        ({"starts": ""}, "starts", "This is missing."),
        ({"name": ""}, "name", "This is missing."),
    ],
)
def test_a_band_that_cannot_be_is_explained(client, draft, changed, field, sentence):
    answer = client.post(page("bands", draft), rows(LATE | changed))
    assert answer.status_code == 422
    assert told(answer) == [{field: [sentence]}]
    assert draft.bands.count() == 4


def test_surcharges_are_added_changed_and_removed(client, draft):
    shown = client.get(page("surcharges", draft))
    kept, _sorters, *_new = shown.context["forms"]
    sent = rows(
        {name: kept[name].value() for name in ("ground", "name")} | {"percent": "25"},
        {"name": "x", "DELETE": "on"},
        {
            "instrument_id": "Fortessa X-20",
            "tier": "IND",
            "ground": "bsl2",
            "name": "Fortessa",
            "amount_cents": "12,50",
        },
        {},
        first=2,
    )
    assert saved(client.post(page("surcharges", draft), sent), draft)
    found = draft.surcharges.order_by("pk").values_list(
        "instrument__name", "tier", "name", "percent", "amount_cents"
    )
    assert list(found) == [
        (None, "", "BSL-2", 25, None),
        ("Fortessa X-20", "IND", "Fortessa", None, 1250),
    ]


def test_every_mistake_stands_beside_its_field_in_the_persons_language(client, manager, draft):
    manager.language = "fr"
    manager.save()
    client.cookies["django_language"] = "fr"
    row = {"ground": "bsl2", "name": "A", "percent": "10"}
    sent = rows(row, row | {"amount_cents": "x"}, row, row | {"amount_cents": "5"})
    answer = client.post(page("surcharges", draft), sent)
    assert answer.status_code == 422
    assert told(answer) == [
        {},
        {"amount_cents": ["Ce n'est pas un nombre."]},
        {"__all__": ["Une autre ligne donne déjà ce prix."]},
        {"percent": ["Un supplément est un pourcentage ou une somme."]},
    ]
    assert draft.surcharges.count() == 2


def test_discounts_are_of_an_instrument_or_a_service(client, draft):
    sent = rows(
        {"thing": "i:Fortessa X-20", "from_quantity": "40", "percent": "15"},
        {"thing": "s:slide", "tier": "ACA", "from_quantity": "100,5", "percent": "5"},
        first=1,
    )
    assert saved(client.post(page("discounts", draft), sent), draft)
    found = draft.volume_discounts.order_by("pk").values_list(
        "instrument__name", "service__code", "tier", "from_quantity", "percent"
    )
    assert list(found) == [
        ("Fortessa X-20", None, "", Decimal(40), 15),
        (None, "slide", "ACA", Decimal("100.5"), 5),
    ]
    wrong = rows({"percent": "5", "from_quantity": "1"}, {"thing": "i:X", "percent": "0"})
    assert told(client.post(page("discounts", draft), wrong)) == [
        {"thing": ["A discount is on an instrument or on a service."]},
        {
            "thing": ["This platform has no instrument of that name."],
            "from_quantity": ["This is missing."],
        },
    ]


def a_package(*items, number=0, first=0, **card):
    return {f"form-{number}-{name}": value for name, value in card.items()} | rows(
        *items, prefix=f"form-{number}-items", first=first
    )


def test_packages_are_changed_with_their_prices_and_contents(client, draft):
    (shown, _new) = client.get(page("packages", draft)).context["forms"]
    assert (shown["name"].value(), str(shown["price_IND"].value())) == ("Panel", "999.00")
    assert [form["thing"].value() for form in shown.items][:2] == ["i:Fortessa X-20"] * 2
    hour = {"thing": "i:Fortessa X-20", "quantity": "3", "unit": "hour"}
    sent = (
        rows({}, {}, first=1)
        | a_package(hour, hour | {"DELETE": "on"}, {}, first=2, name="Panel", price_IND="950")
        | a_package(
            {"thing": "s:slide", "quantity": "10", "unit": "slide"},
            {},
            number=1,
            name="Ten slides",
            name_fr="Dix lames",
            price_INT="20",
            price_ACA="35,5",
        )
    )
    assert saved(client.post(page("packages", draft), sent), draft)
    found = {
        package.name: (
            dict(package.prices.values_list("tier", "amount_cents")),
            [str(item) for item in package.items.all()],
        )
        for package in draft.packages.all()
    }
    assert found == {
        "Panel": ({"IND": 95000}, ["3 hour Fortessa X-20"]),
        "Ten slides": ({"INT": 2000, "ACA": 3550}, ["10 slide Slide"]),
    }
    gone = rows({}, first=1) | a_package({}, name="Panel", DELETE="on", first=1)
    assert saved(client.post(page("packages", draft), gone), draft)
    assert not draft.packages.exists()


def test_a_package_that_cannot_be_is_explained(client, draft):
    half = {"thing": "s:slide", "quantity": "0", "unit": "slide"}
    sent = rows({}, {}) | a_package(half, name="", price_IND="much")
    sent |= a_package({"quantity": "1"}, number=1, name="B")
    answer = client.post(page("packages", draft), sent)
    assert answer.status_code == 422
    assert told(answer) == [
        {"name": ["This is missing."], "price_IND": ["This is not a number."]},
        {},
    ]
    first, second = (form.items[0].errors for form in answer.context["forms"])
    assert dict(second) == {"unit": ["This is missing."]}
    assert dict(first) == {}
    assert draft.packages.get().name == "Panel"


def test_minimums_are_changed_beside_their_rates(client, fortessa, draft):
    name = f"i{fortessa.pk}:INT:hour"
    shown = client.get(page("minimums", draft))
    assert f'name="{name}"' in shown.text
    assert "slide" not in shown.text.split("<tbody")[1]
    assert f"i{fortessa.pk}:COL:hour" not in shown.text
    sorter = Rate.objects.get(price_list=draft, tier="ACA", instrument__name__startswith="=")
    cleared = {f"i{sorter.instrument_id}:ACA:hour": ""}
    assert saved(client.post(page("minimums", draft), {name: "9,50"} | cleared), draft)
    assert draft.rates.get(instrument=fortessa, tier="INT").minimum_cents == 950
    sorter.refresh_from_db()
    assert (sorter.minimum_cents, sorter.amount_cents) == (0, 8500)
    wrong = client.post(page("minimums", draft), {name: "x"})
    assert wrong.status_code == 422
    assert "This is not a number." in wrong.text


def test_instruments_are_priced_in_other_units_in_the_table(client, fortessa, draft):
    draft.rates.filter(instrument=fortessa).exclude(tier="INT").delete()
    address = reverse("price_list", kwargs={"list_id": draft.pk})
    assert f"i{fortessa.pk}:IND:operator-hour" not in client.get(address).text
    everything = f"{address}?units=all"
    assert f"i{fortessa.pk}:IND:operator-hour" in client.get(everything).text
    sent = {f"i{fortessa.pk}:IND:operator-hour": "30", f"i{fortessa.pk}:IND:session": "400"}
    assert client.post(everything, sent).url == everything
    found = draft.rates.filter(instrument=fortessa).values_list("tier", "unit", "amount_cents")
    assert set(found) == {
        ("INT", "hour", 1800),
        ("IND", "operator-hour", 3000),
        ("IND", "session", 40000),
    }


@pytest.mark.parametrize("name", PAGES)
def test_a_list_that_was_voted_stands(client, manager, full, name):
    assert client.get(page(name, full)).status_code == 409
    assert client.post(page(name, full), rows(LATE)).status_code == 409


def test_each_part_of_a_draft_leads_to_its_page_also_while_it_says_nothing(client, full, draft):
    draft.surcharges.all().delete()
    shown = client.get(reverse("price_list", kwargs={"list_id": draft.pk})).text
    assert all(page(name, draft) in shown for name in PAGES)
    in_force = client.get(reverse("price_list", kwargs={"list_id": full.pk})).text
    assert not any(page(name, full) in in_force for name in PAGES)
