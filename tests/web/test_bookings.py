"""A person's bookings: the list, each of them, and the steps taken from the page."""

import pytest
from django.urls import reverse

from billing.services.charging import charge_finished_uses
from bookings import services
from tests import factories as make
from tests.web.pages import Page, inline_code


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


BESIDE = {"HX-Request": "true"}


def test_chips_in_the_address_narrow_the_list(client, researcher, instrument):
    other = make.an_instrument(name="LSM 880")
    make.a_booking(researcher, instrument)
    make.a_booking(researcher, other, status="requested")
    asked = client.get(reverse("bookings"), {"state": "requested"}).context
    assert [row.instrument for row in asked["sessions"]] == ["LSM 880"]
    platform = {"platform": instrument.facility.code}
    asked = client.get(reverse("bookings"), platform).context
    assert [row.instrument for row in asked["sessions"]] == ["Fortessa X-20"]
    wrong = {"state": "x", "platform": "nowhere", "instrument": "9" * 30}
    assert len(client.get(reverse("bookings"), wrong).context["sessions"]) == 2


def test_a_chip_that_is_on_is_pressed_and_keeps_the_others(client, researcher, instrument):
    make.a_booking(researcher, instrument)
    asked = {"state": "approved", "platform": instrument.facility.code}
    page = Page(client.get(reverse("bookings"), asked).text)
    (chip,) = page.all("button", name="state", **{"aria-pressed": "true"})
    assert chip["value"] == ""
    assert page.all("input", type="hidden", name="platform", value=instrument.facility.code)


def test_beside_the_calendar_a_booking_is_a_card(client, researcher, instrument):
    booking = make.a_booking(researcher, instrument, purpose="Panel A")
    response = client.get(reverse("booking", args=[booking.pk]), headers=BESIDE)
    assert "<html" not in response.text
    assert "Panel A" in response.text
    assert inline_code(response.text) == []


def test_beside_the_calendar_a_step_is_confirmed_and_announced(client, researcher, instrument):
    booking = make.a_booking(researcher, instrument)
    refused = client.post(reverse("start", args=[booking.pk]), headers=BESIDE)
    assert refused.status_code == 409
    assert "This is possible from" in refused.text
    response = client.post(reverse("cancel", args=[booking.pk]), headers=BESIDE)
    assert response.headers["HX-Trigger"] == "bookingsChanged"
    assert "Given up: Fortessa X-20" in response.text


def test_staff_note_that_nobody_came_and_make_it_free_with_a_reason(client, manager, instrument):
    booking = make.a_booking(
        make.a_researcher(),
        instrument,
        make.period("2026-10-06 09:00", "13:00"),
        estimate_cents=7200,
    )
    page = client.get(reverse("booking", args=[booking.pk])).text
    assert reverse("no_show", args=[booking.pk]) in page
    step(client, "no_show", booking)
    booking.refresh_from_db()
    assert booking.status == "no_show"
    assert "Give a reason" in step(client, "waive", booking, reason=" ").text
    text = step(client, "waive", booking, reason="Laser broke down").text
    booking.refresh_from_db()
    assert booking.waived_reason == "Laser broke down"
    assert "free of charge: Laser broke down" in text


def test_others_are_offered_neither(client, researcher, instrument):
    booking = make.a_booking(researcher, instrument, make.period("2026-10-06 09:00", "13:00"))
    text = client.get(reverse("booking", args=[booking.pk])).text
    for name in ("no_show", "waive"):
        assert reverse(name, args=[booking.pk]) not in text
        step(client, name, booking, reason="For me")
    booking.refresh_from_db()
    assert (booking.status, booking.waived_reason) == ("approved", "")


def test_a_booking_tells_its_history(client, researcher, instrument):
    booking = make.a_booking(researcher, instrument)
    services.move_booking(
        actor=researcher,
        booking_id=booking.pk,
        version=1,
        changes={"period": make.period("2026-10-07 15:00", "17:00")},
        now=make.NOW,
    )
    step(client, "cancel", booking)
    history = client.get(reverse("booking", args=[booking.pk])).context["history"]
    assert [line.texts for line in history] == [
        ("Cancelled",),
        ("Moved to Wed 7 Oct, 15:00–17:00",),
    ]
    assert history[0].by == "by you"


def test_partners_read_no_names_in_a_history(client, instrument):
    partner = make.a_partner()
    booking = make.a_booking(partner, instrument)
    manager = make.a_staff_member(instrument.facility, user=make.a_user(last_name="Secret"))
    client.force_login(manager)
    step(client, "cancel", booking)
    client.force_login(partner)
    response = client.get(reverse("booking", args=[booking.pk]))
    assert response.context["history"]
    assert "Secret" not in response.text


def test_a_booking_shows_what_was_charged(client, researcher, instrument):
    make.a_price_list(instrument.facility, {instrument: {"INT": 1800}})
    booking = make.a_booking(
        researcher, instrument, make.period("2026-10-05 14:00", "16:00"), status="completed"
    )
    charge_finished_uses(now=make.NOW)
    charges = client.get(reverse("booking", args=[booking.pk])).context["charges"]
    assert charges["total"] == "€36.00"
    assert len(charges["lines"]) == 1


def test_a_booking_goes_into_a_calendar_as_a_file(client, researcher, instrument):
    booking = make.a_booking(researcher, instrument)
    response = client.get(reverse("booking_ics", args=[booking.pk]))
    assert response.headers["Content-Type"].startswith("text/calendar")
    assert b"DTSTART:20261007T120000Z" in response.content
    client.force_login(make.a_researcher())
    assert client.get(reverse("booking_ics", args=[booking.pk])).status_code == 404


def test_the_page_of_a_booking_asks_a_fixed_number_of_questions(
    client, researcher, instrument, django_assert_max_num_queries
):
    booking = make.a_booking(researcher, instrument)
    for _ in range(3):
        step(client, "start", booking)
    with django_assert_max_num_queries(10):
        client.get(reverse("booking", args=[booking.pk]))
