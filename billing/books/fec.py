"""The file of accounting entries (FEC) that the tax office may ask for. Pure.

Source: livre des procédures fiscales, articles L47 A and A47 A-1: eighteen columns in a
fixed order, separated by tabs, days as YYYYMMDD, decimal commas, ISO 8859-15, one line for
each line of an entry, entries numbered without a gap; the file is named after the SIREN
and the last day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from billing.books.journal import JOURNALS, Entry, Line

COLUMNS = (
    "JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib",
    "CompAuxNum", "CompAuxLib", "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit",
    "EcritureLet", "DateLet", "ValidDate", "Montantdevise", "Idevise",
)  # fmt: skip
ENCODING = "iso8859-15"


def fec_name(*, siren: str, last_on: dt.date) -> str:
    """Return what the file is called: 000314153FEC20261231.txt."""
    return f"{siren}FEC{_day(last_on)}.txt"


def fec_file(
    entries: Iterable[Entry], *, closed_on: Mapping[dt.date, dt.date], today: dt.date
) -> bytes:
    """Return the file of entries that are in their order.

    `closed_on` tells by first day of a month when it was closed, which makes its entries
    final; those of a month that is open count as of today.
    """
    rows = ["\t".join(COLUMNS)]
    for number, entry in enumerate(entries, start=1):
        final_on = closed_on.get(entry.on.replace(day=1), today)
        rows.extend(_row(number, entry, line, final_on) for line in entry.lines)
    return ("\r\n".join(rows) + "\r\n").encode(ENCODING, errors="replace")


def _row(number: int, entry: Entry, line: Line, final_on: dt.date) -> str:
    cells = (
        entry.journal,
        JOURNALS[entry.journal],
        str(number),
        _day(entry.on),
        line.account,
        line.label,
        line.customer.code if line.customer else "",
        line.customer.name if line.customer else "",
        entry.piece,
        _day(entry.piece_on),
        entry.text,
        amount_text(line.debit_cents),
        amount_text(line.credit_cents),
        "",
        "",
        _day(final_on),
        "",
        "",
    )
    return "\t".join(" ".join(cell.split()) for cell in cells)


def amount_text(cents: int) -> str:
    """Write an amount as 1234,56."""
    euros, rest = divmod(cents, 100)
    return f"{euros},{rest:02}"


def _day(day: dt.date) -> str:
    return f"{day:%Y%m%d}"
