"""What a first visit carries over the line, everything compressed: under 300 kB."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from tests import factories as make
from tests.web.pages import Page

MOST_BYTES = 300_000
FONT = re.compile(r'url\("?([^")]+\.woff2)')


def weight_of(path: Path) -> int:
    content = path.read_bytes()
    return len(content if path.suffix == ".woff2" else gzip.compress(content))


def carried_with(html: str) -> set[Path]:
    """Return the files that a page names, and the fonts and modules that those name."""
    page = Page(html)
    names = [attrs.get("href") for attrs in page.all("link")]
    names += [attrs["src"] for _tag, attrs in page.tags if attrs.get("src")]
    files = {found_file(name) for name in names if name}
    for sheet in [file for file in files if file.suffix == ".css"]:
        named = FONT.findall(sheet.read_text())
        files |= {(sheet.parent / name).resolve() for name in named}
    return files


def found_file(address: str) -> Path:
    found = finders.find(address.removeprefix("/static/"))
    assert found, address
    return Path(found)


@pytest.mark.parametrize("path", ["/", "/instruments/", "/bookings/new/", "/accounts/login/"])
def test_a_first_visit_is_light(client, researcher, instrument, path):
    if path == "/accounts/login/":
        client.logout()
    make.a_booking(researcher, instrument)
    response = client.get(path)
    files = carried_with(response.text)
    total = len(gzip.compress(response.content)) + sum(map(weight_of, files))
    assert any(file.suffix == ".woff2" for file in files)
    assert total < MOST_BYTES


def test_pages_are_compressed_and_answers_of_the_api_keep_their_tag(client, researcher):
    page = client.get("/bookings/", headers={"accept-encoding": "gzip"})
    assert page.headers["Content-Encoding"] == "gzip"
    answer = client.get("/api/v1/me/", headers={"accept-encoding": "gzip"})
    assert "Content-Encoding" not in answer.headers
