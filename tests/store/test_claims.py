"""Claims: many at once within the limits, and none that reads the whole log."""

from collections import Counter
from collections.abc import Collection, Iterator

import pytest
from sqlalchemy import event

from bot.questions import Place, Question, Surface
from bot.store import LEASE_SECONDS, AtOnce, Store
from tests.store.conftest import Clock, asked, claimed


def by(user: str, text: str = "Why?", team: str = "T1") -> Question:
    return Question(text, user, Place(Surface.DIRECT, team, "D1"))


def texts(store: Store, most: int, at_once: AtOnce = AtOnce(), team: str = "T1") -> list[str]:
    return [job.question.text for job in store.claim_all(team, "", most, at_once).jobs]


def due_in(store: Store, team: str = "T1", held: Collection[str] = ()) -> float | None:
    return store.claim_all(team, "", 0, held=held).due_in


def test_as_many_are_claimed_as_there_is_room_for_the_oldest_first(store: Store) -> None:
    for n in range(5):
        store.receive(by("U1", f"{n}"))
    assert [texts(store, 3), texts(store, 3), texts(store, 3)] == [["0", "1", "2"], ["3", "4"], []]


def test_each_of_those_claimed_together_has_a_lease_of_its_own(store: Store) -> None:
    for n in range(3):
        store.receive(by("U1", f"{n}"))
    jobs = store.claim_all("T1", "w", 3).jobs
    assert len({job.token for job in jobs}) == 3
    for job in jobs:
        store.delivered(job, "")
    assert store.waiting("T1") == (0, 0.0)


def test_of_those_claimed_together_no_two_are_of_one_conversation(store: Store) -> None:
    for text, thread in (("a1", "1.0"), ("a2", "1.0"), ("b1", "2.0"), ("b2", "2.0")):
        store.receive(asked(text, thread=thread))
    assert texts(store, 9) == ["a1", "b1"]


def test_a_person_who_asks_much_keeps_nobody_from_being_answered(store: Store) -> None:
    for n in range(40):
        store.receive(by("U1", f"much {n}"))
    for user in ("U2", "U3"):
        store.receive(by(user, f"of {user}"))
    assert texts(store, 4, AtOnce(per_user=2)) == ["much 0", "much 1", "of U2", "of U3"]
    assert texts(store, 4, AtOnce(per_user=2)) == []


def test_all_processes_together_answer_no_more_at_once_than_may_be(store: Store) -> None:
    for n in range(9):
        store.receive(by(f"U{n}", f"{n}", team="T2" if n == 8 else "T1"))
    two_at_most = AtOnce(in_all=3)
    first = store.claim_all("T1", "one", 2, two_at_most).jobs
    second = store.claim_all("T1", "two", 2, two_at_most).jobs
    assert [len(first), len(second), texts(store, 2, two_at_most), texts(store, 1, two_at_most, "T2")] == [2, 1, [], []]
    store.delivered(first[0], "")
    assert texts(store, 9, two_at_most) == ["3"]


def test_what_a_dead_process_left_is_taken_over_however_full_it_is(store: Store, clock: Clock) -> None:
    for n in range(3):
        store.receive(by(f"U{n}", f"{n}"))
    assert texts(store, 2, AtOnce(in_all=2)) == ["0", "1"]
    clock.now += LEASE_SECONDS + 1
    assert sorted(texts(store, 9, AtOnce(in_all=2))) == ["0", "1"]


def test_who_answers_a_question_does_not_take_it_from_itself_however_late_its_lease_is_renewed(store: Store, clock: Clock) -> None:
    for n in range(2):
        store.receive(by("U1", f"{n}"))
    mine, other = (claimed(store) for _ in range(2))
    clock.now += LEASE_SECONDS + 0.5
    assert due_in(store, held=[mine.token, other.token]) is None
    assert [job.question.text for job in store.claim_all("T1", "", 9, held=[mine.token]).jobs] == ["1"]
    assert store.extend([mine.token]) == {mine.token}
    clock.now += LEASE_SECONDS + 0.5
    assert due_in(store) == 0
    assert [job.question.text for job in store.claim_all("T1", "elsewhere", 9).jobs] == ["0", "1"]


def test_when_to_look_again_is_the_end_of_the_first_pause_or_lease(store: Store, clock: Clock) -> None:
    assert due_in(store) is None
    for n in range(2):
        store.receive(by("U1", f"{n}"))
    assert due_in(store) is None  # what is due already can be claimed: there is nothing to wait for
    first = claimed(store)
    clock.now += 10
    claimed(store)
    assert due_in(store) == pytest.approx(LEASE_SECONDS - 10)
    store.retry(first, 5, "Slack is away")
    assert due_in(store) == pytest.approx(5)
    assert due_in(store, "T2") is None
    clock.now += LEASE_SECONDS + 0.5
    assert due_in(store) == 0  # a lease ran out just now
    clock.now += 1
    assert due_in(store) is None  # nobody wanted it then: it waits for something else than time


class Plans:
    """How SQLite carries out what a store asks of it."""

    def __init__(self, store: Store) -> None:
        self._engine = store._engine
        self._asked: list[tuple[str, object]] = []
        event.listen(self._engine, "before_cursor_execute", self._note)

    def _note(self, _connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        if "interactions" in statement:
            self._asked.append((statement, parameters))

    def read(self) -> Iterator[str]:
        event.remove(self._engine, "before_cursor_execute", self._note)
        with self._engine.connect() as connection:
            for statement, parameters in self._asked:
                for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters):  # type: ignore[arg-type]
                    yield step.detail


def test_no_step_of_a_question_reads_the_whole_log(sqlite_url: str) -> None:
    store = Store(sqlite_url)
    plans = Plans(store)
    store.receive(asked("Why?", "key", thread="1.0"))
    (job,) = store.claim_all("T1", "w", 8, AtOnce(3, 5)).jobs
    store.earlier(job.question)
    store.history(job.question, 6)
    store.opened(job, "1.0")
    store.extend([job.token])
    store.delivered(job, "1.0")
    due_in(store)
    store.waiting("T1")
    steps = Counter(plans.read())
    store.close()
    assert not [
        step for step in steps if step.startswith("SCAN") and "interactions_open" not in step and "interactions_running" not in step
    ]
    assert any("interactions_open" in step for step in steps)


def test_a_question_that_kills_the_program_takes_no_other_with_it(store: Store, clock: Clock) -> None:
    for n in range(12):
        store.receive(by(f"U{n}", "deadly" if n == 5 else f"{n}"))
    ended: dict[str, bool] = {}
    for _ in range(60):
        jobs = store.claim_all("T1", "w", 8).jobs
        if any(job.question.text == "deadly" and not job.is_hopeless for job in jobs):
            clock.now += LEASE_SECONDS + 1
            continue
        for job in jobs:
            ended[job.question.text] = job.is_hopeless
            store.delivered(job, "")
    assert sorted(ended) == sorted(["deadly", *(f"{n}" for n in range(12) if n != 5)])
    assert [text for text, is_hopeless in ended.items() if is_hopeless] == ["deadly"]
