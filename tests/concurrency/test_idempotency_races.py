"""One request, sent many times at once by a client that heard no answer.

Guard: the key is claimed by an INSERT under its unique constraint, in the transaction of
the booking itself. Seen once without: with a look before an insert, nine of ten answers
are a crash on the constraint; with the constraint dropped too, one key makes ten bookings.
"""

import datetime as dt
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from knox.models import get_token_model
from rest_framework.test import APIClient

from accounts.models import IdempotencyKey
from bookings.locking import lock_instruments
from bookings.models import Booking
from tests import factories as make
from tests.concurrency.together import deadlocks, together

pytestmark = pytest.mark.django_db(transaction=True)

TIMES = 10


@pytest.fixture(autouse=True)
def _no_deadlock():
    before = deadlocks()
    yield
    assert deadlocks() == before


class Client:
    """A person's program."""

    def __init__(self, person: Any) -> None:
        _instance, self.token = get_token_model().objects.create(user=person)

    def book(self, instrument: Any, *, hour: int = 12, key: str | None = None) -> Any:
        """Book an hour of the day after tomorrow, on a connection of the caller's thread."""
        day = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
        start = day + dt.timedelta(days=2, hours=hour)
        return APIClient().post(
            "/api/v1/bookings/",
            {
                "instrument": instrument.pk,
                "start": start.isoformat(),
                "end": (start + dt.timedelta(hours=1)).isoformat(),
            },
            headers={"Authorization": f"Token {self.token}"}
            | ({"Idempotency-Key": key} if key else {}),
        )


@pytest.fixture
def instrument():
    return make.an_instrument()


@pytest.fixture
def client():
    return Client(make.a_researcher())


def codes(answers) -> dict[int, int]:
    found = [answer.status_code for answer in answers]
    return {code: found.count(code) for code in sorted(set(found))}


def test_a_request_sent_ten_times_at_once_makes_one_booking_and_ten_equal_answers(client):
    instrument = make.an_instrument(units=TIMES)  # so that nothing but the key stands in the way
    answers = together([partial(client.book, instrument, key="one")] * TIMES)
    assert codes(answers) == {201: TIMES}
    assert len({answer.content for answer in answers}) == 1
    assert {(a.headers["ETag"], a.headers["Location"]) for a in answers} == {
        ('"1"', answers[0].headers["Location"])
    }
    assert Booking.objects.get().pk == answers[0].json()["id"]
    assert client.book(instrument, key="one").content == answers[0].content


def test_without_a_key_the_slot_still_goes_once(client, instrument):
    answers = together([partial(client.book, instrument)] * TIMES)
    assert codes(answers) == {201: 1, 409: TIMES - 1}


def test_one_key_for_two_requests_serves_one_of_them(client, instrument):
    calls = [
        partial(client.book, instrument, hour=12 + number % 2, key="one") for number in range(TIMES)
    ]
    answers = together(calls)
    assert codes(answers) == {201: TIMES // 2, 422: TIMES // 2}
    refused = {answer.json()["code"] for answer in answers if answer.status_code == 422}
    assert refused == {"idempotency_key_reused"}
    assert Booking.objects.count() == 1


def test_the_same_key_of_other_people_is_another_key(instrument):
    clients = [Client(make.a_researcher()) for _ in range(TIMES)]
    answers = together(
        [
            partial(client.book, instrument, hour=number, key="one")
            for number, client in enumerate(clients)
        ]
    )
    assert codes(answers) == {201: TIMES}
    assert Booking.objects.count() == TIMES


def test_a_refusal_leaves_no_key_behind(client, instrument):
    first = Client(make.a_researcher()).book(instrument)
    answers = together([partial(client.book, instrument, key="one")] * TIMES)
    assert codes(answers) == {409: TIMES}
    assert not IdempotencyKey.objects.exists()
    Booking.objects.filter(pk=first.json()["id"]).delete()
    assert client.book(instrument, key="one").status_code == 201


@pytest.mark.parametrize("key", [None, "one"])
def test_who_waits_too_long_is_told_when_to_come_back(client, instrument, key):
    def impatient():
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '150ms'")
        return client.book(instrument, key=key)

    with transaction.atomic():
        lock_instruments(instrument.pk)
        (answer,) = together([impatient])
    assert answer.status_code == 503
    assert answer.json()["code"] == "busy"
    assert int(answer.headers["Retry-After"]) >= 1
    assert not IdempotencyKey.objects.exists()
    assert client.book(instrument, key=key).status_code == 201
