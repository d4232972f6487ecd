"""Rules are changed on a page, after a look at what they would have refused; people trained."""

from html import unescape

import pytest

from facilities.services.rules import RULES
from tests import factories as make
from tests.factories import at, period
from tests.web.pages import Page
from tests.web.running import address, parts


@pytest.fixture
def facility(instrument):
    return instrument.facility


@pytest.fixture
def page(facility, instrument):
    return address(
        "platform_rules_of", facility, {"platform_rules_of": {"instrument_id": instrument.pk}}
    )


def typed(client, page, **changes):
    """Return the form as the page shows it, with changes."""
    inputs = Page(client.get(page).text).all("input")
    sent = {
        field["name"]: field.get("value") or "on"
        for field in inputs
        if field.get("name") in RULES
        and (field.get("type") != "checkbox" or "checked" in field)
        and (field.get("value") or field.get("type") == "checkbox")
    }
    [seen] = [field["value"] for field in inputs if field.get("name") == "seen"]
    return {**sent, "seen": seen, **changes}


def test_rules_are_typed_in_hours_and_kept_in_minutes(client, manager, instrument, page):
    assert client.post(page, typed(client, page, longest_minutes="2.5")).status_code == 302
    instrument.rules.refresh_from_db()
    assert instrument.rules.longest_minutes == 150
    assert instrument.rules.hold_minutes == 2880
    assert "2 h 30" in client.get(page.replace(f"instruments/{instrument.pk}/", "")).text.replace(
        "\u00a0", " "
    )


def test_a_rehearsal_says_how_many_and_which_and_saves_nothing(client, manager, instrument, page):
    person = make.a_researcher()
    make.a_booking(
        person,
        instrument,
        period("2026-09-15 10:00", "16:00"),
        status="completed",
        created_at=at("2026-09-01 09:00"),
    )
    text = client.post(page, typed(client, page, longest_minutes="4", rehearse="1")).text
    assert '<b class="pl-fig">1</b>' in text
    assert "of 1 booking since 6 September would have been refused" in text
    assert str(person) in text
    assert "Tue 15 Sep, 10:00–16:00" in text
    instrument.rules.refresh_from_db()
    assert instrument.rules.longest_minutes == 720


@pytest.mark.parametrize(
    ("language", "rule", "sentence"),
    [
        ("en", "Industry at most", "Companies may book 0\xa0min of this instrument in 2026"),
        (
            "fr",
            "Industrie, au plus",
            "Les entreprises peuvent réserver 0\xa0min de cet instrument en 2026",
        ),
    ],
)
def test_a_rehearsal_says_what_companies_would_not_have_got(
    client, manager, instrument, page, language, rule, sentence
):
    make.a_booking(
        make.a_partner(),
        instrument,
        period("2026-09-15 10:00", "16:00"),
        status="completed",
        created_at=at("2026-09-01 09:00"),
    )
    form = typed(client, page, industry_cap_percent="0", rehearse="1")
    client.cookies["django_language"] = language
    text = unescape(client.post(page, form).text)
    assert f'<b class="pl-b">1</b> {rule}</li>' in text
    assert sentence in text


def test_two_managers_do_not_overwrite_each_other(client, manager, page):
    form = typed(client, page, horizon_days="30")
    assert client.post(page, form).status_code == 302
    assert client.post(page, {**form, "horizon_days": "90"}).status_code == 409


@pytest.mark.parametrize(
    "wrong",
    [
        {"step_minutes": "0"},
        {"longest_minutes": "0.25"},
        {"horizon_days": "99999"},
        {"hold_minutes": "NaN"},
        {"notice_minutes": "-1"},
        {"team_weekly_minutes": "1e9"},
    ],
)
def test_wrong_rules_are_told_at_their_field(client, manager, page, wrong):
    answer = client.post(page, typed(client, page, **wrong))
    assert answer.status_code == 422
    assert f'id="id_{next(iter(wrong))}_error"' in answer.text


def test_somebody_is_trained_by_address(client, manager, facility, instrument):
    qualification = make.a_qualification(instrument)
    person = make.a_user("theo@lab.example")
    grant = {
        "email": "Theo@lab.example",
        "qualification": qualification.pk,
        "level": "autonomous",
        "valid_from": "2026-10-06",
    }
    place = address("platform_people", facility)
    assert client.post(place, grant).status_code == 302
    assert person.grants.get().granted_by == manager
    assert "theo@lab.example" in client.get(place, {"search": "theo"}).text
    assert "theo@lab.example" not in client.get(place, {"search": "nobody"}).text
    for wrong in (grant, {**grant, "email": "nobody@lab.example"}, {**grant, "level": "?"}):
        answer = client.post(place, wrong)
        assert answer.status_code in (409, 422)
        assert "pl-bad" in answer.text
    theirs = make.a_qualification(make.an_instrument())
    assert client.post(place, {**grant, "qualification": theirs.pk}).status_code == 422


def test_before_revoking_the_sessions_that_need_it_are_shown(client, manager, facility, instrument):
    person = make.a_researcher()
    grant = make.a_grant(person, make.a_qualification(instrument))
    make.a_booking(person, instrument)
    place = address("platform_revoke", facility, {"platform_revoke": {"grant_id": grant.pk}})
    assert f"1 coming session of {person} needs it" in client.get(place).text
    assert client.post(place, {"reason": ""}).status_code == 422
    client.post(place, {"reason": "Left the laser on"})
    grant.refresh_from_db()
    assert grant.revoked_reason == "Left the laser on"
    assert "Left the laser on" in client.get(address("platform_people", facility)).text


def test_a_qualification_is_named_with_its_instruments(client, manager, facility, instrument):
    new = address("platform_qualification_new", facility)
    client.post(new, {"name": "Laser", "instruments": [instrument.pk]})
    made = facility.qualifications.get()
    assert list(made.instruments.all()) == [instrument]
    assert client.post(new, {"name": "Laser"}).status_code == 409
    place = address("platform_qualification", facility, parts(instrument))
    client.post(place, {"name": "Lasers"})
    made.refresh_from_db()
    assert made.name == "Lasers"
    assert not made.instruments.exists()


def test_what_has_no_price_is_given_one(client, manager, facility, instrument):
    place = address(
        "platform_price", facility, {"platform_price": {"instrument_id": instrument.pk}}
    )
    price = {"first": "2026-10-06", "last": "2027-12-31", "INT": "18", "usual_bands": "on"}
    assert client.post(place, {**price, "INT": ""}).status_code == 422
    assert client.post(place, {**price, "INT": "-1"}).status_code == 422
    assert client.post(place, price).status_code == 302
    text = client.get(address("platform_prices", facility)).text
    assert "€18.00" in text
    assert "in force" in text
    assert client.post(place, price).status_code == 409
