"""A centre that is made once for a file, and left by every test as it was."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine


@pytest.fixture(scope="module")
def _standing_world(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    from django.db import transaction

    from tests.factories import NOW
    from tests.security.world import a_world

    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False), transaction.atomic():
        yield a_world()
        transaction.set_rollback(True)


@pytest.fixture
def world(_standing_world: Any, db: None) -> Any:
    """The centre at NOW; what a test does to it is undone."""
    return _standing_world
