"""Delivers answers to Slack, each once.

In: a claimed question. Out: its reply, which becomes a message in the question's thread, or an ephemeral one for a command.
"""

import asyncio
import logging
from collections.abc import Callable

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.corpus import Corpus
from bot.delivery import Checkpoint, Reply
from bot.errors import BotError
from bot.grounding import Reading
from bot.languages import Languages
from bot.prompts import PromptLibrary
from bot.questions import Place, Question, Surface, plain
from bot.slack.blocks import AnswerBlocks
from bot.slack.command_reply import CommandReply
from bot.slack.correction_reply import CorrectionReply
from bot.slack.elements import Rendered
from bot.slack.live_stream import LiveStream
from bot.slack.refusals import NETWORK, code
from bot.slack.reply_messages import ReplyMessages
from bot.slack.response_urls import ResponseUrls
from bot.slack.simpler import send_simply
from bot.slack.status_line import StatusLine
from bot.slack.streamed_text import StreamedText
from bot.slack.thread_reply import ThreadReply
from bot.slack.workspaces import Workspaces
from bot.store import Job, Store

logger = logging.getLogger(__name__)

NOTICE_TYPE = "notice"  # metadata of what is no answer: a message of ours without any is a stream that broke off


class SlackDelivery:
    """Replies to each question with the client of its team; `session` is for response URLs, which need no token."""

    def __init__(  # whom it calls, and with which words
        self, *, workspaces: Workspaces, session: aiohttp.ClientSession, blocks: AnswerBlocks, prompts: PromptLibrary, reading: Reading,
        store: Store, corpus: Callable[[], Corpus],
    ) -> None:  # fmt: skip
        self._corpus = corpus
        self._store = store
        self._workspaces = workspaces
        self._responses = ResponseUrls(session)
        self._blocks = blocks
        self._prompts = prompts
        self._reading = reading
        self._languages = Languages(prompts)
        self._whispers: set[asyncio.Task[None]] = set()

    async def reply(self, job: Job, opened: Checkpoint) -> Reply:
        """The reply to a claimed question; whose asker is told if it comes late. Raises NotInstalled, DeliveryError."""
        question = job.question
        workspace = await self._workspaces.of(question.place.team)
        language, blocks = self._language(question), self.speaking_to(question)
        if job.comes_late and not question.corrects:
            self.whisper(question, blocks.note("limits", "late", minutes=round(job.waited / 60)))
        if question.place.surface is Surface.COMMAND:
            return CommandReply(
                client=workspace.client,
                responses=self._responses,
                blocks=blocks,
                question=question,
                choice=self._store.channel_choice,
            )
        messages = ReplyMessages(
            client=workspace.client,
            bot_user=workspace.bot_user,
            question=question,
            known=job.reply_ts.split(),
            # What lay for long may be of a copy of the log, put back after it was answered.
            is_uncertain=job.attempts > 1 or job.comes_late or (job.is_anew and not job.reply_ts),
        )
        if question.place.surface is Surface.CORRECTION:
            return CorrectionReply(
                client=workspace.client, bot_user=workspace.bot_user, question=question, blocks=self._blocks, messages=messages,
                store=self._store, corpus=self._corpus,
            )  # fmt: skip
        words, impatient = self._prompts.reply("searching", language), workspace.impatient
        stream = LiveStream(client=impatient, question=question, messages=messages, opened=opened, pace=workspace.pace, words=words)
        status = StatusLine(client=impatient, words=words, question=question, lanes=workspace.lanes)
        text = StreamedText(self._reading.speaking(language))
        return ThreadReply(question=question, blocks=blocks, status=status, text=text, stream=stream, messages=messages)

    def _language(self, question: Question) -> str:
        return self._languages.of(plain(question.text))

    def speaking_to(self, question: Question) -> AnswerBlocks:
        """The blocks in the language of a question."""
        return self._blocks.speaking(self._language(question))

    def waiting(self, question: Question) -> Rendered:
        """What stands where the answer to a command will, in the language of the question."""
        return self.speaking_to(question).reply("searching")

    def whisper(self, question: Question, message: Rendered) -> None:
        """Tell the asker of a message something that nobody else sees; in the background, and once."""
        task = asyncio.create_task(self._whisper(question, message))
        self._whispers.add(task)
        task.add_done_callback(self._whispers.discard)

    async def _whisper(self, question: Question, message: Rendered) -> None:
        place = question.place
        thread_ts = place.thread_ts if place.thread_ts != place.message_ts else None
        try:
            workspace = await self._workspaces.of(place.team)
            await workspace.client.chat_postEphemeral(
                channel=place.channel, user=question.asker, text=message.text, blocks=message.blocks, thread_ts=thread_ts
            )
        except (SlackApiError, BotError, *NETWORK) as error:
            logger.warning("Question %s: its asker could not be told (%s)", question.id[:8], code(error))

    async def respond(self, response_url: str, message: Rendered, **options: object) -> bool:
        """Send a message to a response URL; False where Slack no longer takes it (five uses in thirty minutes)."""
        return await self._responses.send(response_url, message, **options)

    async def post_in_thread(self, place: Place, message: Rendered) -> None:
        """A message that is no answer: help, the list of documents."""
        await self.post_notice(place.team, place.channel, message, place.thread_ts)

    async def post_notice(self, team: str, channel: str, message: Rendered, thread_ts: str | None = None) -> str:
        """A message that is no answer, as a thread's root where none is named; its ts."""
        client = (await self._workspaces.of(team)).client

        async def post(one: Rendered) -> str:
            posted = await client.chat_postMessage(
                channel=channel, thread_ts=thread_ts, text=one.text, blocks=one.blocks, unfurl_links=False, unfurl_media=False,
                metadata={"event_type": NOTICE_TYPE, "event_payload": {}},
            )  # fmt: skip
            return str(posted["ts"])

        return await send_simply(message, post)
