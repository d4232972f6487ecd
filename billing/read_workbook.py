"""Reading a workbook that somebody sends: its sheets as rows of cells, and nothing else.

A workbook is a packed folder, and small files can hold a great deal. So sizes are bounded
before anything is unpacked, sheets are read row by row, and formulas are refused: what a
formula comes to was worked out elsewhere.
"""

from __future__ import annotations

import datetime as dt
import zipfile
import zlib
from collections.abc import Iterator
from decimal import Decimal
from typing import IO, Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from billing.spreadsheets import FORMULA

MOST_BYTES = 2 * 1024 * 1024
MOST_UNPACKED = 20 * 1024 * 1024
MOST_ENTRIES = 200
MOST_SHEETS = 20
MOST_ROWS = 5_000
MOST_COLUMNS = 30
PROLOG = 4096

BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    SyntaxError,  # of XML
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What the libraries raise for files that are damaged, or made to be."""

Cell = str | Decimal | int | dt.time | bool | None
Row = tuple[int, list[Cell]]


class FileRefused(DomainError):
    """A file cannot be read as a workbook; its text says why."""

    code = "file_refused"

    def __init__(self, why: str | Promise) -> None:
        super().__init__()
        self.why = why

    def __str__(self) -> str:
        return str(self.why)


def read_workbook(file: IO[bytes]) -> dict[str, list[Row]]:
    """Return the rows of each sheet by its title, numbered as a spreadsheet shows them.

    Empty rows are left out. Text that was guarded against being a formula loses its guard.

    Raises:
        FileRefused: it is no workbook, too large, or holds a formula.
    """
    _check_size(file)
    # The library is slow to load and needed here alone.
    from openpyxl import load_workbook

    try:
        book = load_workbook(file, read_only=True, data_only=False, keep_links=False)
        if len(book.worksheets) > MOST_SHEETS:
            raise FileRefused(_("The file has too many sheets."))
        return {sheet.title: list(_rows(sheet)) for sheet in book.worksheets}
    except BROKEN as error:
        raise FileRefused(_("This is not a workbook that can be read.")) from error


def _check_size(file: IO[bytes]) -> None:
    file.seek(0, 2)
    if file.tell() > MOST_BYTES:
        raise FileRefused(_("The file is larger than 2 MB."))
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as packed:
            entries = packed.infolist()[: MOST_ENTRIES + 1]
            has_types = any(_declares_a_type(packed, each) for each in entries)
    except BROKEN as error:
        raise FileRefused(_("This is not a workbook (.xlsx).")) from error
    # A member gives no more bytes than its entry says, so that this bounds all of them.
    if len(entries) > MOST_ENTRIES or sum(each.file_size for each in entries) > MOST_UNPACKED:
        raise FileRefused(_("The file holds more than a price list needs."))
    if has_types or "[Content_Types].xml" not in {each.filename for each in entries}:
        raise FileRefused(_("This is not a workbook (.xlsx)."))
    file.seek(0)


def _declares_a_type(packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    """Say whether a document has entities of its own, which can grow without bounds."""
    with packed.open(entry) as member:
        return b"<!DOCTYPE" in member.read(PROLOG)


def _rows(sheet: Any) -> Iterator[Row]:
    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS)
    for number, cells in enumerate(rows, start=1):
        read = [_cell(sheet.title, number, cell) for cell in cells]
        if number > MOST_ROWS and any(cell is not None for cell in read):
            raise FileRefused(_("The file holds more than a price list needs."))
        if any(cell is not None for cell in read):
            yield number, read


def _cell(title: str, row: int, cell: Any) -> Cell:
    value = cell.value
    if cell.data_type == "f" or not isinstance(
        value, str | int | float | bool | dt.time | dt.datetime | None
    ):
        where = {"sheet": title, "row": row}
        raise FileRefused(_("Sheet %(sheet)s, row %(row)s: write a value, not a formula.") % where)
    if isinstance(value, str):
        text = value.strip()
        return _unguarded(text) or None
    if isinstance(value, float):
        return Decimal(str(value))
    if isinstance(value, dt.datetime):
        return value.time() if value.date() == dt.date(1899, 12, 30) else value.isoformat()
    return value


def _unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text
