"""Writes RESULTS.md."""

from __future__ import annotations

import datetime as dt
import os
import platform
from pathlib import Path
from typing import Any

from benchmarks.centre import BOOKINGS, INSTRUMENTS
from benchmarks.measuring import CLIENTS, IN_TURN, Compared, Times

RESULTS = Path(__file__).parent / "RESULTS.md"
MOST_QUERIES = 15
MOST_OF_BOOKING, MOST_OF_CALENDAR, LEAST_RATE = 4.0, 2.0, 0.3
MOST_OF_PAGE = 150.0

PAGE = """# How fast, against the least that must be done

Written by `make bench` on {day}: {cores} cores, Python {python}, PostgreSQL {postgres} and
gunicorn with {workers} workers, all on one machine with the clients; {instruments}
instruments and {bookings:,} bookings stored. PostgreSQL writes to disk as in production.

| | Plateau | floor | ratio | target | |
|---|---|---|---|---|---|
{rows}

Times are milliseconds of {in_turn} requests, sent in turn to either application over one
connection each: median (95th percentile). Rates are requests a second of {clients} clients
at once, the median of three rounds, the two applications taking turns.

The floor is a bare WSGI view under the same gunicorn settings (`benchmarks/floor.py`): for a
booking one transaction with the INSERT into the same table, under the same constraints and
triggers; for the calendar one statement that returns the same JSON, checked to be equal. It
asks nobody who they are, judges no rule, prices nothing, plans no reminder and tells nobody.
The week shown holds {shown} bookings. Queries leave out BEGIN, COMMIT and savepoints.
{not_yet}"""

NOT_YET = """
## Why a booking is not there yet

It is processor time still: 12 ms on a quiet core, where it was 26 before what every booking asks
was written as SQL (docs/decisions/0007). Of these the nine reads take 3.4, the nudge of the
worker 1.6, the insert of the booking 1.2, reading the request 0.9, throttle 0.6, answering 0.6;
the rest is middleware, rules and prices. PostgreSQL adds 3 ms, of which 2.3 go into planning the
same statements again. Next: prepared statements, and one nudge for several transactions.
"""


def write(
    *,
    plan: dict[str, Any],
    postgres: str,
    booking: Compared,
    calendar: Compared,
    statement: Times,
    page: Times,
    shown: int,
) -> str:
    """Write the page and return it."""
    rows = [
        _row("`POST bookings/`, accepted", booking.ours, booking.floor, MOST_OF_BOOKING),
        _queries("its queries", plan["queries_of_booking"]),
        _rate("its rate", booking),
        _row("a week's calendar", calendar.ours, calendar.floor, MOST_OF_CALENDAR),
        _row("the same against the statement alone", calendar.ours, statement, MOST_OF_CALENDAR),
        _queries("its queries", plan["queries_of_calendar"]),
        _rate("its rate", calendar),
        _page(page),
    ]
    text = PAGE.format(
        day=dt.datetime.now(dt.UTC).date(),
        cores=os.cpu_count(),
        python=platform.python_version(),
        postgres=postgres,
        workers=os.environ.get("WEB_WORKERS", "2"),
        instruments=INSTRUMENTS,
        bookings=BOOKINGS,
        rows="\n".join(rows),
        in_turn=IN_TURN,
        clients=CLIENTS,
        shown=shown,
        not_yet="" if booking.ratio <= MOST_OF_BOOKING else NOT_YET,
    )
    RESULTS.write_text(text)
    return text


def _row(what: str, ours: Times, floor: Times, most: float) -> str:
    ratio = ours.median / floor.median
    return (
        f"| {what} | {ours.median:.1f} ({ours.p95:.1f}) | {floor.median:.1f} ({floor.p95:.1f})"
        f" | {ratio:.2f} × | ≤ {most:g} × | {_met(ratio <= most)} |"
    )


def _page(found: Times) -> str:
    met = _met(found.median <= MOST_OF_PAGE)
    times = f"{found.median:.0f} ({found.p95:.0f})"
    return f"| the same week as a page | {times} | | | ≤ {MOST_OF_PAGE:g} ms | {met} |"


def _queries(what: str, count: int) -> str:
    return f"| {what} | {count} | 1 | | ≤ {MOST_QUERIES} | {_met(count <= MOST_QUERIES)} |"


def _rate(what: str, found: Compared) -> str:
    met = _met(found.rate_ratio >= LEAST_RATE)
    return (
        f"| {what}, {CLIENTS} clients | {found.ours_rate:.0f}/s | {found.floor_rate:.0f}/s"
        f" | {found.rate_ratio:.2f} × | ≥ {LEAST_RATE:g} × | {met} |"
    )


def _met(holds: bool) -> str:  # noqa: FBT001 - reads as a sentence
    return "met" if holds else "**missed**"
