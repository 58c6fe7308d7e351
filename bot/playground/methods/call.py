"""One API call as its method sees it. In: the workspace and decoded arguments. Out: channels, messages, users, or Refusals."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict

from bot.playground.conversations import Channel, Message
from bot.playground.methods.facts import check_scopes
from bot.playground.refusal import Refusal

if TYPE_CHECKING:
    from bot.playground.workspace import Workspace

Answer = dict[str, Any]


class Appearance(TypedDict):
    """A message's name and icon, where they are not the app's own."""

    username: str | None
    icon_emoji: str | None
    icon_url: str | None


@dataclass(frozen=True)
class Call:
    """The call of a method; its arguments are known to be the method's, and the required ones to be there."""

    workspace: "Workspace"
    arguments: Mapping[str, Any]
    token: str | None

    def text(self, name: str) -> str:
        """A string argument; empty if it was not given."""
        value = self.arguments.get(name)
        return "" if value is None else str(value)

    def optional(self, name: str) -> str | None:
        """A string argument, None if it was not given or is empty."""
        return self.text(name) or None

    def channel(self, name: str = "channel") -> Channel:
        """A channel the app can see: channel_not_found for private ones it is not in."""
        channel = self.workspace.conversations.channel(self.text(name))
        bot = self.workspace.installation.bot_user_id
        if channel is None or (channel.kind != "channel" and bot not in channel.members):
            raise Refusal("channel_not_found")
        return channel

    def channel_to_post(self, name: str = "channel") -> Channel:
        """A channel the app may post in; a person's id means their direct messages."""
        target = self.text(name)
        if (user := self.workspace.user(target)) and not user.is_bot:
            return self.workspace.im(target)
        channel = self.channel(name)
        if channel.is_archived:
            raise Refusal("is_archived")
        if self.workspace.installation.bot_user_id not in channel.members and not self._may_post_anywhere():
            raise Refusal("not_in_channel")
        if channel.kind == "im" and not self.workspace.installation.messages_tab:
            raise Refusal("messages_tab_disabled")
        return channel

    def own_message(self, channel: Channel, ts: str, error: str) -> Message:
        """A message the app itself posted: message_not_found, or `error` if it is another's."""
        message = self.workspace.conversations.message(channel.id, ts)
        if message is None:
            raise Refusal("message_not_found")
        if message.user != self.workspace.installation.bot_user_id:
            raise Refusal(error)
        return message

    def thread_ts(self, channel: Channel, error: str) -> str | None:
        """The root's ts that `thread_ts` names; `error` if there is no such message."""
        thread_ts = self.optional("thread_ts")
        if thread_ts is None:
            return None
        message = self.workspace.conversations.message(channel.id, thread_ts)
        if message is None:
            raise Refusal(error)
        return message.root_ts

    def appearance(self) -> "Appearance":
        """How the app asks to be shown; missing_scope if it may not ask."""
        username, emoji, url = map(self.optional, ("username", "icon_emoji", "icon_url"))
        if username or emoji or url:
            check_scopes(("chat:write.customize",), self.workspace.installation.scopes)
        return {"username": username, "icon_emoji": emoji, "icon_url": url}

    def _may_post_anywhere(self) -> bool:
        return "chat:write.public" in self.workspace.installation.scopes
