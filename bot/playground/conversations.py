"""Who is in the workspace, its channels and their messages.

In: users, channels and messages. Out: the same, found again; timestamps that never repeat; threads with their counts.
Nothing here sends an event or answers a call: `workspace` and `web_api` do.
"""

import copy
import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

ChannelKind = Literal["channel", "private", "im", "mpim"]
TOMBSTONE = "tombstone"
DIRECT: tuple[ChannelKind, ...] = ("im", "mpim")


@dataclass(frozen=True)
class User:
    """A person, the app's bot user, or Slackbot. `color` is a CSS hex colour without `#`, as `users.info` gives it."""

    id: str
    name: str
    real_name: str
    team_id: str
    color: str = "2f6feb"
    is_bot: bool = False
    is_restricted: bool = False  # a guest
    is_ultra_restricted: bool = False  # a guest of one channel
    tz: str = "Asia/Shanghai"


@dataclass
class Channel:
    """A conversation. For `im`, `name` is the person's name and `members` are that person and the bot user.

    `mpim` is a group direct message; Slack names it "mpdm-" and its members' names.
    """

    id: str
    name: str
    kind: ChannelKind
    members: set[str] = field(default_factory=set)
    topic: str = ""
    is_ext_shared: bool = False  # Slack Connect: people of another organisation are in it
    is_archived: bool = False


@dataclass
class Message:
    """A message as the workspace keeps it. `ts` is Slack's "seconds.micros" text and names it within its channel.

    `text` holds mrkdwn (for a stream, the Markdown so far); `blocks` are Block Kit, each with a block_id.
    `thread_ts` is the root's ts, None outside threads; on a root `reply_count` says whether a thread hangs from it.
    `ephemeral_for` names the one person who sees it; such messages are in no history.
    """

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[dict[str, Any]] | None = None
    thread_ts: str | None = None
    bot_id: str | None = None
    subtype: str | None = None
    edited: dict[str, str] | None = None  # {"user", "ts"}
    ephemeral_for: str | None = None
    metadata: dict[str, Any] | None = None
    attachments: list[dict[str, Any]] = field(default_factory=list)
    streaming: bool = False
    reply_broadcast: bool = False
    username: str | None = None  # with icon_*: how the app asked to be shown
    icon_emoji: str | None = None
    icon_url: str | None = None
    client_msg_id: str | None = None
    files: list[dict[str, Any]] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)  # emoji name → user ids, oldest first
    reply_count: int = 0
    reply_users: list[str] = field(default_factory=list)
    latest_reply: str | None = None

    def react(self, user: str, name: str) -> bool:
        """Add the user's reaction of that name, or take it away if it is there; whether it was added."""
        users = self.reactions.setdefault(name, [])
        added = user not in users
        users.append(user) if added else users.remove(user)
        if not users:
            del self.reactions[name]
        return added

    def entomb(self, user: str) -> None:
        """Keep nothing but the place of it, as `user`'s."""
        self.user, self.text, self.subtype = user, "This message was deleted.", TOMBSTONE
        self.blocks = self.bot_id = self.edited = self.metadata = self.client_msg_id = self.username = None
        self.attachments, self.files, self.reactions, self.streaming = [], [], {}, False

    @property
    def root_ts(self) -> str:
        """The ts of the thread this message is in or would start."""
        return self.thread_ts or self.ts

    @property
    def is_reply(self) -> bool:
        """Whether it hangs under another message."""
        return self.thread_ts is not None and self.thread_ts != self.ts


class Timestamps:
    """Message timestamps, "seconds.micros", each later than the one before."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._last = 0

    def next(self) -> str:
        """A ts not given before."""
        self._last = max(self._last + 1, int(self._clock() * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"


class Conversations:
    """Users, channels, messages. Looking up what is not there gives None; callers name the error."""

    def __init__(self, users: Iterable[User], channels: Iterable[Channel], clock: Callable[[], float], first: int = 1) -> None:
        """`first` is the number of the first direct messages: ids of channels are no other workspace's."""
        self.users = {user.id: user for user in users}
        self.channels = {channel.id: channel for channel in channels}
        self.timestamps = Timestamps(clock)
        self._messages: dict[str, dict[str, Message]] = {}
        self._ephemeral: dict[str, dict[str, Message]] = {}
        self._replies: dict[tuple[str, str], dict[str, Message]] = {}
        self._dm_numbers = itertools.count(first)

    def channel(self, name_or_id: str) -> Channel | None:
        """The channel of that id, or of that name with or without `#`."""
        if found := self.channels.get(name_or_id):
            return found
        name = name_or_id.removeprefix("#")
        return next((each for each in self.channels.values() if each.name == name and each.kind not in DIRECT), None)

    def im(self, user: str, bot_user: str) -> Channel:
        """The direct message channel of that person and the bot, opened if need be."""
        members = {user, bot_user}
        for channel in self.channels.values():
            if channel.kind == "im" and channel.members == members:
                return channel
        channel = Channel(f"D{next(self._dm_numbers):010d}", self.users[user].name, "im", members)
        self.channels[channel.id] = channel
        return channel

    def group(self, members: set[str]) -> Channel:
        """The group direct messages of these people and bots, opened if need be."""
        for channel in self.channels.values():
            if channel.kind == "mpim" and channel.members == members:
                return channel
        names = sorted(self.users[each].name for each in members)
        channel = Channel(f"G{next(self._dm_numbers):010d}", f"mpdm-{'--'.join(names)}-1", "mpim", members)
        self.channels[channel.id] = channel
        return channel

    def add(self, message: Message) -> None:
        """Keep the message; a reply moves its root's counts. The ts must be later than all before in the channel."""
        if message.ephemeral_for is not None:
            self._ephemeral.setdefault(message.channel, {})[message.ts] = message
            return
        self._messages.setdefault(message.channel, {})[message.ts] = message
        if message.is_reply:
            self._replies.setdefault((message.channel, message.root_ts), {})[message.ts] = message
            self._recount(message)

    def remove(self, message: Message) -> None:
        """Forget the message; a reply moves its root's counts."""
        kept = self._ephemeral if message.ephemeral_for is not None else self._messages
        kept.get(message.channel, {}).pop(message.ts, None)
        if message.is_reply and message.ephemeral_for is None:
            self._replies[message.channel, message.root_ts].pop(message.ts, None)
            self._recount(message)

    def message(self, channel: str, ts: str) -> Message | None:
        """The message everyone sees at that ts."""
        return self._messages.get(channel, {}).get(ts)

    def ephemeral(self, channel: str, ts: str) -> Message | None:
        """The message one person sees at that ts."""
        return self._ephemeral.get(channel, {}).get(ts)

    def roots(self, channel: str, *, viewer: str | None = None) -> list[Message]:
        """What the channel itself shows, oldest first: no replies unless broadcast; with a viewer, their ephemerals."""
        posted = (each for each in self._messages.get(channel, {}).values() if not each.is_reply or each.reply_broadcast)
        shown = (each for each in self._shown_to(channel, viewer) if not each.is_reply)
        return sorted((*posted, *shown), key=_by_ts)

    def thread(self, channel: str, thread_ts: str, *, viewer: str | None = None) -> list[Message]:
        """The root and its replies, oldest first; with a viewer, the ephemerals shown to them in it too."""
        root = self.message(channel, thread_ts)
        replies = self._replies.get((channel, thread_ts), {}).values()
        shown = (each for each in self._shown_to(channel, viewer) if each.thread_ts == thread_ts)
        return sorted((*([root] if root else []), *replies, *shown), key=_by_ts)

    def snapshot(self, message: Message) -> Message:
        """A copy that later edits do not touch: `previous_message` of a change event."""
        return copy.deepcopy(message)

    def _shown_to(self, channel: str, viewer: str | None) -> list[Message]:
        return [each for each in self._ephemeral.get(channel, {}).values() if each.ephemeral_for == viewer]

    def _recount(self, reply: Message) -> None:
        root = self.message(reply.channel, reply.root_ts)
        if root is None:
            return
        replies = list(self._replies[reply.channel, reply.root_ts].values())
        root.thread_ts = root.ts if replies else None
        root.reply_count = len(replies)
        root.reply_users = list(dict.fromkeys(each.user for each in replies))
        root.latest_reply = replies[-1].ts if replies else None


def _by_ts(message: Message) -> str:
    return message.ts
