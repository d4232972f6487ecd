"""What there is to book, and when it is free: the list."""

import pytest
from django.urls import reverse

from facilities.models import Closure, Favourite
from tests import factories as make
from tests.web.pages import Page


def rows_of(response):
    return {
        row.instrument.name: row for _facility, rows in response.context["sections"] for row in rows
    }


def line_of(response, name):
    return rows_of(response)[name]


# --- the list


def test_an_instrument_shows_what_is_left_of_today(client, researcher, instrument):
    make.a_booking(make.a_researcher(), instrument, make.period("2026-10-06 14:00", "16:00"))
    row = line_of(client.get(reverse("instruments")), "Fortessa X-20")
    assert row.label == "Fortessa X-20, Tue 6 Oct: free 12:00–14:00, 16:00–24:00"
    assert [(p.css, p.first, p.last) for p in row.ribbon.pieces] == [
        ("is-past", 1, 21),
        ("is-busy", 29, 37),
    ]
    assert row.ribbon.now == 21
    assert (row.state.css, row.state.word, row.next_said) == (
        "is-free",
        "Free until 14:00",
        "12:00",
    )


@pytest.mark.parametrize(
    ("start", "end", "css", "word"),
    [
        ("11:00", "13:30", "is-used", "Busy until 13:30"),
        ("14:00", "16:00", "is-free", "Free until 14:00"),
        ("09:00", "11:00", "is-free", "Free until midnight"),
    ],
)
def test_the_state_says_until_when(client, researcher, instrument, start, end, css, word):
    instrument.time_slots.filter(weekday=2).delete()
    make.a_booking(make.a_researcher(), instrument, make.period(f"2026-10-06 {start}", end))
    state = line_of(client.get(reverse("instruments")), "Fortessa X-20").state
    assert (state.css, state.word) == (css, word)


def test_ones_own_session_is_told_from_busy_time(client, researcher, instrument):
    make.a_booking(
        researcher, instrument, make.period("2026-10-06 11:00", "13:00"), status="in_use"
    )
    row = line_of(client.get(reverse("instruments")), "Fortessa X-20")
    assert row.state.word == "Yours until 13:00"
    assert "is-mine" in [piece.css for piece in row.ribbon.pieces]


def test_a_block_by_the_platform_is_drawn_as_one(client, researcher, instrument):
    make.a_booking(
        make.a_user(),
        instrument,
        make.period("2026-10-06 11:00", "13:00"),
        kind="maintenance",
        booked_for=None,
        team=None,
    )
    row = line_of(client.get(reverse("instruments")), "Fortessa X-20")
    assert row.state.word == "Maintenance until 13:00"
    assert "is-block" in [piece.css for piece in row.ribbon.pieces]


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
    assert row.label == "Aurora, Tue 6 Oct: free 12:00–16:00"


def test_what_is_closed_now_says_when_it_opens(client, researcher):
    instrument = make.an_instrument(name="Aurora")
    instrument.time_slots.all().delete()
    make.open_daily(instrument, "14:00", "18:00")
    assert line_of(client.get(reverse("instruments")), "Aurora").state.word == "Closed until 14:00"


def test_by_night_the_line_still_holds_the_present(client, researcher, instrument):
    import time_machine

    with time_machine.travel(make.at("2026-10-06 22:30"), tick=False):
        client.force_login(researcher)
        response = client.get(reverse("instruments"))
    assert line_of(response, "Fortessa X-20").ribbon.now == 51
    assert response.context["hours"][0] == 10


def test_an_instrument_out_of_service_stays_with_its_reason_and_without_a_button(
    client, researcher
):
    make.an_instrument(name="ImageStream", state="out_of_service", state_reason="405 nm laser")
    text = client.get(reverse("instruments")).text
    assert "405 nm laser" in text
    assert "Out of service" in text
    assert reverse("book") + "?" not in text


def test_a_locked_instrument_stays_with_its_way_in(client, researcher, instrument):
    make.a_qualification(instrument)
    response = client.get(reverse("instruments"))
    row = line_of(response, "Fortessa X-20")
    assert (row.state.css, row.is_locked) == ("is-lock", True)
    assert reverse("instrument", args=[instrument.pk]) + "#takes" in response.text
    assert "0 of 1 instrument open to you" in response.text


def test_who_runs_a_platform_needs_no_training_there(client, manager, instrument):
    make.a_qualification(instrument)
    assert not line_of(client.get(reverse("instruments")), "Fortessa X-20").is_locked


@pytest.mark.parametrize(("tier", "price"), [("INT", "€18.00"), ("TUT", "€21.60"), ("IND", "€120")])
def test_the_price_is_that_of_the_persons_tier(client, instrument, tier, price):
    kind = "industry" if tier == "IND" else "academic"
    client.force_login(make.a_researcher(make.an_organisation(kind=kind, tier=tier)))
    make.a_price_list(instrument.facility, {instrument: {"INT": 1800, "IND": 12_000}})
    row = line_of(client.get(reverse("instruments")), "Fortessa X-20")
    assert row.price.startswith(price)
    assert row.price.endswith("an hour")


def test_the_list_is_narrowed_by_platform_name_and_use(client, researcher, instrument):
    make.an_instrument(name="LSM 880", category="Confocal")

    def names(**query):
        return list(rows_of(client.get(reverse("instruments"), query)))

    assert names() == ["Fortessa X-20", "LSM 880"]
    assert names(search="lsm") == ["LSM 880"]
    assert names(search="confocal") == ["LSM 880"]
    assert names(platform=instrument.facility.code) == ["Fortessa X-20"]
    assert names(platform="\0", search="\0") == ["Fortessa X-20", "LSM 880"]


def test_chips_leave_what_is_free_open_to_me_or_mine(client, researcher, instrument):
    busy = make.an_instrument(name="Busy")
    make.a_booking(make.a_researcher(), busy, make.period("2026-10-06 11:00", "13:00"))
    locked = make.an_instrument(name="Locked")
    make.a_qualification(locked)
    Favourite.objects.create(user=researcher, instrument=locked)

    def names(**query):
        return list(rows_of(client.get(reverse("instruments"), query)))

    assert names(free="1") == ["Locked", "Fortessa X-20"]  # the platform of what is kept first
    assert names(open="1") == ["Fortessa X-20", "Busy"]
    assert names(mine="1") == ["Locked"]
    assert names(free="1", open="1") == ["Fortessa X-20"]


# --- favourites


def test_the_star_keeps_an_instrument_and_lets_it_go(client, researcher, instrument):
    address = reverse("favourite", args=[instrument.pk])
    for _ in range(2):
        assert client.post(address, {"wanted": "1", "next": "/instruments/"}).url == "/instruments/"
    assert list(Favourite.objects.values_list("user", "instrument")) == [
        (researcher.pk, instrument.pk)
    ]
    client.post(address, {"wanted": "0"})
    assert not Favourite.objects.exists()


def test_with_scripts_the_star_alone_comes_back(client, researcher, instrument):
    response = client.post(
        reverse("favourite", args=[instrument.pk]),
        {"wanted": "1", "next": "/instruments/", "name": instrument.name},
        headers={"HX-Request": "true"},
    )
    page = Page(response.text)
    assert page.all("button")[0]["aria-pressed"] == "true"
    assert page.all("input", name="next")[0]["value"] == "/instruments/"
    assert not page.all("html")


def test_what_is_not_there_is_nobodys_favourite(client, researcher):
    retired = make.an_instrument(state="retired")
    assert client.post(reverse("favourite", args=[retired.pk])).status_code == 404


# --- what it asks of the database


def some_instruments(count):
    for _ in range(count):
        instrument = make.an_instrument(make.a_facility())
        make.a_qualification(instrument)
        make.a_booking(make.a_researcher(), instrument)


@pytest.mark.parametrize("count", [1, 12])
def test_the_list_asks_a_fixed_number_of_questions(
    client, researcher, count, django_assert_num_queries
):
    some_instruments(count)
    # session, person, roles, teams; instruments, favourites; marks, hours, closures, bookings;
    # training; project, account, prices; platforms
    with django_assert_num_queries(15):
        client.get(reverse("instruments"))
