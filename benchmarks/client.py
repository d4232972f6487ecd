"""Clients: one that asks in turn, and eight at once, each a process with one connection."""

from __future__ import annotations

import http.client
import json
import multiprocessing
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

SECONDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request that is to succeed."""

    method: str
    path: str
    token: str = ""
    session: str = ""
    body: dict[str, Any] | None = None


class Client:
    """A connection that is kept open."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)

    def send(self, call: Call) -> tuple[float, bytes]:
        """Send a request; return the milliseconds until all of its answer was read."""
        body = json.dumps(call.body).encode() if call.body else None
        headers = {"Authorization": f"Token {call.token}", "Content-Type": "application/json"}
        if call.session:
            headers = {"Cookie": call.session}
        begun = time.perf_counter()
        self.connection.request(call.method, call.path, body=body, headers=headers)
        answer = self.connection.getresponse()
        content = answer.read()
        milliseconds = (time.perf_counter() - begun) * 1000
        if answer.status not in (200, 201):
            raise RuntimeError(f"{call.method} {call.path}: {answer.status} {content[:500]!r}")
        return milliseconds, content

    def close(self) -> None:
        """Let the connection go."""
        self.connection.close()


def requests_a_second(port: int, shares: Sequence[Sequence[Call]]) -> float:
    """Let each share be sent by a client of its own, all at once; return the rate of all."""
    context = multiprocessing.get_context("fork")
    ready = context.Barrier(len(shares) + 1)
    clients = [context.Process(target=_send_all, args=(port, share, ready)) for share in shares]
    for client in clients:
        client.start()
    ready.wait(SECONDS)
    begun = time.perf_counter()
    for client in clients:
        client.join(10 * SECONDS)
    seconds = time.perf_counter() - begun
    if any(client.exitcode != 0 for client in clients):
        raise RuntimeError("A client failed: see above.")
    return sum(len(share) for share in shares) / seconds


def _send_all(port: int, share: Sequence[Call], ready: Any) -> None:
    client = Client(port)
    client.connection.connect()
    ready.wait(SECONDS)
    for call in share:
        client.send(call)
    client.close()
