"""What Slack sends, taken in: recorded first, then acknowledged, then left to the worker.

Bolt is told to acknowledge after the listener (`process_before_response`), so a question is on disk before Slack is told "received"; a
listener does nothing that takes longer than that.
"""

import asyncio
import logging
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.commands import Ask, OpenSettings, parse_command
from bot.errors import StoreUnavailable
from bot.questions import Question, Surface
from bot.slack.blocks import AnswerBlocks
from bot.slack.changes import Changes
from bot.slack.channel_settings import ChannelSettings
from bot.slack.desk import Desk
from bot.slack.elements import Rendered
from bot.slack.events import CHANGED, DELETED, is_direct, is_from_a_person, question_from_command, question_from_event, request_of
from bot.slack.follow_ups import FollowUps
from bot.slack.intake import Intake
from bot.slack.posting import SlackDelivery
from bot.slack.workspaces import bot_user_of, team_of
from bot.store import Store

logger = logging.getLogger(__name__)

Payload = Mapping[str, Any]


class Listeners:
    """The listeners of the bot, in whichever workspace."""

    def __init__(  # noqa: PLR0913  # every part it hands questions to; a bag of them would only hide it
        self,
        *,
        store: Store,
        intake: Intake,
        delivery: SlackDelivery,
        blocks: AnswerBlocks,
        desk: Desk,
        channel_settings: ChannelSettings,
        changes: Changes,
        follow_ups: FollowUps,
        command: str,
    ) -> None:  # fmt: skip
        self._store = store
        self._intake = intake
        self._delivery = delivery
        self._blocks = blocks
        self._desk = desk
        self._channel_settings = channel_settings
        self._command = command
        self._changes = changes
        self._follow_ups = follow_ups

    def register(self, app: AsyncApp) -> None:
        """Add the listeners to questions. They come before all others: Bolt tries one after another, which costs more than to take a question in."""
        app.event("app_mention")(self.mention)
        app.event("message")(self.message)
        app.command(self._command)(self.command)

    def register_last(self, app: AsyncApp) -> None:
        """Take what nobody listens to, which Slack would otherwise send again and again."""
        app.event(re.compile(".*"))(self.nothing)
        app.action(re.compile(".*"))(self.acknowledge)
        app.error(self.failed)

    async def command(self, ack: AsyncAck, body: Payload, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """`/command …`: record a question and say that it is being read; answer the rest at once."""
        request = parse_command(body.get("text") or "")
        if isinstance(request, OpenSettings) and not is_direct(body):
            await self._channel_settings.open(body, client)
            await ack()
        elif isinstance(request, Ask):
            question = question_from_command(body, request)
            await _acknowledge(ack, await self._intake.take(question) or self._delivery.waiting(question))
        else:
            await _acknowledge(ack, await self._desk.answer(request, body["user_id"], team_of(context)))

    async def mention(self, body: Payload, context: AsyncBoltContext) -> None:
        """`@bot …` in a channel."""
        if is_from_a_person(body["event"]):
            await self._take_message(question_from_event(body, Surface.MENTION, bot_user_of(context)))

    async def message(self, body: Payload, context: AsyncBoltContext) -> None:
        """A message in a direct conversation, a follow-up in a thread, or a change of one. Mentions come as events of their own."""
        event, bot_user = body["event"], bot_user_of(context)
        if event.get("subtype") in {CHANGED, DELETED}:
            if meant_now := await self._changes.take(body, bot_user):
                await self._take_message(meant_now)
        elif not is_from_a_person(event):
            return
        elif event.get("channel_type") == "im":
            await self._take_message(question_from_event(body, Surface.DIRECT, bot_user))
        elif await self._follow_ups.is_one(body, bot_user):
            await self._take_message(question_from_event(body, Surface.MENTION, bot_user))

    async def nothing(self) -> None:
        """Events that are subscribed to and need nothing done."""

    async def acknowledge(self, ack: AsyncAck) -> None:
        """Buttons of messages from before an update: without this, Slack shows a warning sign."""
        await ack()

    async def failed(self, error: Exception, body: Payload, ack: AsyncAck) -> BoltResponse:
        """A listener failed before its question was recorded. Events come again by themselves; a command's person is asked to."""
        if isinstance(error, StoreUnavailable):
            logger.warning("Not acknowledged: %s", error)
        else:
            logger.error("A listener failed", exc_info=error)
        if "command" not in body:
            return BoltResponse(status=503)  # over Socket Mode, no acknowledgement
        note = self._blocks.note("limits", "away") if isinstance(error, StoreUnavailable) else self._blocks.reply("failed", reference="-")
        return await _acknowledge(ack, note)

    async def _take_message(self, question: Question) -> None:
        request = request_of(question)
        if isinstance(request, Ask):
            await self._intake.take(replace(question, text=request.text, wanted=request.wanted, until=request.until))
        elif await asyncio.to_thread(self._store.first_time, *question.dedupe_keys):
            place = question.place
            said = await self._desk.answer(request, question.asker, place.team, is_private=place.surface is Surface.DIRECT)
            await self._delivery.post_in_thread(place, said)


async def _acknowledge(ack: AsyncAck, message: Rendered) -> BoltResponse:
    return await ack(response_type="ephemeral", text=message.text, blocks=message.blocks)
