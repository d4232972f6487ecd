"""The demo leaves no process behind, whenever and however it is ended."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from config.demo import main, prepared_for
from config.embedded import forget
from config.processes import free_port, wait_until

MARK = "PLATEAU_DEMO_TEST"


@pytest.fixture
def var(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    forget(tmp_path)


def left_of(var: Path) -> list[str]:
    """List the living processes that were started for this folder, by their environment."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            mine = f"{MARK}={var}".encode() in (process / "environ").read_bytes()
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            if (mine or str(place(var)) in command) and command:
                found.append(command)
    return found


def place(var: Path) -> str:
    with contextlib.suppress(FileNotFoundError, ValueError):
        return str(json.loads((var / "servers.json").read_text())["place"])
    return str(var)


def demo(var: Path, port: int) -> "subprocess.Popen[str]":
    hidden = {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "PLATEAU_ENV", "MAKELEVEL"}
    return subprocess.Popen(
        [sys.executable, "-m", "config.demo"],
        cwd=settings.BASE_DIR,
        env={
            **{name: value for name, value in os.environ.items() if name not in hidden},
            "PLATEAU_VAR": str(var),
            "PORT": str(port),
            "DEMO_CENTRE": "no",
            MARK: str(var),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def read_until(process: "subprocess.Popen[str]", words: str) -> str:
    assert process.stdout is not None
    text = ""
    for line in process.stdout:
        text += line
        if words in line:
            return text
    raise AssertionError(text)


def end(process: "subprocess.Popen[str]", how: signal.Signals) -> int:
    process.send_signal(how)
    process.communicate(timeout=60)
    return process.returncode


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
@pytest.mark.timeout(300)
def test_the_demo_serves_stops_and_comes_back_with_its_data(var: Path) -> None:
    port = free_port()
    process = demo(var, port)
    printed = read_until(process, "Ctrl-C stops everything")
    assert f"http://127.0.0.1:{port}/" in printed
    assert "researcher@demo.example" in printed
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz/ready") as answer:
        assert answer.status == 200
    assert len(left_of(var)) > 5
    assert (var / "prepared").read_text() == prepared_for(var)

    assert end(process, signal.SIGTERM) == 128 + signal.SIGTERM
    assert left_of(var) == []

    again = demo(var, port)
    assert "preparing" not in read_until(again, "Ctrl-C stops everything")
    assert end(again, signal.SIGINT) == 128 + signal.SIGINT
    assert left_of(var) == []


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
@pytest.mark.parametrize("words", ["starting PostgreSQL", "preparing the demo centre"])
def test_ended_while_it_starts_it_leaves_nothing(var: Path, words: str) -> None:
    process = demo(var, free_port())
    read_until(process, words)
    assert end(process, signal.SIGTERM) == 128 + signal.SIGTERM
    assert left_of(var) == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children")
def test_killed_outright_it_leaves_nothing_either(var: Path) -> None:
    process = demo(var, free_port())
    read_until(process, "preparing the demo centre")
    end(process, signal.SIGKILL)
    assert wait_until(lambda: left_of(var) == [], seconds=30), left_of(var)


def test_a_taken_port_is_said_in_words(var: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = demo(var, port)
        printed, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert f"port {port} is taken" in printed
    assert "Traceback" not in printed


def test_resetting_forgets_data_and_mail(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (var / "mailbox").mkdir()
    (var / "mailbox" / "1.eml").write_text("Dear …")
    monkeypatch.setenv("PLATEAU_VAR", str(var))
    handlers = {number: signal.getsignal(number) for number in (1, 2, 15)}
    try:
        assert main(["reset"]) == 0
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    assert not (var / "mailbox").exists()
