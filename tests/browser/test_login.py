"""Log-in in a real browser: password and code, a passkey, no barrier on any of its pages."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from tests import factories as make
from tests.browser.windows import DESKTOP, PHONE
from tests.second_proofs import code_of

PASSWORD = "a long enough password"


@pytest.fixture
def manager(settings: Settings) -> Any:
    """Somebody whose role asks for a second proof."""
    settings.MFA_COMPULSORY = True
    person = make.a_staff_member(make.a_facility())
    person.set_password(PASSWORD)
    person.save()
    return person


def log_in(page: Any, person: Any) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()


def a_device(page: Any) -> None:
    """Plug in a device that keeps passkeys and whose owner agrees to everything."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_manager_sets_up_an_app_then_logs_in_with_its_code(open_window, manager):
    window = open_window()
    page = window.page
    log_in(page, manager)
    page.get_by_role("heading", name="Your role needs more than a password").wait_for()
    page.get_by_role("link", name="Add an authenticator app").click()
    secret = page.locator(".pl-key").inner_text()
    assert window.grave_barriers() == []
    page.get_by_label("Code").fill(code_of(secret, timezone.now()))
    page.get_by_role("button", name="Add the app").click()
    page.get_by_role("heading", name="Keep these codes").wait_for()
    spare = page.locator(".pl-codes code").first.inner_text()
    assert window.grave_barriers() == []
    page.get_by_role("link", name="I have kept them").click()
    page.get_by_role("navigation", name="Main").wait_for()

    page.context.clear_cookies(name=re.compile("session"))
    log_in(page, manager)
    page.get_by_label("Code").fill(code_of(secret, timezone.now()))
    page.get_by_role("button", name="Log in", exact=True).click()
    page.get_by_text("This code is wrong, too old or has been used.").wait_for()
    assert window.grave_barriers() == []
    page.get_by_label("Code").fill(spare)
    page.get_by_role("button", name="Log in", exact=True).click()
    page.get_by_role("navigation", name="Main").wait_for()


def test_a_passkey_is_added_and_logs_in_without_a_password(open_window, manager):
    page = open_window().page
    a_device(page)
    log_in(page, manager)
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name").fill("Work laptop")
    page.get_by_role("button", name="Add the passkey").click()
    page.get_by_role("heading", name="Keep these codes").wait_for()
    page.goto("/security/")
    page.get_by_text("Work laptop").wait_for()

    page.context.clear_cookies(name=re.compile("session"))
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Log in with a passkey").click()
    page.get_by_role("navigation", name="Main").wait_for()

    page.context.clear_cookies(name=re.compile("session"))
    log_in(page, manager)
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("navigation", name="Main").wait_for()


def test_without_a_passkey_of_this_site_the_page_says_what_to_do(open_window, manager):
    page = open_window().page
    a_device(page)
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Log in with a passkey").click()
    page.get_by_text("No passkey was given.").wait_for()


@pytest.mark.parametrize(("size", "theme"), [(DESKTOP, "dark"), (PHONE, "light")])
def test_no_barrier_on_the_pages_of_log_in(open_window, manager, settings, size, theme):
    stranger = open_window(size=size, theme=theme, language="fr")
    member = open_window(manager, size=size, theme=theme, language="fr")
    settings.MFA_COMPULSORY = False
    log_in_paths = ("login/", "join/", "password/reset/", "password/reset/done/", "inactive/")
    paths = {
        stranger: [f"/accounts/{path}" for path in log_in_paths],
        # The last asks who it is first, so that page is seen too.
        member: ["/security/", "/security/protect/", "/accounts/2fa/totp/activate/"],
    }
    for window, opened in paths.items():
        for path in opened:
            window.open(path)
            assert window.grave_barriers() == [], path
            assert not window.scrolls_sideways(), path


def test_log_in_works_without_scripts(open_window, settings):
    person = make.a_researcher()
    person.set_password(PASSWORD)
    person.save()
    page = open_window(scripts=False).page
    log_in(page, person)
    page.get_by_role("navigation", name="Main").wait_for()
