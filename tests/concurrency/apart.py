"""Calls in processes of their own, which can be killed."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterable
from typing import Any

from django.db import connections


def apart(call: Callable[[], Any]) -> int:
    """Fork a process that makes one call and ends; return its id.

    The child forgets the connections it inherits, for a socket shared by two processes is
    at the mercy of both. Closing "the" connection before is not enough: while a browser is
    open, Playwright's loop runs in this thread, and Django keeps one connection for code
    under a loop and another for code outside, which is what the child is.
    """
    if child := os.fork():
        return child
    try:
        inherited = [each.connection for each in connections.all(initialized_only=True)]
        for each in connections.all(initialized_only=True):
            each.connection = None
        call()
        del inherited  # kept until here: to let go of them is to end them
    finally:
        os._exit(0)


def kill_in_the_middle(children: Iterable[int], *, after_seconds: float) -> None:
    """Kill processes with -9 after a while and wait until they are gone."""
    time.sleep(after_seconds)
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
