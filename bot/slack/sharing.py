"""A private answer made public by whoever got it: posted in the channel once, with its sources, who shared it and what was asked."""

import asyncio
from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext

from bot.commands import as_asked
from bot.slack.blocks import SHARE_ACTION, AnswerBlocks
from bot.slack.posting import SlackDelivery
from bot.slack.splitting import split
from bot.slack.workspaces import team_of
from bot.store import Store, question_of


class Sharing:
    """The Share button below a private answer."""

    def __init__(self, *, store: Store, blocks: AnswerBlocks, delivery: SlackDelivery) -> None:
        self._store = store
        self._blocks = blocks
        self._delivery = delivery

    def register(self, app: AsyncApp) -> None:
        """Listen for the button."""
        app.action(SHARE_ACTION)(self.share)

    async def share(self, ack: AsyncAck, body: Mapping[str, Any], context: AsyncBoltContext) -> None:
        """Post the answer in the channel, once, and take the button away."""
        await ack()
        reference, user, team = body["actions"][0]["value"], body["user"]["id"], team_of(context)
        found = await asyncio.to_thread(self._store.find, reference, team=team)
        answer = await asyncio.to_thread(self._store.answer, reference, team=team)
        if not found or answer is None or not await asyncio.to_thread(self._store.first_time, f"shared:{reference}"):
            return
        shared = self._blocks.shared(answer, reference, question=as_asked(question_of(found[0])), user=user)
        for part in split(shared):
            await self._delivery.respond(body["response_url"], part, response_type="in_channel", replace_original=False)
        with_buttons = split(self._blocks.public(answer, reference))[-1]
        await self._delivery.respond(body["response_url"], with_buttons, replace_original=True)
