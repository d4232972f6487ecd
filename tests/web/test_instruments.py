"""What there is to book, and when it is free."""

import pytest
from django.urls import reverse

from facilities.models import Closure
from tests import factories as make
from tests.web.pages import Page


def line_of(response, name):
    (row,) = [
        row
        for _facility, rows in response.context["sections"]
        for row in rows
        if row.instrument.name == name
    ]
    return row


def test_an_instrument_shows_what_is_left_of_today(client, researcher, instrument):
    make.a_booking(make.a_researcher(), instrument, make.period("2026-10-06 14:00", "16:00"))
    row = line_of(client.get(reverse("instruments")), "Fortessa X-20")
    assert row.label == "Tue 6 Oct: free 12:00–14:00, 16:00–24:00"
    assert [(p.css, p.first, p.last) for p in row.ribbon.pieces] == [
        ("is-past", 1, 21),
        ("is-busy", 29, 37),
    ]
    assert row.ribbon.now == 21


def test_closed_hours_are_drawn_as_closed(client, researcher):
    instrument = make.an_instrument(name="Aurora")
    instrument.time_slots.all().delete()
    make.open_daily(instrument, "09:00", "18:00")
    Closure.objects.create(
        facility=instrument.facility,
        starts_at=make.at("2026-10-06 16:00"),
        ends_at=make.at("2026-10-07 00:00"),
        reason="Works",
    )
    row = line_of(client.get(reverse("instruments")), "Aurora")
    assert [(p.first, p.last) for p in row.ribbon.pieces if p.css == "is-off"] == [(1, 9), (37, 57)]
    assert row.label == "Tue 6 Oct: free 12:00–16:00"


def test_an_instrument_out_of_service_stays_with_its_reason_and_without_a_button(
    client, researcher
):
    make.an_instrument(name="ImageStream", state="out_of_service", state_reason="405 nm laser")
    text = client.get(reverse("instruments")).text
    assert "405 nm laser" in text
    assert "Out of service" in text
    assert reverse("book") + "?" not in text


def test_the_list_is_narrowed_by_platform_and_name(client, researcher, instrument):
    make.an_instrument(name="LSM 880")

    def names(**query):
        sections = client.get(reverse("instruments"), query).context["sections"]
        return [row.instrument.name for _facility, rows in sections for row in rows]

    assert names() == ["Fortessa X-20", "LSM 880"]
    assert names(search="lsm") == ["LSM 880"]
    assert names(platform=instrument.facility.code) == ["Fortessa X-20"]
    assert names(platform="\0", search="\0") == ["Fortessa X-20", "LSM 880"]


def test_a_free_time_fills_the_form_with_an_hour_of_it(client, researcher, instrument):
    response = client.get(reverse("instrument", args=[instrument.pk]))
    first = response.context["week"].days[1].free[0]
    assert (first.start, first.end) == ("00:00", "24:00")
    page = Page(client.get(reverse("book") + "?" + first.query).text)
    assert page.all("input", name="day")[0]["value"] == "2026-10-07"
    assert page.all("input", name="start")[0]["value"] == "00:00"
    assert page.all("input", name="end")[0]["value"] == "01:00"


def test_a_whole_session_is_offered_whole(client, researcher):
    instrument = make.an_instrument()
    instrument.time_slots.all().delete()
    make.open_daily(instrument, "14:00", "18:00")
    instrument.time_slots.update(whole_session=True)
    week = client.get(reverse("instrument", args=[instrument.pk])).context["week"]
    (session,) = week.days[1].free
    assert (session.start, session.end, session.whole_session) == ("14:00", "18:00", True)
    assert "start=14%3A00&end=18%3A00" in session.query


def test_the_page_of_an_instrument_says_its_rules_and_the_persons_training(client, researcher):
    instrument = make.an_instrument(rules={"cleanup_minutes": 15, "shortest_minutes": 60})
    address = reverse("instrument", args=[instrument.pk])
    assert "None asked for" in client.get(address).text
    qualification = make.a_qualification(instrument)
    text = client.get(address).text
    assert "Needed first" in text
    assert "1\xa0h to 12\xa0h, in steps of 30\xa0min" in text
    make.a_grant(researcher, qualification)
    assert "Needed first" not in client.get(address).text


def test_a_retired_instrument_is_not_there(client, researcher):
    instrument = make.an_instrument(state="retired")
    assert client.get(reverse("instrument", args=[instrument.pk])).status_code == 404


@pytest.mark.parametrize("count", [1, 12])
def test_the_list_asks_a_fixed_number_of_questions(
    client, researcher, count, django_assert_num_queries
):
    for _ in range(count):
        make.a_booking(make.a_researcher(), make.an_instrument(make.a_facility()))
    # session, person, roles, teams; instruments, hours, closures, bookings; platforms
    with django_assert_num_queries(9):
        client.get(reverse("instruments"))
