import sqlite3
from pathlib import Path

from bot.questions import Question, Wanted
from bot.store import Store


def test_a_database_from_before_a_step_is_brought_up_to_it_and_keeps_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite3"
    store = Store(f"sqlite:///{path}")
    store.receive(Question("asked before"))
    store.close()
    with sqlite3.connect(path) as connection:  # as version 1 left it
        connection.execute("ALTER TABLE interactions DROP COLUMN wanted")
        connection.execute("ALTER TABLE interactions DROP COLUMN until")
        connection.execute("DELETE FROM schema_version WHERE version > 1")
    connection.close()

    store = Store(f"sqlite:///{path}")
    job = store.claim("")
    store.close()
    assert job is not None
    assert (job.question.text, job.question.wanted, job.question.until) == ("asked before", Wanted.ANSWER, None)
