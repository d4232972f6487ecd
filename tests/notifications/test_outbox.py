"""Publishing: with the transaction or not at all, once a key, broker or no broker."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from celery import Celery
from celery.app import app_or_default
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoCaptureOnCommitCallbacks
from structlog.testing import capture_logs

from notifications import outbox
from notifications.models import OutboxMessage

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def broker_away() -> Iterator[None]:
    """The project's own Celery settings, with nobody listening where the broker should be."""
    usual = app_or_default()
    app = Celery("plateau", set_as_current=True)
    app.config_from_object("django.conf:settings", namespace="CELERY")
    app.conf.update(broker_url="redis://127.0.0.1:1/0", task_always_eager=False)
    yield
    app.close()
    usual.set_current()
    outbox._broker.rests_until = 0


@pytest.mark.django_db
def test_a_message_is_one_insert() -> None:
    with (
        transaction.atomic(),
        CaptureQueriesContext(
            connection,
        ) as queries,
    ):
        outbox.publish(topic="tests.any", key="a", payload={"booking": 1})

    assert len(queries) == 1
    assert "ON CONFLICT DO NOTHING" in queries[0]["sql"]


@pytest.mark.django_db
def test_a_second_message_with_the_same_key_changes_nothing() -> None:
    outbox.publish(topic="tests.any", key="a", payload={"booking": 1})
    outbox.publish(topic="tests.any", key="a", payload={"booking": 2})

    assert OutboxMessage.objects.get().payload == {"booking": 1}


def publish_then_fail(key: str) -> None:
    with transaction.atomic():
        outbox.publish(topic="tests.any", key=key, payload={})
        raise ZeroDivisionError


@pytest.mark.django_db
def test_what_is_rolled_back_is_not_told() -> None:
    with pytest.raises(ZeroDivisionError):
        publish_then_fail("a")

    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("broker_away")
def test_with_the_broker_away_the_change_is_kept_and_nobody_waits() -> None:
    outbox.nudge()  # a process loads the transport at its first nudge
    for number in range(3):
        outbox._broker.rests_until = 0
        begun = time.monotonic()
        with transaction.atomic():
            outbox.publish(topic="tests.any", key=str(number), payload={})
        assert time.monotonic() - begun < 1

    assert OutboxMessage.objects.due(NOW).count() == 3


@pytest.mark.usefixtures("broker_away")
def test_a_broker_that_did_not_answer_is_left_alone_for_a_while() -> None:
    with capture_logs() as logs:
        for _number in range(10):
            outbox.nudge()

    assert [log["event"] for log in logs] == ["outbox_nudge_missed"]


@pytest.mark.django_db
def test_many_messages_of_a_transaction_make_one_nudge(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks() as nudges:
        for number in range(3):
            outbox.publish(topic="tests.any", key=str(number), payload={})

    assert nudges == [outbox.nudge]


@pytest.mark.django_db
def test_a_nudge_lost_with_a_savepoint_is_given_again(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks() as nudges:
        with pytest.raises(ZeroDivisionError):
            publish_then_fail("lost")
        outbox.publish(topic="tests.any", key="kept", payload={})

    assert nudges == [outbox.nudge]


@pytest.mark.django_db
def test_a_message_for_later_is_due_later() -> None:
    outbox.publish(topic="tests.any", key="a", payload={}, available_at=NOW + timedelta(minutes=5))

    assert not OutboxMessage.objects.due(NOW).exists()
    assert OutboxMessage.objects.due(NOW + timedelta(minutes=5)).exists()
