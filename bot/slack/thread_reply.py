"""The reply to a question asked in a message, in that message's thread."""

import logging

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.grounding import Answer, CitedClaim
from bot.prompts import PromptLibrary
from bot.questions import Question
from bot.slack.blocks import AnswerBlocks
from bot.slack.refusals import NETWORK, code, may_pass
from bot.slack.reply_messages import ReplyMessages

logger = logging.getLogger(__name__)


class ThreadReply:
    """One question's reply."""

    def __init__(
        self, *, client: AsyncWebClient, blocks: AnswerBlocks, prompts: PromptLibrary, question: Question, messages: ReplyMessages
    ) -> None:
        self._client = client
        self._blocks = blocks
        self._prompts = prompts
        self._question = question
        self._messages = messages

    async def begin(self) -> None:
        """Show "is reading the documents…" in the thread. Slack takes it away when the answer is posted, or after two minutes."""
        place = self._question.place
        try:
            await self._client.assistant_threads_setStatus(
                channel_id=place.channel, thread_ts=place.thread_ts, status=self._prompts.reply("searching").label("status")
            )
        except (SlackApiError, *NETWORK) as error:
            logger.info("Question %s: no status line (%s)", self._question.id[:8], code(error))

    def show(self, claim: CitedClaim) -> None:
        """Nothing yet."""

    async def finish(self, answer: Answer) -> str:
        """Post the answer, or bring what stands of it to its end; its ts. Raises DeliveryError for what may pass."""
        with may_pass():
            await self._messages.settle([self._blocks.public(answer, self._question.id)])
        return " ".join(self._messages.known)

    async def apologise(self) -> None:
        """Say where the question was asked that there will be no answer."""
        await self._messages.settle([self._blocks.reply("failed", reference=self._question.id[:8])])
