"""Each page in a real browser: both themes, phone and desktop, no barrier, no sideways scroll."""

import pytest

from tests import factories as make
from tests.browser.windows import DESKTOP, PHONE

PAGES = ("/", "/instruments/", "/bookings/", "/bookings/new/", "/more/", "/accounts/login/")


@pytest.fixture
def somebody():
    """A researcher with a session today on an instrument they are trained on."""
    person = make.a_researcher()
    instrument = make.an_instrument(name="Fortessa X-20")
    make.a_grant(person, make.a_qualification(instrument))
    make.a_booking(person, instrument, purpose="Panel A")
    return person


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_pages_of_a_researcher_are_open_to_all(open_window, somebody, size, theme):
    window = open_window(somebody, size=size, theme=theme, language="fr")
    for path in PAGES:
        window.open(path)
        assert window.grave_barriers() == [], path
        assert not window.scrolls_sideways(), path
