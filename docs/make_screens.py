"""Take the README's pictures from a demo of its own, in a browser: `make screens`.

The demo runs on a free port with its data in a temporary folder, and is gone afterwards.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from config.processes import free_port, stop
from tests.browser.windows import ARGUMENTS, CHROMIUM, DESKTOP, PHONE
from web.demo import PASSWORD

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "screens"
SECONDS_TO_START = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One page as one person sees it."""

    name: str
    who: str
    path: str
    size: tuple[int, int] = DESKTOP
    theme: str = "light"
    language: str = "en"


PICTURES = (
    Picture(name="home-researcher", who="researcher", path="/"),
    Picture(name="home-researcher-phone", who="researcher", path="/", size=PHONE, language="fr"),
    Picture(name="calendar", who="researcher", path="/calendar/CYT/?view=week"),
    Picture(name="calendar-dark", who="researcher", path="/calendar/CYT/?view=week", theme="dark"),
    Picture(name="instruments", who="researcher", path="/instruments/"),
    Picture(name="requests", who="manager.cyt", path="/requests/", language="fr"),
    Picture(name="statistics", who="manager.cyt", path="/statistics/"),
    Picture(name="home-manager", who="manager.cyt", path="/"),
    Picture(name="home-partner", who="industry", path="/"),
)


def main() -> None:
    """Take every picture."""
    FOLDER.mkdir(exist_ok=True)
    with a_demo() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        for picture in PICTURES:
            take(browser, url, picture)
            print(f"{picture.name}.png")  # noqa: T201
        browser.close()


@contextmanager
def a_demo() -> Iterator[str]:
    """Run a demo until its first page answers, and end it afterwards."""
    port = free_port()
    with tempfile.TemporaryDirectory(dir="/var/tmp") as var:
        demo = subprocess.Popen(
            [sys.executable, "-m", "config.demo"],
            cwd=ROOT,
            env={**os.environ, "PORT": str(port), "PLATEAU_VAR": var},
            stdout=subprocess.DEVNULL,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            wait_for(f"{url}/healthz/ready")
            yield url
        finally:
            stop(demo, seconds=30)


def wait_for(address: str) -> None:
    """Ask until the site answers.

    Raises:
        TimeoutError: it does not within five minutes.
    """
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.5)
    raise TimeoutError(address)


def take(browser: Browser, url: str, picture: Picture) -> None:
    """Log in, open the page, and keep what the window shows."""
    context = browser.new_context(
        base_url=url,
        viewport={"width": picture.size[0], "height": picture.size[1]},
        color_scheme="dark" if picture.theme == "dark" else "light",
        timezone_id="Europe/Paris",
        reduced_motion="reduce",
    )
    context.add_cookies([{"name": "django_language", "value": picture.language, "url": url}])
    page = context.new_page()
    page.goto("/accounts/login/")
    page.fill("[name=login]", f"{picture.who}@demo.example")
    page.fill("[name=password]", PASSWORD)
    page.click("main form button.is-main")
    page.wait_for_url(f"{url}/")
    page.goto(picture.path)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=FOLDER / f"{picture.name}.png")
    context.close()


if __name__ == "__main__":
    main()
