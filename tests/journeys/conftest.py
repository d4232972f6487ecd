"""The site, once for all journeys."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing

import httpx
import pytest

from tests.journeys.site import Site, running_site


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Site]:
    """The site, one for each process that runs tests."""
    number = int(worker_id.removeprefix("gw")) if worker_id.startswith("gw") else 0
    with running_site(tmp_path_factory.mktemp("site"), number=number) as site:
        yield site


@pytest.fixture
def log_in(site: Site) -> Iterator[Callable[[str], httpx.Client]]:
    """Return clients that speak for people of the centre, by name; closed after the test."""
    with ExitStack() as clients:
        yield lambda name: clients.enter_context(closing(site.log_in(name)))
