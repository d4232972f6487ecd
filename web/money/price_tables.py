"""How a price list is shown: its state, its days, its rates in a table, its other parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from accounts.choices import TIERS
from billing.prices.cells import EUROS, BadCell, Known
from billing.prices.files import tables_of
from billing.prices.parts import PARTS, RATES
from billing.prices.rate_table import RateRow, rate_table
from billing.services.price_lists import last_day
from billing.services.price_rates import Priced
from billing.spreadsheets import Sheet
from bookings.wording import date_text, money_text
from web.states import Look

A_PAGE = 100
"""Rows that are changed at once: each has some fields, and a form takes so many."""
NOTHING_KNOWN = Known(instruments={}, services={})
LOOKS = {
    "draft": Look(css="is-wait", icon="hourglass", word=pgettext_lazy("price list", "Draft")),
    "voted": Look(css="is-mine", icon="check", word=pgettext_lazy("price list", "Voted")),
    "in_force": Look(
        css="is-ok", icon="circle-check", word=pgettext_lazy("price list", "In force")
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RateCell:
    """What one tier pays: as text, or as a field with what was typed and what is wrong."""

    name: str
    label: str
    text: str
    typed: str = ""
    minimum: str = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRow:
    """A row of the table."""

    row: RateRow
    unit: str

    def cells(
        self, tiers: Sequence[tuple[str, Any]], typed: Mapping[str, str], wrong: Mapping[str, str]
    ) -> dict[str, Any]:
        """Return the row for a template, with what was typed where something is wrong."""
        cells = []
        for tier, _word in tiers:
            name = field_name(self.row, tier)
            cents, least = self.row.amounts.get(tier), self.row.minima.get(tier)
            stored = "" if cents is None else f"{Decimal(cents) / 100:.2f}"
            cells.append(
                RateCell(
                    name=name,
                    label=f"{self.row.thing}, {self.unit}, {tier}",
                    text="–" if cents is None else money_text(cents),
                    typed=typed.get(name, stored) if wrong else stored,
                    minimum=money_text(least) if least else "",
                    wrong=wrong.get(name, ""),
                )
            )
        return {"thing": self.row.thing, "unit": self.unit, "cells": cells}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRates:
    """The table of rates for a template."""

    tiers: Sequence[tuple[str, Any]]
    rows: Sequence[ShownRow]


def look_of(prices: Any) -> Look:
    """Return how the state of a list looks as a tag."""
    return LOOKS[prices.status]


def list_days(prices: Any) -> str:
    """Write the days of a list, as 1 Jan 2027 – 31 Dec 2027."""
    last = last_day(prices)
    first = date_text(prices.validity.lower)
    return f"{first} – {date_text(last)}" if last else _("from %(day)s") % {"day": first}


def voted_said(prices: Any) -> str:
    """Write the day of the vote; nothing of a draft."""
    return date_text(prices.voted_on) if prices.voted_on else ""


def rates_said(prices: Any, *, is_open: bool, in_all_units: bool = False) -> ShownRates:
    """Return the table of rates; of a draft that may be changed, with what has no price yet.

    Perhaps with a row for each unit in which an instrument may be priced.
    """
    table = rate_table(prices, with_unpriced=is_open, in_all_units=is_open and in_all_units)
    words = dict(TIERS)
    return ShownRates(
        tiers=[(tier, words[tier]) for tier in table.tiers],
        rows=[ShownRow(row=row, unit=unit_said(row.unit)) for row in table.rows],
    )


def unit_said(unit: str) -> str:
    """Name a unit of an instrument in the reader's language; a service's is its own."""
    words = {
        "hour": _("hour"),
        "session": _("session"),
        "day": _("day"),
        "operator-hour": _("operator's hour"),
    }
    return words.get(unit, unit)


def field_name(row: RateRow, tier: str) -> str:
    """Name the field of a cell."""
    thing = f"i{row.instrument_id}" if row.instrument_id else f"s{row.service_id}"
    return f"{thing}:{tier}:{row.unit}"


def amounts_of(
    typed: Mapping[str, str], rows: Iterable[ShownRow], tiers: Sequence[tuple[str, Any]]
) -> tuple[dict[Priced, int | None], dict[str, str]]:
    """Return the amounts that were typed and differ, and what is wrong by field."""
    amounts: dict[Priced, int | None] = {}
    wrong: dict[str, str] = {}
    for shown in rows:
        for tier, _word in tiers:
            name = field_name(shown.row, tier)
            if name not in typed:
                continue
            try:
                text = typed[name].strip()
                cents = EUROS.read(text, NOTHING_KNOWN) if text else None
            except BadCell as refusal:
                wrong[name] = str(refusal)
                continue
            if cents != shown.row.amounts.get(tier):
                amounts[shown.row.priced(tier)] = cents
    return amounts, wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPart:
    """A part beside the rates as a table of text; `change` is the route that changes it."""

    table: Sheet
    change: str


CHANGED_BY = {
    "bands": "price_list_bands",
    "surcharges": "price_list_surcharges",
    "volume_discounts": "price_list_discounts",
    "packages": "price_list_packages",
}


def parts_said(prices: Any, *, is_open: bool) -> list[ShownPart]:
    """Return the other parts of a list: of a draft that may be changed, all that have a page."""
    shown = [
        ShownPart(table=table, change=CHANGED_BY.get(part.name, "") if is_open else "")
        for part, table in zip(PARTS, tables_of(prices), strict=True)
        if part is not RATES
    ]
    return [part for part in shown if part.change or part.table.rows]
