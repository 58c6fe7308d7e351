"""The log: what was asked, answered and said, read back as it was written."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.grounding import Answer, Citation, CitedClaim, ClaimKind, Verdict
from bot.grounding.answers import Reason, WithheldClaim
from bot.interactions import Interaction
from bot.llm import Usage
from bot.questions import Question, Turn
from bot.store import Store
from tests.store.conftest import Clock, asked, claimed

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
DATES = st.none() | st.dates()
CITATIONS = st.builds(
    Citation, TEXT, st.none() | TEXT, st.none() | TEXT, DATES, st.integers(0, 99), st.integers(0, 99), TEXT,
    st.frozensets(st.sampled_from(["title", "publisher", "published"])),
)  # fmt: skip
CLAIMS = st.builds(
    CitedClaim, TEXT, st.sampled_from(ClaimKind), st.lists(CITATIONS, max_size=2).map(tuple), DATES, st.booleans()
)  # fmt: skip
REASONS = st.builds(Reason, st.sampled_from(["number", "passage"]), TEXT)
ANSWERS = st.builds(
    Answer, st.sampled_from(Verdict), TEXT, TEXT,
    claims=st.lists(CLAIMS, max_size=2).map(tuple),
    withheld=st.lists(st.builds(WithheldClaim, TEXT, st.lists(REASONS, max_size=2).map(tuple)), max_size=2).map(tuple),
    unanswered=st.lists(TEXT, max_size=2).map(tuple), closest=st.lists(CITATIONS, max_size=2).map(tuple),
    suggestions=st.lists(TEXT, max_size=2).map(tuple), fell_back=st.booleans(), cut_short=st.booleans(),
    declined_for=st.none() | TEXT, searched=st.none() | st.integers(0, 9),
)  # fmt: skip

CITATION = Citation("a.txt", "Title", None, date(2018, 3, 26), 3, 9, "“words”", frozenset({"title"}))
ANSWER = Answer(
    Verdict.PARTIAL, "openai:m", "c" * 16, (CitedClaim("It is 茶.", ClaimKind.STATEMENT, (CITATION,), date(2018, 3, 26)),),
    (WithheldClaim("It was 18.1.", (Reason("number", "18.1"),)),), ("and why",),
)  # fmt: skip
INTERACTION = Interaction(
    asked("What is it?"), ANSWER, "It is 茶. [1]", ("000-1", "000-3"), "p" * 16, "m", '{"mode": "ans\ud83d', "DraftUnreadable: cut off",
    Usage(100, 50, 7), {"model": 1.23456789, "total": 2.0},
)  # fmt: skip


def logged(store: Store, interaction: Interaction = INTERACTION) -> None:
    store.receive(interaction.question)
    job = claimed(store)
    store.save(job, interaction)
    store.delivered(job, "5.0")


@given(ANSWERS)
def test_an_answer_is_read_back_from_its_json_as_it_was(answer: Answer) -> None:
    assert Answer.from_json(json.loads(json.dumps(answer.to_json()))) == answer


def test_an_answer_is_read_back_from_the_store_as_it_was(store: Store) -> None:
    logged(store)
    assert store.answer(INTERACTION.question.id) == ANSWER
    assert store.answer("nowhere") is None
    store.receive(asked("Other?"))
    assert store.answer(store.find("")[0]["id"]) in (None, ANSWER)


def test_a_row_holds_everything_of_an_interaction(store: Store, clock: Clock) -> None:
    store.receive(INTERACTION.question)
    clock.now += 1
    job = claimed(store)
    store.save(job, INTERACTION)
    clock.now += 2
    store.delivered(job, "5.0")
    (row,) = store.rows()
    assert json.loads(json.dumps(dict(row))) == {
        "seq": 1, "id": INTERACTION.question.id, "status": "done", "surface": "mention", "team": "T1", "channel": "C1", "thread_ts": "1.0",
        "message_ts": "9.9", "response_url": "https://example.test/r", "conversation": "T1:C1:1.0", "asker": "U1", "question": "What is it?",
        "wanted": "answer", "until": None,
        "received_at": 1_000_000.0, "run_after": 1_000_000.0, "started_at": 1_000_001.0,
        "finished_at": 1_000_003.0, "attempts": 1, "retries": 0, "worker": "", "lease_token": job.token, "lease_until": 1_000_031.0,
        "verdict": "partial", "engine": "openai:m",
        "model": "m", "corpus_digest": "c" * 16, "prompt_digest": "p" * 16, "evidence": ["000-1", "000-3"], "draft": '{"mode": "ans\ufffd',
        "answer": ANSWER.to_json(), "text": "It is 茶. [1]", "model_error": "DraftUnreadable: cut off",
        "tokens": {"input": 100, "cached": 50, "output": 7}, "seconds": {"model": 1.2346, "total": 2.0}, "reply_ts": "5.0", "error": None,
        "interrupted": None, "corrects": "", "history": None, "input_tokens": 100, "cached_tokens": 50, "output_tokens": 7,
    }  # fmt: skip


def test_the_object_that_is_printed_is_the_one_that_is_documented() -> None:
    shown = json.loads(json.dumps(INTERACTION.to_json()))
    assert list(shown) == [
        "id", "question", "verdict", "engine", "text", "claims", "withheld", "unanswered", "suggestions", "corpus_digest", "prompt_digest",
        "tokens", "seconds",
    ]  # fmt: skip
    assert shown["claims"] == [{
        "text": "It is 茶.", "kind": "statement", "as_of": "2018-03-26",
        "citations": [{
            "document": "a.txt", "title": "Title", "publisher": None, "published": "2018-03-26", "start": 3, "end": 9, "quote": "“words”",
            "derived": ["title"],
        }],
    }]  # fmt: skip
    assert shown["withheld"] == [{"text": "It was 18.1.", "reasons": ["number: 18.1"]}]


def test_the_log_is_read_newest_first_and_as_far_as_asked(store: Store) -> None:
    for n in range(5):
        store.receive(asked(str(n), thread=""))
    assert [row["question"] for row in store.rows()] == ["4", "3", "2", "1", "0"]
    assert [row["question"] for row in store.rows(2)] == ["4", "3"]


def test_questions_are_received_while_the_log_is_being_read(store: Store) -> None:
    store.receive(asked("1", thread=""))
    reading = store.rows()
    next(reading)
    assert store.receive(asked("2", thread="")).is_taken
    assert list(reading) == []


def test_a_row_is_found_by_the_beginning_of_its_id(store: Store) -> None:
    for name in ("aa11", "aa22", "b%_c"):
        store.receive(Question("Why?", id=name))
    assert [row["id"] for row in store.find("aa1")] == ["aa11"]
    assert len(store.find("aa")) == 2
    assert len(store.find("")) == 2
    assert store.find("zz") == []
    assert store.find("%") == store.find("a_") == []
    assert [row["id"] for row in store.find("b%")] == ["b%_c"]


def test_history_is_what_was_said_before_in_the_same_conversation_oldest_first(store: Store) -> None:
    def say(text: str, thread: str = "1.0") -> None:
        logged(store, Interaction(asked(text, thread=thread, ts=text), ANSWER, f"Answer to {text}"))

    say("first")
    say("elsewhere", "2.0")
    say("second")
    store.receive(asked("failed"))
    job = store.claim("T1")
    assert job is not None
    store.failed(job, "no")
    current = asked("and then?")
    store.receive(current)
    assert store.history(current, 5) == (Turn("first", "Answer to first"), Turn("second", "Answer to second"))
    assert store.history(current, 1) == (Turn("second", "Answer to second"),)
    assert store.history(current, 0) == ()


def test_history_leaves_out_what_an_edited_question_said_before(store: Store) -> None:
    logged(store, Interaction(asked("first", ts="1.1"), ANSWER, "Answer to first"))
    logged(store, Interaction(asked("mistyped", ts="1.2"), ANSWER, "Answer to mistyped"))
    edited = asked("meant", ts="1.2")
    store.receive(edited)
    assert store.history(edited, 5) == (Turn("first", "Answer to first"),)


def test_history_knows_nothing_that_came_later_and_nothing_of_a_command(store: Store) -> None:
    current = asked("now")
    store.receive(current)
    assert store.history(current, 5) == ()
    alone = asked("alone", thread="")
    logged(store, Interaction(asked("before", thread=""), ANSWER, "text"))
    store.receive(alone)
    assert store.history(alone, 5) == ()
    assert store.history(asked("never received"), 5) == ()


@pytest.mark.parametrize("error", ["Slack is away", "half \ud83d"])
def test_why_a_question_failed_is_kept(store: Store, error: str) -> None:
    store.receive(asked())
    job = store.claim("T1")
    assert job is not None
    store.failed(job, error)
    (row,) = store.rows()
    assert (row["status"], row["error"], row["finished_at"]) == ("failed", error.replace("\ud83d", "\ufffd"), 1_000_000.0)
