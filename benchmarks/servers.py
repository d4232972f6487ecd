"""Embedded servers that keep their promises, and gunicorn for either application."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from config.processes import free_port, stop

ROOT = Path(__file__).resolve().parent.parent


def environment_of(urls: dict[str, str], var: Path) -> dict[str, str]:
    """Return the environment of both applications: as in production, but for the throttle."""
    return {
        **os.environ,
        **urls,
        "PLATEAU_ENV": "demo",
        "PLATEAU_VAR": str(var),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "THROTTLE_PERSON": "1000000/min",
        "LOG_LEVEL": "WARNING",
    }


def filled(environment: dict[str, str]) -> dict[str, Any]:
    """Fill the database in a process of its own; return what may be asked."""
    made = subprocess.run(
        [sys.executable, "-m", "benchmarks.centre"],
        cwd=ROOT,
        env=environment | {"PLATEAU_ROLE": "manage"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    plan: dict[str, Any] = json.loads(made.stdout.splitlines()[-1])
    return plan


@contextmanager
def served(application: str, environment: dict[str, str], var: Path) -> Iterator[int]:
    """Serve an application by the same gunicorn settings; gives its port."""
    port = free_port()
    log = (var / f"{application.split(':', maxsplit=1)[0]}.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--config", "python:config.serving", application],
        cwd=ROOT,
        env=environment | {"PORT": str(port), "PLATEAU_ROLE": "web", "WEB_GRACE_SECONDS": "2"},
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    try:
        _wait_for(port)
        yield port
    finally:
        stop(process, seconds=5)
        log.close()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while True:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/healthz/live")
            connection.getresponse().read()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return
        finally:
            connection.close()
