"""Replies to claimed questions: from the claim, by way of the pipeline, to the delivery, or to an apology. Here answers and surfaces meet.

In: a job. Out: its row closed, or its lease given back for another attempt.
"""

import contextlib
import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from functools import partial

from bot.answering import Answering, Interruption
from bot.delivery import Delivery, Reply
from bot.errors import DeliveryError, LeaseLost, NotInstalled, StoreError, StoreUnavailable
from bot.heartbeat import Heartbeat
from bot.interactions import Interaction
from bot.metrics import Metrics
from bot.pins import PinnedAnswers
from bot.pipeline import Pipeline
from bot.questions import Question, Wanted
from bot.store import Job, Store, Turns

logger = logging.getLogger(__name__)

LONGEST_PAUSE = 60.0  # seconds between two attempts at a delivery
NO_BOT = "uninstalled"  # the kind of error of what is closed because its workspace has no bot


@dataclass(frozen=True, slots=True)
class Assignment:
    """A claimed question, as it is `asked` with what was said before it, and what was approved as its answer."""

    job: Job
    asked: Question
    approved: Interaction | None = None


class Replying:
    """`wake` is called when a question is to be claimed again.

    `first_pause` seconds pass before the second attempt at a delivery, twice as many before each further one.
    """

    def __init__(  # noqa: PLR0913  # what it brings together, and its limits
        self, *, store: Store, turns: Turns, pipeline: Pipeline, pins: PinnedAnswers | None, delivery: Delivery, heartbeat: Heartbeat,
        metrics: Metrics, history_turns: int, first_pause: float, wake: Callable[[], None],
    ) -> None:  # fmt: skip
        self._store = store
        self._turns = turns
        self._pipeline = pipeline
        self._pins = pins
        self._delivery = delivery
        self._heartbeat = heartbeat
        self._metrics = metrics
        self._history_turns = history_turns
        self._first_pause = first_pause
        self._wake = wake
        self._answering: dict[str, Answering] = {}

    @property
    def under_way(self) -> Collection[str]:
        """The ids of the questions that go through the pipeline just now."""
        return list(self._answering)

    def interrupt(self, why: Interruption, *, conversation: str = "", question_id: str = "") -> bool:
        """Go no further with what is answered here of a conversation, or with one question; whether anything was."""
        meant = [
            answering
            for answering in self._answering.values()
            if question_id == answering.question.id or (conversation and conversation == answering.question.place.conversation)
        ]
        for answering in meant:
            answering.interrupt(why)
        return bool(meant)

    async def process(self, job: Job, known: Assignment | None = None) -> Interaction | None:
        """One question from claim to delivery; `known` is what was read with the claim.

        None where it was answered before and only had to be delivered, where it was given up, and where it is left to whoever claims next.
        """
        task = await self._turns.take(self.read_up, job) if known is None else known
        job = task.job
        try:
            reply = await self._delivery.reply(job, partial(self._record_opening, job))
        except NotInstalled as gone:
            await self._leave_unsaid(job, gone)
            return None
        except (DeliveryError, StoreUnavailable) as error:
            await self._try_again(job, f"{type(error).__name__}: {error}")
            return None
        return await self._reply(task, reply)

    async def _reply(self, task: Assignment, reply: Reply) -> Interaction | None:
        job, question = task.job, task.job.question
        try:
            if job.is_hopeless:
                await self._give_up(job, reply, "tried too long or too often")
                return None
            if question.wanted is Wanted.WITHDRAWAL:
                await reply.withdraw()
                await self._turns.take(self._store.supersede, question)
                return None
            await reply.begin()
            interaction = None if job.answer else await self._answer(task, reply)
            answer = interaction.answer if interaction else job.answer
            if answer is None:
                await self._close(job, self._store.failed, "no longer asked: the message was edited or deleted")
                return None
            await self._record_delivery(job, await reply.finish(answer))
            if job.is_anew:
                await self._turns.take(self._store.supersede, question)
        except LeaseLost as lost:
            logger.warning("%s", lost)
            return None
        except StoreUnavailable as error:
            # Nothing can be recorded. The lease runs out, and the question is claimed again.
            logger.warning("Question %s is left for later: %s", question.id[:8], error)
            return None
        except DeliveryError as error:
            await self._try_again(job, f"{type(error).__name__}: {error}")
            return None
        except NotInstalled as gone:
            await self._leave_unsaid(job, gone)
            return None
        except Exception as error:
            logger.exception("Question %s could not be answered", question.id[:8])
            await self._give_up(job, reply, f"{type(error).__name__}: {error}")
            return None
        finally:
            await reply.close()
        return interaction

    def read_up(self, job: Job) -> Assignment:
        """What the database knows of a question. One that was asked before it was edited is replied to in the same messages."""
        is_anew, reply_ts = self._store.earlier(job.question)
        job = replace(job, is_anew=is_anew, reply_ts=job.reply_ts or reply_ts)
        if job.answer or job.is_hopeless or job.question.wanted is Wanted.WITHDRAWAL:
            return Assignment(job, job.question)
        history = job.question.history or self._store.history(job.question, self._history_turns)
        asked = replace(job.question, history=history)
        return Assignment(job, asked, self._pins.answer(asked) if self._pins else None)

    async def _answer(self, task: Assignment, reply: Reply) -> Interaction | None:
        """The answer, recorded; each of its claims is shown as soon as it is verified. None where it is no longer asked for."""
        interaction = task.approved or await self._think(task.asked, reply)
        if interaction is not None:
            reply.complete()
            await self._turns.take(self._store.save, task.job, interaction)
            self._metrics.answered(interaction)
        return interaction

    async def _think(self, asked: Question, reply: Reply) -> Interaction | None:
        """The way through the pipeline, which may be interrupted."""
        answering = Answering(self._pipeline, asked, reply.show)
        self._answering[asked.id] = answering
        try:
            return await answering.run()
        finally:
            del self._answering[asked.id]

    async def _record_opening(self, job: Job, reply_ts: str) -> None:
        """Record the messages of a reply. Where it is no longer ours to give, no further word is asked of the model either."""
        try:
            await self._turns.take(self._store.opened, job, reply_ts)
        except LeaseLost:
            self.interrupt(Interruption.NO_LONGER_ASKED, question_id=job.question.id)
            raise

    async def _record_delivery(self, job: Job, reply_ts: str) -> None:
        """Close the row. Whoever asked has the answer: if this fails, the next claim finds it posted, and an apology would be wrong."""
        try:
            await self._close(job, self._store.delivered, reply_ts)
        except Exception:
            logger.exception("Question %s was answered, but that could not be recorded", job.question.id[:8])

    async def _close(self, job: Job, step: Callable[..., None], *said: object) -> None:
        """The step that gives a question's lease back, which so must not be missed any more."""
        self._heartbeat.forget(job.token)
        await self._turns.take(step, job, *said)

    async def hand_back(self, job: Job) -> None:
        """Let the next claim have a question that is not finished here."""
        await self._queue_again(job, 0.0, "stopped before it was finished")

    async def _queue_again(self, job: Job, pause: float, error: str) -> None:
        with contextlib.suppress(StoreError):  # it was taken over already, or its lease will run out
            await self._close(job, self._store.retry, pause, error)
            self._wake()

    async def _try_again(self, job: Job, error: str) -> None:
        pause = min(LONGEST_PAUSE, self._first_pause * 2 ** (job.attempts - 1))
        self._metrics.not_delivered()
        logger.warning("Question %s: not delivered (%s); again in %.1f s", job.question.id[:8], error, pause)
        await self._queue_again(job, pause, error)

    async def _leave_unsaid(self, job: Job, gone: NotInstalled) -> None:
        """Close a row whose workspace has no bot any more: nobody can be told anything there."""
        logger.warning("Question %s: not answered, its workspace has no bot any more (%s)", job.question.id[:8], gone)
        self._metrics.given_up()
        with contextlib.suppress(StoreError):
            await self._close(job, self._store.failed, f"{NO_BOT}: {gone}")

    async def _give_up(self, job: Job, reply: Reply, error: str) -> None:
        """Apologise, then close the row: a crash in between lets the apology be made again, in the same message."""
        if job.question.wanted is Wanted.WITHDRAWAL:
            with contextlib.suppress(StoreError):
                await self._close(job, self._store.failed, error)
            return
        try:
            await reply.apologise()
        except DeliveryError as failure:
            if not job.is_past_apology:
                await self._try_again(job, f"{error}; no apology yet: {failure}")
                return
            logger.warning("Question %s: nobody could be told that there is no answer (%s)", job.question.id[:8], failure)
        except NotInstalled as gone:
            await self._leave_unsaid(job, gone)
            return
        except Exception:
            logger.exception("Question %s: the apology could not be delivered either", job.question.id[:8])
        self._metrics.given_up()
        with contextlib.suppress(StoreError):
            await self._close(job, self._store.failed, error)
