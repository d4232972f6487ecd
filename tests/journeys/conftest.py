"""The site, once for all journeys."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing

import httpx
import pytest

from tests.journeys.site import Site, running_site


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Site]:
    """The site on a database of its own."""
    with running_site(tmp_path_factory.mktemp("site"), name=f"journeys_{worker_id}") as site:
        yield site


@pytest.fixture
def log_in(site: Site) -> Iterator[Callable[[str], httpx.Client]]:
    """Return clients that speak for people of the centre, by name; closed after the test."""
    with ExitStack() as clients:
        yield lambda name: clients.enter_context(closing(site.log_in(name)))
