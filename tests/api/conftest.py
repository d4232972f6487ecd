"""Clients of the API, and a clock that stands at NOW.

Imports lie in the fixtures: this file is read before Django has its settings.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine


@pytest.fixture(autouse=True)
def _clock_at_now() -> Iterator[None]:
    from tests.factories import NOW

    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def as_(db: None) -> Callable[[Any], Any]:
    """Return a client that speaks for a person by token."""
    from knox.models import get_token_model
    from rest_framework.test import APIClient

    def client(user: Any) -> APIClient:
        client = APIClient()
        if user is not None:
            _instance, token = get_token_model().objects.create(user=user)
            client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
        return client

    return client


@pytest.fixture
def instrument(db: None) -> Any:
    """An instrument that approves by itself."""
    from tests import factories as make

    return make.an_instrument()


@pytest.fixture
def researcher(db: None) -> Any:
    """A member of a team with a project and an account."""
    from tests import factories as make

    return make.a_researcher()
