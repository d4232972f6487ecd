"""A post office and topics of the tests' own."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator

import pytest
from pytest_django import Settings

from notifications.registry import Renderer, register
from tests.notifications.post_office import PostOffice, open_post_office


@pytest.fixture
def post_office(settings: Settings) -> Iterator[PostOffice]:
    """A mail server that answers, with the settings that lead to it."""
    with open_post_office(settings) as office:
        settings.EMAIL_TIMEOUT = 5
        yield office


@pytest.fixture
def topic() -> Callable[[Renderer], str]:
    """Give a renderer a topic of its own, and return its name."""

    def named(renderer: Renderer) -> str:
        name = f"tests.{uuid.uuid4()}"
        register(name, renderer)
        return name

    return named
