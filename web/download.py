"""Tables as files that a spreadsheet opens, in the reader's own form."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.http import HttpResponse
from django.utils.translation import get_language

from billing.spreadsheets import safe

BOM = "\ufeff"

Cell = str | Decimal | int | None


def csv_file(*, name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> HttpResponse:
    """Return a table as a CSV file.

    In French with semicolons and decimal commas, as spreadsheets there read it; always
    with a byte-order mark, without which they take UTF-8 for something older. What
    somebody typed is never a formula: such text gets an apostrophe in front.
    """
    is_french = (get_language() or "").startswith("fr")
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";" if is_french else ",", lineterminator="\r\n")
    writer.writerow([safe(cell) for cell in head])
    for row in rows:
        writer.writerow([_cell(cell, is_french=is_french) for cell in row])
    answer = HttpResponse(BOM + text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _cell(cell: Cell, *, is_french: bool) -> str:
    if isinstance(cell, Decimal | int):
        number = f"{cell:f}" if isinstance(cell, Decimal) else str(cell)
        return number.replace(".", ",") if is_french else number
    return safe(cell or "")
