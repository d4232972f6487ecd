"""A price list as tables for a file, and tables of a file as what a price list should say.

A table has a title, a heading that names its columns, and rows of cells. Everything that is
wrong in a file is told at once, with its sheet and row. Reads only: services write.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billing.models import PriceList
from billing.prices.cells import BadCell, Cell, Known, in_any_language, text_of
from billing.prices.comparing import Apart, apart
from billing.prices.parts import PARTS
from billing.prices.rows import Column, Key, Part, Values
from facilities.models import Instrument, Service

MOST_ROWS = 5_000
"""Of all sheets together; a platform has some hundred."""

Row = tuple[int, Sequence[Cell]]
"""The number of a row as a spreadsheet shows it, and its cells."""
Tables = Mapping[str, Sequence[Row]]
"""Rows by the title of their sheet; the first is the heading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One part of a list for a file."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """Something wrong in a file; row 0 is the whole sheet."""

    sheet: str
    row: int
    sentence: str
    column: str = ""


@dataclass(slots=True, kw_only=True)
class Reading:
    """What a file says by part, and everything that is wrong with it."""

    said: dict[str, list[Values]] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)


def known_of(facility_id: int) -> Known:
    """Return by which words a platform's instruments and services are named; two queries."""
    instruments = Instrument.objects.filter(facility=facility_id).order_by("pk")
    services = Service.objects.filter(facility=facility_id).order_by("pk")
    return Known(
        instruments=dict(instruments.values_list("pk", "name")),
        services=dict(services.values_list("pk", "code")),
    )


def tables_of(prices: PriceList) -> list[Table]:
    """Return all parts of a list, written in the language that is active."""
    known = known_of(prices.facility_id)
    return [
        Table(
            title=str(part.word),
            head=[str(column.word) for column in part.columns],
            rows=[cells_of(part, row, known) for row in part.rows_of(prices)],
        )
        for part in PARTS
    ]


def cells_of(part: Part, values: Values, known: Known) -> list[Cell]:
    """Return a row as the cells of a file."""
    return [
        None
        if column.may_be_empty and values[column.name] in (None, "", [])
        else column.kind.write(values[column.name], known)
        for column in part.columns
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
            reading.said[part.name] = _Sheet(reading, part, title, known).read(rows)
    if not tables:
        _note(reading, "", 0, _("The file has no sheet."))
    _check_owners(reading, prices)
    return reading


def _note(
    reading: Reading, sheet: str, row: int, sentence: str | Promise, column: str = ""
) -> None:
    reading.mistakes.append(Mistake(sheet=sheet, row=row, sentence=str(sentence), column=column))


@dataclass(slots=True)
class _Sheet:
    """Reads the rows of one sheet."""

    reading: Reading
    part: Part
    title: str
    known: Known

    def read(self, rows: Sequence[Row]) -> list[Values]:
        if not rows:
            self.note(0, _("The sheet has no heading."))
            return []
        places = self.places(rows[0])
        if places is None:
            return []
        said = []
        seen: set[tuple[str, Key]] = set()
        for number, cells in rows[1:]:
            if not any(text_of(cell) for cell in cells):
                continue
            values = self.values(number, cells, places)
            if values is not None and self.is_new(number, values, seen):
                said.append(values)
        return said

    def note(self, row: int, sentence: str | Promise, column: str = "") -> None:
        _note(self.reading, self.title, row, sentence, column)

    def places(self, head: Row) -> dict[str, int] | None:
        """Find the columns by their headings; None where they cannot be told."""
        number, cells = head
        before = len(self.reading.mistakes)
        words = {
            word: column for column in self.part.columns for word in in_any_language(column.word)
        }
        places: dict[str, int] = {}
        for place, cell in enumerate(cells):
            if not (said := text_of(cell)):
                continue
            column = words.get(said.casefold())
            if column is None:
                self.note(number, _("This sheet has no column of that name."), said)
            elif column.name in places:
                self.note(number, _("This column is there twice."), said)
            else:
                places[column.name] = place
        for column in self.part.columns:
            if column.name not in places and not column.may_be_empty:
                self.note(number, _("This column is missing."), str(column.word))
        return places if len(self.reading.mistakes) == before else None

    def values(self, number: int, cells: Sequence[Cell], places: dict[str, int]) -> Values | None:
        values: Values = {}
        before = len(self.reading.mistakes)
        for column in self.part.columns:
            place = places.get(column.name, len(cells))
            cell = cells[place] if place < len(cells) else None
            try:
                values[column.name] = self.value(column, cell)
            except BadCell as wrong:
                self.note(number, wrong.sentence, str(column.word))
        if len(self.reading.mistakes) > before:
            return None
        if sentence := self.part.wrong(values):
            self.note(number, sentence)
            return None
        return values

    def value(self, column: Column, cell: Cell) -> object:
        if text_of(cell):
            return column.kind.read(cell, self.known)
        if not column.may_be_empty:
            raise BadCell(_("This is missing."))
        return column.empty()

    def is_new(self, number: int, values: Values, seen: set[tuple[str, Key]]) -> bool:
        keys: list[tuple[str, Key | None]] = [("once", self.part.once(values))]
        if not self.part.is_ordered:
            keys.append(("key", self.part.key_of(values)))
        taken = [(name, key) for name, key in keys if key is not None]
        if seen.intersection(taken):
            self.note(number, _("Another row prices the same."))
            return False
        seen.update(taken)
        return True


def _check_owners(reading: Reading, prices: PriceList) -> None:
    """Note rows that belong to what neither the file nor the list has."""
    for part in PARTS:
        if not part.owner or part.name not in reading.said:
            continue
        owners = next(each for each in PARTS if each.model is part.owner_model)
        named_rows = reading.said.get(owners.name)
        rows = owners.rows_of(prices) if named_rows is None else named_rows
        known = {owners.key_of(row)[0] for row in rows}
        first = part.columns[0]
        unknown = {row[first.name] for row in reading.said[part.name]} - known
        for name in sorted(unknown):
            _note(reading, str(part.word), 0, _("There is no package of that name."), name)


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
