"""What holds for each page about money or services: both languages, no code in it, strict headers.

Opened as an administrator on the objects of the permission table. What answers 405 to
being looked at is a step; who may take it is in test_pages.py.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.security.pages import opened
from tests.security.world import World
from tests.web.pages import inline_code
from web.money.urls import urlpatterns
from web.services.urls import urlpatterns as services_urlpatterns

pytestmark = pytest.mark.django_db

ROUTES = sorted(
    {str(getattr(entry, "name", "")) for entry in [*urlpatterns, *services_urlpatterns]}
)


def page(world: World, name: str, language: str = "en") -> Any:
    client = Client()
    client.force_login(world.people["adm"])
    client.cookies["django_language"] = language
    return opened(world, client, f"GET {name}")


@pytest.mark.parametrize("name", ROUTES)
def test_a_page_speaks_both_languages_and_holds_no_code(world: World, name: str) -> None:
    for language, words in {"en": "Skip to content", "fr": "Aller au contenu"}.items():
        response = page(world, name, language)
        if not is_page(response):
            return
        assert response.headers["Content-Language"] == language
        assert f'<html lang="{language}"' in response.text
        assert words in response.text
        assert inline_code(response.text) == []
        assert "no-store" in response.headers["Cache-Control"]
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def is_page(response: Any) -> bool:
    """Say whether it is a page for them: steps, files, parts and redirects are not."""
    if response.status_code in (302, 403, 404, 405):
        return False  # 403: a buyer's answer is not an administrator's; 404: no file was sent
    assert response.status_code in (200, 304), response.status_code
    is_html = response.headers.get("Content-Type", "").startswith("text/html")
    return is_html and "<html" in response.text


@pytest.mark.parametrize("name", ROUTES)
def test_a_step_of_another_site_is_refused(world: World, name: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(world.people["adm"])
    assert opened(world, strict, f"POST {name}").status_code in (403, 405)
