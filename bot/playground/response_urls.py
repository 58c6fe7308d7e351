"""response_url: the address an interaction gives, to answer it without a token.

In: a POST's JSON body. Out: a message posted, replaced or deleted, or Slack's error. A URL is good for five uses in
thirty minutes (docs.slack.dev/interactivity/handling-user-interaction#message_responses).
"""

import itertools
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.playground.content import Content, read_content, required_content
from bot.playground.conversations import Message
from bot.playground.refusal import Refusal

if TYPE_CHECKING:
    from bot.playground.workspace import Workspace

USES = 5


@dataclass
class ResponseUrl:
    """Where an answer goes. `original` is the ts of the message it may replace, ephemeral or not."""

    path: str
    channel: str
    user: str
    expires: float
    original: str | None = None
    thread_ts: str | None = None
    uses: int = 0


class ResponseUrls:
    """The response_urls given so far, by path. `base` is the server's address, without a slash at its end."""

    def __init__(self, clock: Callable[[], float], lifetime: float, team: str = "T0PLAYTEAM") -> None:
        self.base = ""
        self._team = team
        self._clock = clock
        self._lifetime = lifetime
        self._given: dict[str, ResponseUrl] = {}
        self._numbers = itertools.count(1)

    def new(self, kind: str, channel: str, user: str, original: str | None = None) -> ResponseUrl:
        """A new URL of that kind ("commands", "actions", "app")."""
        path = f"/{kind}/{self._team}/{next(self._numbers)}/{secrets.token_urlsafe(18)}"
        self._given[path] = ResponseUrl(path, channel, user, self._clock() + self._lifetime, original)
        return self._given[path]

    def address(self, url: ResponseUrl) -> str:
        """The whole URL."""
        return self.base + url.path

    def use(self, path: str) -> ResponseUrl:
        """Count one use. Refusal if there is no such URL, it is too old, or was used five times."""
        url = self._given.get(path)
        if url is None:
            raise Refusal("invalid_url")
        if self._clock() > url.expires:
            raise Refusal("expired_url")
        if url.uses >= USES:
            raise Refusal("used_url")
        url.uses += 1
        return url


def respond(workspace: "Workspace", path: str, body: Mapping[str, Any]) -> None:
    """Do what a POST to a response_url asks. Refusal with Slack's error otherwise."""
    url = workspace.response_urls.use(path)
    if body.get("delete_original"):
        _delete_original(workspace, url)
        return
    content = required_content(read_content(body))
    original = workspace.message(url.channel, url.original) if url.original else None
    if body.get("replace_original") and original:
        replace(workspace, original, content)
        return
    answer(workspace, url, content, body)


def answer(workspace: "Workspace", url: ResponseUrl, content: Content, body: Mapping[str, Any]) -> None:
    """Post an answer where the URL leads: ephemeral unless `response_type` is in_channel."""
    public = body.get("response_type") == "in_channel"
    installation = workspace.installation
    message = Message(
        url.channel,
        workspace.conversations.timestamps.next(),
        installation.bot_user_id,
        content.text,
        content.blocks,
        thread_ts=body.get("thread_ts"),
        bot_id=installation.bot_id,
        ephemeral_for=None if public else url.user,
        attachments=content.attachments,
        metadata=content.metadata,
    )
    if url.original is None:
        url.original = message.ts
    workspace.post(message)


def replace(workspace: "Workspace", message: Message, content: Content) -> None:
    """Put other content into a message."""
    previous = workspace.conversations.snapshot(message)
    message.text, message.blocks, message.attachments = content.text, content.blocks, content.attachments
    if message.ephemeral_for is None:
        message.edited = {"user": message.user, "ts": workspace.conversations.timestamps.next()}
    workspace.changed(message, previous)


def _delete_original(workspace: "Workspace", url: ResponseUrl) -> None:
    original = workspace.message(url.channel, url.original) if url.original else None
    if original is None:
        raise Refusal("message_not_found")
    workspace.remove(original)
