"""Reads that are written as SQL, because every booking asks them.

Django writes the SQL of a query set anew at each request, which costs more than running
it. The statement is a constant beside the function that asks it, with the values bound.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection

Row = dict[str, Any]


def rows_of(statement: str, values: Mapping[str, Any]) -> list[Row]:
    """Return the rows of a statement by column name, its values bound by name."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
