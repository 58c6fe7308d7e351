"""The page's parts as HTML: a `Place` goes in, the sidebar, the conversation, the thread and the modals come out.

Each part is a fragment the page's script swaps in when something changed; the first page is the same fragments together.
"""

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from markupsafe import Markup

from bot.playground.beside import PATH
from bot.playground.conversations import DIRECT
from bot.playground.page_messages import reader_of, shown_messages
from bot.playground.page_offers import Offers
from bot.playground.page_places import Place, conversation_name
from bot.playground.page_tool import tool_context
from bot.playground.rendering import environment, plain, render_blocks
from bot.playground.rendering_references import Reader, emoji
from bot.playground.workspace import Channel, Message, User, View, Workspace


@dataclass
class Reading:
    """Up to where each person has read each channel: (user id, channel id) to the ts of the newest message seen."""

    seen: dict[tuple[str, str], str] = field(default_factory=dict)

    def read(self, user: str, channel: str, messages: list[Message]) -> None:
        """Note that a person sees the channel as it is now."""
        if messages:
            self.seen[user, channel] = max(message.latest_reply or message.ts for message in messages)

    def unread(self, user: str, channel: str, messages: list[Message]) -> list[Message]:
        """Return the messages, by others, that the person has not seen, or whose thread has moved since."""
        seen = self.seen.get((user, channel), "")
        return [each for each in messages if _last_foreign(each, user) > seen]


def _last_foreign(message: Message, user: str) -> str:
    replied = message.latest_reply if message.reply_users and message.reply_users != [user] else None
    return replied or (message.ts if message.user != user else "")


@dataclass(frozen=True)
class Entry:
    """A line of the sidebar."""

    id: str
    name: str
    kind: str
    href: str
    person: User | None
    current: bool
    unread: bool
    mentions: int


class Panes:
    """Renders the page's parts from the workspace as it is at the moment of asking."""

    def __init__(self, workspace: Workspace, offers: Offers) -> None:
        self.workspace = workspace
        self.offers = offers
        self.reading = Reading()

    def page(self, place: Place) -> str:
        """Return the whole page."""
        parts = {name: Markup(html) for name, html in self.parts(place, [*self._makers]).items()}  # noqa: S704  # ours
        return self._render(
            "page", place, {"people": self.workspace.people, "parts": parts, "beside": self.workspace.beside, "beside_path": PATH}
        )

    def parts(self, place: Place, names: list[str]) -> dict[str, str]:
        """Return the HTML of the parts asked for, by name; a name that is no part is left out."""
        makers = {name: maker for name, maker in self._makers.items() if name in names}
        return {name: self._render(name, place, maker(place)) for name, maker in makers.items()}

    @property
    def _makers(self) -> dict[str, Callable[[Place], dict[str, Any]]]:
        # The conversation first: showing it is what marks it read in the sidebar.
        return {
            "main": self._main,
            "thread": self._thread,
            "sidebar": self._sidebar,
            "views": self._views,
            "tool": lambda place: tool_context(self.workspace, place),
        }

    def _render(self, name: str, place: Place, context: dict[str, Any]) -> str:
        shared = {"place": place, "me": place.me, "href": place.href, "reader": self._reader(place)}
        return environment.get_template(f"page/{name}.html").render(shared | context)

    def _reader(self, place: Place) -> Reader:
        return reader_of(self.workspace, place.me)

    # --- the sidebar --------------------------------------------------------------------------------------------------

    def _sidebar(self, place: Place) -> dict[str, Any]:
        entries = [self._entry(each, place) for each in self.workspace.channels_for(place.me.id)]
        return {
            "workspace_name": self.workspace.installation.team_name,
            "sections": [
                {"name": "Channels", "entries": [each for each in entries if each.kind not in DIRECT]},
                {"name": "Direct messages", "entries": [each for each in entries if each.kind == "mpim"]},
                {"name": "Apps", "entries": [each for each in entries if each.kind == "im"]},
            ],
            "commands": [asdict(each) for each in self.offers.commands],
            "shortcuts": [asdict(each) for each in self.offers.of_type("global")],
            "mentionable": [
                {"id": user.id, "name": user.real_name, "handle": user.name} for user in self.workspace.conversations.users.values()
            ],
        }

    def _entry(self, channel: Channel, place: Place) -> Entry:
        messages = self.workspace.messages(channel.id, viewer=place.me.id)
        unread = self.reading.unread(place.me.id, channel.id, messages)
        calling = [each for each in unread if channel.kind in DIRECT or f"<@{place.me.id}>" in each.text]
        return Entry(
            id=channel.id,
            name=conversation_name(self.workspace, channel, place.me),
            kind=channel.kind,
            href=place.href(channel.id),
            person=self.workspace.bot_user if channel.kind == "im" else None,
            current=channel.id == place.channel.id,
            unread=bool(unread),
            mentions=len(calling),
        )

    # --- the conversation ---------------------------------------------------------------------------------------------

    def _main(self, place: Place) -> dict[str, Any]:
        messages = self.workspace.messages(place.channel.id, viewer=place.me.id)
        if place.tab == "messages" and not place.is_away:
            self.reading.read(place.me.id, place.channel.id, messages)
        return {
            "home": self._home(place),
            "messages": list(shown_messages(self.workspace, messages[-place.limit :], self._reader(place))),
            "earlier": len(messages) > place.limit,
            "prompts": self.workspace.suggested_prompts(place.channel.id) if place.app else None,
            "status": self._latest_status(place, messages),
            "message_shortcuts": self.offers.of_type("message"),
            "in_thread": False,
        }

    def _home(self, place: Place) -> dict[str, Any] | None:
        view = self.workspace.home(place.me.id) if place.tab == "home" else None
        if view is None:
            return None
        return {"id": view.id, "html": render_blocks(view.blocks, self._reader(place), conversation=place.channel.id)}

    def _latest_status(self, place: Place, messages: list[Message]) -> dict[str, Any] | None:
        roots = [message.root_ts for message in reversed(messages) if message.root_ts != place.thread]
        return next((found for found in (self._status(place, root) for root in roots[:20]) if found), None)

    def _status(self, place: Place, root: str) -> dict[str, Any] | None:
        status = self.workspace.status(place.channel.id, root)
        stoppable = self.workspace.stoppable(place.channel.id, root)
        if status is None and not stoppable:
            return None
        return {
            "name": self.workspace.bot_user.real_name,
            "text": status.text if status else "is working…",
            "loading": list(status.loading_messages) if status else [],
            "stoppable": stoppable,
            "channel": place.channel.id,
            "thread": root,
        }

    # --- the thread and the modals ------------------------------------------------------------------------------------

    def _thread(self, place: Place) -> dict[str, Any]:
        if place.thread is None:
            return {}
        messages = self.workspace.thread(place.channel.id, place.thread, viewer=place.me.id)
        shown = shown_messages(self.workspace, messages, self._reader(place), in_thread=place.thread)
        return {
            "thread": list(shown),
            "thread_title": self.workspace.title(place.channel.id, place.thread),
            "thread_prompts": self.workspace.threads.prompts(place.channel.id, place.thread),
            "thread_status": self._status(place, place.thread),
            "message_shortcuts": self.offers.of_type("message"),
            "in_thread": True,
        }

    def _views(self, place: Place) -> dict[str, Any]:
        return {"views": [self._view(view, place) for view in self.workspace.open_views(place.me.id)]}

    def _view(self, view: View, place: Place) -> dict[str, Any]:
        return {
            "id": view.id,
            "hash": view.hash,
            "title": plain(view.payload.get("title")),
            "submit": plain(view.payload.get("submit")),
            "close": plain(view.payload.get("close")),
            "html": render_blocks(view.blocks, self._reader(place), conversation=view.channel or place.channel.id),
        }


def initials(user: User) -> str:
    """Return at most two letters that stand for a person."""
    words = user.real_name.split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"


def colour(text: str) -> str:
    """Return a hex colour without `#`; what is none becomes grey."""
    return text if re.fullmatch(r"[0-9a-fA-F]{6}", text) else "616061"


def person_name(user_id: str, reader: Reader) -> str:
    """Return what the reader calls a user."""
    return reader.users.get(user_id, user_id)


environment.filters |= {"person_name": person_name, "initials": initials, "colour": colour, "emoji": emoji}
