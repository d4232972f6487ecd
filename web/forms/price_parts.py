"""Forms of the parts of a price list: a row each, a field for each column.

What is typed is read and checked as the cells of a file, by the service alone; what it finds
wrong comes back beside the fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.choices import TIERS
from billing.prices.cells import (
    CLOCK,
    EUROS,
    PERCENT,
    QUANTITY,
    WEEKDAYS_SAID,
    YES_NO,
    Cell,
    Kind,
    Known,
)
from billing.prices.part_rows import Mistake, said_by
from billing.prices.parts import BANDS, PACKAGE_ITEMS, PACKAGE_PRICES, PACKAGES
from billing.prices.rows import Column, Part, Values
from facilities.choices import WEEKDAYS
from web.forms.running import HouseForm

MOST_ROWS = 60
"""Rows that a page changes at once; a list with more of a kind is changed with a file."""
NUMBERS = (EUROS, PERCENT, QUANTITY)
THING, INSTRUMENT, SERVICE = "thing", "instrument_id", "service_id"
OF_PACKAGE = PACKAGE_ITEMS.columns[0].name
HINTS = {
    (BANDS.name, "ends"): _("0:00 is midnight at the end of the day."),
    ("surcharges", "amount_cents"): _("Once for each use."),
    ("volume_discounts", "from_quantity"): _("In a calendar month, in the unit of the rate."),
}
EMPTY = {INSTRUMENT: _("all instruments"), "tier": _("all tiers")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A row as it was typed, and where what is wrong with it is told."""

    part: str
    cells: Mapping[str, Cell]
    form: PartForm
    fields: Mapping[str, str] = field(default_factory=dict)

    def tell(self, mistake: Mistake) -> None:
        """Show beside its field what is wrong; a row that holds no field tells it on top."""
        if mistake.field == OF_PACKAGE and OF_PACKAGE not in self.fields:
            return  # The row of the package tells it.
        name = self.fields.get(mistake.field, mistake.field)
        where = name if name in self.form.fields else None
        if mistake.sentence not in self.form.errors.get(where or "__all__", ()):
            self.form.add_error(where, mistake.sentence)


class PartForm(HouseForm):
    """A row of a part; an instrument or a service is one choice where it may be either."""

    def __init__(self, *args: Any, part: Part, known: Known, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.part, self.known = part, known
        names = {column.name for column in part.columns}
        self.is_of_either = {INSTRUMENT, SERVICE} <= names
        fields: dict[str, forms.Field] = self.fields
        if self.is_of_either:
            fields[THING] = _select(_("What"), _things(known))
        for column in part.columns:
            if column.name != OF_PACKAGE and not (self.is_of_either and _is_thing(column)):
                fields[column.name] = _field(part, column, known)

    def cells(self) -> dict[str, Cell]:
        """Return what was typed by the names of the columns; nothing of a row that goes."""
        said = self.cleaned_data
        if said.get("DELETE"):
            return {}
        cells = {
            column.name: _cell(column.kind, said.get(column.name), self.known)
            for column in self.part.columns
        }
        if self.is_of_either:
            kind, _colon, word = said.get(THING, "").partition(":")
            cells |= {INSTRUMENT: word if kind == "i" else "", SERVICE: word if kind == "s" else ""}
        return cells

    def places(self) -> Iterator[Place]:
        """Return the rows that it says."""
        either = {INSTRUMENT: THING, SERVICE: THING} if self.is_of_either else {}
        yield Place(part=self.part.name, cells=self.cells(), form=self, fields=either)


class PackageForm(PartForm):
    """A package with its price for each tier and what is in it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, forms.Field] = self.fields
        for tier, _word in TIERS:
            fields[_price(tier)] = _text(tier, is_number=True)
        self.items = RowForms(
            self.data if self.is_bound else None,
            prefix=f"{self.prefix}-items",
            initial=self.initial.get("items"),
            form_kwargs={"part": PACKAGE_ITEMS, "known": self.known},
        )

    @property
    def prices(self) -> list[Any]:
        """Return the fields of its prices."""
        return [self[_price(tier)] for tier, _word in TIERS]

    def has_changed(self) -> bool:
        return super().has_changed() or self.items.has_changed()

    def is_valid(self) -> bool:
        return super().is_valid() and self.items.is_valid()

    def places(self) -> Iterator[Place]:
        said = self.cleaned_data
        cells = self.cells()
        yield Place(part=PACKAGES.name, cells=cells, form=self)
        if not cells or not self.has_changed():
            return
        named = {OF_PACKAGE: said.get("name", "")}
        for tier, _word in TIERS:
            if amount := said.get(_price(tier)):
                yield Place(
                    part=PACKAGE_PRICES.name,
                    cells={**named, "tier": tier, "amount_cents": amount},
                    form=self,
                    fields={OF_PACKAGE: "name", "amount_cents": _price(tier)},
                )
        for form in self.items:
            for place in form.places():
                is_said = any(place.cells.values())
                cells = {**place.cells, **named} if is_said else {}
                yield Place(part=place.part, cells=cells, form=form, fields=place.fields)


def _rows_of(form: type[forms.Form], *, extra: int) -> Any:
    return forms.formset_factory(
        form,
        extra=extra,
        can_delete=True,
        can_delete_extra=False,
        max_num=MOST_ROWS,
        validate_max=True,
        absolute_max=3 * MOST_ROWS,
    )


RowForms = _rows_of(PartForm, extra=2)
"""The rows of a part, and room for two more."""
PackageForms = _rows_of(PackageForm, extra=1)


def initial_of(part: Part, values: Values, known: Known) -> dict[str, Any]:
    """Return what a row says as its form shows it."""
    said: dict[str, Any] = {
        column.name: values[column.name] if _is_raw(column.kind) else cell
        for column, cell in zip(part.columns, said_by(part, values, known).values(), strict=True)
    }
    if instrument := said.get(INSTRUMENT):
        said[THING] = f"i:{instrument}"
    elif service := said.get(SERVICE):
        said[THING] = f"s:{service}"
    return said


def packages_of(rows: Mapping[str, list[Values]], known: Known) -> list[dict[str, Any]]:
    """Return each package with its prices and contents as its form shows them."""
    found = []
    for package in rows[PACKAGES.name]:
        its = {
            part.name: [
                initial_of(part, row, known)
                for row in rows[part.name]
                if row[OF_PACKAGE] == package["name"]
            ]
            for part in (PACKAGE_PRICES, PACKAGE_ITEMS)
        }
        prices = {_price(row["tier"]): row["amount_cents"] for row in its[PACKAGE_PRICES.name]}
        items = {"items": its[PACKAGE_ITEMS.name]}
        found.append(initial_of(PACKAGES, package, known) | prices | items)
    return found


def _price(tier: str) -> str:
    return f"price_{tier}"


def _is_thing(column: Column) -> bool:
    return column.name in {INSTRUMENT, SERVICE}


def _is_raw(kind: Kind) -> bool:
    return kind is YES_NO or kind is WEEKDAYS_SAID


def _cell(kind: Kind, typed: Any, known: Known) -> Cell:
    if kind is WEEKDAYS_SAID:
        return kind.write(typed, known) if typed else ""
    return True if typed is True else typed or ""


def _field(part: Part, column: Column, known: Known) -> forms.Field:
    hint = HINTS.get((part.name, column.name), "")
    word: Any = column.word
    if column.kind is YES_NO:
        return forms.BooleanField(label=word, required=False)
    if column.kind is WEEKDAYS_SAID:
        return forms.TypedMultipleChoiceField(
            label=word,
            choices=WEEKDAYS,
            coerce=int,
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
    empty = EMPTY.get(column.name, "–") if column.may_be_empty else "–"
    if column.name == INSTRUMENT:
        names = sorted(known.instruments.values(), key=str.casefold)
        return _select(word, [("", empty), *((name, name) for name in names)])
    if column.kind.choices:
        return _select(word, [("", empty), *column.kind.choices])
    return _text(
        word,
        hint=hint,
        is_number=column.kind in NUMBERS,
        is_clock=column.kind is CLOCK,
    )


def _select(label: Any, choices: list[Any]) -> forms.Field:
    widget = forms.Select(attrs={"class": "pl-in"}, choices=choices)
    return forms.CharField(label=label, required=False, widget=widget)


def _text(
    label: Any, *, hint: Any = "", is_number: bool = False, is_clock: bool = False
) -> forms.Field:
    attrs = {"class": "pl-in"} | ({"inputmode": "decimal", "size": "8"} if is_number else {})
    widget = forms.TextInput(attrs=attrs | ({"type": "time"} if is_clock else {}))
    return forms.CharField(label=label, help_text=hint, required=False, widget=widget)


def _things(known: Known) -> list[Any]:
    def sorted_of(prefix: str, words: Mapping[int, str]) -> list[tuple[str, str]]:
        return [(f"{prefix}:{word}", word) for word in sorted(words.values(), key=str.casefold)]

    return [
        ("", "–"),
        (_("Instruments"), sorted_of("i", known.instruments)),
        (_("Services"), sorted_of("s", known.services)),
    ]
