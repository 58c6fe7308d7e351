"""Takes questions in: on disk before Slack is told "received", or not taken at all.

In: a Question. Out: nothing where it will simply be answered; a note for its asker where it will not, or not soon.
"""

import asyncio
import logging
from collections.abc import Sequence

from bot.config import Settings
from bot.errors import StoreUnavailable
from bot.questions import Question, Surface
from bot.slack.elements import Rendered
from bot.slack.posting import SlackDelivery
from bot.store import Limits, Receipt
from bot.worker import Worker

logger = logging.getLogger(__name__)

LONGEST_SECONDS = 2.5  # Slack waits three for an acknowledgement
LONG_QUEUE = 20  # open questions ahead from which on a person is told, where as many are not answered at once
MOST_TOGETHER = 100  # questions in one transaction

_Waiting = tuple[Question, "asyncio.Future[Receipt]"]


class Intake:
    """The one way into the store from Slack."""

    def __init__(self, *, worker: Worker, delivery: SlackDelivery, settings: Settings) -> None:
        self._worker = worker
        self._delivery = delivery
        self._long_queue = max(LONG_QUEUE, min(settings.concurrency, settings.total_concurrency or settings.concurrency))
        self._limits = Limits(settings.user_questions_per_hour, settings.team_questions_per_hour, settings.most_waiting)
        self._waiting: list[_Waiting] = []
        self._recording: asyncio.Task[None] | None = None

    async def take(self, question: Question) -> Rendered | None:
        """Record a question. A note for its asker is whispered, but for a command: there it is given back, for the acknowledgement.

        Raises StoreUnavailable where recording does not succeed in time: then the question must not be acknowledged.
        """
        note = self._note(await self._receive(question), question)
        if note is not None and question.place.surface is not Surface.COMMAND:
            self._delivery.whisper(question, note)
        return note

    async def take_acknowledged(self, question: Question) -> None:
        """The same of what Slack was told about already, and so does not send again: its asker is told, also where it cannot be recorded.

        A waiting note, which stands where a command's answer will, gives way to what is said.
        """
        try:
            note = await self.take(question)
        except StoreUnavailable as error:
            logger.warning("Question %s was not taken: %s", question.id[:8], error)
            note = self._delivery.speaking_to(question).note("limits", "away")
            if question.place.surface is not Surface.COMMAND:
                self._delivery.whisper(question, note)
        if note is not None and question.place.surface is Surface.COMMAND:
            await self._delivery.respond(question.place.response_url, note, response_type="ephemeral", replace_original=True)

    def _note(self, receipt: Receipt, question: Question) -> Rendered | None:
        if receipt.refused_for:
            return self._delivery.speaking_to(question).note("limits", receipt.refused_for)
        return (
            self._delivery.speaking_to(question).note("limits", "ahead", count=receipt.ahead) if receipt.ahead >= self._long_queue else None
        )

    async def _receive(self, question: Question) -> Receipt:
        recorded: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, recorded))
        if self._recording is None or self._recording.done():
            self._recording = asyncio.create_task(self._record())
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                return await recorded
        except TimeoutError:
            raise StoreUnavailable(f"A question could not be recorded within {LONGEST_SECONDS} s.") from None

    async def _record(self) -> None:
        """Record what waits. What comes while the disk is busy is written together: many questions cost little more than one."""
        while self._waiting:
            together, self._waiting = self._waiting[:MOST_TOGETHER], self._waiting[MOST_TOGETHER:]
            try:
                receipts: list[Receipt | Exception] = [*await self._written(together)]
            except Exception as error:  # noqa: BLE001  # whatever it is, who waits is told
                receipts = [error] if len(together) == 1 else [await self._written_alone(each) for each in together]
            for (_, recorded), receipt in zip(together, receipts, strict=True):
                if recorded.done():  # nobody waits any longer; Slack sends it again, and then it is known
                    continue
                if isinstance(receipt, Exception):
                    recorded.set_exception(receipt)
                else:
                    recorded.set_result(receipt)

    async def _written(self, waiting: Sequence[_Waiting]) -> list[Receipt]:
        return await self._worker.receive([question for question, _ in waiting], self._limits)

    async def _written_alone(self, waiting: _Waiting) -> Receipt | Exception:
        """One of several that could not be written together: the fault may be another one's."""
        try:
            return (await self._written([waiting]))[0]
        except Exception as error:  # noqa: BLE001  # as above
            return error
