"""Telling: each address once, one failure stops no other, nothing lost with a worker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings
from structlog.testing import capture_logs

from notifications import delivery, outbox, upkeep
from notifications.models import Delivery, OutboxMessage
from notifications.registry import Attachment, Mail, Renderer
from tests.notifications.post_office import PostOffice

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LAPSED = NOW + delivery.LEASE + timedelta(seconds=30)

pytestmark = pytest.mark.django_db

Topic = Callable[[Renderer], str]


def letter(address: str, *, subject: str = "Hello") -> Mail:
    return Mail(address=address, language="en", subject=subject, text="Text", html="<p>Text</p>")


def to_all(payload: Mapping[str, Any], now: datetime) -> list[Mail]:
    return [letter(address) for address in payload["to"]]


def publish(topic: str, *to: str, key: str = "key") -> None:
    outbox.publish(topic=topic, key=key, payload={"to": list(to)})


def test_every_address_gets_its_mail_once(post_office: PostOffice, topic: Topic) -> None:
    publish(topic(to_all), "ada@example.org", "bob@example.org")

    assert delivery.drain(now=NOW, limit=10) == 1
    assert delivery.drain(now=NOW + timedelta(hours=1), limit=10) == 0

    assert post_office.addresses() == ["ada@example.org", "bob@example.org"]
    assert OutboxMessage.objects.get().done_at is not None


def test_a_mail_arrives_whole(post_office: PostOffice, topic: Topic, settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "Plateau <plateau@centre.example>"
    calendar = Attachment(
        name="séance.ics", mimetype="text/calendar; method=REQUEST", content="Été".encode()
    )
    picture = Attachment(name="p.png", mimetype="image/png", content=b"\x89PNG")
    mail = Mail(
        address="zoé@example.org".replace("é", "e"),
        language="fr",
        subject="Séance confirmée",
        text="Bonjour Zoé",
        html="<p>Bonjour Zoé</p>",
        attachments=(calendar, picture),
        headers={"X-Plateau": "yes"},
    )
    outbox.publish(topic=topic(lambda payload, now: [mail]), key="a", payload={})

    delivery.drain(now=NOW, limit=1)

    (received,) = post_office.received
    assert received["Subject"] == "Séance confirmée"
    assert received["From"] == "Plateau <plateau@centre.example>"
    assert received["Content-Language"] == "fr"
    assert received["Auto-Submitted"] == "auto-generated"
    assert received["X-Plateau"] == "yes"
    assert received["Message-ID"] == Delivery.objects.get().mail_id
    assert received["Message-ID"].endswith("@centre.example>")
    plain, html = (received.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert plain.get_content().strip() == "Bonjour Zoé"
    assert html is not None
    assert html.get_content().strip() == "<p>Bonjour Zoé</p>"
    invitation, image = received.iter_attachments()
    assert invitation.get_content_type() == "text/calendar"
    assert invitation.get_param("method") == "REQUEST"
    assert invitation.get_filename() == "séance.ics"
    assert invitation.get_content() == "Été"
    assert image.get_content() == b"\x89PNG"


def test_one_failing_address_holds_up_no_other(post_office: PostOffice, topic: Topic) -> None:
    post_office.refused = {"gone@example.org"}
    publish(topic(to_all), "gone@example.org", "ada@example.org")
    publish(topic(to_all), "bob@example.org", key="other")

    delivery.drain(now=NOW, limit=10)

    assert post_office.addresses() == ["ada@example.org", "bob@example.org"]
    failed = Delivery.objects.get(address="gone@example.org")
    assert failed.sent_at is None
    assert "550" in failed.last_error


def test_a_failed_mail_goes_later_and_the_sent_one_does_not_go_again(
    post_office: PostOffice, topic: Topic
) -> None:
    post_office.refused = {"slow@example.org"}
    publish(topic(to_all), "slow@example.org", "ada@example.org")
    delivery.drain(now=NOW, limit=10)
    post_office.refused = set()

    assert delivery.drain(now=NOW + timedelta(seconds=5), limit=10) == 0
    assert delivery.drain(now=NOW + timedelta(seconds=12), limit=10) == 1

    assert post_office.addresses() == ["ada@example.org", "slow@example.org"]


def test_what_is_no_longer_true_is_not_told(post_office: PostOffice, topic: Topic) -> None:
    outbox.publish(topic=topic(lambda payload, now: []), key="a", payload={})

    delivery.drain(now=NOW, limit=10)

    assert post_office.received == []
    assert OutboxMessage.objects.get().done_at is not None


def test_what_stops_being_true_between_two_tries_is_withdrawn(
    post_office: PostOffice, topic: Topic
) -> None:
    post_office.refused = {"ada@example.org"}
    wordings = [[letter("ada@example.org")], [letter("late@example.org")]]
    outbox.publish(topic=topic(lambda payload, now: wordings.pop(0)), key="a", payload={})
    delivery.drain(now=NOW, limit=10)

    delivery.drain(now=NOW + timedelta(minutes=1), limit=10)

    assert post_office.received == []
    assert Delivery.objects.get().withdrawn_at is not None
    assert OutboxMessage.objects.get().done_at is not None


def test_a_message_that_cannot_be_worded_holds_up_no_other(
    post_office: PostOffice, topic: Topic
) -> None:
    outbox.publish(topic="tests.nobody-knows", key="a", payload={})
    outbox.publish(topic=topic(lambda payload, now: [1 / 0]), key="b", payload={})  # type: ignore[list-item]
    publish(topic(to_all), "ada@example.org", key="c")

    delivery.drain(now=NOW, limit=10)

    assert post_office.addresses() == ["ada@example.org"]
    unknown, broken, told = OutboxMessage.objects.order_by("key")
    assert unknown.last_error.startswith("TopicUnknown")
    assert broken.last_error.startswith("ZeroDivisionError")
    assert told.done_at is not None


def test_a_subject_of_two_lines_is_never_sent(post_office: PostOffice, topic: Topic) -> None:
    mail = letter("ada@example.org", subject="Hello\nBcc: eve@example.org")
    outbox.publish(topic=topic(lambda payload, now: [mail]), key="a", payload={})

    delivery.drain(now=NOW, limit=10)

    assert post_office.received == []
    assert Delivery.objects.get().last_error.startswith("BadHeaderError")


def test_after_twenty_failures_it_is_given_up_with_an_alert(
    post_office: PostOffice, topic: Topic
) -> None:
    post_office.refused = {"gone@example.org"}
    publish(topic(to_all), "gone@example.org", "ada@example.org")

    with capture_logs() as logs:
        for day in range(delivery.DEAD_AT_ATTEMPTS + 5):
            delivery.drain(now=NOW + timedelta(days=day), limit=10)

    message = OutboxMessage.objects.get()
    assert message.dead_at is not None
    assert message.attempts == delivery.DEAD_AT_ATTEMPTS
    assert post_office.addresses() == ["ada@example.org"]
    assert [log for log in logs if log["log_level"] == "error"] == [
        {
            "event": "outbox_dead_letter",
            "log_level": "error",
            "message": message.pk,
            "topic": message.topic,
        }
    ]


def test_a_dead_message_can_be_revived_and_tells_only_who_was_not_told(
    post_office: PostOffice, topic: Topic
) -> None:
    post_office.refused = {"gone@example.org"}
    publish(topic(to_all), "gone@example.org", "ada@example.org")
    for day in range(delivery.DEAD_AT_ATTEMPTS):
        delivery.drain(now=NOW + timedelta(days=day), limit=10)
    post_office.refused = set()

    assert upkeep.revive(message_ids=[OutboxMessage.objects.get().pk]) == 1
    delivery.drain(now=NOW, limit=10)

    assert post_office.addresses() == ["ada@example.org", "gone@example.org"]
    assert OutboxMessage.objects.get().done_at is not None


def test_a_killed_worker_keeps_its_claim_only_until_the_lease_lapses(
    post_office: PostOffice, topic: Topic
) -> None:
    def killed_once(payload: Mapping[str, Any], now: datetime) -> list[Mail]:
        if now < LAPSED:
            raise KeyboardInterrupt
        return [letter("ada@example.org")]

    outbox.publish(topic=topic(killed_once), key="a", payload={})
    with pytest.raises(KeyboardInterrupt):
        delivery.drain(now=NOW, limit=10)

    assert delivery.drain(now=NOW + timedelta(seconds=20), limit=10) == 0
    assert delivery.drain(now=LAPSED, limit=10) == 1

    assert post_office.addresses() == ["ada@example.org"]


def test_a_worker_killed_after_sending_sends_again_under_the_same_message_id(
    post_office: PostOffice, topic: Topic, settings: Settings
) -> None:
    publish(topic(to_all), "ada@example.org")
    usual = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "tests.notifications.post_office.DiesAfterSending"
    with pytest.raises(KeyboardInterrupt):
        delivery.drain(now=NOW, limit=10)
    settings.EMAIL_BACKEND = usual

    delivery.drain(now=LAPSED, limit=10)

    first, second = post_office.received
    assert first["Message-ID"] == second["Message-ID"]
    assert OutboxMessage.objects.get().done_at is not None


def test_a_message_that_kills_every_worker_is_given_up(
    post_office: PostOffice, topic: Topic
) -> None:
    def deadly(payload: Mapping[str, Any], now: datetime) -> list[Mail]:
        raise KeyboardInterrupt

    outbox.publish(topic=topic(deadly), key="a", payload={})
    for day in range(delivery.DEAD_AT_ATTEMPTS):
        with pytest.raises(KeyboardInterrupt):
            delivery.drain(now=NOW + timedelta(days=day), limit=10)

    delivery.drain(now=NOW + timedelta(days=30), limit=10)

    assert OutboxMessage.objects.get().dead_at is not None


def test_a_mail_server_that_is_away_costs_no_attempt_and_raises_an_alert(
    topic: Topic, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    publish(topic(to_all), "ada@example.org")

    with capture_logs() as logs:
        assert delivery.drain(now=NOW, limit=10) == 0

    message = OutboxMessage.objects.get()
    assert message.attempts == 0
    assert message.claimed_until is None
    assert logs[0]["event"] == "outbox_mail_server_away"


def test_no_more_than_the_limit_is_taken_up(post_office: PostOffice, topic: Topic) -> None:
    name = topic(to_all)
    for number in range(5):
        publish(name, f"p{number}@example.org", key=str(number))

    assert delivery.drain(now=NOW, limit=2) == 2
    assert post_office.addresses() == ["p0@example.org", "p1@example.org"]


def test_old_messages_and_their_addresses_are_forgotten(
    post_office: PostOffice, topic: Topic
) -> None:
    publish(topic(to_all), "ada@example.org")
    outbox.publish(topic="tests.nobody-knows", key="open", payload={})
    delivery.drain(now=NOW, limit=10)

    assert upkeep.forget_done(now=NOW + timedelta(days=29), limit=10) == 0
    assert upkeep.forget_done(now=NOW + timedelta(days=31), limit=10) == 1

    assert not Delivery.objects.exists()
    assert OutboxMessage.objects.get().key == "open"


@given(st.integers(min_value=1, max_value=10_000))
def test_pauses_grow_up_to_an_hour(attempts: int) -> None:
    pause = delivery.pause_after(attempts)

    assert timedelta(seconds=10) <= pause <= timedelta(hours=1)
    assert pause <= delivery.pause_after(attempts + 1) <= 2 * pause
