"""Files of counts: one line for each code and day, as a spreadsheet writes them.

Pure functions on plain values, no Django. A line is numbered as an editor shows it, the
heading being line 1.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

NAMES = {
    "code": "name",
    "label": "name",
    "libellé": "name",
    "day": "day",
    "date": "day",
    "jour": "day",
    "count": "count",
    "nombre": "count",
    "effectif": "count",
}
"""Headings a file may have, in English and in French, and what they head."""

NEEDED = frozenset({"name", "day", "count"})
MOST_LINES = 20_000
_FRENCH_DAY = re.compile(r"^(\d{1,2})[/.](\d{1,2})[/.](\d{4})$")


class Fault:
    """What may be wrong with a line, or with the whole file, which is line 1."""

    NO_HEADINGS = "no_headings"
    NOT_TEXT = "not_text"
    TOO_LONG = "too_long"
    NO_NAME = "no_name"
    BAD_DAY = "bad_day"
    BAD_COUNT = "bad_count"
    TWICE = "twice"
    UNKNOWN = "unknown"
    SEVERAL = "several"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True, kw_only=True)
class CountLine:
    """What a line says: how many of something stood from a day on."""

    number: int
    name: str
    day: date
    count: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultyLine:
    """A line that cannot be read, and why."""

    number: int
    fault: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CountFile:
    """A file as it was read: what it says, and every line that says nothing."""

    lines: tuple[CountLine, ...]
    faults: tuple[FaultyLine, ...]


def read_counts(data: bytes) -> CountFile:
    """Read a file of counts: columns code or label, day and count, in any order.

    Cut by `;` or `,`; UTF-8 with or without a byte-order mark, or Windows-1252. Days as
    2026-10-05 or 05/10/2026; a count may have a decimal comma where `;` cuts. Empty lines
    are passed over. A code and day that come twice with different counts are a fault.
    """
    text = _text(data)
    if text is None or "\x00" in text:
        return _refused(Fault.NOT_TEXT)
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        rows = [(reader.line_num, row) for row in reader]
    except csv.Error:
        return _refused(Fault.NOT_TEXT)
    if len(rows) > MOST_LINES:
        return _refused(Fault.TOO_LONG)
    columns = _columns(rows[0][1]) if rows else {}
    if not columns.keys() >= NEEDED:
        return _refused(Fault.NO_HEADINGS)
    read = list(_lines(rows[1:], columns))
    lines = [one for one in read if isinstance(one, CountLine)]
    twice = list(_twice(lines))
    faults = [one for one in read if isinstance(one, FaultyLine)] + twice
    return CountFile(
        lines=tuple(lines), faults=tuple(sorted(faults, key=lambda fault: fault.number))
    )


def _refused(fault: str) -> CountFile:
    return CountFile(lines=(), faults=(FaultyLine(number=1, fault=fault),))


def _text(data: bytes) -> str | None:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _columns(heads: list[str]) -> dict[str, int]:
    """Find the columns by their headings; of code and label, whichever comes first names."""
    columns: dict[str, int] = {}
    for place, head in enumerate(heads):
        meaning = NAMES.get(head.strip().lower())
        if meaning is not None:
            columns.setdefault(meaning, place)
    return columns


def _lines(
    rows: list[tuple[int, list[str]]], columns: Mapping[str, int]
) -> Iterator[CountLine | FaultyLine]:
    for number, row in rows:
        if not any(cell.strip() for cell in row):
            continue
        cells = {
            name: row[place].strip() if place < len(row) else "" for name, place in columns.items()
        }
        day, count = _day(cells["day"]), _count(cells["count"])
        if not cells["name"]:
            yield FaultyLine(number=number, fault=Fault.NO_NAME)
        elif day is None:
            yield FaultyLine(number=number, fault=Fault.BAD_DAY)
        elif count is None:
            yield FaultyLine(number=number, fault=Fault.BAD_COUNT)
        else:
            yield CountLine(number=number, name=cells["name"], day=day, count=count)


def _twice(lines: list[CountLine]) -> Iterator[FaultyLine]:
    said: dict[tuple[str, date], Decimal] = {}
    for line in lines:
        before = said.setdefault((line.name, line.day), line.count)
        if before != line.count:
            yield FaultyLine(number=line.number, fault=Fault.TWICE)


def _day(cell: str) -> date | None:
    french = _FRENCH_DAY.match(cell)
    try:
        if french:
            day, month, year = (int(part) for part in french.groups())
            return date(year, month, day)
        return date.fromisoformat(cell) if len(cell) == len("2026-10-05") else None
    except ValueError:
        return None


def _count(cell: str) -> Decimal | None:
    try:
        count = Decimal(cell.replace("\u202f", "").replace("\u00a0", "").replace(",", "."))
    except InvalidOperation:
        return None
    return count if is_count(count) else None


def is_count(count: Decimal) -> bool:
    """Say whether a number can be a count: nought or more, two decimals at the most."""
    exponent = count.as_tuple().exponent
    most = Decimal(1_000_000)
    return isinstance(exponent, int) and exponent >= -2 and 0 <= count < most
