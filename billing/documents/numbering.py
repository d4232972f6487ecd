"""Numbers of documents, without gaps: 1, 2, 3 … for each issuer, kind and year."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from accounts.transactions import assert_in_transaction
from billing.models import Issuer

LETTERS = {"quote": "D", "invoice": "F", "credit_note": "A", "recharge": "NT"}
"""What begins the numbers of a kind: devis, facture, avoir, note de transfert."""

_NEXT = """
INSERT INTO billing_numberseries AS series (issuer_id, kind, year, last)
VALUES (%(issuer)s, %(kind)s, %(year)s, 1)
ON CONFLICT (issuer_id, kind, year) DO UPDATE SET last = series.last + 1
RETURNING last
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A place in a series, and how it is written."""

    sequence: int
    text: str


def next_number(*, issuer: Issuer, kind: str, year: int) -> Number:
    """Take the next number of a series.

    The series stays locked until commit: take the number as late as possible in a
    transaction. A rolled-back transaction gives it back.

    Source: code général des impôts, annexe II, article 242 nonies A, I, 7°: a unique number
    from a continuous chronological sequence.
    """
    assert_in_transaction()
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, {"issuer": issuer.pk, "kind": kind, "year": year})
        sequence: int = cursor.fetchone()[0]
    letters = LETTERS[kind]
    return Number(sequence=sequence, text=f"{issuer.code.upper()}-{letters}{year}-{sequence:05}")
