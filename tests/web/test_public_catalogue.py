"""The catalogue for strangers: free and busy time, without names, reasons or prices."""

import pytest
from django.urls import reverse

from tests import factories as make


def rows_of(response):
    return {
        row.instrument.name: row for _facility, rows in response.context["sections"] for row in rows
    }


def line_of(response, name):
    return rows_of(response)[name]


@pytest.fixture
def public(settings):
    """A catalogue that is open to strangers."""
    settings.PUBLIC_CATALOGUE = True


def pages_of(instrument):
    return reverse("instruments"), reverse("instrument", args=[instrument.pk])


def test_strangers_log_in_where_the_catalogue_is_not_public(client, instrument):
    for address in pages_of(instrument):
        assert client.get(address).url.startswith(reverse("account_login"))


def test_strangers_see_free_and_busy_time(client, public, instrument):
    make.a_booking(make.a_researcher(), instrument, make.period("2026-10-06 11:00", "14:00"))
    row = line_of(client.get(reverse("instruments")), "Fortessa X-20")
    assert row.state.word == "Busy until 14:00"
    assert [p.css for p in row.ribbon.pieces] == ["is-past", "is-busy"]
    text = client.get(reverse("instrument", args=[instrument.pk])).text
    assert "14:00–24:00" in text
    assert "Log in to book" in text
    assert reverse("book") not in text


def test_strangers_read_no_name_no_reason_and_no_price(client, public, instrument):
    facility = instrument.facility
    make.a_price_list(facility, {instrument: {"INT": 1837}})
    team = make.a_team(make.a_company(name="Pharma Secret"), name="Discovery")
    person = make.a_member(team, user=make.a_user(first_name="Zoé", last_name="Quelqu-un"))
    staff = make.a_staff_member(facility, user=make.a_user(first_name="Ève", last_name="Gérante"))
    course = make.a_qualification(instrument)
    make.a_booking(
        person,
        instrument,
        make.period("2026-10-06 11:00", "14:00"),
        purpose="Compound 17",
        project=make.a_project(team, name="PDM-7"),
        operator=staff,
    )
    make.a_booking(
        person,
        instrument,
        make.period("2026-10-07 11:00", "14:00"),
        kind="maintenance",
        purpose="Visit of Mr Lenoir",
    )
    make.an_instrument(
        facility, name="Stopped", state="out_of_service", state_reason="Lenoir broke it"
    )
    secrets = (
        "Pharma Secret", "Discovery", "Quelqu-un", "Gérante", "Compound 17", "PDM-7", "Lenoir",
        "18.37", course.name, person.email, staff.email,
    )  # fmt: skip
    for address in pages_of(instrument):
        text = client.get(address).text
        assert [secret for secret in secrets if secret in text] == []


def test_strangers_see_neither_retired_nor_closed_platforms(client, public):
    retired = make.an_instrument(state="retired")
    closed = make.an_instrument(make.a_facility(is_active=False))
    for instrument in (retired, closed):
        assert client.get(reverse("instrument", args=[instrument.pk])).status_code == 404
    assert rows_of(client.get(reverse("instruments"))) == {}


def some_instruments(count):
    for _ in range(count):
        instrument = make.an_instrument(make.a_facility())
        make.a_qualification(instrument)
        make.a_booking(make.a_researcher(), instrument)


@pytest.mark.parametrize("count", [1, 12])
def test_so_does_the_list_for_strangers(client, public, count, django_assert_num_queries):
    some_instruments(count)
    with django_assert_num_queries(6):  # instruments; marks, hours, closures, bookings; platforms
        client.get(reverse("instruments"))
