"""Reads that are written as SQL, because every booking asks them.

Django writes the SQL of a query set anew at each request, which costs more than running
it. The statement is a constant beside the function that asks it, with the values bound.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model
from psycopg.rows import dict_row

Row = dict[str, Any]
M = TypeVar("M", bound=Model)


def rows_of(statement: str, values: Mapping[str, Any]) -> list[Row]:
    """Return the rows of a statement by column name, its values bound by name."""
    with connection.cursor() as cursor:
        cursor.cursor.row_factory = dict_row
        cursor.execute(statement, values)
        rows: list[Row] = cursor.fetchall()
    return rows


def columns_of(model: type[Model], table: str) -> str:
    """Name all columns of a model in a statement, for `instance_of` to find in its rows."""
    return ", ".join(
        f'{table}.{field.column} AS "{table}.{field.attname}"'
        for field in model._meta.concrete_fields  # noqa: SLF001 - Django's documented API
    )


def instance_of(model: type[M], table: str, row: Row) -> M:
    """Return the instance that `columns_of` has read into a row."""
    fields = model._meta.concrete_fields  # noqa: SLF001 - Django's documented API
    names = [field.attname for field in fields]
    return model.from_db(DEFAULT_DB_ALIAS, names, [row[f"{table}.{name}"] for name in names])
