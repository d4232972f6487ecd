"""A price list as tables for a file, and tables of a file as what a price list should say.

A table has a title, a heading that names its columns, and rows of cells. Everything that is
wrong in a file is told at once, with its sheet and row. Reads only: services write.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from billing.models import PriceList
from billing.prices.cells import Cell, Known, in_any_language, text_of
from billing.prices.comparing import Apart, apart
from billing.prices.part_rows import (
    Mistake,
    Reading,
    cells_of,
    check_owners,
    known_of,
    read_rows,
)
from billing.prices.parts import PARTS
from billing.prices.rows import Key, Part, Values
from billing.spreadsheets import Sheet

MOST_ROWS = 5_000
"""Of all sheets together; a platform has some hundred."""

Row = tuple[int, Sequence[Cell]]
"""The number of a row as a spreadsheet shows it, and its cells."""
Tables = Mapping[str, Sequence[Row]]
"""Rows by the title of their sheet; the first is the heading."""


def file_name_of(prices: PriceList) -> str:
    """Name the file of a list."""
    name = slugify(f"{prices.facility.code} {prices.name}") or str(prices.pk)
    return f"plateau-prices-{name}.xlsx"


def tables_of(prices: PriceList) -> list[Sheet]:
    """Return all parts of a list, written in the language that is active."""
    known = known_of(prices.facility_id)
    return [
        Sheet(
            title=str(part.word),
            head=[str(column.word) for column in part.columns],
            rows=[cells_of(part, row, known) for row in part.rows_of(prices)],
        )
        for part in PARTS
    ]


def read_tables(prices: PriceList, tables: Tables) -> Reading:
    """Read what a file says of a list's platform. A fixed number of queries."""
    reading = Reading()
    known = known_of(prices.facility_id)
    if sum(len(rows) for rows in tables.values()) > MOST_ROWS:
        _note(reading, "", 0, _("The file has more rows than a price list."))
        return reading
    parts = {word: part for part in PARTS for word in in_any_language(part.word)}
    for title, rows in tables.items():
        part = parts.get(text_of(title).casefold())
        if part is None:
            _note(reading, title, 0, _("A price list has no sheet of that name."))
        elif part.name in reading.said:
            _note(reading, title, 0, _("This sheet is there twice."))
        else:
            reading.said[part.name] = []
            _read_sheet(reading, part, title, rows, known)
    if not tables:
        _note(reading, "", 0, _("The file has no sheet."))
    check_owners(reading, prices)
    return reading


def _note(
    reading: Reading, sheet: str, row: int, sentence: str | Promise, column: str = ""
) -> None:
    reading.mistakes.append(Mistake(sheet=sheet, row=row, sentence=str(sentence), column=column))


def _read_sheet(
    reading: Reading, part: Part, title: str, rows: Sequence[Row], known: Known
) -> None:
    if not rows:
        _note(reading, title, 0, _("The sheet has no heading."))
        return
    places = _places(reading, part, title, rows[0])
    if places is None:
        return
    said = [
        (number, {name: cells[at] for name, at in places.items() if at < len(cells)})
        for number, cells in rows[1:]
    ]
    read_rows(reading, part, said, known, sheet=title)


def _places(reading: Reading, part: Part, title: str, head: Row) -> dict[str, int] | None:
    """Find the columns by their headings; None where they cannot be told."""
    number, cells = head
    before = len(reading.mistakes)
    words = {word: column for column in part.columns for word in in_any_language(column.word)}
    places: dict[str, int] = {}
    for place, cell in enumerate(cells):
        if not (said := text_of(cell)):
            continue
        column = words.get(said.casefold())
        if column is None:
            sentence = _("This sheet has no column of that name.")
            _note(reading, title, number, sentence, said)
        elif column.name in places:
            _note(reading, title, number, _("This column is there twice."), said)
        else:
            places[column.name] = place
    for column in part.columns:
        if column.name not in places and not column.may_be_empty:
            _note(reading, title, number, _("This column is missing."), str(column.word))
    return places if len(reading.mistakes) == before else None


def changes_of(prices: PriceList, said: Mapping[str, Sequence[Values]]) -> dict[str, Apart[Key]]:
    """Return by part what a list would say otherwise if it said these rows."""
    return {
        part.name: apart(keyed(part, part.rows_of(prices)), keyed(part, said[part.name]))
        for part in PARTS
        if part.name in said
    }


def keyed(part: Part, rows: Sequence[Values]) -> dict[Key, Values]:
    """Return rows by their keys; where rows may be alike, by how many came before, too."""
    found: dict[Key, Values] = {}
    for row in rows:
        key, number = part.key_of(row), 0
        while part.is_ordered and (*key, number) in found:
            number += 1
        found[(*key, number)] = row
    return found
