"""The pages about money keep nobody out: no barrier, nothing that scrolls sideways."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.browser.windows import DESKTOP, PHONE
from tests.security.pages import OBJECTS, PART, opened
from tests.security.world import World, a_world
from web.money.urls import urlpatterns


def addresses(world: World) -> list[str]:
    """Return where each page about money lies, by what an administrator is shown there."""
    client = Client()
    client.force_login(world.people["adm"])
    found = []
    for entry in urlpatterns:
        name = str(getattr(entry, "name", ""))
        answer: Any = opened(world, client, f"GET {name}")
        is_html = answer.headers.get("Content-Type", "").startswith("text/html")
        if answer.status_code != 200 or not is_html or "<html" not in answer.text:
            continue
        parts = {
            part: (OBJECTS.get(f"{name} {part}") or OBJECTS[part])(world)
            for part in PART.findall(str(entry.pattern))
        }
        found.append(reverse(name, kwargs=parts))
    return found


@pytest.mark.parametrize(
    ("size", "theme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop-light", "phone-dark"]
)
def test_pages_about_money_are_open_to_all(open_window, size, theme):
    world = a_world()
    window = open_window(world.people["adm"], size=size, theme=theme)
    found = {}
    for address in addresses(world):
        window.open(address)
        wrong = window.grave_barriers()
        if window.scrolls_sideways():
            wrong = [*wrong, "scrolls sideways"]
        if wrong:
            found[address] = wrong
    assert found == {}
