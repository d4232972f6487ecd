"""What importing a statement of the bank does, or did: plain values."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from billing.models import Issuer
from billing.payments.bank_files import Credit
from billing.payments.matching import Match


class Fate:
    """What an import does with a credit."""

    NEW = "new"
    KNOWN = "known"
    CLOSED = "closed"
    FUTURE = "future"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """How much of a credit an invoice gets."""

    invoice_id: int
    number: str
    amount_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A credit of the file, what becomes of it, and what it settles if that is sure.

    `recorded_on` is the bank's day, or the first that is open where that is closed.
    """

    credit: Credit
    fate: str
    recorded_on: dt.date
    match: Match
    parts: tuple[Part, ...]

    @property
    def is_late(self) -> bool:
        """Whether the books have it on a later day than the bank."""
        return self.recorded_on > self.credit.booked_on

    @property
    def remaining_cents(self) -> int:
        """What nobody has said the use of."""
        sure = sum(part.amount_cents for part in self.parts) if self.match.is_sure else 0
        return self.credit.amount_cents - sure


@dataclass(frozen=True, slots=True, kw_only=True)
class BankImport:
    """What a file holds and what importing it does, or did."""

    issuer: Issuer
    name: str
    form: str
    was_imported: bool
    left_out: int
    lines: tuple[Line, ...]

    @property
    def new_lines(self) -> list[Line]:
        """Credits that become payments."""
        return [line for line in self.lines if line.fate == Fate.NEW]

    @property
    def sure_lines(self) -> list[Line]:
        """Payments that are allocated at once."""
        return [line for line in self.new_lines if line.match.is_sure]

    @property
    def unsure_lines(self) -> list[Line]:
        """Payments that wait for a person."""
        return [line for line in self.new_lines if not line.match.is_sure]

    @property
    def late_lines(self) -> list[Line]:
        """Credits of closed months, whether they become payments or are left out."""
        late = (Fate.NEW, Fate.CLOSED)
        return [line for line in self.lines if line.is_late and line.fate in late]

    @property
    def left_lines(self) -> list[Line]:
        """Credits of closed months that are left out."""
        return [line for line in self.lines if line.fate == Fate.CLOSED]

    @property
    def new_cents(self) -> int:
        """What the new payments come to."""
        return sum(line.credit.amount_cents for line in self.new_lines)
