"""Booking in a browser: price while choosing, conflict, move; and all of it without scripts."""

import pytest
from playwright.sync_api import expect

from bookings.models import Booking
from tests import factories as make
from tests.browser.windows import DESKTOP, PHONE


@pytest.fixture
def somebody():
    """A researcher of a team that pays by the hour."""
    return make.a_researcher()


@pytest.fixture
def instrument():
    instrument = make.an_instrument(name="Fortessa X-20")
    make.a_price_list(instrument.facility, {instrument: {"INT": 1800}})
    return instrument


def test_a_price_follows_what_is_chosen_and_a_conflict_keeps_the_form(
    open_window, somebody, instrument
):
    window = open_window(somebody)
    page = window.open(f"/bookings/new/?instrument={instrument.pk}")
    page.fill("#id_day", "2026-10-07")
    page.fill("#id_start", "14:00")
    page.fill("#id_end", "16:00")
    expect(page.locator("#booking-foot .pl-price")).to_contain_text("€36.00")
    page.fill("#id_end", "16:10")
    expect(page.locator("#id_end")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[name=book]")).to_have_attribute("aria-disabled", "true")
    page.locator("[name=book]").click(force=True)  # it is off: it leads to what is wrong
    expect(page.locator("#id_end")).to_be_focused()
    page.fill("#id_end", "16:00")
    expect(page.locator("#booking-said")).to_contain_text("Confirmed at once.")
    make.a_booking(make.a_researcher(), instrument)
    page.fill("#id_purpose", "Panel A")
    page.locator("[name=book]").click()
    taken = page.locator("#booking-taken")
    expect(taken).to_contain_text("Taken. Free instead:")
    expect(page.locator("#id_purpose")).to_have_value("Panel A")
    taken.get_by_role("button", name="Book Wed 7 Oct, 18:00–20:00").click()
    expect(page.get_by_role("status")).to_contain_text("Booked: Fortessa X-20, Wed 7 Oct, 18:00")
    page.get_by_role("link", name="Move").click()
    page.locator("#booking-later").click()
    expect(page.locator("#booking-foot .pl-price")).to_contain_text("less")
    page.get_by_role("button", name="Save the change").click()
    expect(page.get_by_role("status")).to_contain_text("Saved: Fortessa X-20, Wed 7 Oct, 18:30")
    booking = Booking.objects.get(booked_for=somebody)
    assert booking.interval == make.period("2026-10-07 18:30", "20:30")


def test_without_scripts_a_session_is_checked_booked_moved_and_cancelled(
    open_window, somebody, instrument
):
    window = open_window(somebody, scripts=False)
    page = window.open(f"/bookings/new/?instrument={instrument.pk}")
    page.fill("#id_day", "2026-10-07")
    page.fill("#id_start", "14:00")
    page.fill("#id_end", "16:00")
    page.get_by_role("button", name="Check price and rules").click()
    expect(page.locator(".pl-price")).to_contain_text("€36.00")
    page.locator("[name=book]").click()
    expect(page.get_by_role("status")).to_contain_text("Booked:")
    page.get_by_role("link", name="Move").click()
    page.locator("#booking-later").click()
    page.get_by_role("button", name="Save the change").click()
    expect(page.get_by_role("status")).to_contain_text("Saved:")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("status")).to_contain_text("Given up:")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_pages_of_a_booking_are_open_to_all(open_window, somebody, instrument, size, theme):
    booking = make.a_booking(somebody, instrument, estimate_cents=3600, purpose="Panel A")
    make.a_booking(somebody, instrument, make.period("2026-10-05 09:00", "10:00"), status="no_show")
    new = f"/bookings/new/?instrument={instrument.pk}&day=2026-10-08&start=14:10&end=21:00"
    window = open_window(somebody, size=size, theme=theme, language="fr")
    for path in (new, "/bookings/", f"/bookings/{booking.pk}/", f"/bookings/{booking.pk}/move/"):
        window.open(path)
        assert window.grave_barriers() == [], path
        assert not window.scrolls_sideways(), path
