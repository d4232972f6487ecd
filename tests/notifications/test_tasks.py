"""The tasks may run twice in a row: the second run finds nothing to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from notifications import outbox, tasks
from notifications.models import Delivery, OutboxMessage
from notifications.registry import Mail, Renderer
from tests.notifications.post_office import PostOffice

pytestmark = pytest.mark.django_db


def to_ada(payload: Mapping[str, Any], now: object) -> list[Mail]:
    return [Mail(address="ada@example.org", language="en", subject="S", text="T")]


def rows() -> list[Any]:
    return [list(model.objects.order_by("id").values()) for model in (OutboxMessage, Delivery)]


@pytest.mark.parametrize("task", [tasks.drain_outbox, tasks.sweep_outbox, tasks.forget_done])
def test_a_second_run_changes_nothing(
    task: Callable[[], None], post_office: PostOffice, topic: Callable[[Renderer], str]
) -> None:
    outbox.publish(topic=topic(to_ada), key="a", payload={})
    task()
    after_one = rows()

    task()

    assert rows() == after_one
    assert len(post_office.received) <= 1


@pytest.mark.parametrize("task", [tasks.drain_outbox, tasks.sweep_outbox])
def test_what_is_due_is_told(
    task: Callable[[], None], post_office: PostOffice, topic: Callable[[Renderer], str]
) -> None:
    outbox.publish(topic=topic(to_ada), key="a", payload={})

    task()

    assert post_office.addresses() == ["ada@example.org"]
