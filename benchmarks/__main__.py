"""Runs the benchmarks and writes RESULTS.md; two minutes on two cores.

python -m benchmarks
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

import psycopg

from benchmarks.servers import environment_of, filled, served
from config.embedded import forget, kept_servers


def main() -> None:
    """Start servers, fill them, measure both applications, write the page."""
    with tempfile.TemporaryDirectory(prefix="plateau-bench-") as folder:
        var = Path(folder)
        try:
            # Not the tests' servers: those do not wait for the disk.
            with kept_servers(var) as urls:
                _measure(environment_of(urls, var), var)
        finally:
            forget(var)


def _measure(environment: dict[str, str], var: Path) -> None:
    print("filling the database …", flush=True)
    plan = filled(environment)
    environment["BENCH_PLAN"] = os.environ["BENCH_PLAN"] = json.dumps(plan)
    os.environ["DATABASE_URL"] = environment["DATABASE_URL"]
    # The floor reads its plan from the environment when it is imported.
    from benchmarks import measuring, report

    with (
        served("config.wsgi", environment, var) as ours,
        served("benchmarks.floor:application", environment, var) as floor,
    ):
        shown = measuring.same_calendar(ours, floor, plan)
        print("bookings …", flush=True)
        booking = measuring.compared(
            ours=(ours, measuring.booking_calls(plan, 1)),
            floor=(floor, measuring.booking_calls(plan, measuring.FLOOR_BEGINS)),
        )
        print("calendars …", flush=True)
        calls = measuring.calendar_calls(plan)
        calendar = measuring.compared(ours=(ours, calls), floor=(floor, calls))
        statement = measuring.statement_times(environment["DATABASE_URL"], plan)
        print("pages …", flush=True)
        page = measuring.page_times(ours, plan)
    with psycopg.connect(environment["DATABASE_URL"]) as connection:
        version = connection.execute("SHOW server_version").fetchone()
    print(
        report.write(
            plan=plan,
            postgres=str(version[0]).split()[0] if version else "?",
            booking=booking,
            calendar=calendar,
            statement=statement,
            page=page,
            shown=shown,
        )
    )


if __name__ == "__main__":
    main()
