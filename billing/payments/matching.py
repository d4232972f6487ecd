"""Which invoices a payment is for: pure, and sure or else left to a person.

An invoice is recognised by its number in the text of the transfer, however it was typed;
without one, by an amount that only one payer's open invoices explain.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from billing.payments.bank_files import plain

LEGAL_FORMS = frozenset(
    {
        *("sa", "sas", "sasu", "sarl", "eurl", "snc", "sci", "scop", "gie", "selarl"),
        *("ltd", "llc", "inc", "plc", "gmbh", "ag", "bv", "nv", "srl", "spa"),
    }
)
MOST_TRIED = 12
"""Of how many open invoices all combinations are tried."""

SEPARATORS = r"[\s\-_./:°]*"
WORDS_BEFORE = r"(?:FACTURES?|FACT|FAC|INVOICES?|INV|REF|NO|N)?"


class How:
    """By what a payment was recognised."""

    NUMBER = "number"
    NUMBERS = "numbers"
    PARTIAL = "partial"
    OVERPAID = "overpaid"
    AMOUNT = "amount"
    ALL_OPEN = "all_open"
    UNSURE = "unsure"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payable:
    """An invoice that may be paid; what is left of it is told apart, since it changes."""

    invoice_id: int
    number: str
    organisation_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What a payment settles. Unless `is_sure`, `parts` is a proposal for a person."""

    how: str
    is_sure: bool = False
    parts: tuple[tuple[int, int], ...] = ()
    organisation_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """Open invoices and payers' names, prepared for many payments by `book_of`."""

    by_number: Mapping[tuple[str, int, int], Payable]
    by_organisation: Mapping[int, Sequence[Payable]]
    written: re.Pattern[str] | None
    payers: Sequence[tuple[int, frozenset[str]]]


def book_of(invoices: Iterable[Payable], *, names: Mapping[int, Sequence[str]]) -> Book:
    """Prepare invoices, in the order they are to be paid, and the names of organisations."""
    by_number: dict[tuple[str, int, int], Payable] = {}
    by_organisation: dict[int, list[Payable]] = {}
    for one in invoices:
        by_organisation.setdefault(one.organisation_id, []).append(one)
        if key := number_key(one.number):
            by_number[key] = one
    heads = sorted({head for head, _year, _sequence in by_number})
    return Book(
        by_number=by_number,
        by_organisation=by_organisation,
        written=_pattern(heads) if heads else None,
        payers=tuple(_payers(names)),
    )


def match(
    book: Book, *, left: Mapping[int, int], amount_cents: int, text: str, payer: str
) -> Match:
    """Say which invoices a payment settles, and whether that is sure.

    `left` is what is open of each invoice, in cents. Sure are: named invoices that it pays
    to the cent, more than pays, or, of a single one, pays a part of; the only open invoice
    of its payer of this amount; all open invoices of its payer together. A number that is
    not open is left to a person.
    """
    named, is_unclear = _named(book, left, text)
    organisation_id = _payer(book, payer)
    if is_unclear:
        return _unsure(named, left, amount_cents, organisation_id)
    if named:
        return _by_numbers(named, left, amount_cents)
    if organisation_id is None:
        everybody = [one for some in book.by_organisation.values() for one in some]
        alike = [one for one in everybody if left.get(one.invoice_id) == amount_cents]
        return _unsure(alike if len(alike) == 1 else [], left, amount_cents, None)
    theirs = [
        one
        for one in book.by_organisation.get(organisation_id, ())
        if left.get(one.invoice_id, 0) > 0
    ]
    return _by_amount(theirs, left, amount_cents, organisation_id)


def _named(book: Book, left: Mapping[int, int], text: str) -> tuple[list[Payable], bool]:
    if book.written is None:
        return [], False
    keys = {
        (_bare(head), int(year), int(sequence))
        for head, year, sequence in book.written.findall(text.upper())
    }
    found = [book.by_number[key] for key in sorted(keys) if key in book.by_number]
    still_open = [one for one in found if left.get(one.invoice_id, 0) > 0]
    return still_open, len(still_open) < len(keys)


def _payer(book: Book, payer: str) -> int | None:
    words = _words(payer)
    found = {pk for pk, name in book.payers if name <= words}
    return found.pop() if len(found) == 1 else None


def number_key(number: str) -> tuple[str, int, int] | None:
    """Take CRC-F2026-00017 apart into what stays however it is typed."""
    parts = re.fullmatch(r"(.*?)(\d{4})\D?(\d+)", number.upper())
    return (_bare(parts[1]), int(parts[2]), int(parts[3])) if parts else None


def _pattern(heads: Iterable[str]) -> re.Pattern[str]:
    each = "|".join(SEPARATORS.join(re.escape(sign) for sign in head) for head in heads)
    return re.compile(
        rf"(?<![A-Z0-9]){WORDS_BEFORE}{SEPARATORS}({each}){SEPARATORS}"
        rf"(\d{{4}}){SEPARATORS}(\d{{1,9}})(?!\d)"
    )


def _bare(text: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", text)


def _words(name: str) -> frozenset[str]:
    return frozenset(plain(name).split()) - LEGAL_FORMS


def _payers(names: Mapping[int, Sequence[str]]) -> Iterable[tuple[int, frozenset[str]]]:
    for organisation_id, spoken in names.items():
        for words in {_words(name) for name in spoken}:
            # A name of short words only would be found in anybody's.
            if any(len(word) >= 4 for word in words):
                yield organisation_id, words


def _by_numbers(named: Sequence[Payable], left: Mapping[int, int], amount_cents: int) -> Match:
    owed = sum(left[one.invoice_id] for one in named)
    organisations = {one.organisation_id for one in named}
    organisation_id = organisations.pop() if len(organisations) == 1 else None
    if amount_cents < owed and len(named) > 1:
        return _unsure(named, left, amount_cents, organisation_id)
    exact = How.NUMBER if len(named) == 1 else How.NUMBERS
    how = {amount_cents < owed: How.PARTIAL, amount_cents > owed: How.OVERPAID}.get(True, exact)
    return Match(
        how=how,
        is_sure=True,
        parts=_filled(named, left, amount_cents),
        organisation_id=organisation_id,
    )


def _by_amount(
    theirs: Sequence[Payable], left: Mapping[int, int], amount_cents: int, organisation_id: int
) -> Match:
    alike = [one for one in theirs if left[one.invoice_id] == amount_cents]
    is_all = sum(left[one.invoice_id] for one in theirs) == amount_cents and len(theirs) > 1
    if len(alike) != 1 and not is_all:
        some = _one_combination(theirs, left, amount_cents)
        return _unsure(some, left, amount_cents, organisation_id)
    return Match(
        how=How.ALL_OPEN if is_all else How.AMOUNT,
        is_sure=True,
        parts=_filled(theirs if is_all else alike, left, amount_cents),
        organisation_id=organisation_id,
    )


def _one_combination(
    theirs: Sequence[Payable], left: Mapping[int, int], amount_cents: int
) -> Sequence[Payable]:
    if len(theirs) > MOST_TRIED:
        return ()
    found = [
        some
        for size in range(2, len(theirs))
        for some in combinations(theirs, size)
        if sum(left[one.invoice_id] for one in some) == amount_cents
    ]
    return found[0] if len(found) == 1 else ()


def _unsure(
    invoices: Sequence[Payable],
    left: Mapping[int, int],
    amount_cents: int,
    organisation_id: int | None,
) -> Match:
    parts = _filled(invoices, left, amount_cents)
    return Match(
        how=How.UNSURE if parts else How.NOTHING, parts=parts, organisation_id=organisation_id
    )


def _filled(
    invoices: Iterable[Payable], left: Mapping[int, int], amount_cents: int
) -> tuple[tuple[int, int], ...]:
    """Spread an amount over invoices, one after the other."""
    parts = []
    for one in invoices:
        if cents := min(amount_cents, left[one.invoice_id]):
            parts.append((one.invoice_id, cents))
            amount_cents -= cents
    return tuple(parts)
