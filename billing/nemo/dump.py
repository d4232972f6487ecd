"""A NEMO dump, read as a stream: never more than one row of it is in memory.

Knows the shape of Django's dumpdata and nothing of what the rows mean.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import ijson

UTF8_MARK = b"\xef\xbb\xbf"
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
APP = "nemo"
NATURAL_NAME = {"user": "username"}


class BadDump(Exception):
    """The file cannot be imported at all; says why to the person who runs the import."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One object of a dump.

    `model` is NEMO's, in lower case; other apps keep theirs, as in "auth.group". `key` is
    the primary key, or where the dump has none the natural key; `name` is the natural key
    of what has one.
    """

    model: str
    key: str
    has_pk: bool
    name: str
    fields: Mapping[str, Any]


def rows(path: Path) -> Iterator[Row]:
    """Read the rows of a dump in their order.

    Raises:
        BadDump: the file is not there, not whole, or not a dump.
    """
    try:
        with path.open("rb") as file:
            _check_start(file, path)
            for number, item in enumerate(ijson.items(file, "item"), start=1):
                yield _row(item, number, path)
    except OSError as error:
        raise BadDump(f"{path} cannot be read: {error.strerror}.") from error
    except (ijson.JSONError, UnicodeDecodeError) as error:
        if "premature EOF" in str(error):
            raise BadDump(f"{path} stops in the middle: it was not copied whole.") from error
        raise BadDump(f"{path} is not JSON: {_first_line(error)}.") from error


def _check_start(file: IO[bytes], path: Path) -> None:
    start = file.read(64)
    if start.startswith(UTF16_MARKS):
        raise BadDump(f"{path} is UTF-16: save it as UTF-8 (`dumpdata -o FILE` does).")
    skipped = len(UTF8_MARK) if start.startswith(UTF8_MARK) else 0
    text = start[skipped:].lstrip()
    if text and not text.startswith(b"["):
        raise BadDump(f"{path} is not a list of rows, as `dumpdata` writes it.")
    file.seek(skipped)


def _row(item: Any, number: int, path: Path) -> Row:
    is_object = isinstance(item, dict) and isinstance(item.get("model"), str)
    if not is_object or not isinstance(item.get("fields"), dict):
        raise BadDump(f"{path} is not a dump: entry {number} has no model with fields.")
    app, _dot, model = item["model"].lower().rpartition(".")
    fields = item["fields"]
    name = fields.get(NATURAL_NAME.get(model, "name"))
    name = name if isinstance(name, str) else ""
    pk = item.get("pk")
    has_pk = isinstance(pk, int | str) and not isinstance(pk, bool) and pk != ""
    return Row(
        model=model if app == APP else f"{app}.{model}",
        key=str(pk) if has_pk else name,
        has_pk=has_pk,
        name=name,
        fields=fields,
    )


def _first_line(error: Exception) -> str:
    detail = error.args[0] if error.args else ""
    if isinstance(detail, bytes):
        detail = detail.decode(errors="replace")
    return str(detail).splitlines()[0].rstrip(".") if detail else "it cannot be parsed"
