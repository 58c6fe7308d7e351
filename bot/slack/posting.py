"""Delivers answers to Slack, each once.

In: a Question and its Answer. Out: a message in the question's thread, or an ephemeral one for a command. A post that may have reached
Slack before a connection broke is looked for, by the metadata every answer carries, before it is made again.
"""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import DeliveryError
from bot.grounding import Answer
from bot.prompts import PromptLibrary
from bot.questions import Question, Surface
from bot.slack.blocks import AnswerBlocks, Rendered

logger = logging.getLogger(__name__)

METADATA_TYPE = "grounded_answer"
# Slack's words for "not now"; everything else will not pass by waiting (docs.slack.dev, errors of chat.postMessage).
_PASSING = frozenset(
    {"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"}
)
_NETWORK = (aiohttp.ClientError, TimeoutError, OSError, SlackClientError)


class SlackDelivery:
    """Posts with `client`; `session` is for response URLs, which are no methods of the Web API."""

    def __init__(self, *, client: AsyncWebClient, session: aiohttp.ClientSession, blocks: AnswerBlocks, prompts: PromptLibrary) -> None:
        self._client = client
        self._session = session
        self._blocks = blocks
        self._prompts = prompts

    async def begin(self, question: Question) -> None:
        """Show "is reading the documents…" in the thread. Slack takes it away when the answer is posted, or after two minutes."""
        if question.place.surface is Surface.COMMAND:
            return
        try:
            await self._client.assistant_threads_setStatus(
                channel_id=question.place.channel,
                thread_ts=question.place.thread_ts,
                status=self._prompts.reply("searching").label("status"),
            )
        except (SlackApiError, *_NETWORK) as error:
            logger.info("Question %s: no status line (%s)", question.id[:8], _code(error))

    async def deliver(self, question: Question, answer: Answer, *, attempt: int) -> str:
        """Post the answer; its ts, "" for an ephemeral one. Raises DeliveryError for what may pass."""
        try:
            if question.place.surface is Surface.COMMAND:
                await self._answer_command(question, self._blocks.private(answer, question.id))
                return ""
            posted = await self._find(question) if attempt > 1 else None
            return posted or await self._post(question, self._blocks.public(answer, question.id))
        except SlackApiError as error:
            if _code(error) in _PASSING or error.response.status_code >= 500:
                raise DeliveryError(_code(error)) from error
            raise
        except _NETWORK as error:
            raise DeliveryError(type(error).__name__) from error

    async def apologise(self, question: Question) -> None:
        """Say where the question was asked that there will be no answer."""
        sorry = self._blocks.reply("failed", reference=question.id[:8])
        if question.place.surface is Surface.COMMAND:
            await self._answer_command(question, sorry)
        else:
            await self._post(question, sorry)

    async def respond(self, response_url: str, message: Rendered, **options: object) -> bool:
        """Send a message to a response URL; False where Slack no longer takes it (five uses in thirty minutes)."""
        body = {"text": message.text, "blocks": message.blocks, "unfurl_links": False, "unfurl_media": False, **options}
        async with self._session.post(response_url, json=body, timeout=aiohttp.ClientTimeout(10)) as reply:
            if reply.status >= 500 or reply.status == 429:
                raise DeliveryError(f"response_url answered {reply.status}")
            return reply.status == 200

    async def post_in_thread(self, channel: str, thread_ts: str, message: Rendered) -> None:
        """A message that is no answer: help, the list of documents."""
        await self._client.chat_postMessage(
            channel=channel, thread_ts=thread_ts, text=message.text, blocks=message.blocks, unfurl_links=False, unfurl_media=False
        )

    async def _answer_command(self, question: Question, message: Rendered) -> None:
        place = question.place
        if await self.respond(place.response_url, message, response_type="ephemeral", replace_original=True):
            return
        try:
            await self._client.chat_postEphemeral(channel=place.channel, user=question.asker, text=message.text, blocks=message.blocks)
        except SlackApiError as error:
            # The bot is not in that channel: the person's own conversation with it is always there.
            logger.info("Question %s: answered in a direct message (%s)", question.id[:8], _code(error))
            opened = await self._client.conversations_open(users=question.asker)
            await self._client.chat_postMessage(channel=opened["channel"]["id"], text=message.text, blocks=message.blocks)

    async def _post(self, question: Question, message: Rendered) -> str:
        posted = await self._client.chat_postMessage(
            channel=question.place.channel,
            thread_ts=question.place.thread_ts,
            text=message.text,
            blocks=message.blocks,
            metadata={"event_type": METADATA_TYPE, "event_payload": {"id": question.id}},
            unfurl_links=False,
            unfurl_media=False,
        )
        return str(posted["ts"])

    async def _find(self, question: Question) -> str | None:
        """The answer's ts where an earlier attempt did reach Slack."""
        await asyncio.sleep(1)  # a post whose connection broke may still be on its way into the thread
        cursor: str | None = None
        while True:
            # From the question on: what answers it cannot be older, and a thread may be long.
            replies = await self._client.conversations_replies(
                channel=question.place.channel,
                ts=question.place.thread_ts,
                oldest=question.place.message_ts,
                include_all_metadata=True,
                limit=200,
                cursor=cursor,
            )
            messages: list[Mapping[str, Any]] = replies.get("messages") or []
            found = next((str(message["ts"]) for message in messages if _answers(message, question)), None)
            cursor = (replies.get("response_metadata") or {}).get("next_cursor")
            if found or not cursor:
                return found


def _answers(message: Mapping[str, Any], question: Question) -> bool:
    metadata = message.get("metadata") or {}
    return metadata.get("event_type") == METADATA_TYPE and (metadata.get("event_payload") or {}).get("id") == question.id


def _code(error: BaseException) -> str:
    """Slack's word for what went wrong; for a reply that is not Slack's JSON, as a gateway's 503 is, the status."""
    if not isinstance(error, SlackApiError):
        return type(error).__name__
    data = error.response.data
    return str(data.get("error")) if isinstance(data, dict) else str(error.response.status_code)
