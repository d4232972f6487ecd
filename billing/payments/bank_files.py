"""What a bank's statement says came in: camt.053 and CSV, read into plain values.

No Django and no tables. Only money that came in and is booked counts; everything else is
counted as left out. A file is untrusted: no entities, no network, a limit to its size.
Source: ISO 20022, camt.053.001.02 to .08 (Bank to Customer Statement).
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

LARGEST_FILE = 10 * 1024 * 1024
MOST_CREDITS = 20_000
CAMT, CSV = "camt053", "csv"
BIGGEST_CENTS = 10**15
FIRST_YEAR, LAST_YEAR = 2000, 2199


class Trouble:
    """Why a file cannot be read."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NOT_A_STATEMENT = "not_a_statement"
    NO_HEADER = "no_header"
    BAD_LINE = "bad_line"


class UnreadableFile(ValueError):
    """The file is no statement that can be read; `line` says where, if one line is wrong."""

    def __init__(self, trouble: str, line: int = 0) -> None:
        super().__init__(trouble)
        self.trouble = trouble
        self.line = line


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """Money that came in. `key` tells it from all other credits of the account."""

    key: str
    booked_on: dt.date
    amount_cents: int
    payer: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BankStatement:
    """What a file holds; `iban` is empty where it does not say whose account it is."""

    form: str
    iban: str
    credits: tuple[Credit, ...]
    left_out: int


def read_statement(content: bytes) -> BankStatement:
    """Read a statement, whatever its form.

    Raises:
        UnreadableFile: it is empty, too large, or nothing that is known here.
    """
    if not content.strip():
        raise UnreadableFile(Trouble.EMPTY)
    if len(content) > LARGEST_FILE:
        raise UnreadableFile(Trouble.TOO_LARGE)
    if content.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t\x00").startswith(b"<"):
        from billing.payments.camt import read_camt

        return read_camt(content)
    return read_csv(content)


DATE_HEADS = ("date", "date operation", "date de l operation", "date de comptabilisation",
              "date comptable", "dateop", "date op", "booking date")  # fmt: skip
CREDIT_HEADS = ("credit", "credit euros", "credit eur", "montant credit")
AMOUNT_HEADS = ("montant", "montant eur", "montant euros", "montant de l operation", "amount")
PAYER_HEADS = ("emetteur", "donneur d ordre", "contrepartie", "tiers", "nom", "payeur", "payer")
TEXT_HEADS = ("libelle", "libelle operation", "libelle de l operation", "libelle complet",
              "libelle simplifie", "motif", "informations complementaires", "details", "detail",
              "communication", "description", "reference client")  # fmt: skip
KEY_HEADS = ("reference", "reference operation", "reference de l operation", "ref",
             "numero d operation", "id operation", "identifiant")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    date: int
    amount: int
    payer: int | None
    texts: tuple[int, ...]
    key: int | None


def read_csv(content: bytes) -> BankStatement:
    """Read a table as French banks give it: semicolons, decimal commas, dd/mm/yyyy.

    The columns are found by their names, wherever the table begins.

    Raises:
        UnreadableFile: no row names a date and an amount, or a line makes no sense.
    """
    try:
        rows = list(csv.reader(io.StringIO(_decoded(content)), delimiter=";"))
    except csv.Error:
        raise UnreadableFile(Trouble.NOT_A_STATEMENT) from None
    found = ((number, _columns(row)) for number, row in enumerate(rows))
    number, columns = next(((n, c) for n, c in found if c is not None), (0, None))
    if columns is None:
        raise UnreadableFile(Trouble.NO_HEADER)
    credits_, left_out = [], 0
    for line, row in enumerate(rows[number + 1 :], start=number + 2):
        if not any(cell.strip() for cell in row):
            continue
        credit = _credit_of(row, columns, line=line)
        if credit is None:
            left_out += 1
        else:
            credits_.append(credit)
    return BankStatement(form=CSV, iban="", credits=told_apart(credits_), left_out=left_out)


def told_apart(credits_: Sequence[Credit]) -> tuple[Credit, ...]:
    """Give each credit its key; the second of two that are alike differs by being second.

    Raises:
        UnreadableFile: there are more than anybody reads in one go.
    """
    if len(credits_) > MOST_CREDITS:
        raise UnreadableFile(Trouble.TOO_LARGE)
    seen: Counter[str] = Counter()
    told = []
    for credit in credits_:
        facts: tuple[str, ...] = (
            credit.key,
            credit.booked_on.isoformat(),
            str(credit.amount_cents),
        )
        # The bank's own reference tells it; without one, all that is known does.
        if not credit.key:
            facts += (plain(credit.payer), plain(credit.text))
        alike = "\x1f".join(facts)
        seen[alike] += 1
        digest = hashlib.sha256(f"{alike}\x1f{seen[alike]}".encode()).hexdigest()
        told.append(replace(credit, key=digest))
    return tuple(told)


def plain(text: str) -> str:
    """Return a text in lower case, without accents and punctuation, words by one space."""
    decomposed = unicodedata.normalize("NFKD", text)
    ascii_only = decomposed.encode("ascii", "ignore").decode().lower()
    return " ".join(re.findall(r"[a-z0-9]+", ascii_only))


def one_line(texts: Iterable[str | None], *, longest: int) -> str:
    """Join texts into one line without repeating one, cut to what a column holds."""
    parts = dict.fromkeys(" ".join((text or "").split()) for text in texts)
    clean = " ".join(part for part in parts if part).replace("\x00", "")
    return clean[:longest]


def _decoded(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    return text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")


def _columns(row: Sequence[str]) -> _Columns | None:
    heads = [plain(cell) for cell in row]

    def column(names: Sequence[str]) -> int | None:
        return next((heads.index(name) for name in names if name in heads), None)

    date, amount = column(DATE_HEADS), column(CREDIT_HEADS)
    amount = column(AMOUNT_HEADS) if amount is None else amount
    if date is None or amount is None:
        return None
    key = column(KEY_HEADS)
    texts = [number for number, head in enumerate(heads) if head in (*TEXT_HEADS, *KEY_HEADS)]
    return _Columns(
        date=date, amount=amount, payer=column(PAYER_HEADS), texts=tuple(texts), key=key
    )


def _credit_of(row: Sequence[str], columns: _Columns, *, line: int) -> Credit | None:
    def cell(number: int | None) -> str:
        return row[number].strip() if number is not None and number < len(row) else ""

    cents = cents_of(cell(columns.amount), line=line)
    if cents <= 0:
        return None
    return Credit(
        key=cell(columns.key),
        booked_on=_day_of(cell(columns.date), line=line),
        amount_cents=cents,
        payer=one_line([cell(columns.payer)], longest=200),
        text=one_line(_cells(row, columns.texts), longest=500),
    )


def _cells(row: Sequence[str], numbers: Sequence[int]) -> Iterator[str]:
    return (row[number] for number in numbers if number < len(row))


def cents_of(text: str, *, line: int = 0) -> int:
    """Return an amount such as `1 234,56`, `1.234,56` or `1234.56` in cents.

    Raises:
        UnreadableFile: it is no amount of whole cents.
    """
    bare = re.sub(r"[\s\u00a0\u202f+'€]|EUR", "", text)
    if not bare:
        return 0
    if "," in bare:
        bare = bare.replace(".", "").replace(",", ".")
    try:
        cents = Decimal(bare) * 100
        whole = int(cents)
    except (InvalidOperation, ValueError, OverflowError):
        raise UnreadableFile(Trouble.BAD_LINE, line) from None
    if cents != whole or abs(whole) > BIGGEST_CENTS:
        raise UnreadableFile(Trouble.BAD_LINE, line)
    return whole


def _day_of(text: str, *, line: int) -> dt.date:
    for form in ("%d/%m/%Y", "%Y-%m-%d", "%d/%m/%y", "%d.%m.%Y", "%d-%m-%Y"):
        try:
            day = dt.datetime.strptime(text, form).date()  # noqa: DTZ007 - a day, no instant
        except ValueError:
            continue
        return near_our_time(day, line=line)
    raise UnreadableFile(Trouble.BAD_LINE, line)


def near_our_time(day: dt.date, *, line: int) -> dt.date:
    """Return a day if it is one on which money can have come in.

    Raises:
        UnreadableFile: its year is a slip of somebody's pen.
    """
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise UnreadableFile(Trouble.BAD_LINE, line)
    return day
