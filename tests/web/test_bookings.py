"""A person's bookings: the list, each of them, and the steps taken from the page."""

import pytest
from django.urls import reverse

from tests import factories as make


def step(client, name, booking, **data):
    return client.post(reverse(name, args=[booking.pk]), data, follow=True)


def test_what_is_to_come_and_what_is_over_are_apart(client, researcher, instrument):
    make.a_booking(researcher, instrument)
    make.a_booking(
        researcher, instrument, make.period("2026-10-01 09:00", "10:00"), status="completed"
    )
    context = client.get(reverse("bookings")).context
    assert [row.look.word for row in context["sessions"]] == ["Approved"]
    assert [row.look.word for row in context["past"]] == ["Completed"]


def test_what_is_over_comes_in_pages(client, researcher, instrument):
    for day in range(1, 24):
        make.a_booking(
            researcher,
            instrument,
            make.period(f"2026-09-{day:02} 09:00", "10:00"),
            status="completed",
        )
    first = client.get(reverse("bookings")).context
    second = client.get(reverse("bookings"), {"before": first["older"]}).context
    assert (len(first["past"]), len(second["past"])) == (20, 3)
    assert second["older"] == ""
    assert not {row.id for row in first["past"]} & {row.id for row in second["past"]}


def test_giving_up_goes_through_the_service_and_back_to_the_page(client, researcher, instrument):
    booking = make.a_booking(researcher, instrument)
    response = step(client, "cancel", booking, next=reverse("bookings"))
    booking.refresh_from_db()
    assert booking.status == "cancelled"
    assert response.redirect_chain == [(reverse("bookings"), 302)]
    assert "Given up: Fortessa X-20, Wed 7 Oct, 14:00–16:00." in response.text


def test_the_button_says_what_giving_up_too_late_costs(client, researcher, instrument):
    make.a_booking(
        researcher, instrument, make.period("2026-10-06 14:00", "16:00"), estimate_cents=3600
    )
    assert "Cancel (€36.00)" in client.get(reverse("bookings")).text


def test_a_session_is_started_and_finished_from_the_page(client, researcher, instrument):
    booking = make.a_booking(researcher, instrument, make.period("2026-10-06 12:00", "14:00"))
    assert reverse("start", args=[booking.pk]) in client.get("/").text
    step(client, "start", booking)
    booking.refresh_from_db()
    assert booking.status == "in_use"
    step(client, "finish", booking)
    booking.refresh_from_db()
    assert booking.status == "completed"


def test_what_cannot_be_done_is_said_on_the_page(client, researcher, instrument):
    booking = make.a_booking(researcher, instrument)
    response = step(client, "start", booking)
    assert "This is possible from" in response.text
    booking.refresh_from_db()
    assert booking.status == "approved"


@pytest.mark.parametrize("name", ["cancel", "start", "finish", "approve", "reject"])
def test_somebody_elses_booking_is_not_there(client, researcher, instrument, name):
    booking = make.a_booking(make.a_researcher(), instrument)
    assert step(client, name, booking).status_code == 404
    assert client.get(reverse("booking", args=[booking.pk])).status_code == 404


def test_a_number_beyond_any_row_is_simply_not_there(client, researcher):
    assert client.get("/bookings/999999999999999999/").status_code == 404
    assert client.get("/bookings/99999999999999999999999/").status_code == 404
    for before in ("99999999999999999999999", "20261301T000000-1", "20261001T000000-" + "9" * 30):
        assert client.get("/bookings/", {"before": before}).status_code == 200


def test_a_colleague_of_the_team_sees_but_is_not_offered_to_run_it(client, instrument):
    person = make.a_researcher()
    booking = make.a_booking(person, instrument, make.period("2026-10-06 12:00", "14:00"))
    client.force_login(make.a_member(person.teams.get()))
    text = client.get(reverse("booking", args=[booking.pk])).text
    assert reverse("start", args=[booking.pk]) not in text


@pytest.mark.parametrize("count", [1, 9])
def test_the_list_asks_a_fixed_number_of_questions(
    client, researcher, instrument, count, django_assert_num_queries
):
    for hour in range(8, 8 + count):
        when = make.period(f"2026-10-08 {hour:02}:00", f"{hour:02}:30")
        make.a_booking(researcher, instrument, when)
        gone = make.period(f"2026-10-01 {hour:02}:00", f"{hour:02}:30")
        make.a_booking(researcher, instrument, gone, status="completed")
    with django_assert_num_queries(7):  # session, person, roles, teams, chips, ahead, over
        client.get(reverse("bookings"))
