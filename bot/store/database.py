"""One database, opened and brought up to date: a SQLite file, or PostgreSQL where several processes share the work.

In: a URL. Out: transactions. The rest of the store does not know which of the two it writes to.
"""

import contextlib
import sqlite3
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite

from bot.errors import StoreError, StoreUnavailable
from bot.store import trouble
from bot.store.privacy import LogQuestions
from bot.store.schema import STEPS, interactions, metadata, schema_version
from bot.store.together import Together

POSTGRES = "postgresql"
LOCK_NOT_AVAILABLE = "55P03"  # postgresql.org/docs, "PostgreSQL Error Codes"
WRITER_LOCK = 7_305_811_694  # any number, as long as every version of this program takes the same
# Seconds. A server that is gone is found out within them, and a question then waits on Slack's side instead of ours.
BUSY_SECONDS = 10  # that a writer waits for another on SQLite
CONNECT_TIMEOUT = 2
STATEMENT_TIMEOUT = 5


class Database:
    """Raises StoreError where it cannot be opened or is newer than this program. `clock` gives seconds since the epoch."""

    step_lock_seconds = 5.0  # a step that waits for who reads a table holds up everybody who comes after it

    def __init__(self, url: str, clock: Callable[[], float] = time.time, log_questions: LogQuestions = LogQuestions.FULL) -> None:
        self._clock = clock
        self._log_questions = log_questions
        self._held = contextlib.ExitStack()
        with _as_store_errors(url):
            self._engine = _engine(url)
        self._together = Together(self._engine)
        try:
            with _as_store_errors(url):
                self._migrate()
        except StoreError:
            self._engine.dispose()
            raise

    def close(self) -> None:
        """Close all connections."""
        self._held.close()
        self._engine.dispose()

    @property
    def now(self) -> float:
        """What the store takes for the time, in seconds since the epoch."""
        return self._clock()

    @property
    def _is_postgres(self) -> bool:
        return self._engine.dialect.name == POSTGRES

    @contextlib.contextmanager
    def in_one(self) -> Iterator[None]:
        """What this thread writes within becomes durable at its end, all at once: nothing of it may be told to anybody before.

        On PostgreSQL each is durable by itself, as ever.
        """
        with _as_unavailable(), contextlib.nullcontext() if self._is_postgres else self._together.in_one():
            yield

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with _as_unavailable():
            if writing := self._together.current:
                yield writing
                return
            with self._engine.connect().execution_options(is_reading=True) as connection:
                yield connection

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        """A transaction that is all or nothing. On SQLite it is alone; on PostgreSQL others may write other rows at the same time."""
        with _as_unavailable(), self._transaction() as connection:
            yield connection

    @contextlib.contextmanager
    def _writing_alone(self) -> Iterator[sa.Connection]:
        """A transaction that no other of these overlaps, in whatever process."""
        with _as_unavailable(), self._alone() as connection:
            yield connection

    @contextlib.contextmanager
    def _alone(self) -> Iterator[sa.Connection]:
        with self._transaction() as connection:
            if self._is_postgres:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(WRITER_LOCK)))
            yield connection

    def _transaction(self) -> contextlib.AbstractContextManager[sa.Connection]:
        return self._engine.begin() if self._is_postgres else self._together.writing()

    def _insert_new(self, table: sa.Table) -> Any:
        """An INSERT of the rows it is executed with that passes over those that are there already; the caller adds what it returns."""
        insert = postgresql.insert if self._is_postgres else sqlite.insert
        return insert(table).on_conflict_do_nothing()

    def _unlog(self, connection: sa.Connection, chosen: sa.ColumnElement[bool]) -> None:
        """Take out of rows that end now what the log is not to keep."""
        if self._log_questions is LogQuestions.FULL:
            return
        for row in connection.execute(sa.select(interactions).where(chosen)).mappings().all():
            emptied = sa.update(interactions).where(interactions.c.seq == row["seq"])
            connection.execute(emptied.values(self._log_questions.closing(row)))

    def _unlog_one(self, connection: sa.Connection, interaction_id: str) -> None:
        if self._log_questions is not LogQuestions.FULL:  # before a statement is built that every question would wait for
            self._unlog(connection, interactions.c.id == interaction_id)

    def empty_journal(self) -> None:
        """Let go of what was overwritten or deleted and still stands in SQLite's journal; PostgreSQL's vacuum does so by itself."""
        if not self._is_postgres:
            with self._reading() as connection:
                connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def try_writing(self) -> None:
        """Write something that changes nothing, to the disk. Raises StoreUnavailable: a file may be opened where nothing can be written."""
        with self._writing() as connection:
            connection.execute(sa.update(schema_version).values(version=schema_version.c.version))

    def _migrate(self) -> None:
        with self._alone() as connection:
            if self._is_postgres:  # a step over a large log may take its time
                connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            schema_version.create(connection, checkfirst=True)
            version = connection.execute(sa.select(sa.func.max(schema_version.c.version))).scalar() or 0
            if version > len(STEPS):
                raise StoreError("The database was written by a newer version of this program. Please update the program.")
            if self._is_postgres:  # from here on, when it is no longer other processes at their start that are waited for
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{self.step_lock_seconds}s'")
            for number, step in enumerate(STEPS[version:], start=version + 1):
                _take(step, connection)
                connection.execute(sa.insert(schema_version).values(version=number))
            _check(connection)


def _take(step: Callable[[sa.Connection], None], connection: sa.Connection) -> None:
    try:
        step(connection)
    except sa.exc.OperationalError as error:
        if getattr(error.orig, "sqlstate", "") == LOCK_NOT_AVAILABLE:
            raise StoreError(
                "The database cannot be brought up to date while others use its tables. Please start again in a moment."
            ) from None
        raise


def _check(connection: sa.Connection) -> None:
    """Refuse at the start what would fail at the first question."""
    there = sa.inspect(connection)
    for table in metadata.sorted_tables:
        columns = {column["name"] for column in there.get_columns(table.name)} if there.has_table(table.name) else set()
        if missing := [column.name for column in table.columns if column.name not in columns]:
            raise StoreError(
                f"The database has no {', '.join(missing)} in its table {table.name}, so another program may have changed it. "
                "Please restore a copy (log backup), or let DATABASE_URL name a new database."
            )


@contextlib.contextmanager
def _as_unavailable() -> Iterator[None]:
    """A server that is gone, busy or a replica for now, a full disk, a lock that does not come free: all may pass.

    Our message holds none of the statement's values.
    """
    try:
        yield
    except (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.InternalError, sa.exc.TimeoutError) as error:
        raise StoreUnavailable(trouble.cannot_be_asked(error)) from None
    except sa.exc.DatabaseError as error:
        if type(error) is not sa.exc.DatabaseError:  # its kinds are mistakes of ours; as it is, SQLite says so of a damaged file
            raise
        raise StoreUnavailable(trouble.cannot_be_asked(error)) from None


@contextlib.contextmanager
def _as_store_errors(url: str) -> Iterator[None]:
    try:
        yield
    except (sa.exc.SQLAlchemyError, OSError) as error:
        raise StoreError(trouble.cannot_be_opened(error, _file(url))) from None


def _file(url: str) -> str:
    """The SQLite file that an address names, or ""."""
    return url.partition(":///")[2].partition("?")[0] if url.startswith("sqlite") else ""


def _engine(url: str) -> sa.Engine:
    try:
        parsed = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):  # no address, or one in which a password's "@" makes a word of the port
        raise StoreError(trouble.NO_DATABASE) from None
    if parsed.drivername in {"postgres", POSTGRES, "postgresql+psycopg"}:
        return _postgres_engine(parsed.set(drivername="postgresql+psycopg"))
    # A database in memory would be another one for every thread.
    if parsed.drivername not in {"sqlite", "sqlite+pysqlite"} or parsed.database in {None, "", ":memory:"}:
        raise StoreError(trouble.NO_DATABASE)
    return _sqlite_engine(parsed)


def _postgres_engine(url: sa.URL) -> sa.Engine:
    if find_spec("psycopg") is None:
        raise StoreError("PostgreSQL needs its driver. Please install the extra `postgres`: uv sync --extra postgres.")
    engine = sa.create_engine(
        url,
        hide_parameters=True,  # an error must not repeat people's words in the log
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": CONNECT_TIMEOUT,
            "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3,
            # Prepared statements get plans that know no constants, and so no partial index; poolers do not keep them either.
            "prepare_threshold": None,
        },
    )  # fmt: skip
    event.listen(engine, "connect", _configure_postgres)
    return engine


def _configure_postgres(connection: Any, _: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET statement_timeout = '{STATEMENT_TIMEOUT}s'")
        cursor.execute("SET idle_in_transaction_session_timeout = '10min'")  # the log may be read slowly, through a pager
    connection.commit()


def _sqlite_engine(url: sa.URL) -> sa.Engine:
    if Path(str(url.database)).is_dir():
        raise StoreError(trouble.is_a_folder(str(url.database)))
    Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(url, hide_parameters=True)  # as above
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _configure_sqlite(connection: Any, _: object) -> None:
    # With secure_delete, what is overwritten or deleted is gone from the file, and not only from its tables.
    # Autocommit for the driver: transactions are begun below, as SQLAlchemy's documentation of pysqlite advises.
    connection.isolation_level = None
    for pragma in (f"busy_timeout = {1000 * BUSY_SECONDS}", "synchronous = FULL", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")
    _keep_journal(connection)


def _keep_journal(connection: Any) -> None:
    """Turn the write-ahead log on. Of several that do so for a new file at once SQLite refuses some without waiting, whatever the timeout."""
    give_up = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                raise
            time.sleep(0.02)
        else:
            return


def _begin_sqlite(connection: sa.Connection) -> None:
    # A writer takes its lock at once: one that begins as a reader can find itself unable to write, and fails without waiting.
    reading = connection.get_execution_options().get("is_reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
