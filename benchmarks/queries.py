"""Counts the statements of one request of each kind, those that only hold a transaction apart."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from benchmarks.calls import calendar_path, slot

OF_TRANSACTIONS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE SAVEPOINT")


def counted(plan: dict[str, Any]) -> dict[str, int]:
    """Ask in this process; with BENCH_SHOW=1 print the statements, too."""
    token = plan["people"][0]["token"]
    return {
        "queries_of_booking": _count("POST", "/api/v1/bookings/", token, slot(plan, 0)),
        "queries_of_calendar": _count("GET", calendar_path(plan), token),
    }


def _count(method: str, path: str, token: str, body: dict[str, Any] | None = None) -> int:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"Authorization": f"Token {token}", "Host": "127.0.0.1"})
    sent = json.dumps(body) if body else ""
    with CaptureQueriesContext(connection) as captured:
        answer = client.generic(method, path, sent, content_type="application/json")
    assert answer.status_code in (200, 201), answer.content
    statements = [query["sql"] for query in captured]
    kept = [sql for sql in statements if not sql.startswith(OF_TRANSACTIONS)]
    if os.environ.get("BENCH_SHOW"):
        print(*kept, sep="\n", file=sys.stderr)
    return len(kept)
