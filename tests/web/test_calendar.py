"""The calendar of a platform: who reads what in it, its views, and what an address may ask."""

import datetime as dt

import pytest
from django.urls import reverse

from facilities.intervals import Interval
from tests import factories as make
from tests.factories import NOW, period


def page(client, facility, query="", **headers):
    return client.get(reverse("calendar_of", args=[facility.code]) + query, headers=headers)


def test_the_calendar_leads_to_the_platform_looked_at_last(client, researcher, instrument):
    other = make.an_instrument().facility
    codes = sorted([instrument.facility.code, other.code])
    assert client.get(reverse("calendar")).url == reverse("calendar_of", args=[codes[0]])
    page(client, other)
    assert client.get(reverse("calendar")).url == reverse("calendar_of", args=[other.code])


def test_staff_begin_with_their_own_platform(client, instrument):
    make.a_facility(code="AAA")
    client.force_login(make.a_staff_member(instrument.facility))
    assert client.get(reverse("calendar")).url.endswith(f"/{instrument.facility.code}/")


def test_without_a_platform_the_calendar_says_so(client, researcher):
    assert "No platform is open yet" in client.get(reverse("calendar")).text


def test_one_sees_ones_own_booking_and_where_it_leads(client, researcher, instrument):
    booking = make.a_booking(researcher, instrument, purpose="Panel A")
    text = page(client, instrument.facility).text
    assert 'title="Mine, Panel A, Wed 7 Oct, 14:00–16:00"' in text
    assert f'href="/bookings/{booking.pk}/"' in text
    assert 'data-change="all" data-start="2026-10-07T14:00"' in text


@pytest.mark.parametrize("view", ["week", "day", "list"])
def test_a_partner_reads_busy_and_no_name_team_or_purpose(client, instrument, view):
    person = make.a_researcher()
    person.first_name, person.last_name = "Ada", "Lovelace"
    person.save()
    team = person.teams.get()
    team.name = "Garrigue"
    team.save()
    make.a_booking(person, instrument, purpose="Secret compound")
    client.force_login(make.a_partner())
    text = page(client, instrument.facility, f"?view={view}&date=2026-10-07").text
    assert "Busy" in text
    for told in ("Lovelace", "Garrigue", "Secret", team.projects.get().name, person.email):
        assert told not in text


def test_a_colleague_reads_the_team_and_industry_has_no_name(client, researcher, instrument):
    other, partner = make.a_researcher(), make.a_partner()
    make.a_booking(other, instrument, purpose="Secret")
    make.a_booking(partner, instrument, period("2026-10-08 10:00", "12:00"), purpose="Secret")
    text = page(client, instrument.facility).text
    assert other.teams.get().name in text
    assert "Industry" in text
    assert partner.teams.get().name not in text
    assert "Secret" not in text


def test_staff_reads_the_company(client, manager, instrument):
    partner = make.a_partner()
    make.a_booking(partner, instrument, purpose="Compound 7")
    text = page(client, instrument.facility).text
    assert partner.teams.get().name in text
    assert "Compound 7" in text


def test_who_is_not_trained_reads_so_and_finds_nothing_to_press(client, researcher, instrument):
    make.a_qualification(instrument)
    text = page(client, instrument.facility, "?view=list").text
    assert "Training needed" in text
    assert "/bookings/new/?" not in text
    assert "Fortessa X-20" not in page(client, instrument.facility, "?open=1").text


def test_what_people_typed_is_never_taken_for_html(client, researcher, instrument):
    make.a_booking(researcher, instrument, purpose='"><script>alert(1)</script>')
    for view in ("week", "day", "list"):
        text = page(client, instrument.facility, f"?view={view}&date=2026-10-07").text
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert" in text


def test_the_week_of_an_instrument_is_a_grid_and_the_same_in_words(client, researcher, instrument):
    booking = make.a_booking(researcher, instrument, purpose="Panel A")
    make.a_booking(make.a_partner(), instrument, period("2026-10-08 10:00", "12:00"))
    text = client.get(reverse("instrument_calendar", args=[instrument.pk])).text
    assert "14:00–16:00 Mine, Panel A" in text
    assert "10:00–12:00 Booked, Industry" in text
    feed = client.get(reverse("instrument_feed", args=[instrument.pk]))
    mine, other = (event for event in feed.json()["events"] if event.get("title"))
    assert (mine["id"], mine["start"]) == (str(booking.pk), "2026-10-07T14:00:00")
    assert mine["startEditable"] is True
    assert (other["title"], other["startEditable"]) == ("Industry", False)
    assert other["extendedProps"]["href"] == ""
    known = {"if-none-match": feed["ETag"]}
    again = client.get(reverse("instrument_feed", args=[instrument.pk]), headers=known)
    assert again.status_code == 304


def test_an_instrument_that_is_not_there_has_no_week(client, researcher):
    assert client.get(reverse("instrument_calendar", args=[10**17])).status_code == 404
    assert client.get(reverse("instrument_feed", args=[10**17])).status_code == 404


def test_a_choice_is_priced_and_judged_before_anything_is_sent(client, researcher, instrument):
    make.a_price_list(instrument.facility, {instrument: {"INT": 1800}})
    choice = {"instrument": instrument.pk, "day": "2026-10-07", "start": "14:00", "end": "16:00"}
    told = client.get(reverse("calendar_check"), choice).json()
    assert told == {"refused": False, "price": "€36.00", "said": ""}
    make.a_booking(make.a_researcher(), instrument)
    told = client.get(reverse("calendar_check"), choice).json()
    assert (told["refused"], told["price"]) == (True, "€36.00")
    assert told["said"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"day": "never"},
        {"start": "25:00"},
        {"instrument": "x"},
        {"instrument": str(10**30)},
        {"day": "9999-12-31"},
        {"last_day": "2026-10-01"},
    ],
)
def test_a_choice_that_makes_no_sense_is_refused(client, researcher, instrument, wrong):
    choice = {"instrument": instrument.pk, "day": "2026-10-07", "start": "14:00", "end": "16:00"}
    assert client.get(reverse("calendar_check"), choice | wrong).status_code == 400


def test_the_list_says_what_is_free_as_links(client, researcher, instrument):
    make.a_booking(researcher, instrument, purpose="Panel A")
    text = page(client, instrument.facility, "?view=list").text
    assert "<b>00:00–14:00</b> Free" in text
    assert f"/bookings/new/?instrument={instrument.pk}&amp;day=2026-10-07&amp;start=16%3A00" in text
    assert "14:00–16:00 Mine, Panel A" in text


def test_chips_keep_what_is_open_or_ones_own(client, researcher, instrument):
    make.a_booking(researcher, instrument)
    make.an_instrument(instrument.facility, name="Canto II")
    make.an_instrument(
        instrument.facility,
        name="ImageStream",
        state="out_of_service",
        state_reason="405 nm laser",
    )
    text = page(client, instrument.facility).text
    assert "2 of 3 open to you" in text
    assert "ImageStream is stopped." in text
    assert "ImageStream" not in page(client, instrument.facility, "?open=1").text
    assert "Canto II" not in page(client, instrument.facility, "?mine=1").text


@pytest.mark.parametrize(
    "query",
    [
        "?date=2026-02-30",
        "?date=tomorrow",
        "?date=0001-01-01",
        "?date=9999-12-31",
        "?view=year",
        "?view[]=1",
        "?date=%00",
        "?date=2026-10-07&view=%F0%9F%93%85",
    ],
)
def test_an_address_that_makes_no_sense_shows_this_week(client, researcher, instrument, query):
    response = page(client, instrument.facility, query)
    assert response.status_code == 200
    assert "5–11 Oct 2026" in response.text or "view=" in query


@pytest.mark.parametrize("date", ["2000-01-10", "2199-12-20", "2026-10-25", "2026-03-29"])
def test_the_ends_of_the_calendar_and_changes_of_the_clock_show(
    client, researcher, instrument, date
):
    for view in ("week", "day", "list"):
        query = f"?view={view}&date={date}&nights=1"
        assert page(client, instrument.facility, query).status_code == 200


def test_a_platform_that_is_not_there_is_a_page_that_says_so(client, researcher):
    assert client.get(reverse("calendar_of", args=["NONE"])).status_code == 404


def test_what_has_not_changed_is_not_sent_again(client, researcher, instrument):
    first = page(client, instrument.facility, **{"hx-request": "true"})
    assert "<html" not in first.text
    known = {"hx-request": "true", "if-none-match": first["ETag"]}
    assert page(client, instrument.facility, **known).status_code == 304
    make.a_booking(make.a_researcher(), instrument)
    assert page(client, instrument.facility, **known).status_code == 200


def test_a_week_is_read_in_as_many_queries_whatever_the_number(
    client, researcher, instrument, django_assert_max_num_queries
):
    facility = instrument.facility
    page(client, facility)
    hour = dt.timedelta(hours=1)
    for number in range(20):
        one = make.an_instrument(facility, units=2)
        make.a_qualification(one)
        for day in range(3):
            start = NOW + day * 24 * hour + number * hour
            make.a_booking(make.a_researcher(), one, Interval(start, start + hour))
    for view in ("week", "day", "list"):
        with django_assert_max_num_queries(18):
            page(client, facility, f"?view={view}")
    known = {"hx-request": "true", "if-none-match": page(client, facility)["ETag"]}
    with django_assert_max_num_queries(6):
        assert page(client, facility, **known).status_code == 304
