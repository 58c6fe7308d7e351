"""Writers who share a transaction: each alone with what it wrote, all of them durable at once."""

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from bot.store.together import Together

PATIENCE = 10.0
MOST = 20


class File:
    """A database of one table whose commits are counted."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.commits = 0
        self.refuses = False
        self.engine = sa.create_engine(f"sqlite:///{path}")
        event.listen(self.engine, "connect", self._connected)
        event.listen(self.engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
        event.listen(self.engine, "commit", self._committed)
        self.together = Together(self.engine, MOST, PATIENCE)
        with self.together.writing() as connection:
            connection.exec_driver_sql("CREATE TABLE said (words TEXT)")
        self.commits = 0

    @staticmethod
    def _connected(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA busy_timeout = 0")

    def _committed(self, _: sa.Connection) -> None:
        self.commits += 1
        if self.refuses:
            raise OSError("the disk is gone")

    def say(self, words: str) -> None:
        with self.together.writing() as connection:
            connection.exec_driver_sql("INSERT INTO said VALUES (?)", (words,))
            if words.startswith("wrong"):
                raise ValueError(words)

    @property
    def said(self) -> list[str]:
        """What another process sees."""
        connection = sqlite3.connect(self.path)
        try:
            return sorted(words for (words,) in connection.execute("SELECT words FROM said"))
        finally:
            connection.close()


@pytest.fixture
def file(tmp_path: Path) -> Iterator[File]:
    opened = File(tmp_path / "said.sqlite3")
    yield opened
    opened.engine.dispose()


def at_the_same_moment(file: File, *writers: Callable[[], None]) -> list[BaseException | None]:
    """What each writer came to, who all came while another one was writing."""
    with ThreadPoolExecutor(len(writers)) as pool:
        with contextlib.suppress(OSError, sa.exc.OperationalError), file.together.writing():  # who wrote nothing, and learns it too
            coming = [pool.submit(writer) for writer in writers]
            waiting = threading.Event()
            while file.together._waiting < len(writers):  # nothing else tells when they wait
                waiting.wait(0.001)
        return [future.exception(PATIENCE) for future in coming]


def test_those_who_come_while_one_writes_are_durable_together(file: File) -> None:
    assert at_the_same_moment(file, *(lambda n=n: file.say(f"{n}") for n in range(12))) == [None] * 12
    assert (file.commits, len(file.said)) == (1, 12)


def test_nobody_goes_on_before_what_they_wrote_can_be_seen_by_others(file: File) -> None:
    seen: list[bool] = []

    def say_and_look(words: str) -> None:
        file.say(words)
        seen.append(words in file.said)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(say_and_look, map(str, range(80))))
    assert seen == [True] * 80
    assert file.commits < 80


def test_one_who_fails_undoes_what_they_wrote_and_nothing_of_the_others(file: File) -> None:
    outcomes = at_the_same_moment(file, *(lambda w=w: file.say(w) for w in ("a", "wrong one", "b", "wrong two")))
    assert [str(outcome) for outcome in outcomes] == ["None", "wrong one", "None", "wrong two"]
    assert file.said == ["a", "b"]


def test_what_does_not_reach_the_disk_is_told_to_everyone_who_wrote_it(file: File) -> None:
    file.refuses = True
    outcomes = at_the_same_moment(file, lambda: file.say("a"), lambda: file.say("b"))
    assert [type(outcome) for outcome in outcomes] == [OSError, OSError]
    file.refuses = False
    file.say("c")
    assert file.said == ["c"]


def test_a_transaction_that_the_database_undid_by_itself_is_nobodys(file: File) -> None:
    def say_too_much() -> None:
        with file.together.writing() as connection:
            connection.exec_driver_sql("ROLLBACK")  # as SQLite does on a full disk
            raise ValueError("full")

    first, second = at_the_same_moment(file, lambda: file.say("a"), say_too_much)
    assert isinstance(first, sa.exc.OperationalError) or file.said == ["a"]
    assert isinstance(second, ValueError)
    file.say("b")
    assert file.said[-1] == "b"


def test_who_cannot_begin_leaves_the_turn_to_the_next(file: File) -> None:
    other = sqlite3.connect(file.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(sa.exc.OperationalError, match="locked"):
        file.say("a")
    other.execute("COMMIT")
    other.close()
    file.say("b")
    assert file.said == ["b"]


def test_a_transaction_that_many_come_to_ends_all_the_same(file: File) -> None:
    at_the_same_moment(file, *(lambda n=n: file.say(f"{n}") for n in range(2 * MOST)))
    assert (file.commits, len(file.said)) == (3, 2 * MOST)  # with the one who wrote first


def test_what_one_thread_writes_in_one_turn_is_durable_at_its_end_and_not_before(file: File) -> None:
    with file.together.in_one():
        began_with = file.together.current  # nothing is locked before something is written
        file.say("a")
        with pytest.raises(ValueError, match="wrong"):
            file.say("wrong")
        file.say("b")
        before = (file.said, file.commits)
        read = file.together.current
        own = read.exec_driver_sql("SELECT count(*) FROM said").scalar() if read else None
    assert (began_with, before, own) == (None, ([], 0), 2)
    assert (file.said, file.commits) == (["a", "b"], 1)


def test_those_who_come_during_a_turn_are_durable_with_it_or_after_it(file: File) -> None:
    def say_several(words: str) -> None:
        with file.together.in_one():
            for n in range(3):
                file.say(f"{words}{n}")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(say_several, "abcd"))
    assert len(file.said) == 12
    assert file.commits <= 4


def test_a_turn_whose_transaction_the_database_undid_writes_no_more(file: File) -> None:
    outcomes: list[BaseException] = []

    def undo() -> None:
        with file.together.writing() as connection:
            connection.exec_driver_sql("ROLLBACK")  # as SQLite does on a full disk
            raise ValueError("full")

    def say_in_one_turn() -> None:
        with file.together.in_one():
            for writer in (partial(file.say, "a"), undo, partial(file.say, "b")):
                try:
                    writer()
                except (ValueError, sa.exc.OperationalError) as error:
                    outcomes.append(error)

    with pytest.raises(sa.exc.OperationalError):
        say_in_one_turn()
    assert [type(outcome) for outcome in outcomes] == [ValueError, sa.exc.OperationalError]
    assert file.said == []
    file.say("c")
    assert file.said == ["c"]
