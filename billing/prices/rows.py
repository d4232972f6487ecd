"""What a part of a price list is made of: columns, and rows told apart by some of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from billing.models import PriceList
from billing.prices.cells import Kind

Values = dict[str, Any]
Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """What a part says in one attribute; `is_key` where it tells rows apart.

    Where a cell may be empty, it stands for what `empty` makes.
    """

    name: str
    word: Promise
    kind: Kind
    is_key: bool = False
    may_be_empty: bool = False
    empty: Callable[[], Any] = lambda: None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One kind of row; `raised` are its columns of money, which a raise changes.

    Where `is_ordered`, the first of several rows counts and rows may be alike in their key.
    A row of a part with an `owner` belongs to a row of another part, which its first column
    names. `wrong` says what the columns of a row cannot say together, and beside which of
    them; `once` is what no two rows may have alike besides their keys.
    """

    name: str
    model: Any
    word: Promise
    columns: tuple[Column, ...]
    raised: tuple[str, ...] = ()
    is_ordered: bool = False
    owner: str = ""
    owner_model: Any = None
    wrong: Callable[[Values], tuple[str, Promise] | None] = lambda values: None
    once: Callable[[Values], Key | None] = lambda values: None

    def of(self, prices: PriceList) -> QuerySet[Any]:
        """Return the rows of a list, in their order."""
        path = f"{self.owner}__price_list" if self.owner else "price_list"
        rows: QuerySet[Any] = self.model.objects.filter(**{path: prices}).order_by("pk")
        return rows

    def rows_of(self, prices: PriceList) -> list[Values]:
        """Return what a list says, row by row in its order; one query."""
        names = [column.name for column in self.columns]
        return [
            {name: sorted(said) if isinstance(said, list) else said for name, said in row.items()}
            for row in self.of(prices).values(*names)
        ]

    def column(self, name: str) -> Column:
        """Return a column by its name."""
        return next(column for column in self.columns if column.name == name)

    def key_of(self, values: Mapping[str, Any]) -> Key:
        """Return what tells a row apart."""
        return tuple(values[column.name] for column in self.columns if column.is_key)

    def named(self, key: Key) -> Values:
        """Return a key by the names of its columns."""
        names = [column.name for column in self.columns if column.is_key]
        return dict(zip(names, key, strict=True))
