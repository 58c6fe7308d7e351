"""Whatever happens, in whatever order: several processes, crashes, stalls, retries, late deliveries. Every question ends once, in order.

A property of the store alone: steps are drawn at random, and after each the invariants are checked; at the end nothing may be stuck.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import LeaseLost
from bot.questions import Question
from bot.store import LEASE_SECONDS, AtOnce, Job, Store
from tests.fakes.postgres import PostgresServer
from tests.store.conftest import Clock, asked

PROCESSES = 3


class Schedule:
    """Processes on one database; `held` are the jobs each believes to have."""

    def __init__(self, url: str) -> None:
        self.clock = Clock()
        self.store = Store(url, self.clock)
        self.received: list[Question] = []
        self.held: list[list[Job]] = [[] for _ in range(PROCESSES)]
        self.ended: list[str] = []

    def receive(self, n: int) -> None:
        self.received.append(asked(f"{len(self.received)}", thread=f"{n}.0"))
        self.store.receive(self.received[-1])

    def claim(self, n: int) -> bool:
        job = self.store.claim("T1", f"process {n}", AtOnce(per_user=4, in_all=5))
        if job:
            self.held[n].append(job)
        return job is not None

    def crash(self, n: int) -> None:
        """A process dies; its leases run out in time."""
        self.held[n].clear()

    def beat(self, n: int) -> None:
        kept = self.store.extend([job.token for job in self.held[n]])
        self.held[n] = [job for job in self.held[n] if job.token in kept]

    def wait(self, n: int) -> None:
        self.clock.now += (1, LEASE_SECONDS / 2, LEASE_SECONDS + 1)[n]

    def open(self, n: int) -> None:
        self._try(n, lambda job: self.store.opened(job, "5.0"), keeps=True)

    def retry(self, n: int) -> None:
        self._try(n, lambda job: self.store.retry(job, after=5, error=""))

    def fail(self, n: int) -> None:
        self._try(n, lambda job: self.store.failed(job, "no"), ends=True)

    def deliver(self, n: int) -> None:
        self._try(n, lambda job: self.store.delivered(job, "5.0"), ends=True)

    def check(self) -> None:
        """One at a time in a conversation, and nothing that ended is open."""
        running = [row["conversation"] for row in self.store.rows() if row["status"] == "running"]
        assert len(running) == len(set(running))
        assert len(self.ended) == len(set(self.ended))
        ended = {row["id"] for row in self.store.rows() if row["status"] in ("done", "failed")}
        assert ended == set(self.ended)

    def finish(self) -> None:
        """One process that lives on ends everything, however it was left."""
        for n in range(PROCESSES):
            self.crash(n)
        self.clock.now += LEASE_SECONDS + 1
        while self.claim(0):
            self.deliver(0)
        self.store.close()

    def _try(self, n: int, step: Callable[[Job], None], *, ends: bool = False, keeps: bool = False) -> None:
        if not self.held[n]:
            return
        job = self.held[n][0] if keeps else self.held[n].pop(0)
        try:
            step(job)
        except LeaseLost:
            self.held[n] = [other for other in self.held[n] if other is not job]
        else:
            self.ended += [job.question.id] if ends else []


STEPS = [
    Schedule.receive, Schedule.claim, Schedule.crash, Schedule.beat, Schedule.wait, Schedule.open, Schedule.retry, Schedule.fail,
    Schedule.deliver,
]  # fmt: skip
SCHEDULES = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, PROCESSES - 1)), max_size=60)
QUIETLY = settings(deadline=None, suppress_health_check=list(HealthCheck))


def follow(url: str, steps: list[tuple[Callable[[Schedule, int], object], int]]) -> None:
    schedule = Schedule(url)
    for step, n in steps:
        step(schedule, n)
        schedule.check()
    schedule.finish()
    assert sorted(schedule.ended) == sorted(question.id for question in schedule.received)
    for thread in {question.place.thread_ts for question in schedule.received}:
        in_order = [question.id for question in schedule.received if question.place.thread_ts == thread]
        assert [i for i in schedule.ended if i in in_order] == in_order


@given(SCHEDULES)
@settings(QUIETLY, max_examples=40)
def test_in_a_file_whatever_happens_questions_end_once_in_order_and_none_is_stuck(
    steps: list[tuple[Callable[[Schedule, int], object], int]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        follow(f"sqlite:///{Path(folder) / 'q.sqlite3'}", steps)


@pytest.fixture(scope="module")
def server(postgres: PostgresServer) -> PostgresServer:
    return postgres


@given(steps=SCHEDULES)
@settings(QUIETLY, max_examples=15)
def test_on_a_server_whatever_happens_questions_end_once_in_order_and_none_is_stuck(
    server: PostgresServer, steps: list[tuple[Callable[[Schedule, int], object], int]]
) -> None:
    follow(server.emptied_database(), steps)
