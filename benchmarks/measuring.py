"""The measurements: turn and turn about, so that a busy moment of the machine hits both."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg

from benchmarks.calls import calendar_path, page_path, slot
from benchmarks.client import Call, Client, requests_a_second
from benchmarks.floor import CALENDAR, calendar_values

WARM_UP, IN_TURN = 30, 250
PAGES = 100
CLIENTS, SHARE, ROUNDS = 8, 40, 3
FLOOR_BEGINS = 10_000
"""From which slot on the floor books: never where the application does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Milliseconds of requests in turn, or a rate of clients at once."""

    median: float
    p95: float


def times(milliseconds: list[float]) -> Times:
    """Sum measurements up."""
    return Times(
        median=statistics.median(milliseconds),
        p95=statistics.quantiles(milliseconds, n=20)[-1],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One operation of the application against the same of the floor."""

    ours: Times
    floor: Times
    ours_rate: float
    floor_rate: float

    @property
    def ratio(self) -> float:
        """How many times the floor's median."""
        return self.ours.median / self.floor.median

    @property
    def rate_ratio(self) -> float:
        """Which part of the floor's requests a second."""
        return self.ours_rate / self.floor_rate


Calls = Callable[[int], Call]


def compared(*, ours: tuple[int, Calls], floor: tuple[int, Calls]) -> Compared:
    """Measure two applications, given by port and calls by number."""
    in_turn = [_in_turn(ours, floor, WARM_UP, 0), _in_turn(ours, floor, IN_TURN, WARM_UP)][-1]
    begun = WARM_UP + IN_TURN
    rates: tuple[list[float], list[float]] = ([], [])
    for turn in range(ROUNDS):
        for (port, calls), found in zip((ours, floor), rates, strict=True):
            shares = [
                [calls(begun + (turn * CLIENTS + client) * SHARE + n) for n in range(SHARE)]
                for client in range(CLIENTS)
            ]
            found.append(requests_a_second(port, shares))
    return Compared(
        ours=times(in_turn[0]),
        floor=times(in_turn[1]),
        ours_rate=statistics.median(rates[0]),
        floor_rate=statistics.median(rates[1]),
    )


def _in_turn(
    ours: tuple[int, Calls], floor: tuple[int, Calls], count: int, first: int
) -> tuple[list[float], list[float]]:
    clients = Client(ours[0]), Client(floor[0])
    taken: tuple[list[float], list[float]] = ([], [])
    for number in range(first, first + count):
        for client, (_port, calls), found in zip(clients, (ours, floor), taken, strict=True):
            found.append(client.send(calls(number))[0])
    for client in clients:
        client.close()
    return taken


def booking_calls(plan: dict[str, Any], first: int) -> Calls:
    """Return bookings that are all accepted, of all people in turn."""

    def call(number: int) -> Call:
        token = plan["people"][number % len(plan["people"])]["token"]
        return Call(
            method="POST", path="/api/v1/bookings/", token=token, body=slot(plan, first + number)
        )

    return call


def calendar_calls(plan: dict[str, Any]) -> Calls:
    """Return the same week of the same person, again and again."""
    token = plan["people"][0]["token"]
    return lambda _number: Call(method="GET", path=calendar_path(plan), token=token)


def page_times(port: int, plan: dict[str, Any]) -> Times:
    """Measure the platform's week as a page, for somebody who is logged in."""
    call = Call(method="GET", path=page_path(plan), session=plan["people"][0]["session"])
    client = Client(port)
    taken = [client.send(call)[0] for _ in range(PAGES)]
    client.close()
    return times(taken[PAGES // 5 :])


def statement_times(database_url: str, plan: dict[str, Any]) -> Times:
    """Measure the bare statement of the calendar, without any server in front."""
    taken = []
    with psycopg.connect(database_url, autocommit=True) as connection:
        for _ in range(WARM_UP + IN_TURN):
            begun = time.perf_counter()
            connection.execute(CALENDAR, calendar_values(plan)).fetchone()
            taken.append((time.perf_counter() - begun) * 1000)
    return times(taken[WARM_UP:])


def same_calendar(ours: int, floor: int, plan: dict[str, Any]) -> int:
    """Make sure that both tell the same week; return how many bookings are in it."""
    call = calendar_calls(plan)(0)
    told = [json.loads(Client(port).send(call)[1]) for port in (ours, floor)]
    if told[0] != told[1]:
        raise RuntimeError("The floor tells another calendar than the application.")
    return len(told[0]["bookings"])
