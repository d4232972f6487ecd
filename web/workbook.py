"""Tables as a workbook that a browser saves."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpResponse

from billing.spreadsheets import XLSX, Sheet, workbook_of


def xlsx_file(*, name: str, sheets: Iterable[Sheet]) -> HttpResponse:
    """Return tables as an XLSX file."""
    answer = HttpResponse(workbook_of(sheets), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
