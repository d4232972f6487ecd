"""What is looked for in a page: read by a parser, never by searching its text."""

from __future__ import annotations

from html.parser import HTMLParser


class Page(HTMLParser):
    """Tags with their attributes, and what stands inside scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inside: list[str] = []
        self._open = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._open = tag if tag in ("script", "style") else self._open

    def handle_endtag(self, tag: str) -> None:
        self._open = "" if tag == self._open else self._open

    def handle_data(self, data: str) -> None:
        if self._open and data.strip():
            self.inside.append(self._open)

    def all(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        """Return the attributes of each tag of a kind that has some attributes."""
        return [
            attrs
            for name, attrs in self.tags
            if name == tag and all(attrs.get(key) == value for key, value in wanted.items())
        ]


def inline_code(text: str) -> list[str]:
    """Return what a strict policy forbids: scripts, styles and handlers inside the page."""
    page = Page(text)
    found = list(page.inside)
    for tag, attrs in page.tags:
        found += [f"{tag} {name}" for name in attrs if name == "style" or name.startswith("on")]
        found += [
            f"{tag} {name}={value}"
            for name, value in attrs.items()
            if name in ("href", "src", "action", "formaction")
            and (value or "").lower().startswith(("javascript:", "data:", "http:", "https:", "//"))
        ]
    return found
