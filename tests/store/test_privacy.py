"""What stays of people's words: as much as was chosen, as long as was chosen, and nothing once they ask for it."""

import sqlite3
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.grounding import Answer, Verdict
from bot.grounding.answers import Reason, WithheldClaim
from bot.interactions import Interaction
from bot.llm import Usage
from bot.questions import Place, Question, Surface
from bot.store import AtOnce, Job, Limits, LogQuestions, Store
from bot.store.queue import SECONDS_PER_DAY, WINDOW_SECONDS
from tests.store.conftest import Clock, asked, claimed, received

ANSWER = Answer(Verdict.NOT_IN_DOCUMENTS, "extractive", "0" * 16)


def by(user: str, text: str = "Why?", thread: str = "") -> Question:
    return Question(text, user, Place(Surface.MENTION, "T1", "C1", thread, "9.9"))


def answered(store: Store, question: Question, usage: Usage = Usage()) -> Job:  # noqa: B008  # frozen
    store.receive(question)
    job = claimed(store)
    store.save(job, Interaction(job.question, ANSWER, f"You asked: {question.text}", draft=question.text, tokens=usage))
    store.delivered(job, "5.0")
    return job


@pytest.mark.parametrize(("mode", "left"), [(LogQuestions.HASHED, "sha256:"), (LogQuestions.NONE, "")])
def test_a_question_that_ended_leaves_no_words_of_it(url: str, mode: LogQuestions, left: str) -> None:
    store = Store(url, log_questions=mode)
    answered(store, by("U1", "Where is the harbour?"))
    store.receive(by("U1", "Where is the harbour?"))
    store.failed(claimed(store), "no")
    rows = [dict(row) for row in store.rows()]
    assert "harbour" not in str(rows)
    assert rows[0]["question"] == rows[1]["question"]
    assert rows[0]["question"].startswith(left)
    assert store.answer(rows[1]["id"]) == ANSWER
    store.close()


SECRET_WORDS = "Whereabouts of the Xylophone harbour"
TELLING = Answer(
    Verdict.PARTIAL, "extractive", "0" * 16, withheld=(WithheldClaim(SECRET_WORDS, (Reason("name", SECRET_WORDS),)),), unanswered=(SECRET_WORDS,)
)  # fmt: skip


@pytest.mark.parametrize("mode", [LogQuestions.HASHED, LogQuestions.NONE])
def test_the_database_file_itself_holds_no_word_of_a_question_that_ended_however_it_did(sqlite_url: str, mode: LogQuestions) -> None:
    store = Store(sqlite_url, log_questions=mode)
    store.receive(by("U1", SECRET_WORDS))
    job = claimed(store)
    store.save(job, Interaction(job.question, TELLING, SECRET_WORDS, draft=SECRET_WORDS, model_error=f"DraftUnreadable: {SECRET_WORDS}"))
    store.delivered(job, "5.0")
    store.receive(by("U1", SECRET_WORDS))
    store.failed(claimed(store), f"ValueError: {SECRET_WORDS}")
    assert store.receive(by("U1", SECRET_WORDS), Limits(per_user=1)).refused_for
    store.receive(by("U2", SECRET_WORDS))
    store.abandon("T1", "closed")
    assert b"Xylophone" in raw(sqlite_url)  # the journal still has them
    store.empty_journal()
    assert b"Xylophone" not in raw(sqlite_url)
    stored = store.answer(job.question.id)
    assert stored
    assert ([claim.text for claim in stored.withheld], stored.withheld[0].reasons[0].rule, stored.unanswered) == ([""], "name", ())
    assert sorted(str(row["error"]) for row in store.rows()) == ["None", "ValueError", "closed", "user"]
    store.close()
    assert b"Xylophone" not in raw(sqlite_url)


def raw(url: str) -> bytes:
    """All bytes of the database's files."""
    file = Path(url.removeprefix("sqlite:///"))
    return b"".join(each.read_bytes() for each in file.parent.glob(f"{file.name}*"))


def test_while_a_question_is_open_its_words_are_there_to_answer_it(url: str) -> None:
    store = Store(url, log_questions=LogQuestions.NONE)
    store.receive(by("U1", "Where is the harbour?"))
    assert claimed(store).question.text == "Where is the harbour?"
    store.close()


def test_what_a_person_asked_is_theirs_to_see_and_to_have_forgotten(store: Store) -> None:
    mine, others = answered(store, by("U1", "mine")), answered(store, by("U2", "others"))
    store.rate(mine.question.id, "U2", is_good=True)
    store.rate(others.question.id, "U1", is_good=False)
    store.rate(others.question.id, "U2", is_good=True)
    assert [row["question"] for row in store.of("U1")] == ["mine"]
    assert store.forget("U1") == 1
    assert (store.of("U1"), [row["question"] for row in store.rows()]) == ([], ["others"])
    assert [rating.user for rating in store.ratings([mine.question.id, others.question.id])] == ["U2"]


def test_what_is_being_answered_is_forgotten_when_it_is_asked_for_again_afterwards(store: Store) -> None:
    store.receive(by("U1"))
    job = claimed(store)
    assert store.forget("U1") == 0
    store.delivered(job, "5.0")
    assert store.forget("U1") == 1


def test_what_is_older_than_the_days_given_goes_unless_it_is_still_open(store: Store, clock: Clock) -> None:
    answered(store, by("U1", "old"))
    store.receive(by("U1", "old and open"))
    store.retry(claimed(store), after=100 * SECONDS_PER_DAY, error="Slack is away")
    clock.now += 10 * SECONDS_PER_DAY
    answered(store, by("U1", "older than it looks"))
    clock.now += 1
    assert store.purge(10) == 1
    assert sorted(row["question"] for row in store.rows()) == ["old and open", "older than it looks"]


def test_a_copy_made_while_the_log_is_written_to_is_whole(sqlite_url: str, tmp_path: Path) -> None:
    store = Store(sqlite_url)
    answered(store, by("U1"))
    for _ in store.rows():  # while somebody reads, too
        store.back_up(tmp_path / "copy.sqlite3")
    with pytest.raises(StoreError, match="is there already"):
        store.back_up(tmp_path / "copy.sqlite3")
    with pytest.raises(StoreError, match="could not be copied"):
        store.back_up(tmp_path / "no folder" / "copy.sqlite3")
    store.close()
    restored = Store(f"sqlite:///{tmp_path / 'copy.sqlite3'}")
    assert [row["question"] for row in restored.rows()] == ["Why?"]
    restored.close()
    with sqlite3.connect(tmp_path / "copy.sqlite3") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


def test_a_server_is_not_copied_by_us(postgres_url: str, tmp_path: Path) -> None:
    store = Store(postgres_url)
    with pytest.raises(StoreError, match="pg_dump"):
        store.back_up(tmp_path / "copy.sqlite3")
    store.close()


def test_tokens_are_counted_by_the_day(store: Store, clock: Clock) -> None:
    assert store.spent_today() == 0
    answered(store, by("U1"), Usage(100, 50, 7))
    answered(store, by("U1"), Usage(10, 0, 3))
    assert store.spent_today() == 120
    clock.now += SECONDS_PER_DAY
    assert store.spent_today() == 0


def test_no_more_is_taken_of_one_person_in_an_hour_than_may_be(store: Store, clock: Clock) -> None:
    limits = Limits(per_user=2)
    receipts = [store.receive(by(user), limits) for user in ("U1", "U1", "U1", "U2")]
    assert [receipt.refused_for for receipt in receipts] == [None, None, "user", None]
    assert [receipt.ahead for receipt in receipts if receipt.is_taken] == [0, 1, 2]
    assert [row["status"] for row in store.rows()] == ["queued", "rejected", "queued", "queued"]
    clock.now += WINDOW_SECONDS + 1
    assert store.receive(by("U1"), limits).is_taken


@pytest.mark.parametrize(("limits", "reason"), [(Limits(per_team=2), "team"), (Limits(waiting=2), "queue")])
def test_no_more_is_taken_of_all_than_may_be(store: Store, limits: Limits, reason: str) -> None:
    assert [store.receive(by(f"U{n}"), limits).refused_for for n in range(4)] == [None, None, reason, reason]
    assert store.receive(asked(team="T2", thread=""), limits).is_taken


def test_a_repeat_of_a_refused_delivery_is_no_new_question(store: Store) -> None:
    question = asked("Why?", "key")
    assert not store.receive(question, Limits(waiting=1)).refused_for
    assert not received(store, asked("Why?", "key"))


def test_one_person_has_no_more_running_at_once_than_may_be(store: Store) -> None:
    for user in ("U1", "U1", "U1", "U2"):
        store.receive(by(user))
    jobs = [store.claim("T1", at_once=AtOnce(per_user=2)) for _ in range(4)]
    assert [job.question.asker if job else None for job in jobs] == ["U1", "U1", "U2", None]
