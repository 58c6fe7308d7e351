"""Who may ask: a middleware before every listener.

In: any request from Slack. Out: it goes on, or ends with one polite line that only its sender sees. People of other organisations in shared
channels (Slack Connect) are refused unless the settings let them in, as the documents may not be theirs to read (slack.md 1.6).
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.config import Settings
from bot.prompts import PromptLibrary

logger = logging.getLogger(__name__)
Payload = Mapping[str, Any]

GUEST_SECONDS = 600  # how long it is remembered whether somebody is a guest


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends a request, from where; empty where Slack does not say. `own_teams` are the workspace's ids, and its organisation's."""

    user: str
    team: str
    own_teams: frozenset[str]
    channel: str


class Access:
    """The settings' answer to "may they?"."""

    def __init__(self, settings: Settings, prompts: PromptLibrary, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._template = prompts.reply("access")
        self._clock = clock
        self._guests: dict[tuple[frozenset[str], str], tuple[float, bool]] = {}

    async def check(
        self, body: Payload, context: AsyncBoltContext, client: AsyncWebClient, ack: AsyncAck, next_: Callable[[], Awaitable[BoltResponse]]
    ) -> BoltResponse:
        """Bolt's middleware."""
        sender = sender_of(body, context)
        reason = await self.refusal(sender, client)
        if reason is None:
            return await next_()
        logger.info("Refused %s of %s: %s", sender.user, sender.team, reason)
        text = self._template.label(reason)
        if "command" in body:
            return await ack(response_type="ephemeral", text=text)
        if _is_addressed(body, sender):
            await _tell(client, body, sender, text)
        return await ack()

    async def refusal(self, sender: Sender, client: AsyncWebClient) -> str | None:
        """Why they may not, as a label of prompts/replies/access.md; None where they may."""
        settings = self._settings
        if not sender.user:
            return None  # nobody sends this: the workspace itself does
        if sender.team and sender.own_teams and sender.team not in sender.own_teams | settings.allowed_teams:
            return "stranger"
        if settings.allowed_users and sender.user not in settings.allowed_users:
            return "user"
        if settings.allowed_channels and sender.channel and sender.channel[0] != "D" and sender.channel not in settings.allowed_channels:
            return "channel"
        if not settings.allow_guests and await self._is_guest(sender, client):
            return "guest"
        return None

    async def _is_guest(self, sender: Sender, client: AsyncWebClient) -> bool:
        """Whether somebody is a guest; where Slack does not say, they are taken for one."""
        user, key = sender.user, (sender.own_teams, sender.user)
        known = self._guests.get(key)
        if known and self._clock() - known[0] < GUEST_SECONDS:
            return known[1]
        try:
            found: Mapping[str, Any] = (await client.users_info(user=user))["user"]
        except SlackApiError as error:
            logger.warning("Nobody can tell whether %s is a guest (%s)", user, error.response.get("error"))
            return True
        is_guest = bool(found.get("is_restricted") or found.get("is_ultra_restricted"))
        self._guests[key] = (self._clock(), is_guest)
        return is_guest


def sender_of(body: Payload, context: AsyncBoltContext) -> Sender:
    """Who sent what. In a shared channel `team_id` is that of the bot's workspace, and the sender's stands in the event or with the user."""
    event = body.get("event") or {}
    user = body.get("user")
    interacting = user.get("team_id") if isinstance(user, Mapping) else None
    team = event.get("user_team") or event.get("team") or interacting or context.actor_team_id or ""
    own = frozenset(filter(None, (context.team_id, context.enterprise_id)))
    return Sender(context.actor_user_id or context.user_id or "", str(team), own, context.channel_id or "")


def _is_addressed(body: Payload, sender: Sender) -> bool:
    """Whether somebody waits for a reply: a press, a shortcut, a mention, a direct message; not all that is said in a channel."""
    event = body.get("event") or {}
    return bool(sender.channel) and (not event or event.get("type") == "app_mention" or event.get("channel_type") == "im")


async def _tell(client: AsyncWebClient, body: Payload, sender: Sender, text: str) -> None:
    thread = (body.get("event") or {}).get("thread_ts")
    try:
        async with asyncio.timeout(2):
            await client.chat_postEphemeral(channel=sender.channel, user=sender.user, text=text, thread_ts=thread)
    except (SlackApiError, TimeoutError) as error:
        logger.info("%s was not told of a refusal (%s)", sender.user, type(error).__name__)
