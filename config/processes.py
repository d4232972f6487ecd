"""Small questions to the machine about processes and ports."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def free_port() -> int:
    """Give a TCP port of 127.0.0.1 that nobody listened on a moment ago."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


def is_alive(pid: int) -> bool:
    """Say whether a process with this number exists, whoever's it is."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def is_running(pid: int, *, program: str) -> bool:
    """Say whether a process id is alive and still belongs to that program.

    After a restart of the machine or in a fresh container the number in a pid file may
    be somebody else's: what is asked is the name, too.
    """
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except FileNotFoundError:
        return not Path("/proc/self").exists() and _listed(pid, program)
    except (PermissionError, ProcessLookupError):
        return False
    return Path(words[0].decode(errors="replace")).name.startswith(program)


def _listed(pid: int, program: str) -> bool:
    command = [shutil.which("ps") or "/bin/ps", "-o", "comm=", "-p", str(pid)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    return program in answer.stdout


def wait_until(
    holds: Callable[[], bool],
    *,
    seconds: float,
    process: subprocess.Popen[bytes] | None = None,
) -> bool:
    """Ask again and again until something holds; give up early when the process is gone."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        if process is not None and process.poll() is not None:
            return False
        time.sleep(0.05)
    return False


def stop(
    process: subprocess.Popen[bytes],
    *,
    seconds: float,
    first: signal.Signals = signal.SIGTERM,
) -> None:
    """End a process kindly, and after some seconds its whole group unkindly."""
    with suppress(ProcessLookupError):
        process.send_signal(first)
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=seconds)
    # The group too: children that outlived their parent are left of it.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
