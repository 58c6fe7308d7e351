"""What the page says about each message: workspace messages go in, `ShownMessage`s with times, groups and HTML come out.

Slack's habits: a day's first message has a divider, messages of one author within five minutes share one heading.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from markupsafe import Markup

from bot.playground.conversations import DIRECT
from bot.playground.rendering import message_body
from bot.playground.rendering_markdown import markdown
from bot.playground.rendering_references import Reader, ago, clock, relative_day
from bot.playground.workspace import Message, User, Workspace

_ADDRESS = r"https?://(?:(?!&[lg]t;)[^\s<>|])+(?<![.,;:!?)\]}'\"])"
GROUPED_WITHIN = timedelta(minutes=5)


@dataclass(frozen=True)
class ShownMessage:
    """A message and everything its template needs; times are the reader's, `html` is safe."""

    message: Message
    element_id: str
    author: User
    html: Markup
    at: datetime
    compact: bool  # continues the message above: no avatar, no name
    new_day: bool
    day: str
    mine: bool
    mentions_me: bool
    source: str  # what its author typed, for editing
    replies: int
    repliers: tuple[User, ...]
    last_reply: str

    @property
    def moment(self) -> str:
        """The time for a machine."""
        return self.at.isoformat()

    @property
    def day_key(self) -> str:
        """The day for a machine."""
        return self.at.date().isoformat()

    @property
    def time(self) -> str:
        """The time as Slack writes it."""
        return clock(self.at)

    @property
    def short_time(self) -> str:
        """The time beside a compact message."""
        return clock(self.at).split(" ")[0]

    @property
    def full_time(self) -> str:
        """The day and the time."""
        return f"{self.at:%A}, {self.at:%B} {self.at.day} at {clock(self.at)}"


def reader_of(workspace: Workspace, me: User) -> Reader:
    """Return what `me` sees names and times as."""
    users = {user.id: user.real_name for user in workspace.conversations.users.values()}
    channels = {each.id: each.name for each in workspace.conversations.channels.values() if each.kind not in DIRECT}
    return Reader(me.id, users, channels)


def shown_messages(workspace: Workspace, messages: Sequence[Message], reader: Reader, *, in_thread: str = "") -> Iterator[ShownMessage]:
    """Yield the messages, oldest first, as `reader` sees them; `in_thread` marks the thread panel's own elements."""
    previous: ShownMessage | None = None
    for message in messages:
        shown = _shown(workspace, message, reader, previous, in_thread)
        yield shown
        previous = shown


def _shown(workspace: Workspace, message: Message, reader: Reader, previous: ShownMessage | None, in_thread: str) -> ShownMessage:
    at = reader.time(float(message.ts))
    new_day = not in_thread and (previous is None or previous.at.date() != at.date())
    mine = message.user == reader.id
    return ShownMessage(
        message=message,
        element_id=f"{'reply' if in_thread else 'message'}-{message.ts.replace('.', '-')}",
        author=author(workspace, message),
        html=_content(message, reader),
        at=at,
        compact=not new_day and previous is not None and _continues(previous, message, at, in_thread),
        new_day=new_day,
        day=_day(at, reader.now()),
        mine=mine,
        mentions_me=not mine and message.ephemeral_for is None and f"<@{reader.id}>" in message.text,
        source=typed_again(message.text, reader) if mine else "",
        replies=0 if in_thread else message.reply_count,
        repliers=tuple(user for user in map(workspace.user, message.reply_users[:4]) if user),
        last_reply=_last_reply(message, reader),
    )


def author(workspace: Workspace, message: Message) -> User:
    """Return who is shown as having written it."""
    found = workspace.user(message.user) or User(message.user, "unknown", "Unknown", "")
    return replace(found, real_name=message.username) if message.username else found


def _content(message: Message, reader: Reader) -> Markup:
    if message.streaming and not message.blocks:
        return Markup('<div class="markdown">{}</div>').format(markdown(message.text, reader))
    # A person's text is the mrkdwn they typed; the rich_text beside it says the same with less in it.
    blocks = message.blocks if message.bot_id else None
    body = message_body(message.text, blocks, reader)
    extra = [message_body(str(each.get("text", "")), each.get("blocks"), reader) for each in message.attachments]
    return body + Markup("").join(Markup('<div class="attachment">{}</div>').format(html) for html in extra)


def _continues(previous: ShownMessage, message: Message, at: datetime, in_thread: str) -> bool:
    before = previous.message
    if before.ts == in_thread or before.ephemeral_for or message.ephemeral_for or before.reply_count:
        return False
    return before.user == message.user and at - previous.at < GROUPED_WITHIN


def _day(at: datetime, now: datetime) -> str:
    relative = relative_day(at, now)
    return relative.capitalize() if relative else f"{at:%A}, {at:%B} {at.day}"


def _last_reply(message: Message, reader: Reader) -> str:
    return ago(reader.time(float(message.latest_reply)), reader.now()) if message.latest_reply else ""


def typed_again(text: str, reader: Reader) -> str:
    """Return the mrkdwn of a person's message as they typed it: names for ids, entities read back."""
    for user, name in reader.users.items():
        text = text.replace(f"<@{user}>", f"@{name}")
    for channel, name in reader.channels.items():
        text = text.replace(f"<#{channel}>", f"#{name}")
    text = re.sub(r"<(https?://[^<>|]+)>", r"\1", text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def names_typed(workspace: Workspace) -> dict[str, str]:
    """Return how people write each other and channels, `@Mei Lin`, `@mei` or `#general`, and the reference each becomes."""
    conversations = workspace.conversations
    people = {f"@{name}": f"<@{user.id}>" for user in conversations.users.values() for name in (user.real_name, user.name)}
    return people | {f"#{each.name}": f"<#{each.id}>" for each in conversations.channels.values() if each.kind not in DIRECT}


def typed(text: str, names: Mapping[str, str]) -> str:
    """Return what a person typed as the mrkdwn Slack makes of it: `& < >` escaped, addresses and the names (longest first) as references."""
    references = {_escaped(name).lower(): reference for name, reference in names.items()}
    longest_first = sorted(references, key=len, reverse=True)
    pattern = re.compile(rf"{_ADDRESS}|(?<![\w/])(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)
    return pattern.sub(lambda match: references.get(match[0].lower(), f"<{match[0]}>"), _escaped(text))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
