"""The worker: every question delivered once, or given up with an apology."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import event

from bot.answering import Interruption
from bot.drafts import REPLY_SCHEMA
from bot.grounding import Verdict
from bot.llm.scripted import ScriptedModel
from bot.questions import Place, Question, Surface
from bot.store import LEASE_SECONDS, Limits, Receipt, Store
from bot.worker import MANY, Worker
from tests.working.conftest import (
    NOT_FOUND,
    PATIENCE,
    Clock,
    Delivery,
    EndlessModel,
    StumblingStore,
    asked,
    at_work,
    claimed,
    pipeline,
    run,
    statuses,
    worker_of,
)


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
        async with at_work(worker):  # for less than after which it would look again by itself
            for n in range(5):
                await worker.receive([Question(f"{n}?", "U1", Place(Surface.MENTION, "T1", "C1", "", f"2.{n}"))], Limits())
            delivery_hold.set()
            for _ in range(5):
                await delivery.settled.get()

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
        async with at_work(here):
            await model.asked.wait()
            which = {"conversation": question.place.conversation} if why is Interruption.STOPPED else {"question_id": question.id}
            await elsewhere.interrupt(why, **which)
            while set(statuses(store).values()) == {"running"}:  # noqa: ASYNC110  # the log has no event to wait for
                await asyncio.sleep(0.02)

    asyncio.run(act())
    assert model.was_closed
    assert [answer.verdict for answer in delivery.answers] == verdicts


def test_a_fault_does_not_keep_the_next_question_from_its_answer(store: Store, work: Callable[..., Worker]) -> None:
    asked(store, "one?", "two?", "three?")
    delivery = Delivery(1, RuntimeError("broken"))
    run(work(delivery, concurrency=1), delivery, 3)
    assert statuses(store) == {"one?": "failed", "two?": "done", "three?": "done"}


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
        async with at_work(worker):
            await asyncio.to_thread(asked, store, "Who?")
            worker.wake()
            await delivery.settled.get()

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
        async with at_work(worker):
            while len(delivery.attempts) < 2:
                await delivery.held.wait()
                delivery.held.clear()
            open_at_once = sum(status == "running" for status in (await asyncio.to_thread(statuses, store)).values())
            delivery.hold.set()
            for _ in range(5):
                await delivery.settled.get()

    asyncio.run(watch())
    assert open_at_once == 2


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
    run(worker_of(stumbling, tmp_path, delivery), delivery, 1)
    assert delivery.named("deliver") == ["Who?"]


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
        async with at_work(worker):
            for _ in range(2):
                await asyncio.to_thread(stumbling.looked.get, timeout=PATIENCE)
                await asyncio.sleep(0.1)  # in which it could look again
                claims.append(stumbling.claims)
                worker.wake()
        return claims

    assert asyncio.run(watch()) == [1, 2]
