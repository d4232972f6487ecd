"""Runs the embedded servers as somebody other than root, in places that one can reach.

PostgreSQL refuses to run as root. Nothing of the machine is changed for it: no account is
made, and no folder that is not ours is opened to others.
"""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1


class NoAccount(RuntimeError):
    """We are root, and no other account can be used on this machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who runs a server: a user and group of the machine, or ourselves."""

    uid: int
    gid: int

    @property
    def is_us(self) -> bool:
        return self.uid == os.geteuid()

    def popen_options(self) -> dict[str, Any]:
        """Give the arguments of subprocess that run a program as this account."""
        if self.is_us:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def reaches(self, path: Path) -> bool:
        """Say whether this account may read and enter a folder or run a file."""
        test = ["/bin/sh", "-c", 'test -r "$1" && test -x "$1"', "sh", str(path)]
        return subprocess.run(test, cwd="/", check=False, **self.popen_options()).returncode == 0

    def owns(self, path: Path) -> bool:
        """Say whether a folder is really there (no link) and belongs to this account."""
        return path.is_dir() and not path.is_symlink() and path.stat().st_uid == self.uid

    def make_folder(self, path: Path) -> None:
        """Make a folder of one's own, closed to everybody else."""
        path.mkdir(mode=0o700, exist_ok=True)
        self._own(path)

    def make_place(self, prefix: str) -> Path:
        """Make a fresh folder of one's own outside the checkout."""
        root = "/var/tmp" if Path("/var/tmp").is_dir() else None  # noqa: S108
        place = Path(tempfile.mkdtemp(prefix=prefix, dir=root))
        self._own(place)
        return place

    def write(self, path: Path, text: str) -> None:
        """Write a file that only this account reads."""
        path.touch(mode=0o600)
        path.write_text(text)
        self._own(path)

    def copy_tree(self, source: Path, target: Path) -> None:
        """Copy a folder of programs for this account to run."""
        shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True)
        for path in (target, *target.rglob("*")):
            self._own(path)

    def _own(self, path: Path) -> None:
        if not self.is_us:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def server_account() -> Account:
    """Choose who runs the servers: ourselves, or for root `nobody` or whoever else works.

    Raises:
        NoAccount: the kernel lets us become none of the machine's users.
    """
    if os.geteuid() != 0:
        return Account(uid=os.geteuid(), gid=os.getegid())
    users = sorted(pwd.getpwall(), key=lambda user: (user.pw_name != "nobody", -user.pw_uid))
    for user in users:
        account = Account(uid=user.pw_uid, gid=user.pw_gid)
        if user.pw_uid != 0 and _works(account):
            return account
    raise NoAccount("PostgreSQL cannot run as root and there is no other user to run it as.")


def _works(account: Account) -> bool:
    try:
        return account.reaches(Path("/"))
    except OSError:  # inside a container that maps few users
        return False


def dies_with_parent(last_signal: signal.Signals) -> Callable[[], None] | None:
    """Give what makes a child get a signal when its parent is killed outright (Linux)."""
    if sys.platform != "linux":
        return None
    library = ctypes.CDLL(None, use_errno=True)

    def ask_kernel() -> None:
        library.prctl(PR_SET_PDEATHSIG, int(last_signal), 0, 0, 0)

    return ask_kernel
