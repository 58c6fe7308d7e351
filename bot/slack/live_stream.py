"""A reply that grows while the answer is made: verified claims in, a streamed message out (slack.md 1.2).

Streaming is a kindness, never a condition: whatever Slack refuses, the stream is given up, and the finished answer is put in its place.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from enum import Enum, auto
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery import Checkpoint
from bot.errors import LeaseLost
from bot.prompts import Template
from bot.questions import Question, Surface
from bot.slack.checking import CheckingTask, Piece
from bot.slack.refusals import NETWORK, code
from bot.slack.reply_messages import ReplyMessages

logger = logging.getLogger(__name__)

# An answer that is complete by then is posted in one piece: a workspace has some twenty streams a minute (slack.md 1.2, tiers).
PATIENCE_SECONDS = 0.7
SHORTEST_PAUSE = 0.7  # seconds between two appends
PAUSE_A_STREAM = 0.6  # seconds for each stream of the workspace: all share 100 appends a minute
MOST_BYTES = 9_000  # of UTF-8 in a message; Slack cuts off between 10.6 and 11.3 kB
LONGEST_SECONDS = 240.0  # of a message; Slack closes a stream after about five minutes


class Pace:
    """How fast the streams of one workspace may go, all together."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._quiet_until = float("-inf")
        self.streams = 0

    @property
    def pause(self) -> float:
        """Seconds between two appends of one stream."""
        return max(SHORTEST_PAUSE, self.streams * PAUSE_A_STREAM)

    @property
    def may_start(self) -> bool:
        """Whether another stream may be tried."""
        return self._clock() >= self._quiet_until

    def refused(self, error: SlackApiError) -> None:
        """Slack was asked too often: no new stream for as long as it says."""
        self._quiet_until = self._clock() + float(error.response.headers.get("Retry-After", 30))


class _State(Enum):
    WAITING = auto()  # nothing was sent yet
    OPEN = auto()
    GIVEN_UP = auto()


class LiveStream:
    """One reply's stream, in the `words` of prompts/replies/searching.md. `client` must not wait and try again when Slack says "too often"."""

    def __init__(  # what it calls, where it writes, and how fast
        self, *, client: AsyncWebClient, question: Question, messages: ReplyMessages, opened: Checkpoint, pace: Pace,
        words: Template, clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._client = client
        self._question = question
        self._messages = messages
        self._opened = opened
        self._pace = pace
        self._clock = clock
        # A reply that stands already, or may, is finished in its place.
        self._state = _State.GIVEN_UP if messages.known or messages.is_uncertain else _State.WAITING
        self._words = words
        self._task_shown = CheckingTask(words)
        self._pieces: deque[Piece] = deque()
        self._bytes = 0
        self._started_at = 0.0
        self._is_counted = False
        self._ended = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def add(self, piece: Piece) -> None:
        """More of the reply; it is sent with what else comes within the pause."""
        if self._state is _State.GIVEN_UP:
            return
        self._pieces.append(piece)
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    def hush(self) -> None:
        """Send no more by itself."""
        self._ended.set()

    async def rest(self) -> bool:
        """Send no more by itself; whether a message is open that `finish` can finish."""
        self.hush()
        if self._task is not None:
            await self._task
        return self._state is _State.OPEN

    async def finish(self, blocks: list[dict[str, Any]]) -> bool:
        """Send what still waits and end the message with `blocks`; False where that could not be done, or nobody knows whether it was."""
        try:
            if not self._fits(self._pieces):
                await self._send()
            if self._state is _State.OPEN:
                await self._stop(self._take(), blocks)
        except (SlackApiError, *NETWORK) as error:
            self._give_up(error)
        return self._state is _State.OPEN

    async def close(self) -> None:
        """Nothing more is sent: the others may go faster."""
        await self.rest()
        self._leave()

    def _leave(self) -> None:
        self._pace.streams -= self._is_counted
        self._is_counted = False

    async def _run(self) -> None:
        pause = PATIENCE_SECONDS
        while not await self._ended_within(pause):
            try:
                await self._send()
            except (SlackApiError, *NETWORK) as error:
                self._give_up(error)
                return
            pause = self._pace.pause

    async def _ended_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._ended.wait()
        except TimeoutError:
            return False
        return True

    async def _send(self) -> None:
        """Bring what waits into the message; into a further one where it would grow too long or too old."""
        while self._pieces and self._state is not _State.GIVEN_UP:
            if self._state is _State.WAITING:
                await self._start()
            elif self._clock() - self._started_at < LONGEST_SECONDS and self._fits([self._pieces[0]]):
                await self._append()
            else:
                await self._stop([], [])
                self._state, self._bytes, self._task_shown = _State.WAITING, 0, CheckingTask(self._words)
                self._leave()

    async def _start(self) -> None:
        if not self._pace.may_start or not self._fits([self._pieces[0]]):
            self._state = _State.GIVEN_UP
            return
        if not await self._may_open():
            self._state = _State.GIVEN_UP
            return
        place, outside = self._question.place, self._question.place.surface is not Surface.DIRECT
        chunks = self._chunks(self._take())
        try:
            started = await self._client.chat_startStream(
                channel=place.channel, thread_ts=place.thread_ts, chunks=chunks,
                recipient_team_id=place.team if outside else None, recipient_user_id=self._question.asker if outside else None,
            )  # fmt: skip
        except NETWORK:
            self._messages.is_uncertain = True
            raise
        self._state, self._started_at = _State.OPEN, self._clock()
        self._pace.streams += 1
        self._is_counted = True
        self._messages.known.append(str(started["ts"]))
        if not await self._may_open():
            self._state = _State.GIVEN_UP

    async def _may_open(self) -> bool:
        """Record what there is of the reply; False where the question was taken over, and whoever has it now answers it.

        Asked before a message is posted as well as after it: a process that was stopped for longer than its lease must not post a second reply.
        """
        try:
            await self._opened(" ".join(self._messages.known))
        except LeaseLost as lost:
            logger.warning("%s", lost)
            return False
        except Exception:
            # Where this matters, recording the answer fails as well, and says so.
            logger.exception("Question %s: that its reply was opened could not be recorded", self._question.id[:8])
        return True

    async def _append(self) -> None:
        await self._client.chat_appendStream(
            channel=self._question.place.channel, ts=self._messages.known[-1], chunks=self._chunks(self._take())
        )

    async def _stop(self, pieces: Sequence[Piece], blocks: list[dict[str, Any]]) -> None:
        chunks = [*(self._chunks(pieces) if pieces else []), *self._task_shown.done()]
        await self._client.chat_stopStream(
            channel=self._question.place.channel, ts=self._messages.known[-1], chunks=chunks, blocks=blocks or None,
            metadata=self._messages.metadata,
        )  # fmt: skip

    def _fits(self, pieces: "deque[Piece] | list[Piece]") -> bool:
        return self._bytes + sum(len(piece.text.encode()) for piece in pieces) <= MOST_BYTES

    def _take(self) -> list[Piece]:
        """As much of what waits as the message has room for."""
        taken = []
        while self._pieces and self._fits([self._pieces[0]]):
            taken.append(self._pieces.popleft())
            self._bytes += len(taken[-1].text.encode())
        return taken

    def _chunks(self, pieces: Sequence[Piece]) -> list[dict[str, Any]]:
        """What pieces add to the message: the sources they are the first to cite, and their words."""
        sources = self._task_shown.cites(source for piece in pieces for source in piece.sources)
        self._bytes += sum(len(chunk.get("details", "").encode()) for chunk in sources)
        text = "".join(piece.text for piece in pieces)
        return [*sources, {"type": "markdown_text", "text": text if self._state is _State.OPEN else text.lstrip("\n")}]

    def _give_up(self, error: Exception) -> None:
        if isinstance(error, SlackApiError) and code(error) in {"ratelimited", "rate_limited"}:
            self._pace.refused(error)
        logger.info("Question %s: streamed no further (%s)", self._question.id[:8], code(error))
        self._state = _State.GIVEN_UP
        self._leave()
