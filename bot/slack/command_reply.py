"""The reply to a slash command: seen by its asker alone unless the channel chose otherwise, in place of "Reading the documents…"."""

import asyncio
import logging
from collections.abc import Callable
from functools import partial

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.commands import as_asked
from bot.grounding import Answer, CitedClaim
from bot.questions import Question
from bot.slack.blocks import AnswerBlocks
from bot.slack.elements import Rendered
from bot.slack.refusals import code, may_pass
from bot.slack.response_urls import ResponseUrls
from bot.slack.simpler import send_simply
from bot.slack.splitting import split
from bot.store import ChannelChoice

logger = logging.getLogger(__name__)


class CommandReply:
    """One command's reply. The acknowledgement has said that the documents are being read, so there is nothing to show before its end."""

    def __init__(
        self, *, client: AsyncWebClient, responses: ResponseUrls, blocks: AnswerBlocks, question: Question,
        choice: Callable[[str, str], ChannelChoice | None],
    ) -> None:  # fmt: skip
        self._choice = choice
        self._client = client
        self._responses = responses
        self._blocks = blocks
        self._question = question

    async def begin(self) -> None:
        """Nothing: the acknowledgement said it."""

    def show(self, claim: CitedClaim) -> None:
        """Nothing: a private message cannot grow."""

    def complete(self) -> None:
        """Nothing was shown."""

    async def finish(self, answer: Answer) -> str:
        """Put the answer in the place of the waiting note; "" as no ts is given for it. Raises DeliveryError for what may pass."""
        with may_pass():
            if not await self._publish(answer):
                await self._say(self._blocks.private(answer, self._question.id, question=as_asked(self._question)))
        return ""

    async def _publish(self, answer: Answer) -> bool:
        """Say it to the channel where that chose public answers; whether it was said."""
        place, asker = self._question.place, self._question.asker
        chosen = await asyncio.to_thread(self._choice, place.team, place.channel)
        if not (chosen and chosen.is_public) or answer.declined_for:
            return False
        shared = self._blocks.shared(answer, self._question.id, question=as_asked(self._question), user=asker)
        for part in split(shared):
            if not await self._responses.send(place.response_url, part, response_type="in_channel", replace_original=False):
                return False
        await self._responses.delete(place.response_url)
        return True

    async def withdraw(self) -> None:
        """Nothing: a command cannot be deleted."""

    async def apologise(self) -> None:
        """Say that there will be no answer."""
        with may_pass():
            await self._say(self._blocks.reply("failed", reference=self._question.id[:8]))

    async def close(self) -> None:
        """Nothing runs for it."""

    async def _say(self, message: Rendered) -> None:
        """Say it in as many messages as it takes, the first in the place of the waiting note."""
        url = self._question.place.response_url
        for number, part in enumerate(split(message)):
            if not await self._responses.send(url, part, response_type="ephemeral", replace_original=number == 0):
                await self._say_directly(part)

    async def _say_directly(self, message: Rendered) -> None:
        try:
            await send_simply(message, self._whisper)
        except SlackApiError as error:
            # The bot is not in that channel: the person's own conversation with it is always there.
            logger.info("Question %s: answered in a direct message (%s)", self._question.id[:8], code(error))
            opened = await self._client.conversations_open(users=self._question.asker)
            await send_simply(message, partial(self._post, opened["channel"]["id"]))

    async def _whisper(self, message: Rendered) -> None:
        channel, asker = self._question.place.channel, self._question.asker
        await self._client.chat_postEphemeral(channel=channel, user=asker, text=message.text, blocks=message.blocks)

    async def _post(self, channel: str, message: Rendered) -> None:
        await self._client.chat_postMessage(
            channel=channel, text=message.text, blocks=message.blocks, unfurl_links=False, unfurl_media=False
        )
