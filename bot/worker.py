"""Takes questions from the store, answers them, delivers the answers. The only place where the two meet.

In: a Store with open questions, a Pipeline, and a Delivery for the surface. Out: every question answered once, or given up with an apology.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from bot.answering import Answering, Interruption
from bot.errors import DeliveryError, LeaseLost, NotInstalled, StoreError, StoreUnavailable
from bot.grounding import Answer, CitedClaim
from bot.heartbeat import Heartbeat
from bot.interactions import Interaction
from bot.logs import about
from bot.metrics import Metrics
from bot.pins import PinnedAnswers
from bot.pipeline import Pipeline
from bot.questions import Question, Wanted
from bot.store import AtOnce, Job, Limits, Receipt, Store, Turns

logger = logging.getLogger(__name__)

SHARED_POLL_SECONDS = 1.0  # where other processes bring questions too, and may have no room for them
QUIET_SECONDS = 30.0  # where nothing comes but what this process is told of; in case it was not told
SHORTEST_SECONDS = 0.05  # between two looks that nothing but time brought about
BLOCKED_SECONDS = 0.5  # until a database is asked again that could not be
HEED_SECONDS = 1.0  # between two looks at what was interrupted elsewhere: soon for whoever pressed Stop, and one small query
FAREWELL_SECONDS = 0.4  # for a reply that is left, to take its signs of work back
LONGEST_PAUSE = 60.0  # seconds between two attempts at a delivery
MANY = 20  # questions that are claimed in one turn: what comes meanwhile is not to be acknowledged too late
FEW = 3  # questions that are begun in the transaction that takes them in: of more, the last would be acknowledged too late

NO_BOT = "uninstalled"  # the kind of error of what is closed because its workspace has no bot
Checkpoint = Callable[[str], Awaitable[None]]
"""Records the ts of the messages a reply stands in so far, separated by spaces, so that a restart goes on with those."""


class Reply(Protocol):
    """The reply to one question. Methods raise DeliveryError for what is worth another attempt, anything else for what is not."""

    async def begin(self) -> None:
        """Show that the question is being worked on; never fails."""
        ...

    def show(self, claim: CitedClaim) -> None:
        """Show a verified claim before the others are, where the surface can; returns at once and never fails."""
        ...

    def complete(self) -> None:
        """The answer is complete, and only to be recorded: nothing need be shown any more that is not; returns at once and never fails."""
        ...

    async def finish(self, answer: Answer) -> str:
        """Let the reply be this answer, once, however often it is called; the ts of its messages, or "" where there are none."""
        ...

    async def withdraw(self) -> None:
        """Take back what stands of the reply: its question was."""
        ...

    async def apologise(self) -> None:
        """Let the reply say that there will be no answer."""
        ...

    async def close(self) -> None:
        """Leave nothing running and no sign of work, however it ended; never fails."""
        ...


class Delivery(Protocol):
    """Where answers go."""

    async def reply(self, job: Job, opened: Checkpoint) -> Reply:
        """The reply to a claimed question; `opened` is told of each message it stands in.

        Raises NotInstalled where its workspace has no bot any more, DeliveryError where that cannot be told now.
        """
        ...


@dataclass(frozen=True, slots=True)
class _Task:
    """A claimed question, as it is `asked` with what was said before it, and what was approved as its answer."""

    job: Job
    asked: Question
    approved: Interaction | None = None


@dataclass(frozen=True, slots=True)
class _Claimed:
    """Claimed questions, with what is known of each where that could be read; when to look for more, and whether more are queued."""

    jobs: Sequence[tuple[Job, _Task | None]]
    pause: float
    are_left: bool


class Worker:
    """Answers the questions of one team, or with None of every workspace that installed the app, as `name`.

    `concurrency` at a time, no more than `at_once` allows, each conversation in order. `first_pause` seconds pass before the second attempt at
    a delivery, twice as many before each further one.
    """

    def __init__(  # noqa: PLR0913  # what it brings together, and its limits
        self, *, store: Store, pipeline: Pipeline, delivery: Delivery, concurrency: int, history_turns: int, team: str | None = "",
        name: str = "", at_once: AtOnce = AtOnce(), first_pause: float = 0.5,
        metrics: Metrics | None = None, pins: PinnedAnswers | None = None,
    ) -> None:  # fmt: skip
        self._pins = pins
        self._store = store
        self._turns = Turns(store)
        self._pipeline = pipeline
        self._delivery = delivery
        self._team = team
        self._name = name
        self._history_turns = history_turns
        self._at_once = at_once
        self._first_pause = first_pause
        self._heartbeat = Heartbeat(store)
        self._metrics = metrics or Metrics()
        self._concurrency = concurrency
        self._work = asyncio.Event()
        self._stopping = False
        self._stopped = asyncio.Event()
        self._claiming = asyncio.Lock()
        self._is_blocked = False
        self._are_left = True
        self._running: set[asyncio.Task[None]] = set()
        self._answering: dict[str, Answering] = {}

    def wake(self) -> None:
        """Something was received: look now."""
        self._work.set()

    async def receive(self, questions: Sequence[Question], limits: Limits) -> list[Receipt]:
        """Take questions in, before anything else is done. A few are begun at once: who waits for an answer waits for the disk one time less."""
        if self._store.is_shared or len(questions) > FEW or self._claiming.locked() or not self._room:
            receipts = await self._turns.take_first(self._store.receive_all, questions, limits)
            self.wake()
            return receipts
        async with self._claiming:
            receipts, claimed = await self._turns.take_first(self._receive_and_claim, questions, limits, self._room, self._heartbeat.held)
            self._begin(claimed)
        if claimed.are_left:
            self.wake()
        return receipts

    async def interrupt(self, why: Interruption, *, conversation: str = "", question_id: str = "") -> None:
        """Go no further with what is asked in a conversation, or with one question, whichever process answers it."""
        if not self._interrupt_here(why, conversation, question_id):
            await self._turns.take(partial(self._store.interrupt, why.name, conversation=conversation, question_id=question_id))

    def _interrupt_here(self, why: Interruption, conversation: str, question_id: str) -> bool:
        """The same of what is answered here; whether anything is."""
        meant = [
            answering
            for answering in self._answering.values()
            if question_id == answering.question.id or (conversation and conversation == answering.question.place.conversation)
        ]
        for answering in meant:
            answering.interrupt(why)
        return bool(meant)

    async def _heed(self) -> None:
        """Hear, while questions are answered here, what another process was told of them: Slack tells each thing to one of them."""
        while True:
            await asyncio.sleep(HEED_SECONDS)
            if self._answering:
                with contextlib.suppress(StoreError):  # what cannot be asked now is asked at the next look
                    for question_id, why in (await self._turns.take(self._store.interrupted, list(self._answering))).items():
                        self._interrupt_here(Interruption[why], "", question_id)

    async def run(self) -> None:
        """Work until `stop` is done."""
        beside = [asyncio.create_task(self._heartbeat.run()), asyncio.create_task(self._heed())]
        try:
            while not self._stopping:
                self._work.clear()
                await self._rest(await self._start_more())
            await self._stopped.wait()
        finally:
            for task in beside:
                task.cancel()

    async def stop(self, seconds: float) -> None:
        """Take no more; let what is running finish for `seconds`, then leave it to whoever claims next."""
        self._stopping = True
        self.wake()
        try:
            async with self._claiming:  # a claim that is under way becomes a task first
                pass
            if self._running:
                await asyncio.wait(self._running, timeout=seconds)
        finally:  # whoever cancels this does not want to wait
            await self._leave()
            self._stopped.set()

    async def _leave(self) -> None:
        """Wait no longer for what is running; each hands its question back. Not even for farewells to a Slack that is slow to take them."""
        for _ in range(2):
            for task in self._running:
                task.cancel()
            if self._running:
                await asyncio.wait(self._running, timeout=FAREWELL_SECONDS)

    async def process(self, job: Job, known: _Task | None = None) -> Interaction | None:
        """One question from claim to delivery; `known` is what was read with the claim.

        None where it was answered before and only had to be delivered, where it was given up, and where it is left to whoever claims next.
        """
        task = await self._turns.take(self._read_up, job) if known is None else known
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

    async def _reply(self, task: _Task, reply: Reply) -> Interaction | None:
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

    def _read_up(self, job: Job) -> _Task:
        """What the database knows of a question. One that was asked before it was edited is replied to in the same messages."""
        is_anew, reply_ts = self._store.earlier(job.question)
        job = replace(job, is_anew=is_anew, reply_ts=job.reply_ts or reply_ts)
        if job.answer or job.is_hopeless or job.question.wanted is Wanted.WITHDRAWAL:
            return _Task(job, job.question)
        history = job.question.history or self._store.history(job.question, self._history_turns)
        asked = replace(job.question, history=history)
        return _Task(job, asked, self._pins.answer(asked) if self._pins else None)

    async def _record_opening(self, job: Job, reply_ts: str) -> None:
        """Record the messages of a reply. Where it is no longer ours to give, no further word is asked of the model either."""
        try:
            await self._turns.take(self._store.opened, job, reply_ts)
        except LeaseLost:
            self._interrupt_here(Interruption.NO_LONGER_ASKED, "", job.question.id)
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

    async def _queue_again(self, job: Job, pause: float, error: str) -> None:
        with contextlib.suppress(StoreError):  # it was taken over already, or its lease will run out
            await self._close(job, self._store.retry, pause, error)
            self.wake()

    @property
    def _room(self) -> int:
        return 0 if self._stopping else max(0, self._concurrency - len(self._running))

    async def _start_more(self) -> float:
        """Start on as many questions as there is room for; after how many seconds to look again, if nothing happens before."""
        async with self._claiming:
            if not self._room:
                self._are_left = True  # nobody looked
                return QUIET_SECONDS
            most = min(self._room, MANY)
            claimed = await self._turns.take(self._claim, most, self._heartbeat.held)
            self._begin(claimed)
            if len(claimed.jobs) == most:
                self.wake()  # to look again, once others had their turn
            return claimed.pause

    def _begin(self, claimed: _Claimed) -> None:
        self._are_left = claimed.are_left
        for job, known in claimed.jobs:
            task = asyncio.create_task(self._process_in_slot(job, known))
            self._heartbeat.watch(job.token, task)
            self._running.add(task)
            task.add_done_callback(self._has_room)

    def _has_room(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if self._are_left or self._stopping:
            self.wake()

    def _receive_and_claim(
        self, questions: Sequence[Question], limits: Limits, room: int, held: Collection[str]
    ) -> tuple[list[Receipt], _Claimed]:
        return self._store.receive_all(questions, limits), self._claim(room, held)

    def _claim(self, room: int, held: Collection[str]) -> _Claimed:
        """The next jobs, and when to look for more. Where the database cannot be asked now, the next look may find it well again."""
        try:
            claims = self._store.claim_all(self._team, self._name, room, self._at_once, held)
        except Exception:
            if not self._is_blocked:  # once, not at every look
                logger.exception("No question can be claimed; trying again until one can")
            self._is_blocked = True
            return _Claimed((), BLOCKED_SECONDS, are_left=True)
        self._is_blocked = False
        jobs = [(job, self._known(job)) for job in claims.jobs]
        return _Claimed(jobs, self._pause(claims.due_in) if len(jobs) < room else QUIET_SECONDS, are_left=claims.left > 0)

    def _known(self, job: Job) -> _Task | None:
        try:
            return self._read_up(job)
        except Exception:  # noqa: BLE001  # it is claimed all the same; whoever works on it reads again, and fails where it is dealt with
            return None

    def _pause(self, due_in: float | None) -> float:
        """Until a question may be claimable of which nobody will tell."""
        if self._store.is_shared:
            return SHARED_POLL_SECONDS
        return QUIET_SECONDS if due_in is None else min(QUIET_SECONDS, max(SHORTEST_SECONDS, due_in))

    async def _process_in_slot(self, job: Job, known: _Task | None) -> None:
        try:
            with about(job.question.id):
                await self.process(job, known)
        except asyncio.CancelledError:
            await self._hand_back(job)
            raise
        except Exception:
            # The row stays as it is, and is taken up again when its lease has run out.
            logger.exception("Question %s: its state could not be recorded", job.question.id[:8])

    async def _hand_back(self, job: Job) -> None:
        """Let the next claim have a question that is not finished here."""
        await self._queue_again(job, 0.0, "stopped before it was finished")

    async def _answer(self, task: _Task, reply: Reply) -> Interaction | None:
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

    async def _rest(self, seconds: float) -> None:
        """Until something was received, something ended, or so many seconds have passed."""
        try:
            async with asyncio.timeout(seconds):
                await self._work.wait()
        except TimeoutError:
            pass
