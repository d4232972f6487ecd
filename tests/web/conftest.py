"""People at the screen, at a fixed hour.

Imports lie in the fixtures: this file is read before Django has its settings.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine


@pytest.fixture(autouse=True)
def _at_noon(db: None) -> Iterator[None]:
    """Views read the clock; here it stands still."""
    from tests.factories import NOW

    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def instrument(db: None) -> Any:
    """An instrument open round the clock that approves by itself."""
    from tests import factories as make

    return make.an_instrument(name="Fortessa X-20")


@pytest.fixture
def researcher(client: Any) -> Any:
    """A researcher of a host team who is logged in."""
    from tests import factories as make

    person = make.a_researcher()
    client.force_login(person)
    return person


@pytest.fixture
def manager(client: Any, instrument: Any) -> Any:
    """The instrument's manager, logged in."""
    from tests import factories as make

    person = make.a_staff_member(instrument.facility)
    client.force_login(person)
    return person
