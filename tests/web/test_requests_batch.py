"""Many requests are answered at once, and an approval is taken back within ten seconds."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from notifications.models import OutboxMessage
from tests import factories as make


@pytest.fixture
def asked(instrument):
    return make.a_booking(
        make.a_researcher(),
        instrument,
        status="requested",
        evaluation={"approval_reasons": ["always"]},
        estimate_cents=3600,
    )


def answer(client, name, booking, **data):
    return client.post(reverse(name, args=[booking.pk]), data, follow=True)


@pytest.fixture
def three(manager, instrument):
    return [
        make.a_booking(
            make.a_researcher(),
            instrument,
            make.period(f"2026-10-09 {hour:02}:00", f"{hour:02}:30"),
            status="requested",
        )
        for hour in (9, 10, 11)
    ]


def decide(client, act, *bookings, **data):
    body = {"act": act, "booking": [booking.pk for booking in bookings], **data}
    return client.post(reverse("decide"), body, follow=True)


def statuses(bookings):
    for booking in bookings:
        booking.refresh_from_db()
    return [booking.status for booking in bookings]


def test_many_are_approved_at_once(client, three):
    response = decide(client, "approve", *three[:2])
    assert "2 requests approved." in response.text
    assert statuses(three) == ["approved", "approved", "requested"]


def test_many_are_refused_at_once_with_one_reason(client, three):
    response = decide(client, "reject", *three[:2], reason="The laser is down")
    assert "2 requests refused: Fortessa X-20, Fri 9 Oct, 09:00–09:30" in response.text
    assert statuses(three) == ["rejected", "rejected", "requested"]
    assert {booking.decisions.get().reason for booking in three[:2]} == {"The laser is down"}


def test_many_are_not_refused_without_a_reason_and_stay_chosen(client, three):
    response = decide(client, "reject", *three[:2], reason=" ")
    assert response.status_code == 422
    assert 'aria-describedby="refused-all"' in response.text
    assert response.text.count(" checked") == 2
    assert statuses(three) == ["requested"] * 3


def test_one_that_fails_holds_no_other_up_and_is_said_with_why(client, three, researcher, manager):
    client.force_login(manager)
    three[0].status = "cancelled"
    three[0].save()
    foreign = make.a_booking(researcher, make.an_instrument(), status="requested")
    response = decide(client, "approve", three[0], foreign, three[1])
    assert "1 request approved." in response.text
    assert "Not approved: Fortessa X-20, Fri 9 Oct, 09:00–09:30. This is not possible" in (
        response.text
    )
    assert "Not approved: A request." in response.text
    assert statuses([*three, foreign]) == ["cancelled", "approved", "requested", "requested"]


def test_nothing_chosen_is_said(client, three):
    assert "Choose at least one request." in decide(client, "approve").text


# --- undo -----------------------------------------------------------------------------------


def test_an_approval_is_taken_back_from_the_queue(client, manager, asked):
    response = answer(client, "approve", asked)
    assert reverse("undo") in response.text
    response = client.post(reverse("undo"), {"booking": asked.pk}, follow=True)
    assert "To decide again: Fortessa X-20" in response.text
    assert reverse("undo") not in response.text
    assert statuses([asked]) == ["requested"]


def test_after_ten_seconds_undo_is_offered_no_more(client, manager, asked):
    answer(client, "approve", asked)
    with time_machine.travel(make.NOW + dt.timedelta(seconds=11), tick=False):
        assert reverse("undo") not in client.get(reverse("requests")).text
        response = client.post(reverse("undo"), {"booking": asked.pk}, follow=True)
    assert "Too late to take this back" in response.text
    assert statuses([asked]) == ["approved"]


def test_from_elsewhere_an_approval_is_told_at_once(client, manager, asked):
    answer(client, "approve", asked, next=reverse("bookings"))
    message = OutboxMessage.objects.get(topic="bookings.approved")
    assert message.available_at is None


def test_after_a_decision_the_next_request_is_lit(client, three):
    text = client.get(reverse("request", args=[three[1].pk])).text
    assert f'name="next" value="/requests/?at={three[2].pk}"' in text
    text = client.get(reverse("request", args=[three[2].pk])).text
    assert f'name="next" value="/requests/?at={three[1].pk}"' in text
    text = client.get(reverse("requests"), {"at": three[2].pk}).text
    assert f'aria-current="true" data-id="{three[2].pk}"' in text
    assert text.count("autofocus") == 1
