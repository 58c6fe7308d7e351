"""Answers that are corrected, on both databases: once for each change, behind everything that people ask, whoever sees the change first."""

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.grounding import Answer, Citation, CitedClaim, ClaimKind, Verdict
from bot.interactions import Interaction
from bot.questions import Place, Question, Surface, Wanted
from bot.store import Limits, Store
from bot.store.corrections import PAUSE_SECONDS, Corrected
from tests.store.conftest import Clock, claimed

THEN, NOW = {"a.txt": "a1"}, {"a.txt": "a2"}
CLAIM = CitedClaim("Words.", ClaimKind.QUOTE, (Citation("a.txt", None, None, None, 0, 6, "Words."),))
ANSWER = Answer(Verdict.ANSWERED, "extractive", "d", (CLAIM,))


def mention(text: str, ts: str, thread: str = "", user: str = "U1", team: str = "T1") -> Question:
    return Question(text, user, Place(Surface.MENTION, team, "C1", thread or ts, ts))


def said(store: Store, question: Question, reply_ts: str) -> str:
    store.receive(question)
    job = claimed(store, question.place.team)
    assert job.question.text == question.text
    store.save(job, Interaction(job.question, ANSWER, f"Answer to {question.text}", documents=THEN))
    store.delivered(job, reply_ts)
    return job.question.id


def concerned(store: Store, now: Mapping[str, str] = NOW) -> list[Mapping[str, Any]]:
    return list(store.concerned(now))


def corrected(store: Store, at_most: int = 20, now: Mapping[str, str] = NOW) -> Corrected:
    return store.correct("T1", concerned(store, now), now, at_most)


def test_an_answer_is_asked_again_below_itself_with_what_it_was_asked_with(store: Store) -> None:
    first = said(store, mention("Who?", "1.0"), "1.5")
    asked = Question("And why?", "U2", Place(Surface.MENTION, "T1", "C1", "1.0", "2.0"), wanted=Wanted.TIMELINE)
    second = said(store, asked, "2.5 2.6")
    said(store, mention("And then?", "3.0", "1.0"), "3.5")
    store.correct("T1", [row for row in concerned(store) if row["id"] == second], NOW, 1)

    again = claimed(store).question
    assert (again.text, again.asker, again.wanted, again.corrects) == ("And why?", "U2", Wanted.TIMELINE, second)
    assert again.place == Place(Surface.CORRECTION, "T1", "C1", "1.0", "2.5")
    assert [turn.question for turn in store.history(again, 5)] == ["Who?"]
    assert store.find(first)


def test_each_answer_is_corrected_once_for_a_change_and_its_correction_for_the_next(store: Store) -> None:
    said(store, mention("Who?", "1.0"), "1.5")
    assert corrected(store) == Corrected(1, 0)
    assert corrected(store) == Corrected(0, 0)

    job = claimed(store)
    store.save(job, Interaction(job.question, ANSWER, "text", documents=NOW))
    store.delivered(job, "1.7")
    assert corrected(store) == Corrected(0, 0)
    assert store.corrected([job.question.corrects]) == {job.question.corrects: job.question.id}

    assert corrected(store, now={}) == Corrected(1, 0)  # the document is gone, and so is what corrects rests on
    chained = claimed(store)
    assert chained.question.corrects == job.question.id
    assert chained.question.place.message_ts == "1.7"
    assert store.history(chained.question, 5) == ()  # as when it was asked


def test_the_newest_are_corrected_and_the_others_left_for_this_change_but_not_for_the_next(store: Store, clock: Clock) -> None:
    for number in range(5):
        said(store, mention(f"Question {number}?", f"{number}.0"), f"{number}.5")
    assert corrected(store, at_most=2) == Corrected(2, 3)
    assert corrected(store, at_most=2) == Corrected(0, 0)

    assert claimed(store).question.text == "Question 4?"
    assert store.claim("T1") is None
    clock.now += PAUSE_SECONDS
    assert store.claim("T1") is None  # one at a time, in all processes
    assert corrected(store, at_most=9, now={"a.txt": "a3"}) == Corrected(3, 0)


def test_a_correction_waits_for_people_and_people_never_for_it(store: Store) -> None:
    said(store, mention("Who?", "1.0"), "1.5")
    corrected(store)
    store.receive(mention("A follow-up?", "2.0", "1.0", user="U2"))
    store.receive(mention("Elsewhere?", "3.0"))

    follow_up, elsewhere = claimed(store), claimed(store)
    assert (follow_up.question.text, elsewhere.question.text) == ("A follow-up?", "Elsewhere?")
    assert store.claim("T1") is None  # its conversation is busy
    store.delivered(follow_up, "2.5")
    assert claimed(store).question.text == "Who?"


def test_a_correction_counts_for_nobody_s_limits_and_is_nobody_s_last_question(store: Store) -> None:
    said(store, mention("Who?", "1.0"), "1.5")
    corrected(store)

    assert store.receive(mention("More?", "2.0"), Limits(per_user=2)).is_taken
    last = store.last_asked("T1:C1:1.0")
    assert last
    assert last["corrects"] == ""
    assert [row["question"] for row in store.of("U1")] == ["More?", "Who?"]


@pytest.mark.parametrize("wanted", [Wanted.WITHDRAWAL, Wanted.ANSWER])
def test_what_is_taken_back_or_edited_takes_its_correction_with_it(store: Store, wanted: Wanted) -> None:
    said(store, mention("Who?", "1.0"), "1.5")
    corrected(store)
    job = claimed(store)
    store.save(job, Interaction(job.question, ANSWER, "text", documents=NOW))
    store.delivered(job, "1.7")

    anew = Question("Who else?", "U1", Place(Surface.MENTION, "T1", "C1", "1.0", "1.0"), wanted=wanted)
    store.receive(anew)
    assert store.earlier(anew) == (True, "1.5 1.7")
    claimed(store)
    store.supersede(anew)
    assert concerned(store, {}) == []


def test_only_a_team_s_own_answers_are_corrected(store: Store) -> None:
    said(store, mention("Who?", "1.0", team="T2"), "1.5")

    assert corrected(store) == Corrected(0, 0)
    assert store.correct("T2", concerned(store), NOW, 20) == Corrected(1, 0)


def test_whoever_is_forgotten_leaves_no_correction(store: Store) -> None:
    said(store, mention("Who?", "1.0"), "1.5")
    corrected(store)

    assert store.forget("U1") == 1
    assert list(store.rows()) == []


def test_a_log_from_before_corrections_is_brought_up_to_them(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite3"
    store = Store(f"sqlite:///{path}")
    said(store, mention("Who?", "1.0"), "1.5")
    store.close()
    with sqlite3.connect(path) as connection:
        connection.execute("DROP INDEX interactions_corrects")
        connection.execute("ALTER TABLE interactions DROP COLUMN corrects")
        connection.execute("ALTER TABLE citations DROP COLUMN handled")
        connection.execute("DELETE FROM schema_version WHERE version >= 11")
    connection.close()

    store = Store(f"sqlite:///{path}")
    assert corrected(store) == Corrected(1, 0)
    store.close()
