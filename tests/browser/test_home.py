"""The first pages and the catalogue in a real browser."""

import datetime as dt

import pytest

from bookings.models import UsageSession
from facilities.models import Favourite
from tests import factories as make
from tests.browser.windows import DESKTOP, PHONE

LOOKS = [(DESKTOP, "dark"), (PHONE, "light")]
"""Colours do not depend on the width, nor the width on the colours."""


@pytest.fixture
def platform():
    """A platform with a machine in use, one stopped, one locked, prices and a request."""
    facility = make.a_facility(name="Cytometry", email="cyt@lab.example")
    fortessa = make.an_instrument(facility, name="Fortessa X-20", drawing="flow")
    make.an_instrument(facility, name="ImageStream", state="out_of_service", state_reason="Laser")
    make.a_qualification(make.an_instrument(facility, name="Aurora 5L", drawing="sorter"))
    make.a_price_list(facility, {fortessa: {"INT": 1800, "IND": 12_000}})
    return fortessa


@pytest.fixture
def researcher(platform):
    person = make.a_researcher()
    course = make.a_qualification(platform)
    make.a_grant(person, course, valid_until=dt.date(2026, 10, 20))
    now_on = make.a_booking(
        person, platform, make.period("2026-10-06 11:00", "13:00"), status="in_use", purpose="A"
    )
    UsageSession.objects.create(
        booking=now_on, started_at=make.at("2026-10-06 11:02"), source="person"
    )
    make.a_booking(person, platform, status="requested", estimate_cents=3600)
    return person


def faults(window, path):
    window.open(path)
    wide = ["scrolls sideways"] if window.scrolls_sideways() else []
    return [f"{path}: {fault}" for fault in [*window.grave_barriers(), *wide]]


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_the_pages_of_each_person_are_open_to_all(open_window, platform, researcher, size, theme):
    team = make.a_team(make.a_company())
    partner = make.a_member(team, "head")
    account = make.an_account(team, kind="purchase_order", ceiling_cents=100_000)
    make.a_booking(
        partner,
        platform,
        make.period("2026-10-08 09:00", "11:00"),
        project=make.a_project(team),
        account=account,
        estimate_cents=24_000,
    )
    manager = make.a_staff_member(platform.facility)
    chief = make.a_user(is_superuser=True, is_staff=True)
    found = []
    for person, paths in (
        (researcher, ("/", "/instruments/", f"/instruments/{platform.pk}/", "/costs/")),
        (manager, ("/",)),
        (partner, ("/",)),
        (chief, ("/",)),
    ):
        window = open_window(person, size=size, theme=theme, language="fr")
        for path in paths:
            found += faults(window, path)
    assert found == []


def test_a_person_finds_an_instrument_keeps_it_and_comes_to_book(open_window, researcher):
    page = open_window(researcher).open("/instruments/")
    page.get_by_role("searchbox").press_sequentially("fort")
    page.wait_for_url("**search=fort**")
    page.get_by_role("heading", name="Fortessa X-20").wait_for()
    assert page.get_by_role("heading", name="Aurora 5L").count() == 0
    star = page.get_by_role("button", name="Fortessa X-20 in my instruments")
    star.click()
    page.locator("button[aria-pressed=true]").wait_for()
    assert Favourite.objects.filter(user=researcher).count() == 1
    page.goto("/")
    kept = page.get_by_role("region", name="My instruments")
    kept.get_by_role("link", name="Book 13:00").click()
    page.wait_for_url("**/bookings/new/**")


def test_a_session_is_finished_from_the_first_page_without_scripts(open_window, researcher):
    page = open_window(researcher, scripts=False).open("/")
    page.get_by_role("button", name="Finish now").click()
    page.get_by_role("status").first.wait_for()
    assert page.get_by_role("button", name="Finish now").count() == 0


def test_a_stranger_looks_around_without_a_name_in_sight(open_window, platform, settings):
    settings.PUBLIC_CATALOGUE = True
    window = open_window(size=PHONE)
    assert faults(window, "/instruments/") == []
    window.page.get_by_role("link", name="Fortessa X-20").first.click()
    window.page.get_by_role("link", name="Log in to book").wait_for()
