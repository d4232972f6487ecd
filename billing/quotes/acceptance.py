"""By what a quote is accepted: an order or a signature, and the file of either."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from billing.file_types import type_of_paper
from billing.quotes.errors import (
    OrderFileRefused,
    OrderOrSignatureMissing,
    PaperDayWrong,
    PaperMissing,
)

MOST_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """By what a quote is accepted: the number of an order, or who signs and when."""

    purchase_order: str = ""
    signed_name: str = ""
    signed_on: dt.date | None = None
    file: bytes = b""
    file_name: str = ""

    @property
    def file_type(self) -> str:
        """What the file is by how it begins; nothing where there is none."""
        return file_type_of(self.file) if self.file else ""


def file_type_of(content: bytes) -> str:
    """Return what a file is by how it begins.

    Raises:
        OrderFileRefused: it is too large, or something else.
    """
    kind = type_of_paper(content)
    if kind is None or len(content) > MOST_BYTES:
        raise OrderFileRefused
    return kind


def whole(said: Acceptance, *, today: dt.date) -> Acceptance:
    """Return an acceptance as it is kept; a signature without a day is of today.

    Raises:
        OrderOrSignatureMissing, OrderFileRefused: of by what it is accepted.
    """
    order, name = said.purchase_order.strip(), said.signed_name.strip()
    if not order and not name:
        raise OrderOrSignatureMissing
    if said.file:
        file_type_of(said.file)
    return replace(
        said,
        purchase_order=order,
        signed_name=name,
        signed_on=(said.signed_on or today) if name else None,
        file_name=said.file_name[-200:] if said.file else "",
    )


def whole_paper(
    said: Acceptance, *, sent_on: dt.date | None, today: dt.date
) -> tuple[Acceptance, dt.date]:
    """Return an acceptance on paper as it is kept, and the day of the paper.

    Raises:
        PaperMissing, OrderFileRefused: there is no file of it, or none that is taken.
        PaperDayWrong: it has no day, or one before the quote was sent, or ahead.
        OrderOrSignatureMissing: it has neither a number nor a name.
    """
    if not said.file:
        raise PaperMissing
    day = said.signed_on
    if day is None or day > today or (sent_on is not None and day < sent_on):
        raise PaperDayWrong
    return replace(whole(said, today=today), signed_on=day), day
