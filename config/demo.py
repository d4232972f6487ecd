"""The demo: embedded servers, the demo centre, then web, worker and beat until Ctrl-C.

python -m config.demo          (what `make demo` runs)
python -m config.demo reset    (forget the data)
"""

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import ExitStack, suppress
from pathlib import Path
from types import FrameType

from config.embedded import AlreadyRunning, forget, kept_servers, var_folder
from config.processes import stop, wait_until
from config.unprivileged import NoAccount, dies_with_parent
from config.welcome import welcome

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SECONDS_TO_STOP = 15
_signals: list[int] = []
ROOT = Path(__file__).resolve().parent.parent


class CannotRun(RuntimeError):
    """The demo cannot start or go on; says why in words for the person at the terminal."""


def main(arguments: list[str]) -> int:
    """Run the demo, or reset it."""
    var = var_folder()
    _end_with_make()
    for number in STOPPING:
        signal.signal(number, _note)
    try:
        if arguments == ["reset"]:
            return _reset(var)
        _run(var, port=int(os.environ.get("PORT") or 8000))
    except AskedToLeave:
        return 128 + _signals[0]
    except (CannotRun, AlreadyRunning, NoAccount, FileNotFoundError) as problem:
        print(f"plateau: {problem}", file=sys.stderr)
    return 1


class AskedToLeave(Exception):
    """A signal asked the demo to stop: leave through every `with`."""


def _note(number: int, frame: FrameType | None) -> None:
    """Note a signal and no more.

    An exception from here could come between the start of a process and its being noted,
    or be swallowed; what waits looks at the note instead.
    """
    _signals.append(number)


def _leave_if_asked() -> None:
    if _make_was_interrupted():
        _signals.append(signal.SIGINT)
    if _signals:
        raise AskedToLeave


def _end_with_make() -> None:
    """When make is killed outright, go too."""
    if "MAKELEVEL" in os.environ and (ask_kernel := dies_with_parent(signal.SIGTERM)):
        ask_kernel()


def _reset(var: Path) -> int:
    forget(var)
    for folder in ("mailbox", "logs"):
        shutil.rmtree(var / folder, ignore_errors=True)
    for file in (*var.glob("beat*"), *var.glob("prepared")):
        file.unlink()
    print("The demo's data is gone; `make demo` makes it anew.")
    return 0


def _run(var: Path, *, port: int) -> None:
    """Run until something goes wrong or a signal asks to leave."""
    _refuse_taken_port(port)
    print("plateau: starting PostgreSQL and Valkey …", flush=True)
    with kept_servers(var) as urls, ExitStack() as running:
        _leave_if_asked()
        (var / "logs").mkdir(exist_ok=True)
        environment = _environment(var, port, urls)
        _prepare(var, environment)
        processes: dict[str, subprocess.Popen[bytes]] = {}
        for role, command in _commands(var).items():
            processes[role] = _start(var, role, command, environment, running)
            if role == "web":  # the pages first: three starts at once would share two cores
                _wait_until_ready(port, processes, var)
        # Runs before the single stops: all of them finish at the same time.
        running.callback(_ask_to_end, processes)
        print(welcome(port=port, var=var), flush=True)
        while True:
            _refuse_dead(processes, var)
            _leave_if_asked()
            time.sleep(0.25)


def _environment(var: Path, port: int, urls: dict[str, str]) -> dict[str, str]:
    return {
        **os.environ,
        **urls,
        "PLATEAU_ENV": "demo",
        "PLATEAU_VAR": str(var),
        "PORT": str(port),
        "SITE_URL": os.environ.get("SITE_URL") or f"http://127.0.0.1:{port}",
        "WEB_GRACE_SECONDS": "5",
        "WEB_PRELOAD": "yes",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONUNBUFFERED": "1",
    }


def _commands(var: Path) -> dict[str, list[str]]:
    python = [sys.executable, "-m"]
    celery = [*python, "celery", "--app", "config"]
    return {
        "web": [*python, "gunicorn", "--config", "python:config.serving", "config.wsgi"],
        "worker": [*celery, "worker", "--concurrency=2", "--without-gossip", "--without-mingle"],
        "beat": [*celery, "beat", "--pidfile="],
    }


def _prepare(var: Path, environment: dict[str, str]) -> None:
    """Migrate and seed, unless that was done for this very code."""
    marker, fingerprint = var / "prepared", prepared_for(var)
    if marker.exists() and marker.read_text() == fingerprint:
        return
    print("plateau: preparing the demo centre (a minute the first time) …", flush=True)
    command = [sys.executable, "-m", "config.prepare"]
    with ExitStack() as running:
        process = _start(var, "manage", command, environment, running)
        while process.poll() is None:
            _leave_if_asked()
            time.sleep(0.1)
    if process.returncode:
        raise CannotRun(f"the demo centre could not be prepared:\n{_tail(var, 'manage')}")
    marker.write_text(fingerprint)


def prepared_for(var: Path) -> str:
    """Name what preparation depends on: the servers' data, migrations, grants, seed."""
    patterns = (
        "*/migrations/*.py",
        "*/management/commands/demo_centre.py",
        "accounts/grants.py",
        "requirements/local.txt",
    )
    files = sorted(file for pattern in patterns for file in ROOT.glob(pattern) if file.is_file())
    facts = [f"{file.relative_to(ROOT)} {file.stat().st_mtime_ns}" for file in files]
    servers = (var / "servers.json").read_bytes()
    return hashlib.sha256("\n".join(facts).encode() + servers).hexdigest()


def _start(
    var: Path, role: str, command: list[str], environment: dict[str, str], running: ExitStack
) -> "subprocess.Popen[bytes]":
    """Start a process with its log in a file, and have it stopped when `running` closes."""
    with (var / "logs" / f"{role}.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**environment, "PLATEAU_ROLE": role},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # Ctrl-C reaches us only: we stop the others, in order.
            start_new_session=True,
            preexec_fn=dies_with_parent(signal.SIGTERM),
        )
    running.callback(stop, process, seconds=SECONDS_TO_STOP)
    return process


def _refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((os.environ.get("HOST") or "127.0.0.1", port))
        except OSError as taken:
            raise CannotRun(f"port {port} is taken; try `make demo PORT=8001`.") from taken


def _wait_until_ready(
    port: int, processes: "dict[str, subprocess.Popen[bytes]]", var: Path
) -> None:
    def is_ready() -> bool:
        _refuse_dead(processes, var)
        _leave_if_asked()
        with (
            suppress(urllib.error.URLError, OSError),
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz/ready", timeout=5),
        ):
            return True
        return False

    if not wait_until(is_ready, seconds=60):
        raise CannotRun(f"the site did not come up:\n{_tail(var, 'web')}")


def _ask_to_end(processes: "dict[str, subprocess.Popen[bytes]]") -> None:
    for process in processes.values():
        process.terminate()


def _refuse_dead(processes: "dict[str, subprocess.Popen[bytes]]", var: Path) -> None:
    for role, process in processes.items():
        if process.poll() is not None:
            raise CannotRun(f"{role} ended by itself:\n{_tail(var, role)}")


def _tail(var: Path, role: str) -> str:
    file = var / "logs" / f"{role}.log"
    lines = file.read_text(errors="replace").splitlines()[-20:]
    return "\n".join([*lines, f"(all of it in {file})"])


def _make_was_interrupted() -> bool:
    """Say whether make, our parent, got a SIGINT that was sent to it alone.

    A terminal sends Ctrl-C to the whole group; a script's `kill -INT` reaches make only,
    and make then waits for us without a word. What shows is that it has put its handler
    away.
    """
    if "MAKELEVEL" not in os.environ or sys.platform != "linux":
        return False
    with suppress(OSError):
        status = Path(f"/proc/{os.getppid()}/status").read_text().splitlines()
        masks = dict(line.split(":\t", 1) for line in status if line.startswith(("Name", "Sig")))
        handled = int(masks["SigCgt"], 16) >> (signal.SIGINT - 1) & 1
        ignored = int(masks["SigIgn"], 16) >> (signal.SIGINT - 1) & 1
        return masks["Name"].strip().endswith("make") and not handled and not ignored
    return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
