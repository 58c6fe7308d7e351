"""Pin and Unpin, in the dialog "Why this answer?", for the people in ADMIN_USERS.

In: a press there. Out: the answer pinned or no longer, and a line in the same dialog that says so, or says why not.
"""

import asyncio
from collections.abc import Callable, Mapping
from itertools import takewhile
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.pins import PinnedAnswers
from bot.prompts import PromptLibrary
from bot.slack.elements import Block, button, plain, rich_text, section, words
from bot.slack.workspaces import team_of
from bot.store import Pin, Row, Store

Payload = Mapping[str, Any]

PIN_ACTION, UNPIN_ACTION = "pin", "unpin"


class Pinning:
    """What an administrator may do with an answer. `admins` are their ids."""

    def __init__(self, *, store: Store, pins: PinnedAnswers, prompts: PromptLibrary, admins: frozenset[str]) -> None:
        self._store = store
        self._pins = pins
        self._template = prompts.reply("pins")
        self._admins = admins

    def register(self, app: AsyncApp) -> None:
        """Listen for both buttons."""
        app.action(PIN_ACTION)(self.pin)
        app.action(UNPIN_ACTION)(self.unpin)

    def blocks(self, row: Row, user: str) -> list[Block]:
        """What stands below a receipt for `user`: nothing, unless they may pin. Blocks on the database."""
        if user not in self._admins:
            return []
        pin = self._pins.of(row)
        said = self._pinned(pin) if pin else plain(self._template.label("about"))
        action = UNPIN_ACTION if pin else PIN_ACTION
        press = button(action, self._template.label("unpin_this" if pin else "pin_this"), row["id"])
        return [{"type": "divider"}, said, {"type": "actions", "elements": [press]}]

    def _pinned(self, pin: Pin) -> Block:
        before, _, after = self._template.label("pinned_by", user="\0").partition("\0")
        named = {"type": "user", "user_id": pin.pinned_by} if pin.pinned_by else words(self._template.label("by_nobody"))
        return rich_text(section(words(before), named, words(after)))

    async def pin(self, ack: AsyncAck, body: Payload, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """Pin the answer."""
        await ack()
        await self._change(body, client, team_of(context), self._pins.pin)

    async def unpin(self, ack: AsyncAck, body: Payload, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """Take its pin back, whoever made it."""
        await ack()
        await self._change(body, client, team_of(context), self._unpin)

    def _unpin(self, row: Row, user: str) -> str:  # noqa: ARG002  # as `PinnedAnswers.pin`
        self._pins.unpin(row)
        return ""

    async def _change(self, body: Payload, client: AsyncWebClient, team: str, change: Callable[[Row, str], str]) -> None:
        user, view = body["user"]["id"], body["view"]
        if user not in self._admins:
            return
        own = await asyncio.to_thread(self._changed, body, team, change)
        receipt = list(takewhile(lambda block: block["type"] != "divider", view["blocks"]))
        texts = {name: view[name] for name in ("type", "title", "close")}
        await client.views_update(view_id=view["id"], view={**texts, "blocks": [*receipt, *own]})

    def _changed(self, body: Payload, team: str, change: Callable[[Row, str], str]) -> list[Block]:
        """What stands below the receipt afterwards."""
        user, found = body["user"]["id"], self._store.find(body["actions"][0]["value"], team=team)
        if not found:
            return []
        refusal = change(found[0], user)
        return [*self.blocks(found[0], user), *([self.refusal(refusal)] if refusal else [])]

    def refusal(self, reason: str) -> Block:
        """Why an answer was not pinned: `reason` as `PinnedAnswers.pin` gives it."""
        return plain(self._template.label(reason))
