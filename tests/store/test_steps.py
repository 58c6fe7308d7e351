import sqlite3
from pathlib import Path

from bot.config import CHECKOUT
from bot.grounding import Answer, Citation, CitedClaim, ClaimKind, Verdict
from bot.interactions import Interaction
from bot.llm import Usage
from bot.questions import Question, Wanted
from bot.store import Selection, Store
from bot.store.schema import STEPS, _contents, citations, contents, interactions, pins, ratings, spending


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


def test_the_readme_names_every_column_that_people_ask_for() -> None:
    """What it leaves out is the queue's own: leases, and where a reply goes."""
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    documented = readme[readme.index("| table | a row is |") : readme.index("```python")]
    own = {"conversation", "response_url", "run_after", "retries", "worker", "lease_token", "lease_until", "interrupted", "handled"}
    for table in (interactions, contents, citations, pins, ratings, spending):
        named = {column.name for column in table.columns} - own
        assert f"| `{table.name}` |" in documented
        assert [name for name in sorted(named) if f"`{name}`" not in documented] == []
