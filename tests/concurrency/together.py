"""Calls that begin at the same instant, each on a connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection

SECONDS_TO_MEET = 30
SECONDS_TO_FINISH = 60


def together(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run calls at once; return what each returned or raised, in their order.

    Every thread connects before it waits: the first query would else be late by a
    handshake, and a race without a barrier is nearly blind.
    """
    outcomes: list[Any] = [None] * len(calls)
    barrier = threading.Barrier(len(calls))

    def run(number: int) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(SECONDS_TO_MEET)
            outcomes[number] = calls[number]()
        except Exception as error:
            outcomes[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS_TO_FINISH)
    assert not any(thread.is_alive() for thread in threads), "a call never came back"
    return outcomes


def deadlocks() -> int:
    """Return how many deadlocks the database has broken up so far."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def kinds(outcomes: Sequence[Any]) -> dict[str, int]:
    """Count outcomes by the name of their class, for messages one can read."""
    names = [type(outcome).__name__ for outcome in outcomes]
    return {name: names.count(name) for name in sorted(set(names))}
