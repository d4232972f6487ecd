"""The outbox in the admin: looked at, revived, never written by hand."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from notifications.models import Delivery, OutboxMessage
from tests.factories import NOW

pytestmark = pytest.mark.django_db

MESSAGES = "/admin/notifications/outboxmessage/"


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("admin@centre.example", language="en"))
    return client


@pytest.fixture
def dead() -> OutboxMessage:
    message = OutboxMessage.objects.create(topic="tests.any", key="a", attempts=20, dead_at=NOW)
    Delivery.objects.create(
        message=message, address="ada@example.org", language="en", mail_id="<1@x>", dead_at=NOW
    )
    return message


def test_a_dead_message_is_revived_from_the_list(admin: Client, dead: OutboxMessage):
    answer = admin.post(
        MESSAGES, {"action": "try_again", "_selected_action": [dead.pk]}, follow=True
    )

    assert "1 message revived." in answer.content.decode()
    dead.refresh_from_db()
    assert (dead.dead_at, dead.attempts) == (None, 0)
    assert dead.deliveries.get().dead_at is None


def test_a_message_shows_its_deliveries(admin: Client, dead: OutboxMessage):
    page = admin.get(f"{MESSAGES}{dead.pk}/change/").content.decode()

    assert "ada@example.org" in page


def test_nothing_is_added_or_deleted_by_hand(admin: Client, dead: OutboxMessage):
    assert admin.get(f"{MESSAGES}add/").status_code == 403
    assert admin.post(f"{MESSAGES}{dead.pk}/delete/", {"post": "yes"}).status_code == 403
    assert admin.post(f"{MESSAGES}{dead.pk}/change/", {"key": "b"}).status_code == 403
