"""Servers and fixtures for every test.

The suite starts its own PostgreSQL and Valkey, once, for all workers. To run it on others:

    DATABASE_URL=postgresql://role:password@host/name REDIS_URL=redis://… make test

The role must be allowed to create databases and roles.
"""

import ipaddress
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

SERVERS = ExitStack()
LONG = {"browser", "concurrency", "config", "demo", "journeys", "security"}
"""Folders with files of a few tests that run for long."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the option of `make golden`."""
    parser.addoption("--rewrite-golden", action="store_true", dest="rewrite_golden")


def pytest_configure(config: pytest.Config) -> None:
    """Start the servers in the first process and tell Django where they are."""
    os.environ["PLATEAU_ENV"] = "test"
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    _close_network()
    if not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")):
        _start_servers()
    from django.conf import settings

    # pytest-django sets Django up after this, if it finds the settings loaded.
    settings.DATABASES  # noqa: B018


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that no worker is left alone with it at the end."""
    items.sort(key=lambda item: item.path.parent.name not in LONG)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what was started here."""
    SERVERS.close()


def _close_network() -> None:
    """Let Python's sockets reach this machine only: a test that asks the world is a mistake."""
    connect = socket.socket.connect

    def connect_here(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if host and host != "localhost" and not ipaddress.ip_address(host).is_loopback:
            raise AssertionError(f"A test connects to {host}.")
        connect(self, address)

    socket.socket.connect = connect_here  # type: ignore[method-assign, assignment]


def _start_servers() -> None:
    from config.embedded import passing_servers

    urls = SERVERS.enter_context(passing_servers())
    for name, url in urls.items():
        os.environ.setdefault(name, url)


@pytest.fixture(autouse=True)
def _nothing_stays() -> Iterator[None]:
    """Throttles, the language and the time zone of one test's person never reach the next."""
    from django.core.cache import cache
    from django.utils import timezone, translation

    yield
    cache.clear()
    translation.deactivate()
    timezone.deactivate()
