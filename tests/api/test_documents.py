"""The documents are for everybody, from files of our own and under the strict policy."""

import re
from contextlib import closing

import pytest

pytestmark = pytest.mark.django_db


def test_the_schema_is_open_to_all_in_both_forms(client):
    assert (
        client.get("/api/schema/").headers["Content-Type"].startswith("application/vnd.oai.openapi")
    )
    document = client.get("/api/schema/?format=json").json()
    assert document["openapi"].startswith("3.1")
    assert set(document["components"]["securitySchemes"]) == {"token", "cookieAuth"}


def test_the_page_takes_everything_from_here(client):
    page = client.get("/api/docs/")
    assert page.status_code == 200
    sources = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(sources) == 6
    assert all(source.startswith("/") and source[1] != "/" for source in sources)
    assert "<style" not in page.text
    assert not re.search(r"<script[^>]*>[^<]", page.text)
    for source in sources:
        with closing(client.get(source)) as answer:
            assert answer.status_code == 200, source


def test_the_page_lives_under_the_policy_of_all_pages(client):
    policy = client.get("/api/docs/").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    assert "http" not in policy
