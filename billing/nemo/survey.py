"""The first pass over a dump: checks all of it, counts it, keeps the small tables.

Reservations and usage events are the bulk; they are read again, as a stream, once the
tables they refer to are written.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from billing.nemo.dump import BadDump, Row, rows
from billing.nemo.known import KEPT, LEFT, LEFT_MODELS, TRIFLES
from billing.nemo.report import Report

BULK = frozenset({"reservation", "usageevent"})


@dataclass(slots=True)
class Survey:
    """The rows of the small tables, each once, with only the fields that are kept."""

    small: defaultdict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    names_used: bool = False


def survey(path: Path, report: Report) -> Survey:
    """Read a whole dump, counting every row into the report.

    Raises:
        BadDump: it cannot be read, holds nothing of NEMO's, or names of projects that
            the dump refers by are not unique.
    """
    found = Survey()
    seen: set[tuple[str, str]] = set()
    for row in rows(path):
        _count(row, report)
        found.names_used = found.names_used or _refers_by_name(row)
        if row.model in KEPT and row.model not in BULK:
            _collect(row, found, seen, report)
    if not any(report.tallies[model].read for model in (*KEPT, *LEFT_MODELS)):
        raise BadDump(f"{path} holds no row of NEMO's.")
    _refuse_ambiguous_projects(found)
    return found


def _count(row: Row, report: Report) -> None:
    if row.model in LEFT_MODELS:
        report.tallies[row.model].read += 1
        report.skip(row.model, row.key or row.name, LEFT_MODELS[row.model])
        return
    if row.model not in KEPT:
        report.unknown_models[row.model] += 1
        return
    report.tallies[row.model].read += 1
    for name in row.fields.keys() - KEPT[row.model]:
        if name not in LEFT[row.model]:
            report.unknown_fields[f"{row.model}.{name}"] += 1
        elif name not in TRIFLES and row.fields[name] not in (None, "", False, []):
            report.fields_left[f"{row.model}.{name}"] += 1


def _collect(row: Row, found: Survey, seen: set[tuple[str, str]], report: Report) -> None:
    if not row.key:
        report.refuse(row.model, "?", "has neither a primary key nor a name")
    elif (row.model, row.key) in seen and (row.has_pk or row.model != "project"):
        report.refuse(row.model, row.key, "is twice in the file")
    else:
        seen.add((row.model, row.key))
        kept = {name: row.fields[name] for name in KEPT[row.model] & row.fields.keys()}
        found.small[row.model].append(
            Row(model=row.model, key=row.key, has_pk=row.has_pk, name=row.name, fields=kept)
        )


def _refers_by_name(row: Row) -> bool:
    """Say whether the row names a project rather than giving its number."""
    if row.model == "project":
        return not row.has_pk
    listed: Any = row.fields.get("projects")
    return isinstance(row.fields.get("project"), list) or (
        isinstance(listed, list) and any(isinstance(one, list) for one in listed)
    )


def _refuse_ambiguous_projects(found: Survey) -> None:
    if not found.names_used:
        return
    names = Counter(row.name for row in found.small["project"])
    twice = sorted(name for name, count in names.items() if count > 1)
    if twice:
        raise BadDump(
            f"Projects share a name, so that it does not say which is meant: {', '.join(twice)}."
            " Dump again without --natural-foreign and --natural-primary."
        )
