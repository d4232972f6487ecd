"""A request that is sent again is answered, not repeated."""

import datetime as dt

import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.idempotency import forget_old_keys
from accounts.models import IdempotencyKey
from bookings.models import Booking
from compliance.models import Grant
from tests import factories as make
from tests.factories import NOW

BODY = {"start": "2026-10-12T14:00:00+02:00", "end": "2026-10-12T16:00:00+02:00"}
URL = "/api/v1/bookings/"


def posted(client, body, key="my-key", url=URL):
    return client.post(url, body, headers={"Idempotency-Key": key})


def test_a_replay_is_the_same_to_the_byte(as_, researcher, instrument):
    client, body = as_(researcher), BODY | {"instrument": instrument.pk, "purpose": "Panel é"}
    first, again = posted(client, body), posted(client, body)
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    for name in ("ETag", "Location", "Content-Type", "Cache-Control"):
        assert first.headers[name] == again.headers[name]
    assert Booking.objects.count() == 1


def test_the_order_of_names_makes_no_other_request(as_, researcher, instrument):
    client, body = as_(researcher), BODY | {"instrument": instrument.pk}
    posted(client, body)
    assert posted(client, dict(reversed(body.items()))).status_code == 201
    assert Booking.objects.count() == 1


def test_another_body_or_address_under_the_key_is_refused(as_, researcher, instrument):
    client, body = as_(researcher), BODY | {"instrument": instrument.pk}
    posted(client, body)
    other = posted(client, body | {"purpose": "Other"})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    elsewhere = posted(client, BODY | {"reason": "x"}, url="/api/v1/closures/")
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (422, "idempotency_key_reused")


def test_the_same_key_of_another_person_is_another_key(as_, researcher, instrument):
    body = BODY | {"instrument": instrument.pk}
    posted(as_(researcher), body)
    later = body | {"start": BODY["end"], "end": "2026-10-12T18:00:00+02:00"}
    assert posted(as_(make.a_researcher()), later).status_code == 201
    assert Booking.objects.count() == IdempotencyKey.objects.count() == 2


def test_what_was_refused_leaves_no_key(as_, researcher, instrument):
    client, body = as_(researcher), BODY | {"instrument": instrument.pk}
    block = make.a_booking(
        make.a_researcher(), instrument, make.period("2026-10-12 14:00", "16:00")
    )
    assert posted(client, body).status_code == 409
    assert posted(client, body | {"end": "x"}).status_code == 400
    assert not IdempotencyKey.objects.exists()
    Booking.objects.filter(pk=block.pk).update(status="cancelled")
    assert posted(client, body).status_code == 201


def test_a_key_counts_for_a_day(as_, researcher, instrument):
    body = BODY | {"instrument": instrument.pk}
    posted(as_(researcher), body)
    with time_machine.travel(NOW + dt.timedelta(hours=23, minutes=59), tick=False):
        assert posted(as_(researcher), body).status_code == 201
        assert forget_old_keys(now=NOW + dt.timedelta(hours=23, minutes=59)) == 0
    with time_machine.travel(NOW + dt.timedelta(hours=24), tick=False):
        assert posted(as_(researcher), body).status_code == 409
        later = body | {"start": BODY["end"], "end": "2026-10-12T18:00:00+02:00"}
        assert posted(as_(researcher), later).status_code == 201
        assert IdempotencyKey.objects.get().created_at == NOW + dt.timedelta(hours=24)
    assert forget_old_keys(now=NOW + dt.timedelta(hours=48)) == 1


def test_a_grant_is_given_once_too(as_, researcher, instrument):
    qualification = make.a_qualification(instrument)
    trainer = as_(make.a_staff_member(instrument.facility, "trainer"))
    body = {"person": researcher.pk, "qualification": qualification.pk}
    answers = [posted(trainer, body, url="/api/v1/grants/") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert Grant.objects.count() == 1


def test_the_key_costs_two_statements_and_its_absence_none(as_, researcher, instrument):
    client = as_(researcher)

    def statements(start, key):
        body = {"instrument": instrument.pk, "start": start, "end": start.replace("00:00", "30:00")}
        headers = {"Idempotency-Key": key} if key else {}
        with CaptureQueriesContext(connection) as captured:
            assert client.post(URL, body, headers=headers).status_code == 201
        told = [query["sql"] for query in captured if "SAVEPOINT" not in query["sql"]]
        return len(told), [sql for sql in told if "idempotencykey" in sql]

    plain, none = statements("2026-10-13T14:00:00Z", None)
    keyed, both = statements("2026-10-14T14:00:00Z", "k")
    assert (len(none), len(both)) == (0, 2)
    assert keyed == plain + 2
