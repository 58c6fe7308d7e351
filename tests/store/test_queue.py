"""The queue: each question once, in order within its conversation, and none lost by a restart."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations, product

import pytest

from bot.questions import Place, Question, Surface
from bot.store import Store
from bot.store.log import DEDUPE_DAYS
from bot.store.queue import COMMAND_LEASE_SECONDS, SECONDS_PER_DAY
from tests.store.conftest import Clock, asked, claimed, received

KEYS = ("ev:1", "msg:C1:1.0", "cm:x")
SOME_KEYS = [keys for size in (1, 2, 3) for keys in combinations(KEYS, size)]


def test_a_delivery_is_taken_unless_one_of_its_keys_was_seen(store: Store) -> None:
    for n, (first, second) in enumerate(product(SOME_KEYS, SOME_KEYS)):
        assert received(store, asked("Why?", *(f"{n} {key}" for key in first)))
        assert received(store, asked("Why?", *(f"{n} {key}" for key in second))) is (not set(first) & set(second))


def test_the_keys_of_a_repeat_count_too(store: Store) -> None:
    assert [received(store, asked("Why?", *keys)) for keys in (("a", "b"), ("b", "c"), ("c",), ("d",))] == [True, False, False, True]


def test_a_key_given_twice_in_one_delivery_is_one_key(store: Store) -> None:
    assert received(store, asked("Why?", "a", "a"))
    assert not received(store, asked("Why?", "a", "a"))
    assert store.first_time("b", "b")


def test_a_question_without_keys_is_the_same_only_as_itself(store: Store) -> None:
    question = asked()
    assert [received(store, q) for q in (question, asked(), question)] == [True, True, False]


def test_keys_are_forgotten_after_a_week_and_not_before(store: Store, clock: Clock) -> None:
    assert received(store, asked("Why?", "a"))
    clock.now += DEDUPE_DAYS * SECONDS_PER_DAY
    store.forget_deliveries()
    assert not received(store, asked("Why?", "a"))
    clock.now += 1
    store.forget_deliveries()
    assert received(store, asked("Why?", "a"))


def test_what_is_done_once_without_being_a_question_shares_the_keys(store: Store) -> None:
    assert [store.first_time("click"), store.first_time("click", "other"), store.first_time("other")] == [True, False, False]
    assert not received(store, asked("Why?", "click"))


def test_of_many_deliveries_at_once_one_is_taken(store: Store) -> None:
    with ThreadPoolExecutor(12) as pool:
        taken = list(pool.map(lambda n: received(store, asked("Why?", "same", f"own {n}")), range(24)))
    assert taken.count(True) == 1
    assert claimed(store).question.text == "Why?"
    assert store.claim("T1") is None


def test_many_who_claim_at_once_get_each_question_once(store: Store) -> None:
    questions = [asked(str(n), thread="") for n in range(24)]
    for question in questions:
        store.receive(question)
    with ThreadPoolExecutor(12) as pool:
        jobs = list(pool.map(lambda _: store.claim("T1"), range(36)))
    assert Counter(job.question.id for job in jobs if job) == Counter(question.id for question in questions)


def test_a_claimed_question_is_as_it_was_asked(store: Store) -> None:
    question = Question("Why 茶 🙂?", "U1", Place(Surface.COMMAND, "T1", "C1", "", "2.0", "https://example.test/r"), dedupe_keys=("a",))
    store.receive(question)
    job = claimed(store)
    assert (job.question.text, job.question.asker, job.question.place, job.question.id) == (
        question.text,
        "U1",
        question.place,
        question.id,
    )
    assert (job.attempts, job.answer) == (1, None)


def test_halves_of_a_surrogate_pair_are_stored_as_something_that_can_be_read(store: Store) -> None:
    store.receive(asked("Why \ud83d?", thread=""))
    store.receive(asked("Why \ud83d\ude42?", thread=""))
    assert [claimed(store).question.text for _ in range(2)] == ["Why \ufffd?", "Why 🙂?"]


def test_questions_are_answered_in_the_order_they_came_and_one_at_a_time_in_a_conversation(store: Store) -> None:
    for text, thread in (("a1", "1.0"), ("a2", "1.0"), ("b1", "2.0"), ("c", ""), ("d", "")):
        store.receive(asked(text, thread=thread))
    jobs = [claimed(store) for _ in range(4)]
    assert [job.question.text for job in jobs] == ["a1", "b1", "c", "d"]
    assert store.claim("T1") is None
    store.delivered(jobs[0], "5.0")
    assert claimed(store).question.text == "a2"


def test_a_thread_of_the_same_ts_in_another_channel_or_team_is_another_conversation(store: Store) -> None:
    for channel, team in (("C1", "T1"), ("C2", "T1"), ("C1", "T2")):
        store.receive(asked("Why?", channel=channel, team=team))
    assert [claimed(store).question.place.channel for _ in range(2)] == ["C1", "C2"]
    assert claimed(store, "T2").question.place.team == "T2"


@pytest.mark.parametrize("end", ["delivered", "failed"])
def test_a_question_that_ended_lets_its_conversation_go_on(store: Store, end: str) -> None:
    store.receive(asked("first"))
    store.receive(asked("second"))
    first = claimed(store)
    store.delivered(first, "5.0") if end == "delivered" else store.failed(first, "no")
    assert claimed(store).question.text == "second"


def test_a_question_that_is_tried_again_later_holds_up_its_conversation_and_no_other(store: Store, clock: Clock) -> None:
    for text, thread in (("a1", "1.0"), ("a2", "1.0"), ("b1", "2.0")):
        store.receive(asked(text, thread=thread))
    store.retry(claimed(store), after=20, error="Slack is away")
    assert claimed(store).question.text == "b1"
    assert store.claim("T1") is None
    clock.now += 19.9
    assert store.claim("T1") is None
    clock.now += 0.2
    again = claimed(store)
    assert (again.question.text, again.attempts) == ("a1", 2)


def test_what_is_open_of_a_workspace_that_is_gone_is_given_up_and_the_rest_stays(store: Store) -> None:
    for team in ("T1", "T1", "T2"):
        store.receive(asked("Why?", team=team, thread=""))
    store.delivered(claimed(store), "5.0")
    store.abandon("T1", "it was closed")
    assert store.claim("T1") is None
    assert claimed(store, "T2")
    assert [(row["team"], row["status"]) for row in store.rows()] == [("T2", "running"), ("T1", "failed"), ("T1", "done")]


def test_the_commands_of_a_shell_that_was_closed_are_given_up_in_time_and_never_answered_to_nobody(store: Store, clock: Clock) -> None:
    store.begin(Question("Why?"))
    clock.now += COMMAND_LEASE_SECONDS + 1
    assert store.claim("") is None
    store.abandon("T9", "interrupted")
    assert [(row["status"], row["error"]) for row in store.rows()] == [("failed", "interrupted")]
