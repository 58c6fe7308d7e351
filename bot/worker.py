"""Takes questions in and claims them: how many at a time, when to look for more, and what becomes of them when the program stops.

In: a Store with open questions, a Pipeline, and a Delivery for the surface. Out: every question replied to once, by `replying`.
"""

import asyncio
import contextlib
import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial

from bot.answering import Interruption
from bot.delivery import Delivery
from bot.errors import StoreError
from bot.heartbeat import Heartbeat
from bot.interactions import Interaction
from bot.logs import about
from bot.metrics import Metrics
from bot.pins import PinnedAnswers
from bot.pipeline import Pipeline
from bot.questions import Question
from bot.replying import Assignment, Replying
from bot.store import AtOnce, Job, Limits, Receipt, Store, Turns

logger = logging.getLogger(__name__)

SHARED_POLL_SECONDS = 1.0  # where other processes bring questions too, and may have no room for them
QUIET_SECONDS = 30.0  # where nothing comes but what this process is told of; in case it was not told
SHORTEST_SECONDS = 0.05  # between two looks that nothing but time brought about
BLOCKED_SECONDS = 0.5  # until a database is asked again that could not be
HEED_SECONDS = 1.0  # between two looks at what was interrupted elsewhere: soon for whoever pressed Stop, and one small query
FAREWELL_SECONDS = 0.4  # for a reply that is left, to take its signs of work back
MANY = 20  # questions that are claimed in one turn: what comes meanwhile is not to be acknowledged too late
FEW = 3  # questions that are begun in the transaction that takes them in: of more, the last would be acknowledged too late


@dataclass(frozen=True, slots=True)
class _Claimed:
    """Claimed questions, with what is known of each where that could be read; when to look for more, and whether more are queued."""

    jobs: Sequence[tuple[Job, Assignment | None]]
    pause: float
    are_left: bool


class Worker:
    """Works off the questions of one team, or with None of every workspace that installed the app, as `name`.

    `concurrency` at a time, no more than `at_once` allows, each conversation in order. `first_pause` seconds pass before the second attempt at
    a delivery, twice as many before each further one.
    """

    def __init__(  # noqa: PLR0913  # what it brings together, and its limits
        self, *, store: Store, pipeline: Pipeline, delivery: Delivery, concurrency: int, history_turns: int, team: str | None = "",
        name: str = "", at_once: AtOnce = AtOnce(), first_pause: float = 0.5,
        metrics: Metrics | None = None, pins: PinnedAnswers | None = None,
    ) -> None:  # fmt: skip
        self._store = store
        self._turns = Turns(store)
        self._heartbeat = Heartbeat(store)
        self._replying = Replying(
            store=store, turns=self._turns, pipeline=pipeline, pins=pins, delivery=delivery, heartbeat=self._heartbeat,
            metrics=metrics or Metrics(), history_turns=history_turns, first_pause=first_pause, wake=self.wake,
        )  # fmt: skip
        self._team = team
        self._name = name
        self._at_once = at_once
        self._concurrency = concurrency
        self._work = asyncio.Event()
        self._stopping = False
        self._stopped = asyncio.Event()
        self._claiming = asyncio.Lock()
        self._is_blocked = False
        self._are_left = True
        self._running: set[asyncio.Task[None]] = set()

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
        if not self._replying.interrupt(why, conversation=conversation, question_id=question_id):
            await self._turns.take(partial(self._store.interrupt, why.name, conversation=conversation, question_id=question_id))

    async def _heed(self) -> None:
        """Hear, while questions are answered here, what another process was told of them: Slack tells each thing to one of them."""
        while True:
            await asyncio.sleep(HEED_SECONDS)
            if under_way := self._replying.under_way:
                with contextlib.suppress(StoreError):  # what cannot be asked now is asked at the next look
                    for question_id, why in (await self._turns.take(self._store.interrupted, under_way)).items():
                        self._replying.interrupt(Interruption[why], question_id=question_id)

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

    async def process(self, job: Job) -> Interaction | None:
        """One job that somebody claimed, replied to at once: as `Replying.process`."""
        return await self._replying.process(job)

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

    def _known(self, job: Job) -> Assignment | None:
        try:
            return self._replying.read_up(job)
        except Exception:  # noqa: BLE001  # it is claimed all the same; whoever works on it reads again, and fails where it is dealt with
            return None

    def _pause(self, due_in: float | None) -> float:
        """Until a question may be claimable of which nobody will tell."""
        if self._store.is_shared:
            return SHARED_POLL_SECONDS
        return QUIET_SECONDS if due_in is None else min(QUIET_SECONDS, max(SHORTEST_SECONDS, due_in))

    async def _process_in_slot(self, job: Job, known: Assignment | None) -> None:
        try:
            with about(job.question.id):
                await self._replying.process(job, known)
        except asyncio.CancelledError:
            await self._replying.hand_back(job)
            raise
        except Exception:
            # The row stays as it is, and is taken up again when its lease has run out.
            logger.exception("Question %s: its state could not be recorded", job.question.id[:8])

    async def _rest(self, seconds: float) -> None:
        """Until something was received, something ended, or so many seconds have passed."""
        try:
            async with asyncio.timeout(seconds):
                await self._work.wait()
        except TimeoutError:
            pass
