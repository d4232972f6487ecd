"""Reading what rows of a price list say, wherever they come from.

A file, a page and the API give the same cells by the names of the columns, and are told the
same mistakes: a rule that one of them could skip has no other home. Reads only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billing.models import PriceList
from billing.prices.cells import BadCell, Cell, Known, text_of
from billing.prices.parts import PARTS
from billing.prices.rows import Column, Key, Part, Values
from facilities.models import Instrument, Service

Said = Mapping[str, Cell]
"""The cells of a row by the names of their columns; one that is not there is empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """Something wrong in a sheet, as a person reads it; row 0 is the whole sheet.

    `part` and `field` name the part and the column for a program.
    """

    sheet: str
    row: int
    sentence: str
    column: str = ""
    part: str = ""
    field: str = ""

    @property
    def place(self) -> str:
        """Where it is, for a program: surcharges.2.percent, the row as people count."""
        row = str(self.row) if self.row else ""
        name = self.field.removesuffix("_id").removesuffix("_cents") or self.column
        return ".".join(filter(None, (self.part or self.sheet, row, name)))


@dataclass(slots=True, kw_only=True)
class Reading:
    """What is said by part, and everything that is wrong with it."""

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


def cells_of(part: Part, values: Values, known: Known) -> list[Cell]:
    """Return a row as the cells of a file."""
    return [
        None
        if column.may_be_empty and values[column.name] in (None, "", [])
        else column.kind.write(values[column.name], known)
        for column in part.columns
    ]


def said_by(part: Part, values: Values, known: Known) -> dict[str, Cell]:
    """Return a row as its cells by the names of their columns."""
    names = [column.name for column in part.columns]
    return dict(zip(names, cells_of(part, values, known), strict=True))


def read_parts(prices: PriceList, said: Mapping[str, Sequence[Said]]) -> Reading:
    """Read rows of some parts, by name; the first row is number 1. Few queries."""
    reading = Reading()
    known = known_of(prices.facility_id)
    for part in PARTS:
        if part.name in said:
            read_rows(reading, part, enumerate(said[part.name], start=1), known)
    check_owners(reading, prices)
    return reading


def read_rows(
    reading: Reading, part: Part, rows: Iterable[tuple[int, Said]], known: Known, sheet: str = ""
) -> None:
    """Read the rows of a part, each with its number, and note what is wrong; empty ones go."""
    rows_said = reading.said.setdefault(part.name, [])
    seen: set[tuple[str, Key]] = set()
    for number, said in rows:
        if not any(text_of(cell) for cell in said.values()):
            continue
        values, wrong = _values(part, said, known)
        if not wrong:
            wrong = _wrong_beside(part, values, seen)
        for column, sentence in wrong:
            _note(reading, part, number, sentence, column, sheet)
        if not wrong:
            rows_said.append(values)


def _note(
    reading: Reading,
    part: Part,
    row: int,
    sentence: str | Promise,
    column: Column | None,
    sheet: str,
) -> None:
    reading.mistakes.append(
        Mistake(
            sheet=sheet or str(part.word),
            row=row,
            sentence=str(sentence),
            column=str(column.word) if column else "",
            part=part.name,
            field=column.name if column else "",
        )
    )


Wrong = list[tuple[Column | None, str | Promise]]


def _values(part: Part, said: Said, known: Known) -> tuple[Values, Wrong]:
    values: Values = {}
    wrong: Wrong = []
    for column in part.columns:
        try:
            values[column.name] = _value(column, said.get(column.name), known)
        except BadCell as refusal:
            wrong.append((column, refusal.sentence))
    return values, wrong


def _value(column: Column, cell: Cell, known: Known) -> object:
    if text_of(cell):
        return column.kind.read(cell, known)
    if not column.may_be_empty:
        raise BadCell(_("This is missing."))
    return column.empty()


def _wrong_beside(part: Part, values: Values, seen: set[tuple[str, Key]]) -> Wrong:
    """Return what the columns of a row, or it and the rows before it, cannot say together."""
    if told := part.wrong(values):
        name, sentence = told
        return [(part.column(name), sentence)]
    keys: list[tuple[str, Key | None]] = [("once", part.once(values))]
    if not part.is_ordered:
        keys.append(("key", part.key_of(values)))
    taken = [(name, key) for name, key in keys if key is not None]
    if seen.intersection(taken):
        return [(None, _("Another row prices the same."))]
    seen.update(taken)
    return []


def check_owners(reading: Reading, prices: PriceList) -> None:
    """Note rows that belong to what neither they nor the list has."""
    for part in PARTS:
        if not part.owner or part.name not in reading.said:
            continue
        owners = next(each for each in PARTS if each.model is part.owner_model)
        named_rows = reading.said.get(owners.name)
        rows = owners.rows_of(prices) if named_rows is None else named_rows
        known = {owners.key_of(row)[0] for row in rows}
        first = part.columns[0]
        for name in sorted({row[first.name] for row in reading.said[part.name]} - known):
            reading.mistakes.append(
                Mistake(
                    sheet=str(part.word),
                    row=0,
                    sentence=str(_("There is no package of that name.")),
                    column=name,
                    part=part.name,
                )
            )
