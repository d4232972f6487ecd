"""How what a price list says stands in the cell of a file, and is read from one again.

Words are written in the language that is active and read in any of ours. What a cell of a
file says may be text, a number, a time or nothing.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

from django.conf import settings
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

Cell = str | Decimal | int | dt.time | bool | None
CENT = Decimal("0.01")
MOST_EUROS = Decimal(10_000_000)
MOST_PERCENT = 32_767
MOST_QUANTITY = Decimal(100_000_000)
QUANTUM = Decimal("0.0001")
NEARLY = Decimal("0.000001")
"""What a spreadsheet's own sums may be off without meaning it."""


class BadCell(Exception):
    """A cell says nothing that can stand there; `sentence` says why."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


@dataclass(frozen=True, kw_only=True)
class Known:
    """What a platform sells, each by the words that name it in a file."""

    instruments: Mapping[int, str]
    services: Mapping[int, str]

    @cached_property
    def instrument_ids(self) -> Mapping[str, int]:
        """The same by word, as it is written and in small letters."""
        return _by_word(self.instruments)

    @cached_property
    def service_ids(self) -> Mapping[str, int]:
        """The same of services."""
        return _by_word(self.services)


def _by_word(words: Mapping[int, str]) -> dict[str, int]:
    exact = {text_of(word): pk for pk, word in words.items()}
    return {word.casefold(): pk for word, pk in exact.items()} | exact


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How one kind of value is written and read. Reading an empty cell is asked of nobody.

    `read` raises BadCell. `choices` are the codes there are and their words, if it is one of
    some.
    """

    write: Callable[[Any, Known], Cell]
    read: Callable[[Cell, Known], Any]
    choices: Sequence[tuple[str, Any]] = ()


def in_any_language(word: str | Promise) -> set[str]:
    """Return a word in each of our languages, in small letters."""
    words = set()
    for code, _name in settings.LANGUAGES:
        with override(code):
            words.add(str(word).casefold())
    return words


def text_of(cell: Cell) -> str:
    """Return what a cell says as one line of text."""
    return " ".join(str(cell).split()) if cell is not None else ""


def text(longest: int) -> Kind:
    """Return the kind of a text of so many letters at the most."""

    def read(cell: Cell, known: Known) -> str:
        said = text_of(cell)
        if len(said) > longest:
            raise BadCell(_("This is longer than %(most)s letters.") % {"most": longest})
        return said

    return Kind(write=lambda value, known: str(value), read=read)


def _number(cell: Cell) -> Decimal:
    if isinstance(cell, bool | dt.time) or cell is None:
        raise BadCell(_("This is not a number."))
    text = re.sub(r"[\s€%]", "", str(cell)).replace(",", ".")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise BadCell(_("This is not a number.")) from None
    if not number.is_finite():
        raise BadCell(_("This is not a number."))
    return number


def _cents(cell: Cell, known: Known) -> int:
    euros = _number(cell)
    if not 0 <= euros < MOST_EUROS:
        raise BadCell(_("Give an amount from 0 to 9,999,999.99."))
    rounded = euros.quantize(CENT)
    if abs(rounded - euros) > NEARLY:
        raise BadCell(_("Give an amount with two decimals at the most."))
    return int(rounded * 100)


def _euros(cents: int, known: Known) -> Decimal:
    return (Decimal(cents) / 100).quantize(CENT)


def _whole(cell: Cell, known: Known) -> int:
    number = _number(cell)
    if number != number.to_integral_value() or not 0 <= number <= MOST_PERCENT:
        raise BadCell(_("Give a whole number from 0."))
    return int(number)


def _quantity(cell: Cell, known: Known) -> Decimal:
    number = _number(cell)
    if not 0 <= number < MOST_QUANTITY or number != number.quantize(QUANTUM):
        raise BadCell(_("Give a quantity from 0, with four decimals at the most."))
    return number


YES, NO = _("yes"), _("no")


def _is_yes(cell: Cell, known: Known) -> bool:
    said = text_of(cell).casefold()
    if isinstance(cell, bool):
        return cell
    if said in in_any_language(YES) | {"1", "x"}:
        return True
    if said in in_any_language(NO) | {"0", ""}:
        return False
    raise BadCell(_("Say yes or no."))


def _clock(cell: Cell, known: Known) -> dt.time:
    if isinstance(cell, dt.time):
        return cell.replace(second=0, microsecond=0)
    text = text_of(cell).casefold().replace("h", ":").replace(" ", "")
    hours, _colon, minutes = text.partition(":")
    try:
        return dt.time(int(hours) % 24 if int(hours) == 24 else int(hours), int(minutes or 0))
    except ValueError:
        raise BadCell(_("Give a time of day, such as 08:00.")) from None


def _weekdays(cell: Cell, known: Known) -> list[int]:
    days = set()
    numbers = _weekday_numbers()
    for word in filter(None, re.split(r"[\s,;.]+", text_of(cell).casefold())):
        if word not in numbers:
            raise BadCell(_("Name weekdays one by one, such as Mon, Tue."))
        days.add(numbers[word])
    return sorted(days)


def _weekday_numbers() -> dict[str, int]:
    numbers = {}
    for words in (WEEKDAYS, WEEKDAYS_ABBR):
        for number, word in words.items():
            for said in in_any_language(word):
                numbers[said.rstrip(".")] = number
    return numbers


def _found(ids: Callable[[Known], Mapping[str, int]], sentence: Promise) -> Callable[..., int]:
    def read(cell: Cell, known: Known) -> int:
        word, known_words = text_of(cell), ids(known)
        pk = known_words.get(word, known_words.get(word.casefold()))
        if pk is None:
            raise BadCell(sentence)
        return pk

    return read


def one_of(choices: Iterable[tuple[str, Any]]) -> Kind:
    """Return the kind of a code that is one of some."""
    choices = tuple(choices)
    codes = [code for code, _word in choices]

    def read(cell: Cell, known: Known) -> str:
        said = text_of(cell).upper()
        for code in codes:
            if said == code.upper():
                return code
        raise BadCell(_("Give one of %(codes)s.") % {"codes": ", ".join(codes)})

    return Kind(write=lambda value, known: str(value), read=read, choices=choices)


EUROS = Kind(write=_euros, read=_cents)
PERCENT = Kind(write=lambda value, known: int(value), read=_whole)
QUANTITY = Kind(write=lambda value, known: value.normalize() + 0, read=_quantity)
YES_NO = Kind(write=lambda value, known: str(YES if value else NO), read=_is_yes)
CLOCK = Kind(write=lambda value, known: f"{value:%H:%M}", read=_clock)
WEEKDAYS_SAID = Kind(
    write=lambda value, known: ", ".join(str(WEEKDAYS_ABBR[day]) for day in value),
    read=_weekdays,
)
INSTRUMENT = Kind(
    write=lambda value, known: known.instruments.get(value, f"#{value}"),
    read=_found(
        lambda known: known.instrument_ids, _("This platform has no instrument of that name.")
    ),
)
SERVICE = Kind(
    write=lambda value, known: known.services.get(value, f"#{value}"),
    read=_found(lambda known: known.service_ids, _("This platform has no service of that code.")),
)
