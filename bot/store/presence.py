"""Proof that no other process is at work under a name, for as long as this one lives: the operating system or the server lets go by itself.

What proves it is added to `held`, to be closed with the store.
"""

import contextlib
import sqlite3
from contextlib import ExitStack

import sqlalchemy as sa


def lock_file(path: str, held: ExitStack) -> bool:
    """Whether the file's lock was free. SQLite's own lock: it works wherever the database beside it does."""
    connection = held.enter_context(contextlib.closing(sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)))
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        return False
    return True


def lock_name(engine: sa.Engine, name: str, held: ExitStack) -> bool:
    """Whether the name was free on the server."""
    connection = held.enter_context(engine.connect().execution_options(isolation_level="AUTOCOMMIT"))
    return bool(connection.execute(sa.select(sa.func.pg_try_advisory_lock(sa.func.hashtext(name)))).scalar())
