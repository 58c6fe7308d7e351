"""What Slack shows while a question is worked on: a line under the thread, and its Stop button; and what a direct thread is called.

In: a question. Out: calls that may all fail: no answer waits for them. Slack takes the line away when the bot posts, or after two minutes;
the session's state, and with it the button, it leaves to the app (slack.md 1.1).
"""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.prompts import Template
from bot.questions import Question, Surface, plain
from bot.slack.elements import shortened
from bot.slack.refusals import NETWORK, code

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 0.2  # what is answered sooner needs no sign that it is being answered
AGAIN_SECONDS = 100.0
LONGEST_CALL = 3.0  # seconds
LONGEST_TITLE = 200  # characters (docs.slack.dev/ai/agent-sessions)


class StatusLine:
    """The signs of one question, in the `words` of prompts/replies/searching.md. `again` is after how many seconds the line is sent once more.

    `lanes` are shared by the questions of a workspace: where very many are asked at once, their signs must not come before their answers.
    """

    def __init__(
        self, *, client: AsyncWebClient, words: Template, question: Question, lanes: asyncio.Semaphore, again: float = AGAIN_SECONDS
    ) -> None:
        self._client = client
        self._words = words
        self._question = question
        self._lanes = lanes
        self._again = again
        self._over = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._naming: asyncio.Task[None] | None = None
        self._is_shown = False
        self._is_calling = False
        self._may_stay = False

    def begin(self) -> None:
        """Show them, unless the answer comes first."""
        self._task = asyncio.create_task(self._show())
        place = self._question.place
        if place.surface is Surface.DIRECT and place.thread_ts == place.message_ts:
            self._naming = asyncio.create_task(self._name())

    def hush(self) -> None:
        """The reply comes now: show nothing that is not shown already."""
        self._may_stay |= self._is_calling  # what is on its way may arrive after the reply, which takes away only what was there before
        self._over.set()

    def fail(self) -> None:
        """No reply comes that would take the line away."""
        self._may_stay = True

    async def end(self) -> None:
        """Take them away."""
        self.hush()
        if self._task is None:
            return
        await self._task
        self._task = None
        if self._naming:
            await self._naming
        if self._is_shown:
            async with self._lanes:
                await asyncio.gather(*([self._line("")] if self._may_stay else []), self._session("active"))

    async def _show(self) -> None:
        if await self._over_within(PATIENCE_SECONDS):
            return
        while self._lanes.locked():
            if await self._over_within(PATIENCE_SECONDS):
                return
        async with self._lanes:
            self._is_shown = True
            await self._session("processing")
            await self._loading()
        while not await self._over_within(self._again):
            await self._loading()

    async def _loading(self) -> None:
        if not self._over.is_set():
            await self._line(self._words.label("status"), self._words.label("loading").split("|"))

    async def _name(self) -> None:
        """Call the thread what its first question says: so it is found again among one's conversations with the bot."""
        place, title = self._question.place, shortened(plain(self._question.text), LONGEST_TITLE)
        call = self._client.assistant_threads_setTitle(channel_id=place.channel, thread_ts=place.thread_ts, title=title)
        await self._attempt(call, "title")

    async def _over_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._over.wait()
        except TimeoutError:
            return False
        return True

    async def _session(self, status: str) -> None:
        place = self._question.place
        await self._try(self._client.agents_sessions_setStatus(channel_id=place.channel, thread_ts=place.thread_ts, status=status))

    async def _line(self, status: str, loading: list[str] | None = None) -> None:
        place = self._question.place
        await self._try(
            self._client.assistant_threads_setStatus(
                channel_id=place.channel, thread_ts=place.thread_ts, status=status, loading_messages=loading
            )
        )

    async def _try(self, call: Coroutine[Any, Any, object]) -> None:
        self._is_calling = True
        try:
            await self._attempt(call, "status line")
        finally:
            self._is_calling = False

    async def _attempt(self, call: Coroutine[Any, Any, object], what: str) -> None:
        try:
            async with asyncio.timeout(LONGEST_CALL):
                await call
        except (SlackApiError, *NETWORK) as error:
            logger.info("Question %s: no %s (%s)", self._question.id[:8], what, code(error))
