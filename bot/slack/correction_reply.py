"""The correction of an answer whose source changed: what was said is marked, and what the documents say now stands below it, in the same thread.

In: the answer of now to the same question. Out: the old messages with a notice, and a message that says which source changed, with the answer.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.corpus import Corpus
from bot.errors import DeliveryError
from bot.grounding import Answer, CitedClaim, Fallen, Standing
from bot.questions import Question
from bot.slack.blocks import AnswerBlocks
from bot.slack.refusals import NETWORK, code, may_pass
from bot.slack.reply_messages import ReplyMessages
from bot.slack.splitting import split
from bot.store import Store

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Said:
    """What is corrected: the question, its answer, the messages that stand of it, and what of it fell."""

    question: Question
    answer: Answer
    messages: ReplyMessages
    fallen: tuple[Fallen, ...]


class CorrectionReply:
    """One correction, in `messages`."""

    def __init__(
        self, *, client: AsyncWebClient, bot_user: str, question: Question, blocks: AnswerBlocks, messages: ReplyMessages, store: Store,
        corpus: Callable[[], Corpus],
    ) -> None:  # fmt: skip
        self._client = client
        self._bot_user = bot_user
        self._question = question
        self._blocks = blocks
        self._messages = messages
        self._store = store
        self._corpus = corpus
        self._said: _Said | None = None

    async def begin(self) -> None:
        """Nothing to show. Raises DeliveryError where the documents here bear the answer out: those of another process may be newer."""
        self._said = await asyncio.to_thread(self._what_was_said)
        if self._said is not None and not self._said.fallen:
            raise DeliveryError("the documents of this process bear the answer out that is to be corrected")

    def _what_was_said(self) -> _Said | None:
        """None where it no longer counts: the question was taken back or edited, or is forgotten."""
        row = next((row for row in self._store.find(self._question.corrects) if row["status"] == "done" and row["answer"]), None)
        if row is None:
            return None
        question, answer = self._store.asked(row, 0), Answer.from_json(row["answer"])
        known = (row["reply_ts"] or "").split()
        messages = ReplyMessages(client=self._client, bot_user=self._bot_user, question=question, known=known, is_uncertain=False)
        return _Said(question, answer, messages, Standing(self._corpus()).fallen(answer))

    def show(self, claim: CitedClaim) -> None:
        """Nothing: nobody waits for it."""

    def complete(self) -> None:
        """Nothing was shown."""

    async def finish(self, answer: Answer) -> str:
        """Mark what was said and say what is so; the ts of the new messages, "" where the old ones are gone. Raises DeliveryError."""
        said = self._said
        if said is None:
            return ""
        with may_pass():
            if not await said.messages.revise(split(self._blocks.outdated(said.answer, said.question.id))):
                return ""
            url = await self._link_to(said.question, said.messages.known[0])
            correction = self._blocks.correction(answer, self._question.id, question=said.question.text, fallen=said.fallen, url=url)
            await self._messages.settle(split(correction))
        return " ".join(self._messages.known)

    async def _link_to(self, question: Question, ts: str) -> str | None:
        """Where the old answer is; None where Slack does not say."""
        try:
            found = await self._client.chat_getPermalink(channel=question.place.channel, message_ts=ts)
        except (SlackApiError, *NETWORK) as error:
            logger.info("No link to what is corrected (%s)", code(error))
            return None
        return str(found["permalink"])

    async def withdraw(self) -> None:
        """Nothing: nobody asked it."""

    async def apologise(self) -> None:
        """Nothing: nobody waits for it, and what was said stays in the list of what is outdated."""

    async def close(self) -> None:
        """Nothing runs for it."""
