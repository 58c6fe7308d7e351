import sqlite3
from pathlib import Path

from bot.grounding import Answer, Citation, CitedClaim, ClaimKind, Verdict
from bot.interactions import Interaction
from bot.llm import Usage
from bot.questions import Question, Wanted
from bot.store import Selection, Store
from bot.store.schema import STEPS, _contents


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


def test_answers_from_before_their_contents_were_kept_are_counted_too(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite3"
    store = Store(f"sqlite:///{path}")
    job = store.begin(Question("Why?"))
    claim = CitedClaim("x", ClaimKind.QUOTE, (Citation("a.txt", None, None, None, 0, 1, "x"),))
    store.save(job, Interaction(job.question, Answer(Verdict.ANSWERED, "extractive", "d", (claim,)), "x", tokens=Usage(7, 0, 1)))
    store.delivered(job, "")
    before = store.figures(Selection())
    store.close()
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TABLE contents")
        connection.execute("DROP INDEX interactions_figures")
        for column in ("history", "input_tokens", "cached_tokens", "output_tokens"):
            connection.execute(f"ALTER TABLE interactions DROP COLUMN {column}")
        connection.execute("DELETE FROM schema_version WHERE version > ?", (STEPS.index(_contents),))
    connection.close()

    store = Store(f"sqlite:///{path}")
    assert store.figures(Selection()) == before
    assert before.cited == {"a.txt": 1}
    store.close()
