"""The second pass over a dump: one big table, row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from billing.nemo.dump import Row, rows
from billing.nemo.reading import Reservation, Use
from billing.nemo.report import Report
from billing.nemo.values import Refused

PATIENTS = "texts left out because they seem to hold a patient's number"

Read = TypeVar("Read", Reservation, Use)


def stream(
    path: Path, *, model: str, read: Callable[[Row], Read], report: Report
) -> Iterator[Read]:
    """Yield what the rows of one model say; what cannot be read goes into the report."""
    seen: set[str] = set()
    for row in rows(path):
        if row.model != model:
            continue
        try:
            if not row.has_pk or row.key in seen:
                raise Refused("is twice in the file" if row.has_pk else "has no primary key")
            seen.add(row.key)
            value = read(row)
        except Refused as refused:
            report.refuse(model, row.key or "?", refused.reason)
            continue
        if value.hid_patient:
            report.review[PATIENTS].append(f"{model} {value.key}")
        yield value
