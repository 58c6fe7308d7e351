"""One question from its claim to its delivery: what fails is tried again, then apologised for; nothing is said twice."""

import asyncio
import json
import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.errors import DeliveryError, LeaseLost
from bot.grounding import Answer, Verdict
from bot.interactions import Interaction
from bot.llm.scripted import ScriptedModel
from bot.questions import Question
from bot.replying import LONGEST_PAUSE
from bot.store import LEASE_SECONDS, Store
from bot.store.queue import GIVE_UP_SECONDS, MOST_CRASHES
from bot.worker import Worker
from tests.working.conftest import (
    PATIENCE,
    BrokenModel,
    Clock,
    Delivery,
    EndlessModel,
    OpeningDelivery,
    SlowToClose,
    StumblingStore,
    asked,
    claimed,
    do,
    run,
    statuses,
    worker_of,
)


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


def test_nobody_is_told_that_there_is_no_answer_below_the_answer(stumbling: StumblingStore, tmp_path: Path) -> None:
    asked(stumbling, "Who?")
    stumbling.stumbles_at = "delivered"
    delivery = Delivery()
    do(worker_of(stumbling, tmp_path, delivery).process(claimed(stumbling)))
    assert delivery.named("deliver") == ["Who?"]
    assert delivery.named("apologise") == []


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
