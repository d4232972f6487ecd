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
from billing.books.lettering import Key, Letter

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
    entries: Iterable[Entry],
    *,
    closed_on: Mapping[dt.date, dt.date],
    today: dt.date,
    letters: Mapping[Key, Letter] | None = None,
) -> bytes:
    """Return the file of entries that are in their order.

    `closed_on` tells by first day of a month when it was closed, which makes its entries
    final; those of a month that is open count as of today. `letters` are those of today:
    what a closed month sold may be paid, and get its letter, later.
    """
    rows = ["\t".join(COLUMNS)]
    for number, entry in enumerate(entries, start=1):
        final_on = closed_on.get(entry.on.replace(day=1), today)
        for line in entry.lines:
            letter = _letter(line, letters or {})
            rows.append(_row(number, entry, line, letter=letter, final_on=final_on))
    return ("\r\n".join(rows) + "\r\n").encode(ENCODING, errors="replace")


def _letter(line: Line, letters: Mapping[Key, Letter]) -> Letter | None:
    if line.customer is None or line.item is None:
        return None
    return letters.get((line.customer.code, line.item))


def _row(number: int, entry: Entry, line: Line, *, letter: Letter | None, final_on: dt.date) -> str:
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
        letter.code if letter else "",
        _day(letter.on) if letter else "",
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
