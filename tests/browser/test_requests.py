"""The queue of requests by keyboard, on a phone, without scripts; and its look at statistics."""

import pytest
from playwright.sync_api import expect

from tests import factories as make
from tests.browser.windows import DESKTOP, PHONE


@pytest.fixture
def manager():
    """A manager with three requests, of which a company made the second."""
    instrument = make.an_instrument(name="Fortessa X-20")
    people = (("Claire", make.a_researcher), ("Inès", make.a_partner), ("Yanis", make.a_researcher))
    for hour, (name, made) in enumerate(people, start=9):
        person = made()
        person.first_name, person.last_name = name, "Duvallon"
        person.save()
        make.a_booking(
            person,
            instrument,
            make.period(f"2026-10-08 {hour:02}:00", f"{hour:02}:45"),
            status="requested",
            estimate_cents=1800,
            evaluation={"approval_reasons": ["always", "night"]},
        )
    return make.a_staff_member(instrument.facility)


def expect_requests(page, said):
    """Wait for a page of the queue; keys are heard once its scripts have run."""
    expect(page.locator("h1")).to_have_text(said)
    page.wait_for_load_state()


def test_the_queue_is_decided_by_keyboard(open_window, manager):
    page = open_window(manager).open("/requests/")
    lit, detail = page.locator(".pl-rq.is-on"), page.locator("#request h2")
    expect(lit).to_contain_text("Claire")

    page.keyboard.press("j")
    expect(lit).to_contain_text("Inès")
    expect(detail).to_contain_text("Inès")
    page.keyboard.press("k")
    expect(detail).to_contain_text("Claire")

    page.keyboard.press("a")  # approved: the next is lit, and ten seconds remain
    expect(page.locator(".pl-toast")).to_contain_text("Approved: Fortessa X-20")
    expect_requests(page, "2 requests you can decide")
    expect(page.locator(".pl-rq a:focus")).to_have_text("Inès Duvallon")
    page.keyboard.press("z")
    expect_requests(page, "3 requests you can decide")

    page.keyboard.press("r")
    page.keyboard.type("The laser is down")
    page.keyboard.press("Control+Enter")
    expect_requests(page, "2 requests you can decide")
    expect(page.get_by_role("status")).to_contain_text("Refused: Fortessa X-20")

    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator(".pl-batch")).to_contain_text("2 chosen, €36.00")
    page.get_by_role("button", name="Approve 2").click()
    expect(page.locator(".pl-toast")).to_contain_text("2 requests approved.")
    expect(page.locator(".pl-empty")).to_contain_text("Nothing waits for you.")


def test_a_request_is_refused_without_scripts(open_window, manager):
    page = open_window(manager, scripts=False, size=PHONE).open("/requests/")
    page.get_by_role("link", name="Inès Duvallon").click()
    page.get_by_role("button", name="Refuse", exact=True).click()
    expect(page.locator("#refused")).to_contain_text("Give a reason")
    page.get_by_label("A word to the person").fill("The laser is down")
    page.get_by_role("button", name="Refuse", exact=True).click()
    expect(page.locator("h1")).to_have_text("2 requests you can decide")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_requests_and_statistics_are_open_to_all(open_window, manager, size, theme):
    window = open_window(manager, size=size, theme=theme, language="fr")
    page = window.open("/requests/")
    one = page.locator(".pl-rq a").first.get_attribute("href")
    for path in ("/requests/", one, "/statistics/?from=2026-10-01&to=2026-10-31"):
        window.open(path)
        assert window.grave_barriers() == [], path
        assert not window.scrolls_sideways(), path
