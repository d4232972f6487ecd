"""Writing the parts of a price list: copied from another, dropped, or set to given rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from billing.models import PriceList
from billing.prices.parts import PARTS
from billing.prices.rows import Part, Values


def copy_parts(
    old: PriceList, new: PriceList, *, amount: Callable[[int], int] = lambda cents: cents
) -> None:
    """Give a new list all parts of another; money becomes what `amount` makes of it."""
    for part in PARTS:
        rows = part.rows_of(old)
        for row in rows:
            for name in part.raised:
                row[name] = amount(row[name]) if row[name] is not None else None
        _add(part, new, rows)


def drop_parts(prices: PriceList) -> None:
    """Delete everything that a list says."""
    for part in reversed(PARTS):
        part.of(prices).delete()


def set_parts(prices: PriceList, said: Mapping[str, Sequence[Values]]) -> None:
    """Make a list say these rows of some parts, by name, and no others of those parts.

    What stays the same is not touched.
    """
    parts = [part for part in PARTS if part.name in said]
    for part in reversed(parts):
        _drop_others(part, prices, said[part.name])
    for part in parts:
        _set(part, prices, said[part.name])


def _drop_others(part: Part, prices: PriceList, rows: Sequence[Values]) -> None:
    if part.is_ordered:
        if part.rows_of(prices) != list(rows):
            part.of(prices).delete()
        return
    wanted = {part.key_of(row) for row in rows}
    for row in part.rows_of(prices):
        key = part.key_of(row)
        if key not in wanted:
            for child in PARTS:
                if child.owner_model is part.model:
                    child.of(prices).filter(**{child.columns[0].name: key[0]}).delete()
            part.of(prices).filter(**part.named(key)).delete()


def _set(part: Part, prices: PriceList, rows: Sequence[Values]) -> None:
    known = {part.key_of(row): row for row in part.rows_of(prices)}
    if part.is_ordered:
        _add(part, prices, [] if known else rows)
        return
    _add(part, prices, [row for row in rows if part.key_of(row) not in known])
    for row in rows:
        key = part.key_of(row)
        if key in known and known[key] != row:
            named = part.named(key)
            said = {name: value for name, value in row.items() if name not in named}
            part.of(prices).filter(**named).update(**said)


def _add(part: Part, prices: PriceList, rows: Sequence[Values]) -> None:
    if not part.owner:
        part.model.objects.bulk_create(part.model(price_list=prices, **row) for row in rows)
        return
    first = part.columns[0].name
    owners = part.owner_model.objects
    ids = dict(owners.filter(price_list=prices).values_list("name", "pk"))
    part.model.objects.bulk_create(
        part.model(
            **{name: value for name, value in row.items() if name != first},
            **{f"{part.owner}_id": ids[row[first]]},
        )
        for row in rows
    )
