"""The calendar in a browser: choose, move and stretch by dragging, keys, other people's changes."""

import re

import pytest
from playwright.sync_api import expect

from bookings.models import Booking
from tests import factories as make
from tests.browser.windows import DESKTOP, PHONE
from tests.factories import period

WEDNESDAY, THURSDAY = "2026-10-07", "2026-10-08"
WIDE = (1900, 900)


@pytest.fixture
def instrument():
    instrument = make.an_instrument(name="Fortessa X-20")
    make.a_price_list(instrument.facility, {instrument: {"INT": 1800}})
    return instrument


@pytest.fixture
def person(instrument):
    person = make.a_researcher()
    make.a_grant(person, make.a_qualification(instrument))
    return person


def calendar(window, instrument, query=""):
    page = window.open(f"/calendar/{instrument.facility.code}/{query}")
    expect(page.locator(".is-live")).to_have_count(1)
    return page


def dragged(page, box, start, end, *, hours=14, first=7, to=None):
    """Drag from one hour of a lane to another, of that lane or of another."""
    to = to or box
    page.mouse.move(box["x"] + (start - first) / hours * box["width"], box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(
        to["x"] + (end - first) / hours * to["width"], to["y"] + to["height"] / 2, steps=8
    )
    page.mouse.up()


def lane(page, day):
    return page.locator(f'.pl-lane[data-d="{day}"]').bounding_box()


def saved(page):
    page.locator("#booking-form button[name=book]").click()
    expect(page.locator("#panel-title")).to_have_text("Done")
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    booking = Booking.objects.get()
    tz = booking.instrument.facility.tz
    return tuple(
        f"{at.astimezone(tz):%a %H:%M}" for at in (booking.interval.start, booking.interval.end)
    )


def test_time_is_chosen_moved_and_stretched_by_dragging(open_window, person, instrument):
    page = calendar(open_window(person, size=WIDE), instrument)
    dragged(page, lane(page, WEDNESDAY), 9.1, 10.9)
    expect(page.locator(".flag")).to_have_text("9–11, €36.00")
    expect(page.locator("#id_start")).to_have_value("09:00")
    expect(page.locator(".pl-price")).to_contain_text("€36.00")
    assert saved(page) == ("Wed 09:00", "Wed 11:00")

    expect(page.locator("a.is-mine")).to_be_visible()
    dragged(page, lane(page, WEDNESDAY), 10, 15, to=lane(page, THURSDAY))
    expect(page.locator("#id_day")).to_have_value(THURSDAY)
    expect(page.locator("#id_start")).to_have_value("14:00")
    assert saved(page) == ("Thu 14:00", "Thu 16:00")

    expect(page.locator(f'.pl-lane[data-d="{THURSDAY}"] a.is-mine')).to_be_visible()
    dragged(page, lane(page, THURSDAY), 15.95, 18.05)
    assert saved(page) == ("Thu 14:00", "Thu 18:00")


def test_keys_go_from_period_to_period_and_open_and_close_the_panel(
    open_window, person, instrument
):
    booking = make.a_booking(person, instrument, purpose="Panel A")
    page = calendar(open_window(person), instrument)
    for key, there in (
        ("ArrowRight", "date=2026-10-13"),
        ("t", "date=2026-10-06"),
        ("d", "view=day"),
        ("l", "view=list"),
        ("w", "view=week"),
    ):
        page.keyboard.press(key)
        expect(page).to_have_url(re.compile(there))
    page.keyboard.press("b")
    expect(page.locator("#panel-title")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    mine = page.locator(f'a[href="/bookings/{booking.pk}/"]:visible')
    mine.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#panel")).to_contain_text("Panel A")
    page.keyboard.press("Escape")
    expect(mine).to_be_focused()
    page.locator(".pl-tl").focus()
    for key in ("ArrowDown", "ArrowRight", "Shift+ArrowRight", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#id_start")).to_have_value("09:30")
    expect(page.locator("#id_end")).to_have_value("11:00")


def test_what_others_do_appears_without_reloading(open_window, person, instrument):
    page = calendar(open_window(person), instrument)
    page.evaluate("window.stayed = true")
    make.a_booking(make.a_researcher(), instrument, period("2026-10-08 10:00", "12:00"))
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.locator(".pl-lane .is-busy.is-new")).to_be_visible()
    assert page.evaluate("window.stayed")


def test_the_week_of_an_instrument_is_dragged_on_too(open_window, person, instrument):
    page = open_window(person).open(f"/instruments/{instrument.pk}/calendar/")
    days = page.locator(".ec-body .ec-day")
    expect(days).to_have_count(7)
    top = days.nth(2).bounding_box()

    def point(day, hour):
        box = days.nth(day).bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + (hour - 7) * 44 + 2

    assert top["height"] > 500
    page.mouse.move(*point(2, 9))
    page.mouse.down()
    page.mouse.move(*point(2, 10.9), steps=8)
    page.mouse.up()
    expect(page.locator(".ec .is-pick")).to_contain_text("9–11, €36.00")
    assert saved(page) == ("Wed 09:00", "Wed 11:00")
    expect(page.locator(".ec .is-mine")).to_be_visible()
    page.mouse.move(*point(2, 9.5))
    page.mouse.down()
    page.mouse.move(*point(3, 12.5), steps=10)
    page.mouse.up()
    expect(page.locator("#id_day")).to_have_value(THURSDAY)
    assert saved(page) == ("Thu 12:00", "Thu 14:00")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_calendar_keeps_nobody_out(open_window, person, instrument, size, theme):
    make.a_booking(person, instrument, purpose="Panel A", status="requested")
    make.a_booking(make.a_researcher(), instrument, period("2026-10-08 10:00", "12:00"))
    make.an_instrument(instrument.facility, name="ImageStream", state="out_of_service")
    window = open_window(person, size=size, theme=theme, language="fr")
    base = f"/calendar/{instrument.facility.code}/"
    views = ("", "?view=day&nights=1", "?view=list") if size == DESKTOP else ("?date=2026-10-08",)
    for path in (*(base + view for view in views), f"/instruments/{instrument.pk}/calendar/"):
        page = window.open(path)
        if size == DESKTOP and "instruments" in path:
            expect(page.locator(".ec .is-asked")).to_be_visible()
        assert window.grave_barriers() == [], path
        assert not window.scrolls_sideways(), path
    if size == PHONE:
        window.open(f"{base}?date=2026-10-08")
        expect(page.locator(".pl-tl")).to_be_hidden()
        assert page.locator(".pl-ranges a").first.bounding_box()["height"] >= 48


def test_without_scripts_the_list_leads_to_the_booking_form(open_window, person, instrument):
    page = open_window(person, scripts=False).open(
        f"/calendar/{instrument.facility.code}/?view=list"
    )
    page.locator("td a.is-free").nth(1).click()
    expect(page).to_have_url(re.compile(f"/bookings/new/.*instrument={instrument.pk}"))
    expect(page.locator("#id_day")).to_have_value(WEDNESDAY)
