"""A real browser at the site: Chromium, at the fixed hour of the factories.

A window notes what a page must never do (errors of its scripts, breaches of the policy,
requests to elsewhere), and the test fails on it at the end.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Browser, sync_playwright

from tests.browser.windows import ARGUMENTS, CHROMIUM, Window

# Playwright runs a loop in this thread, which Django takes for a view that must not wait.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The distribution's browser, one for each process that runs tests."""
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is not here; .ci/system-packages brings it.")
        pytest.skip("no Chromium on this machine: .ci/system-packages brings it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="session", autouse=True)
def _nobody_stays(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """End what the last window still had under way, so that the database can be dropped."""
    yield
    from django.db import connection

    # Not the connection of the last test, which may be gone.
    with django_db_blocker.unblock():
        connection.close()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(autouse=True)
def _the_hour(transactional_db: None) -> Iterator[None]:
    """Let the clock run from the hour of the factories."""
    from tests.factories import NOW

    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def open_window(chromium: Browser, live_server: Any) -> Iterator[Callable[..., Window]]:
    """Return how a window is opened: for a person who is logged in, or for a stranger."""
    with ExitStack() as windows:

        def opened(person: Any = None, **options: Any) -> Window:
            window = Window(chromium, live_server.url, person, **options)
            windows.callback(window.close)
            return window

        yield opened
