"""Transactions of several threads in one, on a database that has one writer at a time: making them durable costs as much as for one.

In: an engine, and threads that want to write. Out: to each a connection, in turn. Nobody goes on before what they wrote is on disk. A thread with
several things to write can do them all in its turn.
"""

import contextlib
import sqlite3
import threading
import time
from collections.abc import Iterator

import sqlalchemy as sa


class _Shared:
    """A transaction that several threads write in, one after another; `error` is what it came to, if it came to nothing."""

    def __init__(self, engine: sa.Engine) -> None:
        self.connection = engine.connect()
        try:
            self.connection.begin()
        except BaseException:
            self.connection.close()
            raise
        self.began = time.monotonic()
        self.writers = 0
        self.ended = threading.Event()
        self.error: Exception | None = None

    def end(self) -> None:
        """Bring it to disk, or to nothing."""
        try:
            if self.error is None:
                self.connection.commit()
        except Exception as error:  # noqa: BLE001  # whatever it is, each writer raises it
            self.error = error
        if self.error is not None:
            self.connection.invalidate()  # nobody knows what state it is in; closed, it undoes what was not committed
        self.connection.close()
        self.ended.set()


class _Turn:
    """All that one thread writes in one turn; `shared` once it has begun to."""

    def __init__(self) -> None:
        self.shared: _Shared | None = None
        self.until_its_end = contextlib.ExitStack()


class Together:
    """Lets writers share transactions. Who comes while another one writes joins that one's.

    The first waits for the last, so nobody is let in after `most` writers, nor `longest` seconds after it began.
    """

    def __init__(self, engine: sa.Engine, most: int = 100, longest: float = 0.05) -> None:
        self._engine = engine
        self._most = most
        self._longest = longest
        self._turn = threading.Lock()
        self._counting = threading.Lock()
        self._waiting = 0
        self._shared: _Shared | None = None
        self._mine = threading.local()

    @contextlib.contextmanager
    def in_one(self) -> Iterator[None]:
        """All that this thread writes within is one turn, from the first of it to the end of the context: on return it is durable."""
        turn = self._mine.turn = _Turn()
        try:
            with turn.until_its_end:
                yield
        finally:
            self._mine.turn = None

    @property
    def current(self) -> sa.Connection | None:
        """What this thread has been writing to within `in_one`: whoever wants to read what it wrote reads there."""
        turn: _Turn | None = getattr(self._mine, "turn", None)
        return turn.shared.connection if turn and turn.shared and turn.shared.error is None else None

    @contextlib.contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Write, alone for as long as the context is open; on return it is durable, but within `in_one` only at the end of that.

        Whatever is raised within undoes this writer's part.
        """
        turn: _Turn | None = getattr(self._mine, "turn", None)
        if turn is None:
            with self._taking_part() as shared, _undone_alone(shared):
                yield shared.connection
            return
        if turn.shared is None:
            turn.shared = turn.until_its_end.enter_context(self._taking_part())
        if turn.shared.error is not None:
            raise turn.shared.error
        with _undone_alone(turn.shared):
            yield turn.shared.connection

    @contextlib.contextmanager
    def _taking_part(self) -> Iterator[_Shared]:
        """A turn of writing; after it, wait until all is durable. Raises what it came to where it is not."""
        with self._in_turn():
            shared = self._shared = self._shared or _Shared(self._engine)
            try:
                yield shared
            finally:
                shared.writers += 1
                if not self._waiting or self._is_full(shared):
                    self._shared = None
                    shared.end()
        shared.ended.wait()
        if shared.error is not None:
            raise shared.error

    def _is_full(self, shared: _Shared) -> bool:
        return shared.error is not None or shared.writers >= self._most or time.monotonic() - shared.began > self._longest

    @contextlib.contextmanager
    def _in_turn(self) -> Iterator[None]:
        """Whoever is counted as waiting comes: an open transaction may be left to them."""
        with self._counting:
            self._waiting += 1
        with self._turn:
            with self._counting:
                self._waiting -= 1
            yield


@contextlib.contextmanager
def _undone_alone(shared: _Shared) -> Iterator[None]:
    """Undo what one writer did, and not what the others did. A fault that undid everything is everybody's."""
    _execute(shared, "SAVEPOINT writer")
    try:
        yield
    except BaseException:
        _end_writer(shared, "ROLLBACK TO writer", "RELEASE writer")
        raise
    _end_writer(shared, "RELEASE writer")


def _end_writer(shared: _Shared, *statements: str) -> None:
    """End a writer's part. Where there is none any more, the database has undone the whole transaction by itself, as on a full disk."""
    try:
        for statement in statements:
            _execute(shared, statement)
    except sa.exc.OperationalError as error:
        shared.error = error


def _execute(shared: _Shared, statement: str) -> None:
    """Straight to the driver: SQLAlchemy takes ten times as long for a statement that gives nothing, and every writer has two of these."""
    try:
        shared.connection.connection.execute(statement)
    except sqlite3.Error as error:
        raise sa.exc.OperationalError(statement, {}, error) from error
