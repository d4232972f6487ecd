"""Two platforms, and who opens the admin.

Imports lie in the fixtures: this file is read before Django has its settings.
"""

from typing import Any

import pytest


@pytest.fixture
def mine(db: None) -> Any:
    """The manager's own platform."""
    from tests import factories as make

    return make.a_facility()


@pytest.fixture
def theirs(db: None) -> Any:
    """Another platform."""
    from tests import factories as make

    return make.a_facility()


@pytest.fixture
def manager(mine: Any) -> Any:
    """The manager of the first, who may open the admin."""
    from tests import factories as make

    return make.a_staff_member(mine, user=make.a_user(is_staff=True))


@pytest.fixture
def as_manager(client: Any, manager: Any) -> Any:
    """A client that is logged in as the manager."""
    client.force_login(manager)
    return client


@pytest.fixture
def as_administrator(client: Any, db: None) -> Any:
    """A client that is logged in as an administrator of the centre."""
    from tests import factories as make

    client.force_login(make.a_user(is_staff=True, is_superuser=True))
    return client
