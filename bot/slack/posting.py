"""Delivers answers to Slack, each once.

In: a claimed question. Out: its reply, which becomes a message in the question's thread, or an ephemeral one for a command.
"""

import asyncio
import logging
from collections.abc import Callable

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.corpus import Corpus
from bot.grounding import Reading
from bot.languages import Languages
from bot.prompts import PromptLibrary
from bot.questions import Question, Surface, plain
from bot.slack.blocks import AnswerBlocks
from bot.slack.command_reply import CommandReply
from bot.slack.correction_reply import CorrectionReply
from bot.slack.elements import Rendered
from bot.slack.live_stream import LiveStream, Pace
from bot.slack.refusals import NETWORK, code
from bot.slack.reply_messages import ReplyMessages
from bot.slack.response_urls import ResponseUrls
from bot.slack.status_line import StatusLine
from bot.slack.streamed_text import StreamedText
from bot.slack.thread_reply import ThreadReply
from bot.store import Job, Store
from bot.worker import Checkpoint, Reply

logger = logging.getLogger(__name__)

NOTICE_TYPE = "notice"  # metadata of what is no answer: a message of ours without any is a stream that broke off


class SlackDelivery:
    """Replies with `client`, as `bot_user`; `session` is for response URLs."""

    def __init__(  # noqa: PLR0913  # whom it calls, as whom, and with which words
        self, *, client: AsyncWebClient, session: aiohttp.ClientSession, blocks: AnswerBlocks, prompts: PromptLibrary, reading: Reading,
        store: Store, bot_user: str, corpus: Callable[[], Corpus],
    ) -> None:  # fmt: skip
        self._corpus = corpus
        self._store = store
        self._client = client
        self._impatient = _impatient(client)
        self._responses = ResponseUrls(session)
        self._blocks = blocks
        self._prompts = prompts
        self._reading = reading
        self._bot_user = bot_user
        self._languages = Languages(prompts)
        self._pace = Pace()
        self._whispers: set[asyncio.Task[None]] = set()

    def reply(self, job: Job, opened: Checkpoint) -> Reply:
        """The reply to a claimed question; whose asker is told if it comes late."""
        question = job.question
        if job.comes_late and not question.corrects:
            self.whisper(question, self._blocks.note("limits", "late", minutes=round(job.waited / 60)))
        if question.place.surface is Surface.COMMAND:
            return CommandReply(
                client=self._client, responses=self._responses, blocks=self._blocks, question=question, choice=self._store.channel_choice
            )
        messages = ReplyMessages(
            client=self._client,
            bot_user=self._bot_user,
            question=question,
            known=job.reply_ts.split(),
            is_uncertain=job.attempts > 1 or (job.is_anew and not job.reply_ts),
        )
        if question.place.surface is Surface.CORRECTION:
            return CorrectionReply(
                client=self._client, bot_user=self._bot_user, question=question, blocks=self._blocks, messages=messages, store=self._store,
                corpus=self._corpus,
            )  # fmt: skip
        language = self._languages.of(plain(question.text))
        words = self._prompts.reply("searching", language)
        stream = LiveStream(client=self._impatient, question=question, messages=messages, opened=opened, pace=self._pace, words=words)
        status = StatusLine(client=self._impatient, words=words, question=question)
        text = StreamedText(self._reading.speaking(language))
        return ThreadReply(question=question, blocks=self._blocks, status=status, text=text, stream=stream, messages=messages)

    def waiting(self, question: Question) -> Rendered:
        """What stands where the answer to a command will, in the language of the question."""
        said = self._prompts.reply("searching", self._languages.of(plain(question.text))).fill()
        return self._blocks.markdown(said)

    def whisper(self, question: Question, message: Rendered) -> None:
        """Tell the asker of a message something that nobody else sees; in the background, and once."""
        task = asyncio.create_task(self._whisper(question, message))
        self._whispers.add(task)
        task.add_done_callback(self._whispers.discard)

    async def _whisper(self, question: Question, message: Rendered) -> None:
        place = question.place
        thread_ts = place.thread_ts if place.thread_ts != place.message_ts else None
        try:
            await self._client.chat_postEphemeral(
                channel=place.channel, user=question.asker, text=message.text, blocks=message.blocks, thread_ts=thread_ts
            )
        except (SlackApiError, *NETWORK) as error:
            logger.warning("Question %s: its asker could not be told (%s)", question.id[:8], code(error))

    async def respond(self, response_url: str, message: Rendered, **options: object) -> bool:
        """Send a message to a response URL; False where Slack no longer takes it (five uses in thirty minutes)."""
        return await self._responses.send(response_url, message, **options)

    async def post_in_thread(self, channel: str, thread_ts: str, message: Rendered) -> None:
        """A message that is no answer: help, the list of documents."""
        await self.post_notice(channel, message, thread_ts)

    async def post_notice(self, channel: str, message: Rendered, thread_ts: str | None = None) -> str:
        """A message that is no answer, as a thread's root where none is named; its ts."""
        posted = await self._client.chat_postMessage(
            channel=channel, thread_ts=thread_ts, text=message.text, blocks=message.blocks, unfurl_links=False, unfurl_media=False,
            metadata={"event_type": NOTICE_TYPE, "event_payload": {}},
        )  # fmt: skip
        return str(posted["ts"])


def _impatient(client: AsyncWebClient) -> AsyncWebClient:
    """The same client, but told at once when Slack was asked too often: what is only shown on the way is not worth waiting for."""
    return AsyncWebClient(token=client.token, base_url=client.base_url, session=client.session, timeout=client.timeout, retry_handlers=[])
