"""Writing rows that remember where they came from: new ones made, changed ones changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from django.db import models
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from billing.nemo.dump import Row
from billing.nemo.references import ORIGIN, origin_id
from billing.nemo.report import Tally
from facilities.intervals import Interval

Kept = TypeVar("Kept", bound=models.Model)

BATCH = 1000


def span(interval: Interval) -> DateTimeTZRange:
    """Return an interval as the range that a booking read from the database has."""
    return DateTimeTZRange(interval.start, interval.end)


def imported_before(
    manager: models.Manager[Kept], kind: str, keys: Iterable[str]
) -> dict[str, Kept]:
    """Return what earlier imports made of some rows, by the rows' keys."""
    key_of = {origin_id(kind, key): key for key in keys}
    names = list(key_of)
    found: dict[str, Kept] = {}
    for start in range(0, len(names), BATCH):
        chunk = names[start : start + BATCH]
        for row in manager.filter(origin=ORIGIN, origin_id__in=chunk):
            found[key_of[row.origin_id]] = row  # type: ignore[attr-defined]
    return found


def other_form(
    manager: models.Manager[Kept], kind: str, rows: Iterable[Row], field: str
) -> dict[str, Kept]:
    """Return what a dump of the other form, by name or by number, made of some rows.

    `field` holds the name that NEMO gave. A name that several rows bear says nothing.
    """
    named: dict[str, Row | None] = {}
    for each in rows:
        named[each.name] = None if each.name in named else each
    found: dict[str, Kept] = {}
    others = manager.filter(origin=ORIGIN, **{f"{field}__in": list(named)})
    for other in others:
        row: Row | None = named[getattr(other, field)]
        by_name = row is not None and other.origin_id == origin_id(kind, row.name)  # type: ignore[attr-defined]
        if row is not None and by_name == row.has_pk:
            found[row.key] = other
    return found


def keep(
    manager: models.Manager[Kept],
    *,
    kind: str,
    wanted: Mapping[str, Mapping[str, Any]],
    found: Mapping[str, Kept],
    once: Sequence[str] = (),
    tally: Tally,
) -> dict[str, Kept]:
    """Make the rows that are new and bring the others to what NEMO says; returns all.

    `wanted` holds field values by the rows' keys. Those named in `once` are given to new
    rows and never changed afterwards.
    """
    kept: dict[str, Kept] = dict(found)
    new: dict[str, Kept] = {}
    changed: list[Kept] = []
    fields: set[str] = set()
    for key, values in wanted.items():
        if key not in found:
            new[key] = manager.model(origin=ORIGIN, origin_id=origin_id(kind, key), **values)
            continue
        differing = _brought_to(found[key], values, once, origin_id(kind, key))
        fields |= differing
        if differing:
            changed.append(found[key])
    manager.bulk_create(new.values(), batch_size=BATCH)
    if changed:
        manager.bulk_update(changed, sorted(fields), batch_size=BATCH)
    tally.created += len(new)
    tally.updated += len(changed)
    tally.unchanged += len(wanted) - len(new) - len(changed)
    return kept | new


def _brought_to(
    row: models.Model, values: Mapping[str, Any], once: Sequence[str], origin: str
) -> set[str]:
    """Set what differs on a row, and return the names of these fields."""
    wanted = {name: value for name, value in values.items() if name not in once}
    wanted |= {"origin": ORIGIN, "origin_id": origin}
    differing = {name for name, value in wanted.items() if getattr(row, name) != value}
    for name in differing:
        setattr(row, name, wanted[name])
    return differing
