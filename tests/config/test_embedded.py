"""The embedded servers: closed to others, clean to stop, forgiving after a crash."""

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from config.embedded import AlreadyRunning, forget, kept_servers, sweep
from config.processes import is_alive, is_running, wait_until
from config.unprivileged import server_account


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for one cluster that all tests here start and stop; others run beside it."""
    folder = tmp_path_factory.mktemp("var")
    yield folder
    forget(folder)


def place(var: Path) -> Path:
    return Path(json.loads((var / "servers.json").read_text())["place"])


def postmaster(var: Path) -> int:
    lock_file = place(var) / "postgres" / "data" / "postmaster.pid"
    return int(lock_file.read_text().splitlines()[0])


def test_only_who_knows_the_password_gets_in(var: Path) -> None:
    with kept_servers(var) as urls:
        for url, makes_databases in (("DATABASE_URL", False), ("DATABASE_OWNER_URL", True)):
            with psycopg.connect(urls[url]) as connection:
                row = connection.execute(
                    "SELECT usesuper, usecreatedb FROM pg_user WHERE usename = current_user"
                ).fetchone()
                assert row == (False, makes_databases)
        with psycopg.connect(urls["DATABASE_URL"]) as connection:
            durable = "SELECT current_setting('fsync'), current_setting('synchronous_commit')"
            assert connection.execute(durable).fetchone() == ("on", "on")
            where = connection.execute("SHOW listen_addresses").fetchone()
            assert where == ("127.0.0.1",)
        for wrong in ("wrong", ""):
            with pytest.raises(psycopg.OperationalError):
                psycopg.connect(urls["DATABASE_URL"], password=wrong)
        address, _, port = urls["REDIS_URL"].rpartition("@")[2].removesuffix("/0").partition(":")
        with (
            redis.Redis(host=address, port=int(port)) as nobody,
            pytest.raises(redis.AuthenticationError),
        ):
            nobody.ping()


def test_passwords_are_kept_from_other_people(var: Path) -> None:
    with kept_servers(var) as urls:
        assert (var / "servers.json").stat().st_mode & 0o777 == 0o600
        listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
        for url in urls.values():
            password = url.split(":")[2].split("@")[0]
            assert password not in listed.stdout


def test_postgresql_does_not_run_as_root(var: Path) -> None:
    with kept_servers(var):
        owner = Path(f"/proc/{postmaster(var)}").stat().st_uid
    assert owner == server_account().uid != 0


def test_data_stays_from_one_start_to_the_next(var: Path) -> None:
    with kept_servers(var) as urls:
        with psycopg.connect(urls["DATABASE_OWNER_URL"]) as connection:
            connection.execute("CREATE TABLE kept (word text)")
            connection.execute("INSERT INTO kept VALUES ('still here')")
        with redis.Redis.from_url(urls["REDIS_URL"]) as broker:
            broker.set("kept", "still here")
    with kept_servers(var) as urls:
        with psycopg.connect(urls["DATABASE_OWNER_URL"]) as connection:
            assert connection.execute("SELECT word FROM kept").fetchone() == ("still here",)
        with redis.Redis.from_url(urls["REDIS_URL"]) as broker:
            assert broker.get("kept") == b"still here"


def test_two_at_once_on_one_folder_are_refused(var: Path) -> None:
    with kept_servers(var), pytest.raises(AlreadyRunning), kept_servers(var):
        pass


def test_nothing_runs_after_leaving(var: Path) -> None:
    with kept_servers(var) as urls:
        server = postmaster(var)
    assert not is_alive(server)
    port = int(urls["REDIS_URL"].rpartition(":")[2].partition("/")[0])
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


@pytest.mark.parametrize("pid", [2**22 - 1, os.getpid()], ids=["nobody's", "somebody else's"])
def test_a_lock_file_that_a_crash_left_is_cleared(var: Path, pid: int) -> None:
    with kept_servers(var):
        lines = (place(var) / "postgres" / "data" / "postmaster.pid").read_text().splitlines()
    lock_file = place(var) / "postgres" / "data" / "postmaster.pid"
    server_account().write(lock_file, "\n".join([str(pid), *lines[1:]]) + "\n")
    with kept_servers(var) as urls, psycopg.connect(urls["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


ORPHAN = """
import sys, time
from pathlib import Path
from config import embedded, postgres_server, valkey_server
# As where the kernel tells children nothing of their parent's death.
postgres_server.dies_with_parent = valkey_server.dies_with_parent = lambda last_signal: None
with embedded.kept_servers(Path(sys.argv[1])):
    print("up", flush=True)
    time.sleep(60)
"""


def start_and_kill(var: Path, program: str) -> int:
    """Start servers in another process, kill it outright and give the postmaster's id."""
    with subprocess.Popen(
        [sys.executable, "-c", program, str(var)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        server = postmaster(var)
        process.kill()
    return server


def test_servers_that_outlived_their_supervisor_are_taken_over_and_stopped(var: Path) -> None:
    server = start_and_kill(var, ORPHAN)
    assert is_running(server, program="postgres")
    with kept_servers(var) as urls:
        assert postmaster(var) == server
        with psycopg.connect(urls["DATABASE_URL"]) as connection:
            connection.execute("SELECT 1")
    assert not is_running(server, program="postgres")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children")
def test_servers_end_when_their_supervisor_is_killed_outright(var: Path) -> None:
    told = ORPHAN.replace("postgres_server.dies_with_parent =", "_ =").replace(
        "valkey_server.dies_with_parent =", "_ ="
    )
    server = start_and_kill(var, told)
    assert wait_until(lambda: not is_running(server, program="postgres"), seconds=20)


def test_a_command_runs_with_the_servers_and_gives_its_exit_code(var: Path) -> None:
    program = "import os, sys; sys.exit(7 if os.environ['DATABASE_URL'] else 0)"
    answer = subprocess.run(
        [sys.executable, "-m", "config.embedded", "run", "--", sys.executable, "-c", program],
        env={**os.environ, "PLATEAU_VAR": str(var)},
        check=False,
    )
    assert answer.returncode == 7


def test_forgetting_removes_the_data_and_only_that(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("stays")
    with kept_servers(tmp_path):
        data = place(tmp_path)
    forget(tmp_path)
    assert not data.exists()
    assert (tmp_path / "mine").read_text() == "stays"
    assert not (tmp_path / "servers.json").exists()


def test_leftovers_of_dead_test_runs_are_swept(tmp_path: Path) -> None:
    account = server_account()
    dead = account.make_place(f"plateau-tests-{2**22 - 1}-")
    living = account.make_place(f"plateau-tests-{os.getpid()}-")
    try:
        sweep()
        assert not dead.exists()
        assert living.exists()
    finally:
        living.rmdir()


def test_programs_below_a_closed_folder_are_run_from_a_copy(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root runs servers as somebody else")
    from config.embedded import _reachable

    account = server_account()
    wheels = tmp_path / "closed" / "site-packages"
    for folder in ("package/bin", "package.libs"):
        (wheels / folder).mkdir(parents=True)
    (wheels / "package" / "bin" / "server").write_text("#!/bin/sh\n")
    (wheels / "package" / "bin" / "server").chmod(0o755)
    (wheels / "package.libs" / "lib.so").write_text("")
    wheels.parent.chmod(0o700)
    place = account.make_place("plateau-tests-")
    try:
        programs = wheels / "package" / "bin"
        copy = _reachable(programs, program="server", place=place, account=account)
        assert account.reaches(copy / "server")
        assert (copy / "../../package.libs/lib.so").exists()
        assert wheels.parent.stat().st_mode & 0o777 == 0o700
    finally:
        shutil.rmtree(place)
