"""A worker with a store, a model and a delivery that can be told what to do, for its tests and those of what it hands questions to."""

import asyncio
import contextlib
import queue
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Coroutine, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.corpus import load_corpus
from bot.delivery import Checkpoint
from bot.drafting import Drafter
from bot.errors import DeliveryError, LeaseLost
from bot.extractive import ExtractiveAnswerer
from bot.grounding import Answer, CitedClaim, Reading
from bot.interactions import Interaction
from bot.llm import ChatModel, Usage
from bot.llm.scripted import ScriptedModel
from bot.pipeline import Pipeline
from bot.prompts import Prompt, PromptLibrary
from bot.questions import Place, Question, Surface
from bot.retrieval import Retriever
from bot.snapshots import Snapshot
from bot.store import AtOnce, Claims, Job, Store
from bot.worker import Worker

NOT_FOUND = '{"mode": "not_found", "claims": [], "unanswered": []}'
PATIENCE = 20  # seconds until a test that waits for what never comes fails


class Delivery:
    """A surface that fails as often as it is told to, and remembers what it was given."""

    def __init__(self, failures: int = 0, error: Exception | None = None) -> None:
        self.failures = failures
        self.error = error or DeliveryError("Slack is away")
        self.apology_error: Exception | None = None
        self.apology_failures = 1_000
        self.takes: tuple[Clock, float] | None = None  # seconds for each attempt at a delivery
        self.events: list[tuple[str, str]] = []
        self.answers: list[Answer] = []
        self.closed = 0
        self.attempts: list[int] = []
        self.hold: asyncio.Event | None = None
        self.held = asyncio.Event()
        self.settled: asyncio.Queue[str] = asyncio.Queue()

    def named(self, event: str) -> list[str]:
        return [text for name, text in self.events if name == event]

    async def reply(self, job: Job, opened: Checkpoint) -> "OneReply":
        return OneReply(self, job, opened)


@dataclass
class OneReply:
    """What the delivery is told of one question."""

    delivery: Delivery
    job: Job
    opened: Checkpoint

    def note(self, event: str) -> None:
        self.delivery.events.append((event, self.job.question.text))

    async def begin(self) -> None:
        self.note("begin")

    def show(self, claim: CitedClaim) -> None:
        self.note(f"show {claim.citations[0].quote}")

    def complete(self) -> None:
        self.note("complete")

    async def finish(self, answer: Answer) -> str:
        delivery = self.delivery
        delivery.attempts.append(self.job.attempts)
        if delivery.hold is not None:
            delivery.held.set()
            await delivery.hold.wait()
        if delivery.takes:
            clock, seconds = delivery.takes
            clock.now += seconds
        if delivery.failures:
            delivery.failures -= 1
            raise delivery.error
        self.note("deliver")
        delivery.answers.append(answer)
        delivery.settled.put_nowait(self.job.question.id)
        return f"{len(delivery.answers)}.0"

    async def withdraw(self) -> None:
        self.note("withdraw")
        self.delivery.settled.put_nowait(self.job.question.id)

    async def apologise(self) -> None:
        self.note("apologise")
        self.delivery.settled.put_nowait(self.job.question.id)
        if self.delivery.apology_error and self.delivery.apology_failures:
            self.delivery.apology_failures -= 1
            raise self.delivery.apology_error

    async def close(self) -> None:
        self.delivery.closed += 1


@dataclass
class OpeningReply(OneReply):
    """See OpeningDelivery."""

    delivery: "OpeningDelivery"
    opening: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        await super().begin()
        self.opening = asyncio.create_task(self.open())

    async def open(self) -> None:
        await self.delivery.asked.wait()
        try:
            await self.opened("5.0")
        except LeaseLost as lost:
            self.delivery.refusals.append(type(lost))


class SlowToClose(Delivery):
    """A surface on which taking the signs of work back takes until it may."""

    def __init__(self) -> None:
        super().__init__()
        self.closing = asyncio.Event()
        self.may_close = asyncio.Event()

    async def reply(self, job: Job, opened: Checkpoint) -> "OneReply":
        return SlowReply(self, job, opened)


@dataclass
class SlowReply(OneReply):
    """See SlowToClose."""

    delivery: SlowToClose

    async def close(self) -> None:
        self.delivery.closing.set()
        await self.delivery.may_close.wait()
        await super().close()


class BrokenModel:
    """A model that fails as no model should."""

    name = "broken"

    def stream(self, prompt: Prompt) -> Any:
        raise RuntimeError(f"a fault of the program with {len(prompt.question)} characters")


class EndlessModel:
    """A model that never ends its reply."""

    name = "endless"

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.was_closed = False

    async def stream(self, prompt: Prompt) -> AsyncGenerator[str | Usage, None]:  # noqa: ARG002  # the protocol's arguments
        self.asked.set()
        try:
            yield ""
            await asyncio.Event().wait()
        finally:
            self.was_closed = True


class OpeningDelivery(Delivery):
    """A surface that posts its first message once the model is asked."""

    asked: asyncio.Event

    def __init__(self) -> None:
        super().__init__()
        self.refusals: list[type[Exception]] = []

    async def reply(self, job: Job, opened: Checkpoint) -> "OneReply":
        return OpeningReply(self, job, opened)


class Clock:
    """The store's time, in seconds; it moves when it is told to."""

    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def pipeline(tmp_path: Path, model: ChatModel) -> Pipeline:
    documents = tmp_path / "documents"
    documents.mkdir(exist_ok=True)
    (documents / "a.txt").write_text("The harbour was dug by the engineer Agnes Holm in two years.", encoding="utf-8")
    corpus = load_corpus(documents)
    prompts = PromptLibrary.load(Path(__file__).resolve().parents[2] / "prompts")
    snapshot = Snapshot(corpus, Retriever(corpus, 1000, lambda _: 1), ExtractiveAnswerer(corpus))
    return Pipeline(
        snapshot=lambda: snapshot, prompts=prompts, reading=Reading(prompts, "/ask", lambda: corpus), drafter=Drafter(model, prompts)
    )


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'q.sqlite3'}", clock)
    yield opened
    opened.close()


@pytest.fixture
def model() -> ScriptedModel:
    return ScriptedModel([NOT_FOUND])


@pytest.fixture
def work(tmp_path: Path, store: Store, model: ScriptedModel) -> Callable[..., Worker]:
    """A function from a delivery, and another model, to a worker."""

    def make(delivery: Delivery, other: ChatModel | None = None, concurrency: int = 4, first_pause: float = 0) -> Worker:
        answering = pipeline(tmp_path, other or model)
        return Worker(
            store=store, pipeline=answering, delivery=delivery, concurrency=concurrency, history_turns=6, team="T1", first_pause=first_pause
        )  # fmt: skip

    return make


def asked(store: Store, *texts: str, thread: str = "") -> list[Question]:
    questions = [Question(text, "U1", Place(Surface.MENTION, "T1", "C1", thread, f"2.{n}")) for n, text in enumerate(texts)]
    for question in questions:
        assert store.receive(question).is_taken
    return questions


def claimed(store: Store) -> Job:
    job = store.claim("T1")
    assert job is not None
    return job


def statuses(store: Store) -> dict[str, str]:
    return {row["question"]: row["status"] for row in store.rows()}


def run(worker: Worker, delivery: Delivery, ends: int) -> None:
    """Let the worker run until so many questions were delivered or given up."""

    async def until_done() -> None:
        async with at_work(worker):
            for _ in range(ends):
                await delivery.settled.get()

    asyncio.run(until_done())


@contextlib.asynccontextmanager
async def at_work(worker: Worker) -> AsyncIterator[None]:
    """A worker that runs meanwhile, and then is stopped, all of it for no longer than `PATIENCE`."""
    running = asyncio.create_task(worker.run())
    async with asyncio.timeout(PATIENCE):
        yield
        await worker.stop(PATIENCE)
        await running


def do(step: Coroutine[Any, Any, Interaction | None]) -> Interaction | None:
    async def within_patience() -> Interaction | None:
        async with asyncio.timeout(PATIENCE):
            return await step

    return asyncio.run(within_patience())


class StumblingStore(Store):
    """A store whose first claim, or every record of a delivery, fails, as on a full disk; or whose claims wait to be released."""

    stumbles_at = ""
    claims = 0

    def __init__(self, url: str) -> None:
        super().__init__(url, Clock())
        self.claimed = threading.Event()
        self.looked: queue.Queue[int] = queue.Queue()
        self.sizes: list[int] = []
        self.release = threading.Event()

    def claim_all(self, team: str | None, worker: str, most: int, at_once: AtOnce = AtOnce(), held: Collection[str] = ()) -> Claims:
        self.claims += 1
        self.looked.put(self.claims)
        if self.stumbles_at == "claim" and self.claims == 1:
            raise OSError("disk is full")
        claims = super().claim_all(team, worker, most, at_once, held)
        self.sizes.append(len(claims.jobs))
        if self.stumbles_at == "stop":
            self.claimed.set()
            self.release.wait(PATIENCE)
        return claims

    def delivered(self, job: Job, reply_ts: str) -> None:
        if self.stumbles_at == "delivered":
            raise OSError("disk is full")
        super().delivered(job, reply_ts)


@pytest.fixture
def stumbling(tmp_path: Path) -> Iterator[StumblingStore]:
    opened = StumblingStore(f"sqlite:///{tmp_path / 's.sqlite3'}")
    yield opened
    opened.close()


def worker_of(store: Store, tmp_path: Path, delivery: Delivery) -> Worker:
    answering = pipeline(tmp_path, ScriptedModel([NOT_FOUND]))
    return Worker(store=store, pipeline=answering, delivery=delivery, concurrency=1, history_turns=0, team="T1")
