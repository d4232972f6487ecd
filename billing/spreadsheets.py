"""Tables as a workbook of sheets, written row by row; what is typed is never a formula."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
CENTS = -2
NOT_IN_A_CELL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
NOT_IN_A_TITLE = re.compile(r"[\[\]:*?/\\]")

Cell = Any
"""Text, a number, a time, yes or no, or nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table with its title; `head` names its columns."""

    title: str
    head: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def workbook_of(sheets: Iterable[Sheet]) -> bytes:
    """Return tables as an XLSX file; text is never a formula, numbers stay numbers."""
    # The library is slow to load and needed here alone.
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    for sheet in sheets:
        page = book.create_sheet(NOT_IN_A_TITLE.sub(" ", sheet.title)[:31])
        page.freeze_panes = "A2"
        heads = []
        for text in sheet.head:
            cell = WriteOnlyCell(page, value=_plain(text))
            cell.font = Font(bold=True)
            heads.append(cell)
        page.append(heads)
        for row in sheet.rows:
            page.append([_written(page, cell) for cell in row])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _written(page: Any, cell: Cell) -> Any:
    """Return a cell as it is written; euros show their cents."""
    if isinstance(cell, str):
        return _plain(cell)
    if not isinstance(cell, Decimal) or cell.as_tuple().exponent != CENTS:
        return cell
    from openpyxl.cell import WriteOnlyCell

    shown = WriteOnlyCell(page, value=cell)
    shown.number_format = "0.00"
    return shown


def _plain(text: str) -> str:
    return safe(NOT_IN_A_CELL.sub(" ", text))


def safe(text: str) -> str:
    """Keep a text from being taken for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text
