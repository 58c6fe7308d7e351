"""The messages in which one question's reply stands, made to say what they should.

In: what each is to say. Out: their ts. A message that may have reached Slack before a connection or the program broke is looked for in the
thread, by the metadata that every message of ours carries, before one is posted: there is never a second.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from functools import partial
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.questions import Question
from bot.slack.elements import Rendered
from bot.slack.refusals import NETWORK, code
from bot.slack.simpler import send_simply

logger = logging.getLogger(__name__)

METADATA_TYPE = "grounded_answer"
_IN_FLIGHT_SECONDS = 1.0  # a post whose connection broke may still be on its way into the thread
_NO_THREAD = frozenset({"thread_not_found", "message_not_found"})
# The app may not read such conversations: group messages without mpim:history. An answer that may be the second is better than none.
_NOT_SHOWN = frozenset({"missing_scope", "no_permission", "not_allowed_token_type"})
_GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})


class ReplyMessages:
    """`known` are the ts of the messages there are; with `is_uncertain` there may be more, of an attempt whose end nobody saw."""

    def __init__(self, *, client: AsyncWebClient, bot_user: str, question: Question, known: Sequence[str], is_uncertain: bool) -> None:
        self._client = client
        self._bot_user = bot_user
        self._question = question
        self.known = list(known)
        self.is_uncertain = is_uncertain

    @property
    def metadata(self) -> dict[str, Any]:
        """What marks a message as part of this reply."""
        return {"event_type": METADATA_TYPE, "event_payload": {"id": self._question.id, "message_ts": self._question.place.message_ts}}

    async def settle(self, parts: Sequence[Rendered]) -> None:
        """Let the reply be these messages and no others: those there are say it, missing ones are posted, what is too much is deleted."""
        if self.is_uncertain:
            await self.look()
        kept: list[str] = []
        for at, part in enumerate(parts):
            there = at < len(self.known) and await self._update(self.known[at], part)
            kept.append(self.known[at] if there else await self._post(part))
            self.known[at : at + 1] = [kept[-1]]
        for ts in self.known[len(kept) :]:
            await self._delete(ts)
        self.known = kept

    async def revise(self, parts: Sequence[Rendered]) -> bool:
        """Let what stands of the reply say these instead; whether anything does. Nothing is posted: what somebody deleted stays deleted."""
        if len(parts) > len(self.known):
            return bool(self.known)  # better unmarked than in pieces that lie apart
        is_there = [await self._update(ts, part) for ts, part in zip(self.known, parts, strict=False)]
        for ts in self.known[len(parts) :]:
            await self._delete(ts)
        return any(is_there)

    async def look(self) -> None:
        """Find what an earlier attempt, or a call that broke, left in the thread."""
        await asyncio.sleep(_IN_FLIGHT_SECONDS)
        try:
            found = [str(message["ts"]) async for message in self._thread() if self._is_ours(message)]
        except SlackApiError as error:
            if code(error) not in _NO_THREAD | _NOT_SHOWN:
                raise
            if code(error) in _NOT_SHOWN:
                logger.warning("Question %s: nobody can see whether its answer stands already (%s)", self._question.id[:8], code(error))
            found = []
        self.known += [ts for ts in found if ts not in self.known]
        self.known.sort(key=float)
        self.is_uncertain = False

    async def _thread(self) -> AsyncIterator[Mapping[str, Any]]:
        place, cursor = self._question.place, None
        while True:
            # From the question on: what answers it cannot be older, and a thread may be long.
            replies = await self._client.conversations_replies(
                channel=place.channel, ts=place.thread_ts, oldest=place.message_ts, include_all_metadata=True, limit=200, cursor=cursor
            )
            for message in replies.get("messages") or []:
                yield message
            cursor = (replies.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return

    def _is_ours(self, message: Mapping[str, Any]) -> bool:
        """Whether a message is of this reply: it says so, or it is a stream of the bot's that broke off before it could say so."""
        metadata = message.get("metadata") or {}
        if not metadata:
            return message.get("user") == self._bot_user
        answered = (metadata.get("event_payload") or {}).get("message_ts")
        return metadata.get("event_type") == METADATA_TYPE and answered == self._question.place.message_ts

    async def _post(self, part: Rendered) -> str:
        try:
            return await send_simply(part, self._post_as_is)
        except NETWORK:
            self.is_uncertain = True
            raise

    async def _post_as_is(self, part: Rendered) -> str:
        place = self._question.place
        posted = await self._client.chat_postMessage(
            channel=place.channel, thread_ts=place.thread_ts, text=part.text, blocks=part.blocks, metadata=self.metadata,
            unfurl_links=False, unfurl_media=False,
        )  # fmt: skip
        return str(posted["ts"])

    async def _update(self, ts: str, part: Rendered) -> bool:
        """Let the message say `part`; False where there is none any more."""
        try:
            await self._change(ts, part)
        except SlackApiError as error:
            if code(error) != "streaming_state_conflict":
                return _unless_gone(error)
            await self.close_stream(ts)
            await self._change(ts, part)
        return True

    async def _change(self, ts: str, part: Rendered) -> None:
        await send_simply(part, partial(self._change_as_is, ts))

    async def _change_as_is(self, ts: str, part: Rendered) -> None:
        channel = self._question.place.channel
        await self._client.chat_update(channel=channel, ts=ts, text=part.text, blocks=part.blocks, metadata=self.metadata)

    async def close_stream(self, ts: str) -> None:
        """End a stream that somebody left open; whatever state it is in."""
        try:
            await self._client.chat_stopStream(channel=self._question.place.channel, ts=ts, metadata=self.metadata)
        except SlackApiError as error:
            if code(error) not in {"message_not_in_streaming_state", "stopped_by_user", "no_text"}:
                raise

    async def _delete(self, ts: str) -> None:
        try:
            await self._client.chat_delete(channel=self._question.place.channel, ts=ts)
        except SlackApiError as error:
            _unless_gone(error)


def _unless_gone(error: SlackApiError) -> bool:
    """False where a message is no longer there or no longer to be changed; anything else is raised."""
    if code(error) not in _GONE:
        raise error
    return False
