"""Which lines of customers' accounts settle one another (lettrage). Pure.

Invoices, credit notes and payments that are tied to one another bear one code as soon as
nothing of any of them is open; until then they bear none. The code is made of the first
invoice of the group, or payment if there is none, so that it is the same in every file.

What was settled may come apart again (a payment taken back, a later credit note), and a
line of a closed month may be settled later. Entries stay as they are then; codes do not.
Source: livre des procédures fiscales, article A47 A-1, VII, 1°, fields 14 and 15 (EcritureLet,
DateLet); BOI-CF-IOR-60-40-20: the day is that of the settling, both stay blank where there
is none, and what is final about an entry does not hold for its code.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from billing.books.journal import Entry

Key = tuple[str, int]
"""A customer's code and an item of its account."""

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SHORTEST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """How much of an invoice a payment of the same customer settles, and since when."""

    customer: str
    invoice: int
    payment: int
    cents: int
    on: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """The code of a settled group and the day on which it was settled."""

    code: str
    on: dt.date


def invoice_item(invoice_id: int) -> int:
    """Return the item that an invoice is, with its credit notes."""
    return 2 * invoice_id


def payment_item(payment_id: int) -> int:
    """Return the item that a payment is, with its refunds."""
    return 2 * payment_id + 1


def letters(entries: Iterable[Entry], ties: Iterable[Tie]) -> dict[Key, Letter]:
    """Return the letter of each item that is settled, from all entries of the books."""
    left: dict[Key, int] = defaultdict(int)
    days: dict[Key, dt.date] = {}
    parents: dict[Key, Key] = {}
    for entry in entries:
        for line in entry.lines:
            if line.customer is not None and line.item is not None:
                key = (line.customer.code, line.item)
                left[key] += line.debit_cents - line.credit_cents
                days[key] = max(days.get(key, entry.on), entry.on)
    for tie in ties:
        invoice, payment = (tie.customer, tie.invoice), (tie.customer, tie.payment)
        left[invoice] -= tie.cents
        left[payment] += tie.cents
        days[invoice] = max(days.get(invoice, tie.on), tie.on)
        parents[_root(parents, invoice)] = _root(parents, payment)
    groups: dict[Key, list[Key]] = defaultdict(list)
    for key in left:
        groups[_root(parents, key)].append(key)
    return {
        key: Letter(
            code=letters_of(_first(group)), on=max(days[one] for one in group if one in days)
        )
        for group in groups.values()
        if not any(left[one] for one in group)
        for key in group
    }


def _first(group: Iterable[Key]) -> int:
    return min((item for _customer, item in group), key=lambda item: (item % 2, item))


def letters_of(number: int) -> str:
    """Write a number in capital letters, three at least, such as AAB."""
    text = ""
    while number or len(text) < SHORTEST:
        number, rest = divmod(number, len(ALPHABET))
        text = ALPHABET[rest] + text
    return text


def _root(parents: dict[Key, Key], key: Key) -> Key:
    while (above := parents.get(key, key)) != key:
        # Half the way is enough the next time.
        parents[key] = key = parents.get(above, above)
    return key
