"""Where a person is in the page: the address's query goes in, a `Place` and addresses of other places come out.

The whole of it is in the address, so a reload, a second window or a bookmark shows the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from bot.playground.conversations import DIRECT
from bot.playground.workspace import Channel, User, Workspace

TOOLS = ("wire", "faults", "engine")
"""The tabs of the panel behind the scenes."""

MESSAGES_AT_FIRST = 50
"""How many of a channel's newest messages are shown before one asks for earlier ones."""


@dataclass(frozen=True)
class Place:
    """One person looking at one conversation; `thread` is the open thread's root ts, `tab` "home" or "messages"."""

    me: User
    channel: Channel
    app: User | None  # the app, where this is its direct messages
    tab: str
    has_home: bool
    thread: str | None
    limit: int
    tool: str  # the open tab of the panel: "wire", "faults", "engine", or empty
    is_away: bool  # the window is open but hidden: nothing in it counts as read
    title: str
    addressee: str
    member_names: str

    def href(self, channel: str, *, tab: str | None = None, thread: str | None = None) -> str:
        """Return the address of a conversation, for the same person."""
        query = {"as": self.me.name, "channel": channel}
        if tab == "home":
            query["tab"] = tab
        if thread:
            query["thread"] = thread
        if self.tool:
            query["tool"] = self.tool
        return "/?" + urlencode(query)


def place(workspace: Workspace, query: Mapping[str, str]) -> Place:
    """Return the place an address names; whatever it leaves out or gets wrong falls back to the app's messages."""
    me = _person(workspace, query.get("as", ""))
    channel = _channel(workspace, me, query.get("channel", ""))
    app = workspace.bot_user if channel.kind == "im" else None
    has_home = app is not None and workspace.installation.home_tab
    tab = "home" if has_home and query.get("tab") == "home" else "messages"
    root = query.get("thread", "")
    title = conversation_name(workspace, channel, me)
    return Place(
        me=me,
        channel=channel,
        app=app,
        tab=tab,
        has_home=has_home,
        thread=root if workspace.thread(channel.id, root, viewer=me.id) and tab == "messages" else None,
        limit=_limit(query.get("limit", "")),
        tool=query["tool"] if query.get("tool") in TOOLS else "",
        is_away=query.get("away") == "1",
        title=title,
        addressee=title if channel.kind in DIRECT else f"#{channel.name}",
        member_names=", ".join(sorted(user.real_name for user in map(workspace.user, channel.members) if user)),
    )


def conversation_name(workspace: Workspace, channel: Channel, me: User) -> str:
    """Return what the sidebar calls a conversation: a channel's name, or who is at the other end."""
    if channel.kind not in DIRECT:
        return channel.name
    others = sorted(
        (user for user in map(workspace.user, channel.members - {me.id}) if user), key=lambda user: (user.is_bot, user.real_name)
    )
    return ", ".join(user.real_name for user in others) or me.real_name


def _person(workspace: Workspace, name_or_id: str) -> User:
    found = (user for user in workspace.people if name_or_id in {user.id, user.name})
    return next(found, workspace.you)


def _channel(workspace: Workspace, me: User, name_or_id: str) -> Channel:
    mine = workspace.channels_for(me.id)
    return next((each for each in mine if name_or_id in {each.id, each.name}), mine[-1])


def _limit(text: str) -> int:
    return max(int(text), MESSAGES_AT_FIRST) if text.isascii() and text.isdigit() and len(text) < 7 else MESSAGES_AT_FIRST
