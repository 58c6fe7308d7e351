"""Takes questions in: on disk before Slack is told "received", or not taken at all.

In: a Question. Out: nothing where it will simply be answered; a note for its asker where it will not, or not soon.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from bot.config import Settings
from bot.errors import StoreUnavailable
from bot.questions import Question, Surface
from bot.slack.blocks import AnswerBlocks
from bot.slack.elements import Rendered
from bot.slack.posting import SlackDelivery
from bot.store import Limits, Receipt, Store
from bot.worker import Worker

LONGEST_SECONDS = 2.5  # Slack waits three for an acknowledgement
LONG_QUEUE = 20  # open questions ahead from which on a person is told


class Intake:
    """The one way into the store from Slack."""

    def __init__(self, *, store: Store, worker: Worker, blocks: AnswerBlocks, delivery: SlackDelivery, settings: Settings) -> None:
        self._store = store
        self._worker = worker
        self._blocks = blocks
        self._delivery = delivery
        self._limits = Limits(settings.user_questions_per_hour, settings.team_questions_per_hour, settings.most_waiting)
        # Threads of its own: behind all the answering an acknowledgement could come too late.
        self._threads = ThreadPoolExecutor(2, "intake")

    async def take(self, question: Question) -> Rendered | None:
        """Record a question. A note for its asker is whispered, but for a command: there it is given back, for the acknowledgement.

        Raises StoreUnavailable where recording does not succeed in time: then the question must not be acknowledged.
        """
        receipt = await self._receive(question)
        if receipt.is_taken:
            self._worker.wake()
        note = self._note(receipt)
        if note is not None and question.place.surface is not Surface.COMMAND:
            self._delivery.whisper(question, note)
        return note

    def _note(self, receipt: Receipt) -> Rendered | None:
        if receipt.refused_for:
            return self._blocks.note("limits", receipt.refused_for)
        return self._blocks.note("limits", "ahead", count=receipt.ahead) if receipt.ahead >= LONG_QUEUE else None

    async def _receive(self, question: Question) -> Receipt:
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                return await asyncio.get_running_loop().run_in_executor(self._threads, self._store.receive, question, self._limits)
        except TimeoutError:
            raise StoreUnavailable(f"A question could not be recorded within {LONGEST_SECONDS} s.") from None
