"""Moving a booking from its page and from the calendar: proposed, judged, then saved."""

import pytest
from django.urls import reverse

from bookings.models import Booking
from tests import factories as make
from tests.factories import period
from tests.web.pages import Page, inline_code

BESIDE = {"HX-Request": "true"}


@pytest.fixture
def booking(researcher, instrument):
    """A session of the researcher, tomorrow from 14:00 to 16:00."""
    make.a_price_list(instrument.facility, {instrument: {"INT": 1800}})
    return make.a_booking(researcher, instrument, estimate_cents=3600, purpose="Panel A")


def opened(client, booking, beside=False, **proposed):
    address = reverse("move", args=[booking.pk])
    return client.get(address, proposed, headers=BESIDE if beside else {})


def typed_on(page):
    names = (
        "instrument",
        "day",
        "start",
        "end",
        "unit",
        "purpose",
        "version",
        "project",
        "account",
    )
    form = page.context["form"]
    return {name: form[name].value() or "" for name in names if name in form.fields}


def send(client, booking, typed, press="book", beside=False, **changed):
    return client.post(
        reverse("move", args=[booking.pk]),
        {**typed, press: "1", **changed},
        headers=BESIDE if beside else {},
    )


def test_it_opens_as_the_booking_is(client, booking):
    page = opened(client, booking)
    assert page.status_code == 200
    assert typed_on(page)["start"] == "14:00"
    assert typed_on(page)["purpose"] == "Panel A"
    assert str(page.context["answer"].said.title).startswith("Nothing is changed yet.")
    assert inline_code(page.text) == []


def test_what_was_dragged_is_proposed_and_judged_and_nothing_is_saved(client, booking):
    page = opened(client, booking, beside=True, day="2026-10-08", start="10:00", end="13:00")
    assert "<html" not in page.text
    answer = page.context["answer"]
    assert answer.said.title == "Changed at once."
    assert (answer.price.total, answer.price.difference) == ("€54.00", "€18.00 more")
    booking.refresh_from_db()
    assert booking.interval == period("2026-10-07 14:00", "16:00")


def test_a_change_is_saved_and_said(client, booking):
    typed = typed_on(opened(client, booking))
    response = send(client, booking, typed, start="15:00", end="17:00")
    assert response.url == reverse("booking", args=[booking.pk])
    booking.refresh_from_db()
    assert booking.interval == period("2026-10-07 15:00", "17:00")
    assert booking.version == 2
    assert "Saved: Fortessa X-20, Wed 7 Oct, 15:00–17:00." in client.get(response.url).text


def test_beside_the_calendar_it_is_announced(client, booking):
    typed = typed_on(opened(client, booking, beside=True))
    response = send(client, booking, typed, beside=True, start="15:00", end="17:00")
    assert response.headers["HX-Trigger"] == "bookingsChanged"
    assert "<html" not in response.text


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(client, booking):
    typed = typed_on(opened(client, booking))
    Booking.objects.filter(pk=booking.pk).update(version=2, purpose="Panel B")
    response = send(client, booking, typed, start="15:00", end="17:00")
    assert response.status_code == 409
    assert "Changed by somebody meanwhile." in response.text
    fresh = typed_on(response)
    assert (str(fresh["version"]), fresh["purpose"], fresh["start"]) == ("2", "Panel B", "14:00")
    send(client, booking, fresh, start="15:00", end="17:00")
    booking.refresh_from_db()
    assert booking.interval.start == period("2026-10-07 15:00", "17:00").start


def test_that_it_asks_again_is_said_before_it_is_saved(client, researcher):
    instrument = make.an_instrument(rules={"approval_always": True})
    booking = make.a_booking(researcher, instrument)
    page = opened(client, booking, start="17:00", end="19:00")
    said = page.context["answer"].said
    assert said.mood == "is-wait"
    assert said.title.startswith("The approval is asked for again.")
    assert Page(page.text).all("button", name="book")
    assert "Ask again" in page.text
    response = send(client, booking, typed_on(page))
    booking.refresh_from_db()
    assert booking.status == "requested"
    assert "Held for you until" in client.get(response.url).text


def test_a_taken_time_keeps_the_form_with_others_to_take(client, booking, instrument):
    make.a_booking(make.a_researcher(), instrument, period("2026-10-07 16:00", "18:00"))
    typed = typed_on(opened(client, booking))
    refused = send(client, booking, typed, beside=True, start="15:00", end="17:00")
    assert refused.status_code == 409
    first, *_rest = refused.context["answer"].alternatives
    assert first.text == "Wed 7 Oct, 18:00–20:00"
    tried = client.post(
        reverse("move", args=[booking.pk]), {**typed, "try": first.value}, headers=BESIDE
    )
    assert tried.context["answer"].said.mood == "is-ok"


def test_a_session_in_use_is_extended(client, researcher, instrument):
    booking = make.a_booking(
        researcher, instrument, period("2026-10-06 11:00", "13:00"), status="in_use"
    )
    assert (
        f"{reverse('move', args=[booking.pk])}?end=14:00"
        in client.get(reverse("booking", args=[booking.pk])).text
    )
    page = opened(client, booking, end="14:00")
    assert "Save the new end" in page.text
    send(client, booking, typed_on(page))
    booking.refresh_from_db()
    assert booking.interval == period("2026-10-06 11:00", "14:00")


def test_what_the_form_does_not_ask_stays(client, booking):
    Booking.objects.filter(pk=booking.pk).update(animals=7, bsl2=True, operator_needed=True)
    page = opened(client, booking)
    send(client, booking, typed_on(page), bsl2="on", operator_needed="on", purpose="Panel C")
    booking.refresh_from_db()
    assert (booking.animals, booking.bsl2, booking.operator_needed) == (7, True, True)
    assert booking.purpose == "Panel C"


def test_too_late_to_shorten_is_said_on_the_panel(client, researcher, instrument):
    booking = make.a_booking(researcher, instrument, period("2026-10-06 14:00", "16:00"))
    typed = typed_on(opened(client, booking))
    response = send(client, booking, typed, beside=True, end="15:00")
    assert response.status_code == 409
    assert "This was possible until" in response.text


def test_staff_move_a_block_without_project_or_money(client, manager, instrument):
    block = make.a_booking(
        manager, instrument, kind="maintenance", booked_for=None, project=None, account=None
    )
    page = opened(client, block)
    assert "id_project" not in page.text
    send(client, block, typed_on(page), start="15:00", end="17:00")
    block.refresh_from_db()
    assert block.interval == period("2026-10-07 15:00", "17:00")
    assert block.project is None


def test_a_colleague_sees_it_but_does_not_move_it(client, booking):
    client.force_login(make.a_member(booking.team))
    assert opened(client, booking).status_code == 403
    text = client.get(reverse("booking", args=[booking.pk])).text
    assert reverse("move", args=[booking.pk]) not in text


def test_a_stranger_does_not_find_it(client, booking):
    client.force_login(make.a_researcher())
    assert opened(client, booking).status_code == 404


def test_it_asks_a_fixed_number_of_questions(client, booking, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        opened(client, booking, beside=True)
