"""The shared cache remembers while it can and never breaks a request."""

import os

import pytest
from django.core.cache.backends.base import BaseCache

from config.cache import ForgetfulCache
from config.environment import redis_database
from config.processes import free_port


@pytest.fixture
def here() -> BaseCache:
    cache = ForgetfulCache(redis_database(os.environ["REDIS_URL"], 3), {})
    cache.clear()
    return cache


@pytest.fixture
def away() -> BaseCache:
    return ForgetfulCache(f"redis://127.0.0.1:{free_port()}/0", {})


def test_it_remembers(here: BaseCache) -> None:
    here.set_many({"a": [1], "b": 2})
    assert here.get_many(["a", "b", "c"]) == {"a": [1], "b": 2}
    assert here.incr("b") == 3
    assert not here.add("a", 0)
    assert here.touch("a")
    assert here.delete("a")
    assert not here.has_key("a")


def test_without_a_server_nothing_is_known_and_nothing_fails(away: BaseCache) -> None:
    away.set("a", 1)
    away.set_many({"a": 1})
    assert away.get("a", "nothing") == "nothing"
    assert away.get_many(["a"]) == {}
    assert away.incr("a") == 1
    assert not away.has_key("a")
    away.delete("a")
    away.delete_many(["a"])
    away.clear()


def test_without_a_server_nobody_waits_for_a_lock(away: BaseCache) -> None:
    assert away.add("lock", 1)
