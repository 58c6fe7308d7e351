"""The worker: every question delivered once, or given up with an apology."""

import asyncio
import json
import logging
import queue
import threading
from collections.abc import AsyncGenerator, Callable, Collection, Coroutine, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from bot.answering import Interruption
from bot.corpus import load_corpus
from bot.delivery import Checkpoint
from bot.drafting import Drafter
from bot.drafts import REPLY_SCHEMA
from bot.errors import DeliveryError, LeaseLost
from bot.extractive import ExtractiveAnswerer
from bot.grounding import Answer, CitedClaim, Reading, Verdict
from bot.interactions import Interaction
from bot.llm import ChatModel, Usage
from bot.llm.scripted import ScriptedModel
from bot.pipeline import Pipeline
from bot.prompts import Prompt, PromptLibrary
from bot.questions import Place, Question, Surface
from bot.replying import LONGEST_PAUSE
from bot.retrieval import Retriever
from bot.snapshots import Snapshot
from bot.store import LEASE_SECONDS, AtOnce, Claims, Job, Limits, Receipt, Store
from bot.store.queue import GIVE_UP_SECONDS, MOST_CRASHES
from bot.worker import MANY, Worker

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
    prompts = PromptLibrary.load(Path(__file__).resolve().parents[1] / "prompts")
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
        running = asyncio.create_task(worker.run())
        async with asyncio.timeout(PATIENCE):
            for _ in range(ends):
                await delivery.settled.get()
            await worker.stop(PATIENCE)
            await running

    asyncio.run(until_done())


def do(step: Coroutine[Any, Any, Interaction | None]) -> Interaction | None:
    async def within_patience() -> Interaction | None:
        async with asyncio.timeout(PATIENCE):
            return await step

    return asyncio.run(within_patience())


def test_every_question_is_delivered_once_and_recorded_before(store: Store, work: Callable[..., Worker]) -> None:
    texts = [f"Who dug {n}?" for n in range(12)]
    asked(store, *texts)
    delivery = Delivery()
    run(work(delivery), delivery, 12)
    assert sorted(delivery.named("deliver")) == sorted(texts)
    assert set(statuses(store).values()) == {"done"}
    assert {row["reply_ts"] for row in store.rows()} == {f"{n}.0" for n in range(1, 13)}
    assert all(row["verdict"] == "not_in_documents" and row["draft"] == NOT_FOUND for row in store.rows())


def test_a_question_is_begun_in_the_transaction_that_takes_it_in(store: Store, work: Callable[..., Worker]) -> None:
    delivery, commits = Delivery(), list[int]()
    delivery.hold = asyncio.Event()
    worker = work(delivery)
    event.listen(store._engine, "commit", lambda _: commits.append(1))

    async def receive() -> tuple[list[Receipt], int, dict[str, str]]:
        async with asyncio.timeout(PATIENCE):
            receipts = await worker.receive([Question("Who?", "U1", Place(Surface.MENTION, "T1", "C1", "", "2.0"))], Limits())
            seen = len(commits), statuses(store)
            assert delivery.hold
            delivery.hold.set()
            await delivery.settled.get()
            await worker.stop(PATIENCE)
        return receipts, *seen

    assert asyncio.run(receive()) == ([Receipt(is_taken=True)], 1, {"Who?": "running"})
    assert statuses(store) == {"Who?": "done"}


@pytest.mark.parametrize("concurrency", [1, 2])
def test_what_is_received_while_there_is_no_room_is_begun_as_soon_as_there_is(
    store: Store, work: Callable[..., Worker], concurrency: int
) -> None:
    delivery, delivery_hold = Delivery(), asyncio.Event()
    delivery.hold = delivery_hold
    worker = work(delivery, concurrency=concurrency)

    async def receive_one_by_one() -> None:
        running = asyncio.create_task(worker.run())
        async with asyncio.timeout(PATIENCE):  # less than after which it would look again by itself
            for n in range(5):
                await worker.receive([Question(f"{n}?", "U1", Place(Surface.MENTION, "T1", "C1", "", f"2.{n}"))], Limits())
            delivery_hold.set()
            for _ in range(5):
                await delivery.settled.get()
            await worker.stop(PATIENCE)
            await running

    asyncio.run(receive_one_by_one())
    assert set(statuses(store).values()) == {"done"}


def test_a_conversation_is_answered_in_order_and_its_history_given_to_the_model(
    store: Store, work: Callable[..., Worker], model: ScriptedModel
) -> None:
    asked(store, "first?", "second?", "third?", thread="1.0")
    delivery = Delivery()
    run(work(delivery), delivery, 3)
    assert delivery.named("deliver") == ["first?", "second?", "third?"]
    first, _, third = [prompt.question for prompt in model.prompts if prompt.schema is REPLY_SCHEMA]
    assert "first?" not in first.replace("The question:\nfirst?", "")
    assert third.index("first?") < third.index("second?") < third.index("third?")


@pytest.mark.parametrize("failures", [1, 2, 9])
def test_a_delivery_that_fails_is_tried_again_without_asking_the_model_again(
    store: Store, work: Callable[..., Worker], model: ScriptedModel, failures: int
) -> None:
    asked(store, "Who?")
    delivery = Delivery(failures)
    run(work(delivery), delivery, 1)
    assert delivery.named("deliver") == ["Who?"]
    assert delivery.named("apologise") == []
    assert delivery.attempts == list(range(1, failures + 2))
    assert len(model.prompts) == 1
    assert statuses(store) == {"Who?": "done"}


def test_each_attempt_at_a_delivery_waits_twice_as_long_as_the_one_before_and_never_more_than_a_minute(
    store: Store, work: Callable[..., Worker], clock: Clock
) -> None:
    asked(store, "Who?")
    worker, pauses = work(Delivery(10), first_pause=0.5), []
    for _ in range(10):
        assert do(worker.process(claimed(store))) is None
        waiting = store.claim_all("T1", "", 1)
        assert (waiting.jobs, waiting.due_in is not None) == ([], True)
        pauses.append(waiting.due_in or 0)
        clock.now += pauses[-1]
    assert pauses == pytest.approx([0.5, 1, 2, 4, 8, 16, 32, LONGEST_PAUSE, LONGEST_PAUSE, LONGEST_PAUSE])
    do(worker.process(claimed(store)))
    assert statuses(store) == {"Who?": "done"}


def test_a_delivery_that_always_fails_is_given_up_with_an_apology_after_a_quarter_of_an_hour(
    store: Store, work: Callable[..., Worker], clock: Clock
) -> None:
    asked(store, "Who?")
    delivery = Delivery(9)
    delivery.takes = (clock, GIVE_UP_SECONDS / 2)
    run(work(delivery), delivery, 1)
    assert delivery.attempts == [1, 2, 3]
    assert delivery.named("apologise") == ["Who?"]
    assert delivery.named("deliver") == []
    assert statuses(store) == {"Who?": "failed"}


def test_an_apology_that_cannot_be_delivered_now_is_tried_again_and_given_up_in_the_end(
    store: Store, work: Callable[..., Worker], clock: Clock
) -> None:
    asked(store, "one?", "two?", thread="1.0")
    delivery = Delivery(9)
    delivery.takes = (clock, GIVE_UP_SECONDS + 1)
    delivery.apology_error = DeliveryError("Slack is away")
    delivery.apology_failures = 1
    run(work(delivery), delivery, 3)
    assert delivery.named("apologise") == ["one?", "one?", "two?"]
    assert statuses(store) == {"one?": "failed", "two?": "failed"}


def test_a_question_that_kills_the_program_again_and_again_is_answered_by_an_apology(
    store: Store, work: Callable[..., Worker], clock: Clock, model: ScriptedModel
) -> None:
    asked(store, "Who?")
    for _ in range(MOST_CRASHES):
        claimed(store)
        clock.now += LEASE_SECONDS + 1
    delivery = Delivery()
    run(work(delivery), delivery, 1)
    assert (delivery.events, model.prompts) == ([("apologise", "Who?")], [])
    assert statuses(store) == {"Who?": "failed"}


def test_work_whose_lease_was_lost_ends_without_another_word(store: Store, work: Callable[..., Worker], clock: Clock) -> None:
    asked(store, "Who?")
    delivery = Delivery()
    late = claimed(store)
    clock.now += LEASE_SECONDS + 1
    heir = claimed(store)
    assert do(work(delivery).process(late)) is None
    assert delivery.events == [("begin", "Who?"), ("complete", "Who?")]
    assert do(work(delivery).process(heir)) is not None
    assert delivery.named("deliver") == ["Who?"]


def test_a_reply_that_finds_its_question_taken_over_asks_no_more_of_the_model(
    store: Store, work: Callable[..., Worker], clock: Clock
) -> None:
    asked(store, "Who?")
    late, delivery, model = claimed(store), OpeningDelivery(), EndlessModel()
    clock.now += LEASE_SECONDS + 1
    claimed(store)
    delivery.asked = model.asked
    assert do(work(delivery, model).process(late)) is None
    assert (delivery.events, delivery.refusals, model.was_closed) == ([("begin", "Who?")], [LeaseLost], True)


def test_a_lease_that_a_loaded_machine_renews_too_late_is_not_taken_over_by_its_own_process(
    store: Store, work: Callable[..., Worker], clock: Clock
) -> None:
    asked(store, "Who?")
    model = EndlessModel()
    here = work(Delivery(), model)

    async def act() -> None:
        working = asyncio.create_task(here.run())
        async with asyncio.timeout(PATIENCE):
            await model.asked.wait()
            clock.now += LEASE_SECONDS + 1
            asked(store, "And when?", thread="2.0")
            here.wake()
            while statuses(store)["And when?"] != "running":  # noqa: ASYNC110  # the log has no event to wait for
                await asyncio.sleep(0.02)
        await here.stop(0)
        await working

    asyncio.run(act())
    assert [row["attempts"] for row in store.rows(9)] == [1, 1]


@pytest.mark.parametrize(("why", "verdicts"), [(Interruption.STOPPED, [Verdict.DECLINED]), (Interruption.NO_LONGER_ASKED, [])])
def test_what_another_process_is_told_interrupts_what_is_answered_here(
    store: Store, work: Callable[..., Worker], why: Interruption, verdicts: list[Verdict]
) -> None:
    (question,) = asked(store, "Who?", thread="1.0")
    delivery, model = Delivery(), EndlessModel()
    here, elsewhere = work(delivery, model), work(Delivery())

    async def act() -> None:
        working = asyncio.create_task(here.run())
        async with asyncio.timeout(PATIENCE):
            await model.asked.wait()
            which = {"conversation": question.place.conversation} if why is Interruption.STOPPED else {"question_id": question.id}
            await elsewhere.interrupt(why, **which)
            while set(statuses(store).values()) == {"running"}:  # noqa: ASYNC110  # the log has no event to wait for
                await asyncio.sleep(0.02)
        await here.stop(PATIENCE)
        await working

    asyncio.run(act())
    assert model.was_closed
    assert [answer.verdict for answer in delivery.answers] == verdicts


def test_a_delivery_that_will_never_work_is_not_tried_again(store: Store, work: Callable[..., Worker]) -> None:
    asked(store, "Who?")
    delivery = Delivery(9, RuntimeError("channel_not_found"))
    run(work(delivery), delivery, 1)
    assert delivery.attempts == [1]
    assert delivery.named("apologise") == ["Who?"]
    assert statuses(store) == {"Who?": "failed"}


def test_a_fault_of_the_pipeline_is_an_apology_a_failed_row_and_a_traceback_in_the_log_only(
    store: Store, work: Callable[..., Worker], caplog: pytest.LogCaptureFixture
) -> None:
    (question,) = asked(store, "Who?")
    delivery = Delivery()
    with caplog.at_level(logging.ERROR):
        assert do(work(delivery, BrokenModel()).process(claimed(store))) is None
    assert delivery.events == [("begin", "Who?"), ("apologise", "Who?")]
    (row,) = store.rows()
    assert row["status"] == "failed"
    assert row["error"].startswith("RuntimeError: a fault of the program")
    assert question.id[:8] in caplog.text


def test_a_fault_does_not_keep_the_next_question_from_its_answer(store: Store, work: Callable[..., Worker]) -> None:
    asked(store, "one?", "two?", "three?")
    delivery = Delivery(1, RuntimeError("broken"))
    run(work(delivery, concurrency=1), delivery, 3)
    assert statuses(store) == {"one?": "failed", "two?": "done", "three?": "done"}


def test_an_apology_that_fails_too_is_logged_and_nothing_more(
    store: Store, work: Callable[..., Worker], caplog: pytest.LogCaptureFixture
) -> None:
    asked(store, "one?", "two?")
    delivery = Delivery(1, RuntimeError("broken"))
    delivery.apology_error = RuntimeError("channel_not_found")
    run(work(delivery, concurrency=1), delivery, 2)
    assert statuses(store) == {"one?": "failed", "two?": "done"}
    assert "the apology could not be delivered either" in caplog.text


def test_an_answer_that_was_saved_before_a_crash_is_delivered_as_it_was(
    store: Store, work: Callable[..., Worker], model: ScriptedModel, clock: Clock
) -> None:
    asked(store, "Who?")
    saved = Answer(Verdict.NOT_IN_DOCUMENTS, "scripted", "0" * 16, unanswered=("who",))
    crashed = claimed(store)
    store.save(crashed, Interaction(crashed.question, saved, "text"))
    clock.now += LEASE_SECONDS + 1
    delivery = Delivery()
    assert do(work(delivery).process(claimed(store))) is None
    assert delivery.answers == [saved]
    assert delivery.attempts == [2]
    assert model.prompts == []
    assert statuses(store) == {"Who?": "done"}


def test_each_verified_claim_is_shown_before_the_answer_is_finished(store: Store, work: Callable[..., Worker]) -> None:
    asked(store, "Who dug the harbour?")
    quote = "The harbour was dug by the engineer Agnes Holm in two years."
    said = {"mode": "answer", "claims": [{"quotes": [{"passage": "P1", "text": quote}], "text": quote}], "unanswered": []}
    delivery = Delivery()
    do(work(delivery, ScriptedModel([json.dumps(said)])).process(claimed(store)))
    assert [event for event, _ in delivery.events] == ["begin", f"show {quote}", "complete", "deliver"]
    assert delivery.closed == 1


def test_the_messages_a_reply_stands_in_are_known_to_the_next_attempt(store: Store, clock: Clock) -> None:
    asked(store, "Who?")
    store.opened(claimed(store), "1.5 1.6")
    clock.now += LEASE_SECONDS + 1
    assert claimed(store).reply_ts == "1.5 1.6"


def test_who_asks_and_waits_is_given_the_interaction(store: Store, work: Callable[..., Worker]) -> None:
    question = Question("Who?")
    interaction = do(work(Delivery()).process(store.begin(question)))
    assert interaction is not None
    assert (interaction.question.id, interaction.answer.verdict) == (question.id, Verdict.NOT_IN_DOCUMENTS)
    assert store.answer(question.id) == interaction.answer


def test_questions_of_another_workspace_are_left_alone(store: Store, work: Callable[..., Worker]) -> None:
    store.receive(Question("elsewhere?", place=Place(Surface.MENTION, "T2")))
    asked(store, "here?")
    delivery = Delivery()
    run(work(delivery), delivery, 1)
    assert statuses(store) == {"elsewhere?": "queued", "here?": "done"}


def test_a_question_received_while_the_worker_rests_is_answered_when_it_is_woken(store: Store, work: Callable[..., Worker]) -> None:
    delivery = Delivery()
    worker = work(delivery)

    async def receive_later() -> None:
        running = asyncio.create_task(worker.run())
        async with asyncio.timeout(PATIENCE):
            await asyncio.to_thread(asked, store, "Who?")
            worker.wake()
            await delivery.settled.get()
            await worker.stop(PATIENCE)
            await running

    asyncio.run(receive_later())
    assert delivery.named("deliver") == ["Who?"]


def stopped_while_delivering(store: Store, worker: Worker, delivery: Delivery, seconds: float, *, release: bool) -> None:
    async def stop() -> None:
        delivery.hold = asyncio.Event()
        running = asyncio.create_task(worker.run())
        async with asyncio.timeout(PATIENCE):
            await delivery.held.wait()
            stopping = asyncio.create_task(worker.stop(seconds))
            await asyncio.to_thread(asked, store, "too late?")
            if release:
                delivery.hold.set()
            await stopping
            await running

    asyncio.run(stop())


def test_stopping_lets_what_is_running_finish_and_takes_no_more(store: Store, work: Callable[..., Worker]) -> None:
    asked(store, "Who?")
    delivery = Delivery()
    stopped_while_delivering(store, work(delivery, concurrency=1), delivery, PATIENCE, release=True)
    assert delivery.named("deliver") == ["Who?"]
    assert statuses(store) == {"Who?": "done", "too late?": "queued"}


def test_what_does_not_finish_in_time_is_left_to_the_next_start_with_its_answer(
    store: Store, work: Callable[..., Worker], model: ScriptedModel
) -> None:
    asked(store, "Who?")
    stuck = Delivery()
    stopped_while_delivering(store, work(stuck, concurrency=1), stuck, 0.05, release=False)
    assert stuck.events == [("begin", "Who?"), ("complete", "Who?")]
    assert statuses(store) == {"Who?": "queued", "too late?": "queued"}

    delivery = Delivery()
    run(work(delivery), delivery, 2)
    assert sorted(delivery.named("deliver")) == ["Who?", "too late?"]
    assert len(model.prompts) == 2  # one a question, over both runs


def test_no_more_are_answered_at_once_than_may_be(store: Store, work: Callable[..., Worker]) -> None:
    asked(store, *map(str, range(5)))
    delivery = Delivery()
    worker = work(delivery, concurrency=2)
    open_at_once = 0

    async def watch() -> None:
        nonlocal open_at_once
        delivery.hold = asyncio.Event()
        running = asyncio.create_task(worker.run())
        async with asyncio.timeout(PATIENCE):
            while len(delivery.attempts) < 2:
                await delivery.held.wait()
                delivery.held.clear()
            open_at_once = sum(status == "running" for status in (await asyncio.to_thread(statuses, store)).values())
            delivery.hold.set()
            for _ in range(5):
                await delivery.settled.get()
            await worker.stop(PATIENCE)
            await running

    asyncio.run(watch())
    assert open_at_once == 2


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


def test_many_are_claimed_some_at_a_time_so_that_what_comes_meanwhile_can_be_acknowledged(
    stumbling: StumblingStore, tmp_path: Path
) -> None:
    asked(stumbling, *map(str, range(2 * MANY + 1)))
    delivery = Delivery()
    answering = pipeline(tmp_path, ScriptedModel([NOT_FOUND]))
    run(Worker(store=stumbling, pipeline=answering, delivery=delivery, concurrency=100, history_turns=0, team="T1"), delivery, 2 * MANY + 1)
    assert set(statuses(stumbling).values()) == {"done"}
    assert max(stumbling.sizes) == MANY


def test_a_claim_that_fails_is_not_the_end_of_the_worker(stumbling: StumblingStore, tmp_path: Path) -> None:
    asked(stumbling, "Who?")
    stumbling.stumbles_at = "claim"
    delivery = Delivery()
    worker = worker_of(stumbling, tmp_path, delivery)

    async def until_delivered_or_dead() -> None:
        running = asyncio.create_task(worker.run())
        settled = asyncio.create_task(delivery.settled.get())
        async with asyncio.timeout(PATIENCE):
            await asyncio.wait([running, settled], return_when=asyncio.FIRST_COMPLETED)
            settled.cancel()
            await worker.stop(PATIENCE)
            await running

    asyncio.run(until_delivered_or_dead())
    assert delivery.named("deliver") == ["Who?"]


def test_nobody_is_told_that_there_is_no_answer_below_the_answer(stumbling: StumblingStore, tmp_path: Path) -> None:
    asked(stumbling, "Who?")
    stumbling.stumbles_at = "delivered"
    delivery = Delivery()
    do(worker_of(stumbling, tmp_path, delivery).process(claimed(stumbling)))
    assert delivery.named("deliver") == ["Who?"]
    assert delivery.named("apologise") == []


def test_a_question_claimed_while_the_worker_stops_is_waited_for(stumbling: StumblingStore, tmp_path: Path) -> None:
    asked(stumbling, "Who?")
    stumbling.stumbles_at = "stop"
    delivery = Delivery()
    worker = worker_of(stumbling, tmp_path, delivery)

    async def stop_while_claiming() -> None:
        running = asyncio.create_task(worker.run())
        async with asyncio.timeout(PATIENCE):
            await asyncio.to_thread(stumbling.claimed.wait, PATIENCE)
            stopping = asyncio.create_task(worker.stop(PATIENCE))
            await asyncio.sleep(0)
            stumbling.release.set()
            await stopping
            await running

    asyncio.run(stop_while_claiming())
    assert statuses(stumbling) in ({"Who?": "done"}, {"Who?": "queued"})


def test_what_is_tried_again_later_is_taken_up_without_a_word_from_anybody(tmp_path: Path) -> None:
    store, delivery = Store(f"sqlite:///{tmp_path / 'later.sqlite3'}"), Delivery()
    (question,) = asked(store, "Who?")
    store.retry(claimed(store), 0.2, "Slack is away")
    run(worker_of(store, tmp_path, delivery), delivery, 1)
    assert (delivery.named("deliver"), delivery.attempts) == ([question.text], [2])
    store.close()


def test_a_worker_with_nothing_to_do_leaves_the_database_alone(stumbling: StumblingStore, tmp_path: Path) -> None:
    worker = worker_of(stumbling, tmp_path, Delivery())

    async def watch() -> list[int]:
        claims: list[int] = []
        running = asyncio.create_task(worker.run())
        async with asyncio.timeout(PATIENCE):
            for _ in range(2):
                await asyncio.to_thread(stumbling.looked.get, timeout=PATIENCE)
                await asyncio.sleep(0.1)  # in which it could look again
                claims.append(stumbling.claims)
                worker.wake()
            await worker.stop(PATIENCE)
            await running
        return claims

    assert asyncio.run(watch()) == [1, 2]


def test_signs_of_work_are_taken_back_undisturbed_once_the_question_is_closed(store: Store, work: Callable[..., Worker]) -> None:
    asked(store, "Who?")
    delivery = SlowToClose()
    worker = work(delivery)

    async def beat_while_closing() -> None:
        running = asyncio.create_task(worker.run())
        async with asyncio.timeout(PATIENCE):
            await delivery.closing.wait()
            await worker._heartbeat.beat()
            delivery.may_close.set()
            await worker.stop(PATIENCE)
            await running

    asyncio.run(beat_while_closing())
    assert (delivery.closed, statuses(store)) == (1, {"Who?": "done"})
