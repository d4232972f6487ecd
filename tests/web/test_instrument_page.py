"""The page of an instrument: what it is, its week, price, rules, training and people."""

import datetime as dt

import pytest
from django.urls import reverse

from tests import factories as make
from tests.web.pages import Page


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
    instrument = make.an_instrument(
        rules={"cleanup_minutes": 15, "shortest_minutes": 60, "approval_first_sessions": 3}
    )
    address = reverse("instrument", args=[instrument.pk])
    text = client.get(address).text
    assert "No training is asked for" in text
    assert "1\xa0h to 12\xa0h, in steps of 30\xa0min" in text
    assert "15\xa0min after, 30\xa0min with BSL-2" in text
    assert "your first 3 sessions" in text
    qualification = make.a_qualification(instrument)
    manager = make.a_staff_member(instrument.facility)
    text = client.get(address).text
    assert "training needed first" in text
    assert f"mailto:{manager.email}" in text
    make.a_grant(researcher, qualification, valid_until=dt.date(2027, 3, 31))
    text = client.get(address).text
    assert "training needed first" not in text
    assert "until 31 March 2027" in text


def test_the_price_is_told_band_by_band(client, researcher, instrument):
    make.a_price_list(instrument.facility, {instrument: {"INT": 1800}})
    response = client.get(reverse("instrument", args=[instrument.pk]))
    assert [(row.when, row.percent, row.price) for row in response.context["prices"]] == [
        ("Mon–Fri, 08:00–20:00", 100, "€18.00"),
        ("Mon–Fri, 20:00–midnight", 75, "€13.50"),
        ("Sat, Sun, public holidays", 50, "€9.00"),
        ("Mon–Fri, 00:00–08:00", 25, "€4.50"),
    ]
    assert list(response.context["notes"].values()) == ["50% all day", "50% all day"]
    assert response.context["tiers"] == []


def test_who_runs_it_reads_the_price_of_each_tier(client, manager, instrument):
    make.a_price_list(instrument.facility, {instrument: {"INT": 1800, "IND": 12_000}})
    tiers = client.get(reverse("instrument", args=[instrument.pk])).context["tiers"]
    assert {row.tier: row.price for row in tiers} == {"INT": "€18.00", "IND": "€120.00"}


def test_the_week_names_ones_own_team_and_nobody_else(client, researcher, instrument):
    mate = make.a_member(researcher.teams.get())
    make.a_booking(mate, instrument, make.period("2026-10-07 09:00", "10:00"))
    other = make.a_booking(
        make.a_researcher(), instrument, make.period("2026-10-07 14:00", "15:00")
    )
    text = client.get(reverse("instrument", args=[instrument.pk])).text
    assert researcher.teams.get().name in text
    assert other.team is not None
    assert other.team.name not in text


def test_a_retired_instrument_is_not_there(client, researcher):
    instrument = make.an_instrument(state="retired")
    assert client.get(reverse("instrument", args=[instrument.pk])).status_code == 404


@pytest.mark.parametrize("count", [1, 12])
def test_and_the_page_of_one(client, researcher, instrument, count, django_assert_num_queries):
    for hour in range(8, 8 + count):
        make.a_booking(
            researcher, instrument, make.period(f"2026-10-08 {hour:02}:00", f"{hour:02}:30")
        )
    # session, person, roles, teams; instrument; marks, hours, closures, bookings; training;
    # project, account, prices; people; favourites
    with django_assert_num_queries(15):
        client.get(reverse("instrument", args=[instrument.pk]))
