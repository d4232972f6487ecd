"""French is complete: each sentence of the apps below has one, and none is left over."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages import extract
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = (
    "accounts",
    "api",
    "billing",
    "bookings",
    "compliance",
    "facilities",
    "notifications",
    "web",
)
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
NEEDS_A_SPACE = re.compile(r"[^\s\u00a0][:;?!%€](?=\s|$)|(?<!\u00a0)[ ][:;?!%€»]")

Key = tuple[str | None, str]


def said_in(app: str) -> set[Key]:
    """Return every sentence that an app asks to have translated, with its context."""
    catalog = Catalog()
    for source in _sources(ROOT / app):
        for _line, words, _comments, context in extract.extract("python", source, KEYWORDS):
            catalog.add(words, context=context)
    return {_key(message) for message in catalog if message.id}


def _sources(folder: Path) -> Iterator[io.BytesIO]:
    for path in folder.rglob("*.py"):
        if "migrations" not in path.parts:
            yield io.BytesIO(path.read_bytes())
    for path in (*folder.rglob("*.html"), *folder.rglob("*.txt")):
        for line in templatize(path.read_text()).splitlines():
            yield io.BytesIO(line.strip().encode())


def _key(message: Message) -> Key:
    one = message.id[0] if isinstance(message.id, (tuple, list)) else message.id
    return message.context, one


def catalog_of(app: str) -> Catalog:
    path = ROOT / app / "locale" / "fr" / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file:
        return read_po(file, locale="fr")


def texts_of(message: Message) -> list[str]:
    return (
        list(message.string)
        if isinstance(message.string, (tuple, list))
        else [message.string or ""]
    )


@pytest.mark.parametrize("app", APPS)
def test_every_sentence_has_its_french(app):
    written = {_key(m) for m in catalog_of(app) if m.id and all(texts_of(m)) and not m.fuzzy}
    assert sorted(said_in(app) - written, key=str) == []


@pytest.mark.parametrize("app", APPS)
def test_no_french_is_left_of_a_sentence_that_is_gone(app):
    written = {_key(m) for m in catalog_of(app) if m.id}
    assert sorted(written - said_in(app), key=str) == []


@pytest.mark.parametrize("app", APPS)
def test_the_blanks_of_a_sentence_are_the_same_in_french(app):
    for message in catalog_of(app):
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, (tuple, list)) else [message.id]
        blanks = {name for text in ids for name in PLACEHOLDER.findall(text)}
        for text in texts_of(message):
            assert set(PLACEHOLDER.findall(text)) <= blanks, message.id
        assert blanks == {n for text in texts_of(message) for n in PLACEHOLDER.findall(text)}


@pytest.mark.parametrize("app", APPS)
def test_double_signs_stand_after_a_space_that_does_not_break(app):
    wrong = [
        text
        for message in catalog_of(app)
        if message.id
        for text in texts_of(message)
        if NEEDS_A_SPACE.search(PLACEHOLDER.sub("x", text).replace("%%", "%"))
    ]
    assert wrong == []


BLOCKS = re.compile(r"\{%\s*(blocktranslate|comment)\b.*?\{%\s*end\1\s*%\}", re.DOTALL)
TEMPLATE_SIGNS = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
DRAWINGS = re.compile(r"<(svg|style)\b.*?</\1>", re.DOTALL)
MARKUP = re.compile(r"<!--.*?-->|<[^>]*>|&\w+;", re.DOTALL)
SPOKEN_ATTRIBUTE = re.compile(r'(?:alt|title|placeholder|aria-label)="([^"]*)"')
WORD = re.compile(r"[A-Za-zÀ-ÿ]{2,}")
THE_SAME_IN_BOTH = {
    "API",
    "BIC",
    "CSV",
    "Esc",
    "FEC",
    "IBAN",
    "PDF",
    "Plateau",
    "SIREN",
    "UTC",
    "XLSX",
    "XML",
}
SPEAKS_THE_OTHER_LANGUAGE = "_language.html"


@pytest.mark.parametrize(
    "template",
    [
        path.relative_to(ROOT).as_posix()
        for path in sorted(ROOT.glob("*/templates/**/*.html"))
        if path.name != SPEAKS_THE_OTHER_LANGUAGE
    ],
)
def test_no_word_of_a_template_is_left_untranslated(template):
    text = TEMPLATE_SIGNS.sub(" ", BLOCKS.sub(" ", (ROOT / template).read_text()))
    text = DRAWINGS.sub(" ", text)
    spoken = " ".join([*SPOKEN_ATTRIBUTE.findall(text), MARKUP.sub(" ", text)])
    assert set(WORD.findall(spoken)) <= THE_SAME_IN_BOTH
