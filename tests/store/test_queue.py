"""The queue: each question once, in order within its conversation, and none lost by a restart."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations, product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.grounding import Answer, Verdict
from bot.interactions import Interaction
from bot.questions import Place, Question, Surface
from bot.store import Job, Store
from bot.store.store import DEDUPE_DAYS, SECONDS_PER_DAY
from tests.store.conftest import Clock, asked

ANSWER = Answer(Verdict.NOT_IN_DOCUMENTS, "extractive", "0" * 16)
KEYS = ("ev:1", "msg:C1:1.0", "cm:x")
SOME_KEYS = [keys for size in (1, 2, 3) for keys in combinations(KEYS, size)]


def claimed(store: Store, team: str = "T1") -> Job:
    job = store.claim(team)
    assert job is not None
    return job


def test_a_delivery_is_taken_unless_one_of_its_keys_was_seen(store: Store) -> None:
    for n, (first, second) in enumerate(product(SOME_KEYS, SOME_KEYS)):
        assert store.receive(asked("Why?", *(f"{n} {key}" for key in first)))
        assert store.receive(asked("Why?", *(f"{n} {key}" for key in second))) is (not set(first) & set(second))


def test_the_keys_of_a_repeat_count_too(store: Store) -> None:
    assert [store.receive(asked("Why?", *keys)) for keys in (("a", "b"), ("b", "c"), ("c",), ("d",))] == [True, False, False, True]


def test_a_key_given_twice_in_one_delivery_is_one_key(store: Store) -> None:
    assert store.receive(asked("Why?", "a", "a"))
    assert not store.receive(asked("Why?", "a", "a"))
    assert store.first_time("b", "b")


def test_a_question_without_keys_is_the_same_only_as_itself(store: Store) -> None:
    question = asked()
    assert [store.receive(q) for q in (question, asked(), question)] == [True, True, False]


def test_keys_are_forgotten_after_a_week_and_not_before(store: Store, clock: Clock) -> None:
    assert store.receive(asked("Why?", "a"))
    clock.now += DEDUPE_DAYS * SECONDS_PER_DAY
    assert store.receive(asked("Other?", "b"))
    assert not store.receive(asked("Why?", "a"))
    clock.now += 1
    assert store.receive(asked("Other?", "c"))
    assert store.receive(asked("Why?", "a"))


def test_what_is_done_once_without_being_a_question_shares_the_keys(store: Store) -> None:
    assert [store.first_time("click"), store.first_time("click", "other"), store.first_time("other")] == [True, False, False]
    assert not store.receive(asked("Why?", "click"))


def test_of_many_deliveries_at_once_one_is_taken(store: Store) -> None:
    with ThreadPoolExecutor(12) as pool:
        taken = list(pool.map(lambda n: store.receive(asked("Why?", "same", f"own {n}")), range(24)))
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
    store.delivered(jobs[0].question.id, "5.0")
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
    store.delivered(first.question.id, "5.0") if end == "delivered" else store.failed(first.question.id, "no")
    assert claimed(store).question.text == "second"


def test_a_question_that_is_tried_again_later_holds_up_its_conversation_and_no_other(store: Store, clock: Clock) -> None:
    for text, thread in (("a1", "1.0"), ("a2", "1.0"), ("b1", "2.0")):
        store.receive(asked(text, thread=thread))
    store.retry(claimed(store).question.id, after=30, error="Slack is away")
    assert claimed(store).question.text == "b1"
    assert store.claim("T1") is None
    clock.now += 29.9
    assert store.claim("T1") is None
    clock.now += 0.2
    again = claimed(store)
    assert (again.question.text, again.attempts) == ("a1", 2)


def test_what_was_being_answered_when_the_program_died_is_claimed_again_with_its_answer(url: str, clock: Clock) -> None:
    store = Store(url, clock)
    for text in ("unanswered", "answered", "delivered"):
        store.receive(asked(text, thread=""))
    jobs = [claimed(store) for _ in range(3)]
    for job in jobs[1:]:
        store.save(Interaction(job.question, ANSWER, "The documents don’t say."))
    store.delivered(jobs[2].question.id, "5.0")
    store.close()

    reopened = Store(url, clock)
    assert reopened.claim("T1") is None
    assert reopened.recover() == 2
    again = [claimed(reopened) for _ in range(2)]
    assert [(job.question.text, job.attempts, job.answer) for job in again] == [("unanswered", 2, None), ("answered", 2, ANSWER)]
    assert reopened.claim("T1") is None
    assert reopened.recover() == 2
    reopened.close()


def test_a_command_that_was_interrupted_is_not_answered_to_nobody(store: Store) -> None:
    question = Question("Why?")
    assert store.begin(question) == Job(question, 1, None)
    assert store.claim("") is None
    assert store.recover() == 0
    (row,) = store.rows()
    assert (row["status"], row["error"]) == ("failed", "the command was interrupted")


def test_what_is_open_of_a_workspace_that_is_gone_is_given_up_and_the_rest_stays(store: Store) -> None:
    for team in ("T1", "T1", "T2"):
        store.receive(asked("Why?", team=team, thread=""))
    store.delivered(claimed(store).question.id, "5.0")
    store.abandon("T1", "it was closed")
    assert store.claim("T1") is None
    assert claimed(store, "T2")
    assert [(row["team"], row["status"]) for row in store.rows()] == [("T2", "running"), ("T1", "failed"), ("T1", "done")]


class Schedule:
    """A store to which anything may happen in any order, and what ended in it."""

    def __init__(self, url: str) -> None:
        self.clock = Clock()
        self.store = Store(url, self.clock)
        self.received: list[Question] = []
        self.running: list[Job] = []
        self.ended: list[str] = []

    def receive(self, n: int) -> None:
        self.received.append(asked(thread=f"{n}.0"))
        self.store.receive(self.received[-1])

    def claim(self, _: int = 0) -> bool:
        job = self.store.claim("T1")
        if job:
            assert job.question.place.thread_ts not in {other.question.place.thread_ts for other in self.running}
            self.running.append(job)
        return job is not None

    def crash(self, _: int) -> None:
        self.store.recover()
        self.running.clear()

    def wait(self, _: int) -> None:
        self.clock.now += 10

    def retry(self, n: int) -> None:
        for job in self._taken(n):
            self.store.retry(job.question.id, after=5, error="")

    def fail(self, n: int) -> None:
        for job in self._taken(n):
            self.store.failed(job.question.id, "no")
            self.ended.append(job.question.id)

    def deliver(self, n: int) -> None:
        for job in self._taken(n):
            self.store.delivered(job.question.id, "5.0")
            self.ended.append(job.question.id)

    def finish(self) -> None:
        self.wait(0)
        while self.running or self.claim():
            self.deliver(0)
        self.store.close()

    def _taken(self, n: int) -> list[Job]:
        return [self.running.pop(n % len(self.running))] if self.running else []


STEPS = [Schedule.receive, Schedule.claim, Schedule.crash, Schedule.wait, Schedule.retry, Schedule.fail, Schedule.deliver]


@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 2)), max_size=40))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_whatever_happens_questions_end_once_in_order_and_none_is_stuck(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[Callable[[Schedule, int], object], int]]
) -> None:
    schedule = Schedule(f"sqlite:///{tmp_path_factory.mktemp('queue') / 'q.sqlite3'}")
    for step, n in steps:
        step(schedule, n)
    schedule.finish()
    assert sorted(schedule.ended) == sorted(question.id for question in schedule.received)
    for thread in {question.place.thread_ts for question in schedule.received}:
        in_order = [question.id for question in schedule.received if question.place.thread_ts == thread]
        assert [i for i in schedule.ended if i in in_order] == in_order
