"""Transfer notes as a file for the books: which columns, and how each value is written.

Pure functions on plain values, no Django. A column is {"header", "source", "format"}: the
source names a value of the row, or is a constant after an equals sign; the format says how
a date, an amount or a text is written. Where no column tells one line from another, lines
that read the same are one row with the sum of their amounts.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from billing.spreadsheets import safe

CONSTANT = "="
AMOUNTS = frozenset({"amount", "credit", "debit"})
OF_A_LINE = frozenset(
    {"position", "service_date", "description", "quantity", "unit", "unit_price", "percent"}
)
"""Sources that tell one line of a note from another."""

SOURCES = (
    "number", "date", "month", "corrects", "position", "service_date", "description",
    "quantity", "unit", "unit_price", "percent", "amount", "debit", "credit", "team",
    "account", "account_name", "cost_object", "platform", "issuer",
)  # fmt: skip
DATE_FORMATS = {
    "": "%Y-%m-%d",
    "YYYY-MM-DD": "%Y-%m-%d",
    "DD/MM/YYYY": "%d/%m/%Y",
    "DD.MM.YYYY": "%d.%m.%Y",
    "YYYYMMDD": "%Y%m%d",
    "MM/YYYY": "%m/%Y",
    "YYYYMM": "%Y%m",
}
AMOUNT_FORMATS = ("", "0.00", "0.0000", "cents")
LONGEST_COLUMNS, LONGEST_TEXT = 40, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of a transfer note, its amount negative where it gives back."""

    number: str
    date: dt.date
    month: dt.date
    corrects: str
    position: int
    service_date: dt.date
    description: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    percent: int
    amount: Decimal
    team: str
    account: str
    account_name: str
    cost_object: str
    platform: str
    issuer: str

    @property
    def debit(self) -> Decimal:
        """What the cost object bears; nought for what it gets back."""
        return max(self.amount, Decimal(0))

    @property
    def credit(self) -> Decimal:
        """What the cost object gets back."""
        return max(-self.amount, Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a file."""

    header: str
    source: str
    format: str = ""

    @property
    def is_constant(self) -> bool:
        """Whether the same text stands in every row."""
        return self.source.startswith(CONSTANT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a file is written."""

    columns: Sequence[Column]
    delimiter: str = ";"
    encoding: str = "utf-8-sig"
    decimal_comma: bool = True
    has_header: bool = True


class WrongColumn(ValueError):
    """A column names no source, or no format, that there is; `place` counts from 1."""

    def __init__(self, place: int, why: str) -> None:
        super().__init__(f"{place}: {why}")
        self.place, self.why = place, why


def columns_of(stored: Sequence[Mapping[str, str]]) -> list[Column]:
    """Read columns as they are stored.

    Raises:
        WrongColumn: one of them cannot be written.
    """
    if not 1 <= len(stored) <= LONGEST_COLUMNS:
        raise WrongColumn(0, f"1–{LONGEST_COLUMNS}")
    columns = []
    for place, one in enumerate(stored, start=1):
        column = Column(
            header=str(one.get("header", "")).strip()[:LONGEST_TEXT],
            source=str(one.get("source", "")).strip()[:LONGEST_TEXT],
            format=str(one.get("format", "")).strip()[:LONGEST_TEXT],
        )
        if why := _wrong(column):
            raise WrongColumn(place, why)
        columns.append(column)
    return columns


def _wrong(column: Column) -> str:
    if not column.header:
        return "header"
    if column.is_constant:
        return ""
    if column.source not in SOURCES:
        return column.source or "source"
    known = _formats_of(column.source)
    is_length = known is None and (not column.format or column.format.isdigit())
    return "" if is_length or (known and column.format in known) else column.format


def _formats_of(source: str) -> Iterable[str] | None:
    """Return the formats of a source; None for texts, whose format is their longest length."""
    if source in ("date", "month", "service_date"):
        return DATE_FORMATS
    if source in AMOUNTS | {"quantity", "unit_price", "percent", "position"}:
        return AMOUNT_FORMATS
    return None


def file_of(rows: Iterable[Row], layout: Layout) -> bytes:
    """Return the file: its rows in the order given, characters it cannot hold as `?`."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=layout.delimiter, lineterminator="\r\n")
    if layout.has_header:
        writer.writerow([safe(column.header) for column in layout.columns])
    writer.writerows(_written(rows, layout))
    return text.getvalue().encode(layout.encoding, errors="replace")


def _written(rows: Iterable[Row], layout: Layout) -> list[list[str]]:
    columns = layout.columns
    if any(column.source in OF_A_LINE for column in columns):
        return [[_cell(column, row, layout) for column in columns] for row in rows]
    sums: dict[tuple[str, ...], dict[str, Decimal]] = {}
    for row in rows:
        kept = (c for c in columns if c.source not in AMOUNTS)
        key = (*(_cell(column, row, layout) for column in kept), "-" if row.amount < 0 else "")
        of_key = sums.setdefault(key, dict.fromkeys(AMOUNTS, Decimal(0)))
        for name in AMOUNTS:
            of_key[name] += getattr(row, name)
    return [_joined(key[:-1], amounts, layout) for key, amounts in sums.items()]


def _joined(kept: Sequence[str], amounts: Mapping[str, Decimal], layout: Layout) -> list[str]:
    words = iter(kept)
    return [
        _number(amounts[column.source], column.format or "0.00", layout)
        if column.source in AMOUNTS
        else next(words)
        for column in layout.columns
    ]


def _cell(column: Column, row: Row, layout: Layout) -> str:
    if column.is_constant:
        return column.source.removeprefix(CONSTANT)
    value = getattr(row, column.source)
    if isinstance(value, dt.date):
        return value.strftime(DATE_FORMATS[column.format])
    if column.source in AMOUNTS or column.source == "unit_price":
        return _number(value, column.format or "0.00", layout)
    if isinstance(value, Decimal | int):
        return _number(Decimal(value), column.format, layout)
    text = " ".join(str(value).split())
    return safe(text[: int(column.format)] if column.format else text)


def _number(value: Decimal, form: str, layout: Layout) -> str:
    writers: dict[str, Callable[[Decimal], str]] = {
        "0.00": lambda number: f"{number:.2f}",
        "0.0000": lambda number: f"{number:.4f}",
        "cents": lambda number: f"{number * 100:.0f}",
        "": lambda number: f"{number:f}".rstrip("0").rstrip(".") if number % 1 else f"{number:.0f}",
    }
    written = writers[form](value)
    return written.replace(".", ",") if layout.decimal_comma else written
