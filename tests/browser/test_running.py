"""A manager adds an instrument, opens it, rehearses a rule and closes a day; all can read it."""

import pytest

from tests import factories as make
from tests.browser.windows import DESKTOP, PHONE
from tests.web.running import PAGES, address, parts

LIKE_ANOTHER = {"platform_details", "platform_instrument_new", "platform_qualification_new"}
"""Forms that are drawn as others are, field by field."""


@pytest.fixture
def instrument():
    return make.an_instrument(name="Fortessa X-20")


@pytest.fixture
def manager(instrument):
    return make.a_staff_member(instrument.facility)


def test_a_manager_sets_an_instrument_up_and_closes_a_day(open_window, instrument, manager):
    facility = instrument.facility
    make.a_booking(
        make.a_researcher(),
        instrument,
        make.period("2026-09-15 10:00", "16:00"),
        status="completed",
        created_at=make.at("2026-09-01 09:00"),
    )
    coming = make.a_booking(make.a_researcher(), instrument)
    window = open_window(manager)
    page = window.open(address("platform", facility))
    page.get_by_role("link", name="Add an instrument").click()
    page.get_by_label("Name").fill("LSM 980")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Added: LSM 980").wait_for()
    page.get_by_role("link", name="Never open: set hours").click()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Opening hours added.").wait_for()
    page.get_by_role("link", name="Rules", exact=True).click()
    page.get_by_role("link", name="Fortessa X-20").click()
    page.get_by_label("Longest booking").fill("4")
    page.get_by_role("button", name="What would they have refused?").click()
    page.get_by_text("of 1 booking since").wait_for()
    assert page.get_by_label("Longest booking").input_value() == "4"
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Rules of Fortessa X-20 saved.").wait_for()
    page.get_by_role("link", name="Closures", exact=True).click()
    page.get_by_role("link", name="Close or block a time").click()
    page.get_by_label("Reason").fill("Power cut")
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("heading", name="1 booking lies in it").wait_for()
    assert window.grave_barriers() == []
    assert not window.scrolls_sideways()
    page.get_by_label("Cancel", exact=True).check()
    page.get_by_role("button", name="Close, as chosen").click()
    page.get_by_text("1 booking is cancelled free of charge").wait_for()
    coming.refresh_from_db()
    assert coming.status == "cancelled"


@pytest.mark.parametrize(
    ("size", "theme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop", "phone"]
)
def test_the_pages_of_a_platform_are_open_to_all(open_window, instrument, manager, size, theme):
    make.a_price_list(instrument.facility, {instrument: {"INT": 1800}})
    rows = parts(instrument)
    window = open_window(manager, size=size, theme=theme, language="fr")
    for name in (name for name in PAGES if name not in LIKE_ANOTHER):
        window.open(address(name, instrument.facility, rows))
        assert window.grave_barriers() == [], name
        assert not window.scrolls_sideways(), name


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_first_steps_are_open_to_all(open_window, theme):
    window = open_window(make.a_user(is_superuser=True), size=PHONE, theme=theme)
    for path in ("/setup/", "/setup/organisation/", "/setup/platform/", "/setup/team/"):
        window.open(path)
        assert window.grave_barriers() == [], path
        assert not window.scrolls_sideways(), path
