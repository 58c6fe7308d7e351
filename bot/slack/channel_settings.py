"""What a channel chose: whether answers to the command are seen by their asker alone, or by everybody in it.

In: `/command settings`, the submitted dialog. Out: the choice in the store, and a line that says it.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.prompts import PromptLibrary
from bot.slack.askers import Askers
from bot.slack.elements import LONGEST_TITLE, Block, context, field, modal, option, plain_text
from bot.slack.workspaces import team_of
from bot.store import ChannelChoice, Store

Payload = Mapping[str, Any]

FORM = "channel_settings"
PRIVATE, PUBLIC = "private", "public"


class ChannelSettings:
    """The dialog."""

    def __init__(self, *, store: Store, prompts: PromptLibrary) -> None:
        self._store = store
        self._prompts = prompts
        self._askers = Askers(store, prompts)

    def register(self, app: AsyncApp) -> None:
        """Listen for the dialog."""
        app.view(FORM)(self.submitted)

    async def open(self, body: Payload, client: AsyncWebClient) -> None:
        """Show the settings of the channel in which the command was given."""
        team, channel = body["team_id"], body["channel_id"]
        reading = asyncio.to_thread(self._store.channel_choice, team, channel)
        chosen, language = await asyncio.gather(reading, self._askers.language_of(body["user_id"], team))
        await client.views_open(trigger_id=body["trigger_id"], view=self.form(channel, chosen, language))

    async def submitted(self, ack: AsyncAck, body: Payload, context: AsyncBoltContext) -> None:
        """Keep the choice."""
        channel = body["view"]["private_metadata"]
        value = body["view"]["state"]["values"]["answers"]["answers"]["selected_option"]["value"]
        choice = ChannelChoice(is_public=value == PUBLIC, changed_by=body["user"]["id"])
        await asyncio.to_thread(self._store.choose_for_channel, team_of(context), channel, choice)
        await ack()

    def form(self, channel: str, chosen: ChannelChoice | None, language: str = "") -> Block:
        """The choice as it stands, and who made it."""
        words = self._prompts.reply("settings", language)
        options = {name: option(words.label(name), name) for name in (PRIVATE, PUBLIC)}
        now = options[PUBLIC if chosen and chosen.is_public else PRIVATE]
        answers = {"type": "radio_buttons", "options": list(options.values()), "initial_option": now}
        blocks = [field("answers", words.label("answers"), answers)]
        if chosen:
            by = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [
                {"type": "text", "text": f"{words.label('changed_by')} "}, {"type": "user", "user_id": chosen.changed_by},
            ]}]}  # fmt: skip
            blocks.append(by)
        blocks.append(context([words.label("shared_note")]))
        submit = plain_text(words.label("save"), LONGEST_TITLE)
        more = {"callback_id": FORM, "private_metadata": channel, "submit": submit}
        return modal(words.label("title"), words.label("close"), blocks, **more)
