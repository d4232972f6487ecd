"""Dumps as a NEMO site would write them: numbered rows, of any size, always the same."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

Entry = dict[str, Any]

DAY = dt.timedelta(days=1)
TOOLS = 120


def entry(model: str, pk: int | None = None, **fields: Any) -> Entry:
    """Return one row of a dump."""
    row: Entry = {"model": f"NEMO.{model}", "fields": fields}
    if pk is not None:
        row["pk"] = pk
    return row


def a_dump(path: Path, rows: Iterable[Entry]) -> Path:
    """Write rows as dumpdata does."""
    with path.open("w", encoding="utf-8") as file:
        file.write("[")
        for number, row in enumerate(rows):
            file.write(",\n" if number else "\n")
            file.write(json.dumps(row))
        file.write("\n]\n")
    return path


def stamp(instant: dt.datetime) -> str:
    """Return an instant as NEMO writes it."""
    return instant.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


def a_site() -> list[Entry]:
    """Return a small site: an internal account and a company, two projects, two people."""
    return [
        entry("accounttype", 1, name="Internal"),
        entry("accounttype", 2, name="Industry"),
        entry("account", 1, name="Nautilus lab", type=1, active=True, start_date=None),
        entry("account", 2, name="Abraham Lincoln Ltd", type=2, active=True, start_date=None),
        entry("project", 1, name="Squid", application_identifier="P-1", account=1, active=True),
        entry("project", 2, name="Hull", application_identifier="P-2", account=2, active=True),
        a_user(1, "aronnax", projects=[1]),
        a_user(2, "ned", projects=[1, 2]),
        a_tool(1, "Sinter"),
        a_tool(2, "Cutter"),
        entry("qualification", 1, user=1, tool=1, qualified_on="2024-01-08"),
        entry("qualification", 2, user=2, tool=1, qualified_on="2024-01-08"),
    ]


def a_user(pk: int, username: str, **fields: Any) -> Entry:
    """Return a user without privileges."""
    given = {
        "username": username,
        "first_name": username.title(),
        "last_name": "Verne",
        "email": f"{username}@nautilus.example",
        "is_active": True,
        "date_joined": "2023-01-01T08:00:00Z",
        "projects": [],
        "managed_projects": [],
    }
    return entry("user", pk, **(given | fields))


def a_tool(pk: int, name: str, **fields: Any) -> Entry:
    """Return a tool that works and has no limits."""
    given = {"name": name, "parent_tool": None, "visible": True, "_operational": True}
    return entry("tool", pk, **(given | fields))


def a_reservation(pk: int, start: dt.datetime, end: dt.datetime, /, **fields: Any) -> Entry:
    """Return a live reservation of the first tool by the first user."""
    given = {
        "user": 1,
        "creator": 1,
        "creation_time": stamp(start - 7 * DAY),
        "tool": 1,
        "area": None,
        "project": 1,
        "start": stamp(start),
        "end": stamp(end),
        "cancelled": False,
        "missed": False,
        "shortened": False,
    }
    return entry("reservation", pk, **(given | fields))


def a_use(pk: int, start: dt.datetime, end: dt.datetime | None, **fields: Any) -> Entry:
    """Return a use of the first tool by the first user."""
    given = {
        "user": 1,
        "operator": 1,
        "project": 1,
        "tool": 1,
        "start": stamp(start),
        "end": stamp(end) if end else None,
        "has_ended": 0,
    }
    return entry("usageevent", pk, **(given | fields))


def a_big_site(*, reservations: int, now: dt.datetime, seed: int = 1) -> Iterator[Entry]:
    """Yield a site with as many uses as reservations, over two years and three weeks ahead.

    Overlaps, cancellations, missed and shortened reservations, broken rows and people
    without an address are among them, as in the export of a real site.
    """
    chance = random.Random(seed)
    people, projects = max(reservations // 50, 20), max(reservations // 150, 5)
    yield from _small_tables(chance, people, projects)
    first = now.replace(minute=0, second=0, microsecond=0) - 730 * DAY
    booked = []
    for pk in range(1, reservations + 1):
        start = first + dt.timedelta(minutes=15 * chance.randint(0, 751 * 96))
        end = start + dt.timedelta(minutes=15 * chance.randint(1, 32))
        who, tool = chance.randint(1, people), chance.randint(1, TOOLS)
        booked.append((start, end, who, tool))
        yield _some_reservation(pk, start, end, user=who, tool=tool, project=pk % projects + 1)
    for pk, (start, end, who, tool) in enumerate(booked, start=1):
        begun = min(start + dt.timedelta(minutes=chance.randint(-20, 30)), now - DAY)
        done = None if pk % 500 == 0 else begun + (end - start)
        yield a_use(pk, begun, done, user=who, tool=tool, project=pk % projects + 1)


def _small_tables(chance: random.Random, people: int, projects: int) -> Iterator[Entry]:
    yield from (entry("accounttype", 1, name="Internal"), entry("accounttype", 2, name="Industry"))
    for pk in range(1, projects + 1):
        yield entry("account", pk, name=f"Account {pk}", type=1 + (pk % 4 == 0), active=True)
    for pk in range(1, projects + 1):
        yield entry("project", pk, name=f"Project {pk % 97}", account=pk, active=pk % 20 != 0)
    for pk in range(1, people + 1):
        email = "" if pk % 40 == 0 else f"user{pk}@nautilus.example"
        chosen = sorted({chance.randint(1, projects) for _ in range(2)})
        yield a_user(pk, f"user{pk}", email=email, projects=chosen, is_staff=pk % 50 == 0)
    for pk in range(1, TOOLS + 1):
        yield a_tool(pk, f"Tool {pk}", parent_tool=pk - 1 if pk % 30 == 0 else None)
    for pk in range(1, people * 4 + 1):
        user, tool = chance.randint(1, people), chance.randint(1, TOOLS)
        yield entry("qualification", pk, user=user, tool=tool)


def _some_reservation(pk: int, start: dt.datetime, end: dt.datetime, **fields: Any) -> Entry:
    broken = {"tool": None} if pk % 999 == 0 else {}
    loose = {"project": None} if pk % 50 == 0 else {}
    return a_reservation(
        pk,
        start,
        start if pk % 1000 == 0 else end,
        **(fields | broken | loose),
        cancelled=pk % 11 == 0,
        missed=pk % 17 == 0,
        shortened=pk % 23 == 0,
        title="Wafer run" if pk % 3 else "",
        question_data='{"a": 1}' if pk % 5 == 0 else None,
    )
