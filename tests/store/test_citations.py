"""From a changed document to the answers it concerns, on both databases, without reading the others."""

import sqlite3
from collections.abc import Mapping
from pathlib import Path

import sqlalchemy as sa

from bot.grounding import Answer, Citation, CitedClaim, ClaimKind, Verdict
from bot.interactions import Interaction
from bot.questions import Place, Question, Surface
from bot.store import Store
from tests.store.conftest import Clock, claimed


def cited(*documents: str) -> Answer:
    claims = (CitedClaim("Words.", ClaimKind.QUOTE, (Citation(document, None, None, None, 0, 6, "Words."),)) for document in documents)
    return Answer(Verdict.ANSWERED, "extractive", "d", tuple(claims))


def said(store: Store, text: str, answer: Answer, documents: Mapping[str, str], asker: str = "U1") -> str:
    """An answer that was delivered; its id."""
    store.receive(Question(text, asker, Place(Surface.MENTION, "T1", "C1", text, text)))
    job = claimed(store)
    store.save(job, Interaction(job.question, answer, text, documents=documents))
    store.delivered(job, "5.0")
    return job.question.id


def concerned(store: Store, now: Mapping[str, str]) -> list[str]:
    return [row["question"] for row in store.concerned(now)]


def test_only_answers_that_cite_a_changed_document_are_read_the_newest_first(store: Store) -> None:
    said(store, "of a", cited("a.txt"), {"a.txt": "a1"})
    said(store, "of both", cited("a.txt", "b.txt"), {"a.txt": "a1", "b.txt": "b1"})
    said(store, "of b", cited("b.txt"), {"b.txt": "b1"})
    said(store, "of nothing", Answer(Verdict.NOT_IN_DOCUMENTS, "extractive", "d"), {})

    assert concerned(store, {"a.txt": "a1", "b.txt": "b1", "c.txt": "c1"}) == []
    assert concerned(store, {"a.txt": "a2", "b.txt": "b1"}) == ["of both", "of a"]
    assert concerned(store, {"a.txt": "a1"}) == ["of b", "of both"]
    assert [row["question"] for row in store.concerned({}, at_most=1)] == ["of b"]


def test_what_stands_in_the_changed_document_is_not_read_again_until_it_changes_once_more(store: Store) -> None:
    ids = [said(store, name, cited("a.txt"), {"a.txt": "a1"}) for name in ("one", "two")]
    store.stand(ids[:1], {"a.txt": "a2"})

    assert concerned(store, {"a.txt": "a2"}) == ["two"]
    assert concerned(store, {"a.txt": "a1"}) == ["one"]


def test_a_document_whose_state_nobody_noted_concerns_its_answers(store: Store) -> None:
    said(store, "from before", cited("a.txt"), {})

    assert concerned(store, {"a.txt": "a1"}) == ["from before"]


def test_an_answer_that_is_under_way_or_was_taken_back_concerns_nobody(store: Store) -> None:
    store.receive(Question("open", "U1", Place(Surface.MENTION, "T1", "C1", "1.0", "1.0")))
    job = claimed(store)
    store.save(job, Interaction(job.question, cited("a.txt"), "text"))

    assert concerned(store, {}) == []


def test_a_second_attempt_cites_in_place_of_the_first(store: Store) -> None:
    store.receive(Question("twice", "U1", Place(Surface.MENTION, "T1", "C1", "1.0", "1.0")))
    for document in ("a.txt", "b.txt"):
        job = claimed(store)
        store.save(job, Interaction(job.question, cited(document), "text", documents={document: "1"}))
        store.retry(job, 0, "Slack is away")
    store.delivered(claimed(store), "5.0")

    assert concerned(store, {"b.txt": "1"}) == []
    assert concerned(store, {"a.txt": "1"}) == ["twice"]


def test_what_is_forgotten_leaves_nothing_of_what_it_cited(store: Store, url: str, clock: Clock) -> None:
    said(store, "theirs", cited("a.txt"), {})
    said(store, "others", cited("a.txt"), {}, asker="U2")
    store.forget("U1")
    assert concerned(store, {}) == ["others"]
    clock.now += 1
    store.purge(0)
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM citations")).scalar() == 0
    engine.dispose()


def test_a_log_from_before_citations_were_kept_is_read_once(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite3"
    store = Store(f"sqlite:///{path}")
    said(store, "from before", cited("a.txt", "b.txt"), {"a.txt": "a1", "b.txt": "b1"})
    store.close()
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TABLE citations")
        connection.execute("DELETE FROM schema_version WHERE version >= 9")
    connection.close()

    store = Store(f"sqlite:///{path}")
    assert concerned(store, {"a.txt": "a1", "b.txt": "b1"}) == ["from before"]
    store.stand([row["id"] for row in store.rows()], {"a.txt": "a1", "b.txt": "b1"})
    assert concerned(store, {"a.txt": "a1", "b.txt": "b1"}) == []
    store.close()
