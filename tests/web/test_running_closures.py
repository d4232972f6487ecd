"""Time is closed on a page: what lies in it is seen first, and decided about."""

import pytest

from bookings.models import Booking
from facilities.models import Closure
from tests import factories as make
from tests.web.running import address

CLOSED = {
    "place": "",
    "kind": "shutdown",
    "first": "2026-10-07",
    "opens": "00:00",
    "last": "2026-10-07",
    "closes": "00:00",
    "reason": "Power cut",
}


@pytest.fixture
def facility(instrument):
    return instrument.facility


@pytest.fixture
def booked(instrument):
    return make.a_booking(make.a_researcher(), instrument)


def close(client, facility, **fields):
    return client.post(address("platform_close", facility), {**CLOSED, **fields})


def test_a_closure_in_which_nothing_lies_is_made_at_once(client, manager, facility):
    assert close(client, facility).status_code == 302
    closure = Closure.objects.get()
    day = make.period("2026-10-07 00:00", "2026-10-08 00:00")
    assert (closure.starts_at, closure.ends_at) == (day.start, day.end)
    text = client.get(address("platform_closures", facility)).text
    assert "Wed 7 Oct" in text
    assert "Power cut" in text
    again = {"platform_reopen": {"closure_id": closure.pk}}
    client.post(address("platform_reopen", facility, again))
    assert not Closure.objects.exists()


def test_bookings_in_it_are_seen_before_anything_changes(client, manager, facility, booked):
    text = close(client, facility).text
    assert "1 booking lies in it" in text
    assert str(booked.booked_for) in text
    assert not Closure.objects.exists()
    undecided = close(client, facility, close="1")
    assert undecided.status_code == 422
    assert "Say of each" in undecided.text
    assert not Closure.objects.exists()


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"close": "1"}, "cancelled"),
        ({"all": "cancel"}, "cancelled"),
        ({"all": "keep"}, "approved"),
    ],
)
def test_each_is_kept_or_cancelled_as_said(client, manager, facility, booked, said, status):
    close(client, facility, **{f"booking-{booked.pk}": "cancel"}, **said)
    booked.refresh_from_db()
    assert booked.status == status
    assert Closure.objects.exists()


def test_an_instrument_is_blocked_and_free_again(client, manager, facility, instrument):
    close(client, facility, place=instrument.pk, kind="maintenance", opens="09:00", closes="12:00")
    block = Booking.objects.get()
    assert (block.kind, block.purpose) == ("maintenance", "Power cut")
    assert "Maintenance" in client.get(address("platform_closures", facility)).text
    client.post(address("platform_lift", facility, {"platform_lift": {"block_id": block.pk}}))
    block.refresh_from_db()
    assert block.status == "cancelled"


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "maintenance"},
        {"reason": ""},
        {"last": "2026-10-06"},
        {"first": "9999-12-31"},
        {"place": "999999"},
        {"closes": "99:00"},
    ],
)
def test_a_wrong_closure_is_told_at_its_field(client, manager, facility, wrong):
    answer = close(client, facility, **wrong)
    assert answer.status_code == 422
    assert "pl-bad" in answer.text
    assert not Closure.objects.exists()


def test_public_holidays_are_closed_but_those_somebody_booked(
    client, manager, facility, instrument
):
    make.a_booking(make.a_researcher(), instrument, make.period("2026-11-11 14:00", "16:00"))
    page = client.get(address("platform_closures", facility)).text
    assert "Armistice" in page
    days = {"day": ["2026-11-11", "2026-12-25", "2026-12-26", "nonsense"]}
    answer = client.post(address("platform_holidays", facility), days, follow=True)
    assert "Closed on 1 day." in answer.text
    assert "Bookings lie on Wed 11 Nov" in answer.text
    closure = Closure.objects.get()
    assert (closure.kind, closure.reason) == ("holiday", "Christmas Day")
    assert 'value="2026-12-25"' not in answer.text
