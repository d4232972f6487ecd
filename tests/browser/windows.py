"""A window of the browser, with what is asked of every page."""

from __future__ import annotations

import shutil
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
DESKTOP, PHONE = (1440, 900), (390, 844)
GRAVE = ("serious", "critical")
WATCH = """
window.breaches = [];
addEventListener("securitypolicyviolation", event =>
  window.breaches.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
"""


class Window:
    """A browser window of one person; `page` is Playwright's own."""

    def __init__(
        self,
        browser: Browser,
        url: str,
        person: Any = None,
        *,
        size: tuple[int, int] = DESKTOP,
        theme: str = "light",
        language: str = "en",
        scripts: bool = True,
    ) -> None:
        self.url = url
        self.wrong: list[str] = []
        self._context = browser.new_context(
            base_url=url,
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if theme == "dark" else "light",
            java_script_enabled=scripts,
            locale="fr-FR" if language == "fr" else "en-GB",
            timezone_id="Europe/Paris",
            reduced_motion="reduce",
            has_touch=size == PHONE,
        )
        self._set_clock()
        self._set_cookies(person, language)
        self._context.add_init_script(WATCH)
        self.page: Page = self._context.new_page()
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.wrong.append(f"script: {error}"))
        self.page.on("request", self._asked)

    def _set_clock(self) -> None:
        from django.utils import timezone

        self._context.clock.install(time=timezone.now())

    def _set_cookies(self, person: Any, language: str) -> None:
        cookies = {"django_language": language}
        if person is not None:
            from django.conf import settings
            from django.test import Client

            client = Client()
            client.force_login(person)
            cookies[settings.SESSION_COOKIE_NAME] = client.cookies[
                settings.SESSION_COOKIE_NAME
            ].value
        self._context.add_cookies(
            [{"name": name, "value": value, "url": self.url} for name, value in cookies.items()]
        )

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "status of 4" not in message.text:
            self.wrong.append(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        where = urlsplit(request.url)
        if where.scheme not in ("data", "blob") and where.netloc != urlsplit(self.url).netloc:
            self.wrong.append(f"asks elsewhere: {request.url}")

    def open(self, path: str) -> Page:
        """Open a page of the site."""
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status < 400, f"{path}: {answer.status}"
        return self.page

    def grave_barriers(self) -> list[str]:
        """Return what axe finds that keeps people out of the page."""
        found = Axe().run(self.page).response["violations"]
        return [
            f"{each['id']}: {[node['target'] for node in each['nodes']]}"
            for each in found
            if each["impact"] in GRAVE
        ]

    def scrolls_sideways(self) -> bool:
        """Say whether the page is wider than the window."""
        return bool(
            self.page.evaluate(
                "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            )
        )

    def close(self) -> None:
        """Close the window, and fail on what a page did that none may do."""
        try:
            breaches = self.page.evaluate("window.breaches ?? []")
        finally:
            self._context.close()
        assert [*self.wrong, *breaches] == []
