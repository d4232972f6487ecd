"""The site as it runs: web, worker and beat as processes, on a database of their own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import httpx
import psycopg

from config.environment import redis_database
from config.processes import free_port, stop
from config.unprivileged import dies_with_parent

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[2]
FIRST_REDIS_DATABASE = 4
"""Below lie those of other tests. A worker takes what it finds, so each site has its own two."""


def eventually(ask: Callable[[], T | None], *, what: str, seconds: float = 120) -> T:
    """Ask until the answer is a good one; what happens in other processes takes a moment."""
    deadline = time.monotonic() + seconds
    while not (answer := ask()):
        assert time.monotonic() < deadline, f"{what}: not within {seconds} seconds"
        time.sleep(0.1)
    return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where the site is, who is there, and where its mail lies."""

    url: str
    centre: dict[str, Any]
    environment: dict[str, str]
    var: Path

    def log_in(self, name: str) -> httpx.Client:
        """Return a client that speaks for a person of the centre, by token."""
        person = self.centre["people"][name]
        client = httpx.Client(base_url=f"{self.url}/api/v1/", timeout=30)
        credentials = {"email": person, "password": self.centre["password"]}
        answer = client.post("auth/login/", json=credentials)
        assert answer.status_code == 200, answer.text
        client.headers["Authorization"] = f"Token {answer.json()['token']}"
        return client

    def mail(self, name: str, words: str) -> EmailMessage:
        """Wait for a mail to a person whose subject has some words."""
        return eventually(lambda: self._found(name, words), what=f"the mail «{words}» to {name}")

    def _found(self, name: str, words: str) -> EmailMessage | None:
        for path in (self.var / "mailbox").glob("*.eml"):
            mail = message_from_bytes(path.read_bytes(), policy=policy.default)
            assert isinstance(mail, EmailMessage)
            if self.centre["people"][name] in str(mail["To"]) and words in str(mail["Subject"]):
                return mail
        return None

    def execute(self, statement: str, parameters: list[Any]) -> None:
        """Change the database behind the site's back, where a journey cannot wait."""
        with psycopg.connect(self.environment["DATABASE_URL"], autocommit=True) as connection:
            connection.execute(statement, parameters)

    def manage(self, *command: str) -> str:
        """Run a management command and return what it says."""
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=self.environment | {"PLATEAU_ROLE": "manage"},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout


@contextmanager
def running_site(var: Path, *, number: int) -> Iterator[Site]:
    """Run a site on fresh databases of the test servers, and take it away again."""
    name = f"journeys_{number}"
    with _database(os.environ["DATABASE_URL"], name) as database_url, ExitStack() as running:
        environment = _environment(var, database_url, FIRST_REDIS_DATABASE + 2 * number)
        seed = [sys.executable, "-m", "tests.journeys.centre"]
        made = subprocess.run(seed, cwd=ROOT, env=environment, capture_output=True, check=False)
        assert made.returncode == 0, made.stderr.decode()
        python, celery = [sys.executable, "-m"], ["celery", "--app", "config"]
        for role, command in {
            "web": [*python, "gunicorn", "--config", "python:config.serving", "config.wsgi"],
            "worker": [*python, *celery, "worker", "--concurrency=1", "--without-mingle"],
            "beat": [*python, *celery, "beat", "--pidfile="],
        }.items():
            _start(role, command, environment, var, running)
        url = f"http://127.0.0.1:{environment['PORT']}"
        eventually(lambda: _is_ready(url), what="the site", seconds=60)
        centre = json.loads(made.stdout.splitlines()[-1])
        yield Site(url=url, centre=centre, environment=environment, var=var)


def _environment(var: Path, database_url: str, redis_number: int) -> dict[str, str]:
    port = free_port()
    redis_url = os.environ["REDIS_URL"]
    every_second = {
        f"{sweep}_SECONDS": "1"
        for sweep in (
            "SWEEP_OUTBOX",
            "SEND_REMINDERS",
            "EXPIRE_REQUESTS",
            "SETTLE_BOOKINGS",
            "CHARGE_USES",
        )
    }
    return {
        **os.environ,
        **every_second,
        "PLATEAU_ENV": "demo",
        "PLATEAU_VAR": str(var),
        "PORT": str(port),
        "SITE_URL": f"http://127.0.0.1:{port}",
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_database(redis_url, redis_number),
        "CACHE_URL": redis_database(redis_url, redis_number + 1),
        "WEB_WORKERS": "1",
        "WEB_GRACE_SECONDS": "2",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONUNBUFFERED": "1",
    }


@contextmanager
def _database(url: str, name: str) -> Iterator[str]:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _start(
    role: str, command: list[str], environment: dict[str, str], var: Path, running: ExitStack
) -> None:
    with (var / f"{role}.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**environment, "PLATEAU_ROLE": role},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=dies_with_parent(signal.SIGTERM),  # noqa: PLW1509
        )
    running.callback(stop, process, seconds=10)


def _is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz/ready", timeout=5).status_code == 200
    except httpx.TransportError:
        return False
