"""Price lists on their pages: found, drafted, changed, voted, put in force, compared."""

import datetime as dt
from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from billing.models import Band, PriceList, Rate
from billing.services import charge_all_finished_uses
from billing.services.price_lists import Raise, draft_list, put_in_force, vote_list
from tests import factories as make
from tests.billing.cases import LATER, a_use, someone
from tests.billing.price_world import NEXT_YEAR, a_full_list, a_service
from tests.factories import NOW

pytestmark = pytest.mark.django_db


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
        actor=manager,
        facility_id=full.facility_id,
        card=NEXT_YEAR,
        copied_from_id=full.pk,
        by=Raise(percent=Decimal(4)),
    )


def page(name, prices=None, **query):
    return reverse(name, kwargs={"list_id": prices.pk} if prices else None, query=query or None)


def said(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_lists_are_shown_by_how_far_they_are(client, manager, full, draft):
    ended = make.a_price_list(
        full.facility, name="2025", validity=(dt.date(2025, 1, 1), dt.date(2026, 1, 1))
    )
    make.a_price_list(make.a_facility())
    shown = client.get(page("price_lists"))
    groups = {group: [prices for prices, *_said in rows] for group, rows in shown.context["groups"]}
    assert groups == {"draft": [draft], "in_force": [full], "past": [ended]}
    assert shown.context["may_draft"]
    assert "1 Jan 2027 – 31 Dec 2027" in shown.text
    narrowed = client.get(page("price_lists", platform="NONE"))
    assert narrowed.context["groups"] == []


def test_an_accountant_reads_and_changes_nothing(client, full, draft):
    client.force_login(make.a_staff_member(full.facility, "accountant"))
    assert not client.get(page("price_lists")).context["may_draft"]
    shown = client.get(page("price_list", draft))
    assert shown.status_code == 200
    assert "<form" not in shown.text.split("<main")[1].split("</main")[0]
    assert client.get(page("price_list_new")).status_code == 403
    assert client.get(page("price_list_import", draft)).status_code == 403
    answer = client.post(page("price_list_vote", draft), {"voted_on": "2026-10-05"})
    assert said(answer) == ["You may not do this."]
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_who_has_nothing_to_do_with_prices_finds_none(client, full):
    client.force_login(make.a_staff_member(full.facility, "operator"))
    assert client.get(page("price_lists")).status_code == 404
    assert client.get(page("price_list", full)).status_code == 404


def test_a_draft_is_begun_from_last_years_list(client, manager, full):
    form = client.get(page("price_list_new", **{"from": full.pk})).context["form"]
    assert form.initial == {
        "start": f"{full.facility_id}:{full.pk}",
        "name": "2027",
        "first": dt.date(2027, 1, 1),
        "last": dt.date(2027, 12, 31),
    }
    answer = client.post(
        page("price_list_new"),
        {
            "start": f"{full.facility_id}:{full.pk}",
            "name": "2027",
            "first": "2027-01-01",
            "last": "2027-12-31",
            "percent": "4",
            "step": "5",
        },
    )
    made = PriceList.objects.get(status="draft")
    assert (answer.status_code, answer.url) == (302, page("price_list", made))
    assert made.rates.get(tier="INT", unit="hour").amount_cents == 1870


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"last": "2026-12-31"}, "last"),
        ({"percent": "-100"}, "percent"),
        ({"step": "7"}, "step"),
        ({"start": "1:1"}, "start"),
        ({"name": ""}, "name"),
    ],
)
def test_a_draft_that_cannot_be_is_explained(client, manager, full, changed, field):
    asked = {
        "start": f"{full.facility_id}:",
        "name": "2027",
        "first": "2027-01-01",
        "last": "",
        "percent": "0",
        "step": "1",
    }
    answer = client.post(page("price_list_new"), asked | changed)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert client.post(page("price_list_new"), asked).status_code == 302


def test_rates_of_a_draft_are_changed_in_the_table(client, manager, fortessa, draft):
    unpriced = make.an_instrument(draft.facility, name="New one")
    storage = a_service(fortessa, code="storage", name="Storage", unit="TB-month")
    shown = client.get(page("price_list", draft))
    assert f'name="i{unpriced.pk}:INT:hour"' in shown.text
    assert f'name="s{storage.pk}:ACA:TB-month"' in shown.text
    answer = client.post(
        page("price_list", draft),
        {
            f"i{fortessa.pk}:INT:hour": "19,50",
            f"i{fortessa.pk}:ACA:hour": "36.40",
            f"i{fortessa.pk}:SUP:hour": "",
            f"i{unpriced.pk}:INT:hour": "7",
            f"s{storage.pk}:ACA:TB-month": "8",
            "i1:INT:nonsense": "3",
        },
    )
    assert answer.status_code == 302
    rates = {
        (str(rate.instrument or rate.service), rate.tier): rate.amount_cents
        for rate in Rate.objects.filter(price_list=draft, unit__in=["hour", "TB-month"])
    }
    assert rates == {
        ("Fortessa X-20", "INT"): 1950,
        ("Fortessa X-20", "ACA"): 3640,
        ("Fortessa X-20", "IND"): 12480,
        ("=Sorter, 4 lasers", "ACA"): 8840,
        ("New one", "INT"): 700,
        ("Storage", "ACA"): 800,
    }


def test_a_wrong_amount_is_told_in_its_cell_and_nothing_is_saved(client, manager, fortessa, draft):
    name = f"i{fortessa.pk}:INT:hour"
    answer = client.post(
        page("price_list", draft), {name: "18.005", f"i{fortessa.pk}:ACA:hour": "1"}
    )
    assert answer.status_code == 422
    cells = {cell.name: cell for row in answer.context["rows"] for cell in row["cells"]}
    assert (cells[name].typed, "two decimals" in cells[name].wrong) == ("18.005", True)
    assert draft.rates.get(tier="ACA", instrument=fortessa).amount_cents == 3640


def test_a_list_in_force_has_no_fields(client, manager, fortessa, full):
    shown = client.get(page("price_list", full))
    assert f'name="i{fortessa.pk}:INT:hour"' not in shown.text
    assert "€18.00" in shown.text
    client.post(page("price_list", full), {f"i{fortessa.pk}:INT:hour": "1"})
    assert full.rates.get(instrument=fortessa, tier="INT").amount_cents == 1800


def test_other_parts_stand_below_the_rates(client, manager, full):
    shown = client.get(page("price_list", full)).text
    for text in ("Night", "Mon, Tue, Wed, Thu, Fri", "BSL-2, sorter", "Panel", "999.00"):
        assert text in shown
    assert "at least €170.00" in shown


def test_a_list_takes_its_steps(client, manager, full, draft):
    changed = {"name": "2027 bis", "first": "2026-12-01", "last": ""}
    assert said(client.post(page("price_list_card", draft), changed)) == ["Saved."]
    wrong = client.post(page("price_list_card", draft), changed | {"last": "2026-11-01"})
    assert said(wrong)[-1] == "The last day comes before the first."
    refused = client.post(page("price_list_force", draft))
    assert said(refused)[-1] == "A price list is voted before it is put in force, once."
    assert said(client.post(page("price_list_vote", draft), {"voted_on": "x"}))[-1]
    client.post(page("price_list_vote", draft), {"voted_on": "2026-10-05"})
    overlapping = client.post(page("price_list_force", draft))
    assert said(overlapping)[-1] == (
        "2026 is in force on some of these days: 2026-01-01 to 2026-12-31."
    )
    client.post(page("price_list_end", full), {"last": "2026-11-30"})
    assert said(client.post(page("price_list_force", draft)))[-1].startswith("In force")
    draft.refresh_from_db()
    assert (draft.name, draft.status) == ("2027 bis", "in_force")
    assert client.get(page("price_list", draft)).status_code == 200


def test_a_draft_is_withdrawn(client, manager, draft):
    answer = client.post(page("price_list_withdraw", draft))
    assert (answer.url, said(answer)) == (page("price_lists"), ["The draft is withdrawn."])
    assert client.get(page("price_list", draft)).status_code == 404


def test_another_list_is_compared_with_the_one_before(client, manager, full, draft):
    Band.objects.filter(price_list=draft, name="Night").update(percent=30)
    Rate.objects.filter(price_list=draft, tier="IND", unit="hour").update(amount_cents=12000)
    shown = client.get(page("price_list_compare", draft))
    assert shown.context["found"].old == full
    for text in ("€18.00", "€18.72", "+€0.72", "+4.0%", "minimum €170.00 → €176.80", "30"):
        assert text in shown.text
    assert "€120.00" not in shown.text
    everything = client.get(page("price_list_compare", draft, **{"with": full.pk, "all": 1}))
    assert "€120.00" in everything.text
    assert client.get(page("price_list_compare", draft, **{"with": "x"})).status_code == 404
    elsewhere = make.a_price_list(make.a_facility())
    theirs = client.get(page("price_list_compare", draft, **{"with": elsewhere.pk}))
    assert theirs.status_code == 404


def test_a_first_list_has_nothing_to_be_compared_with(client, manager, full):
    shown = client.get(page("price_list_compare", full))
    assert "no other price list" in shown.text


def test_last_years_use_is_shown_at_the_new_prices(client, manager, fortessa, draft):
    a_use(someone(), fortessa, make.period("2026-09-22 09:00", "11:00"))
    a_use(someone("IND"), fortessa, make.period("2026-09-22 12:00", "13:00"))
    charge_all_finished_uses(now=LATER)
    Rate.objects.filter(price_list=draft, tier="IND", instrument=fortessa).delete()
    shown = client.get(page("price_list_simulate", draft))
    assert (shown.context["found"].first, shown.context["found"].last) == (
        dt.date(2025, 10, 7),
        dt.date(2026, 10, 6),
    )
    for text in ("€36.00", "€37.44", "+€1.44", "+4.0%", "1 use or sale has no price", "€120.00"):
        assert text in shown.text
    other = {"first": "2026-01-01", "last": "2026-08-31"}
    assert "Nothing was used" in client.get(page("price_list_simulate", draft, **other)).text
    for wrong in ({"first": "2026-01-01", "last": "2025-01-01"}, {"first": "x", "last": ""}):
        assert client.get(page("price_list_simulate", draft, **wrong)).status_code == 422


def test_the_platforms_own_page_leads_to_its_lists(client, manager, full):
    shown = client.get(reverse("platform_prices", kwargs={"code": full.facility.code})).text
    assert page("price_lists", platform=full.facility.code) in shown


def test_a_voted_list_is_shown_with_its_day(client, manager, draft):
    vote_list(actor=manager, list_id=draft.pk, voted_on=dt.date(2026, 10, 5), now=NOW)
    shown = client.get(page("price_list", draft)).text
    assert "voted on 5 Oct 2026" in shown
    put_in_force(actor=manager, list_id=draft.pk)
    assert "In force" in client.get(page("price_list", draft)).text
