"""What people do that the app hears of afterwards: they speak, edit, delete, open its Home, stop it.

In: a person's deed. Out: the workspace changed and events on their way. NotAllowed where Slack would not let them.
"""

import html
import re
import uuid
from typing import TYPE_CHECKING, Any

from bot.playground import payloads
from bot.playground.changes import Change
from bot.playground.conversations import Channel, Message
from bot.playground.refusal import NotAllowed

if TYPE_CHECKING:
    from bot.playground.workspace import Workspace

REFERENCE = re.compile(r"<([@#!])([A-Za-z0-9]+)(?:\|[^>]*)?>|<(https?://[^>|\s]+)(?:\|([^>]*))?>")
BROADCASTS = ("here", "channel", "everyone")


def channel_of(workspace: "Workspace", user: str, channel: str) -> Channel:
    """The channel, which the person must be in."""
    found = workspace.conversations.channel(channel)
    if found is None or user not in found.members:
        raise NotAllowed(f"{user} is not in {channel}")
    return found


def say(workspace: "Workspace", user: str, channel: str, text: str, thread_ts: str | None) -> str:
    """Post a person's message."""
    where = channel_of(workspace, user, channel)
    installation = workspace.installation
    if where.kind == "im" and (installation.messages_tab_read_only or not installation.messages_tab):
        raise NotAllowed("sending messages to this app has been turned off")
    if thread_ts is not None and workspace.conversations.message(where.id, thread_ts) is None:
        raise NotAllowed(f"there is no message {thread_ts} to reply to")
    ts = workspace.conversations.timestamps.next()
    message = Message(where.id, ts, user, text, rich_text(text), thread_ts, client_msg_id=str(uuid.uuid4()))
    workspace.post(message)
    return ts


def edit(workspace: "Workspace", user: str, channel: str, ts: str, text: str) -> None:
    """Edit one's own message."""
    message = _own(workspace, user, channel, ts)
    previous = workspace.conversations.snapshot(message)
    message.text, message.blocks = text, rich_text(text)
    message.edited = {"user": user, "ts": workspace.conversations.timestamps.next()}
    workspace.changed(message, previous)


def delete(workspace: "Workspace", user: str, channel: str, ts: str) -> None:
    """Delete one's own message."""
    workspace.remove(_own(workspace, user, channel, ts))


def react(workspace: "Workspace", user: str, channel: str, ts: str, name: str) -> None:
    """Add a reaction to a message, or take one's own away."""
    message = workspace.conversations.message(channel_of(workspace, user, channel).id, ts)
    if message is None:
        raise NotAllowed(f"there is no message {ts}")
    added = message.react(user, name)
    workspace.publish("message_changed", message)
    event = {
        "type": "reaction_added" if added else "reaction_removed",
        "user": user,
        "reaction": name,
        "item": {"type": "message", "channel": message.channel, "ts": ts},
        "item_user": message.user,
        "event_ts": workspace.conversations.timestamps.next(),
    }
    workspace.send_event(message.channel, event)


def open_home(workspace: "Workspace", user: str, tab: str, viewing: str | None) -> None:
    """Open a tab of the app."""
    if tab == "home" and not workspace.installation.home_tab:
        raise NotAllowed("the app has no Home tab")
    ts = workspace.conversations.timestamps.next()
    event: dict[str, Any] = {
        "type": "app_home_opened", "user": user, "channel": workspace.im(user).id, "event_ts": ts, "tab": tab,
    }  # fmt: skip
    if tab == "messages" and workspace.installation.is_agent:
        event["context"] = _context(workspace, viewing, None)
    home = workspace.views.home(user)
    if tab == "home" and home:
        event["view"] = payloads.view_json(workspace, home)
    workspace.send_event(None, event)


def change_context(workspace: "Workspace", user: str, channel: str | None, ts: str | None) -> None:
    """Look at a channel, a message or nothing with the app open beside it. NotAllowed if the app is no agent."""
    if not workspace.installation.is_agent:
        raise NotAllowed("only an agent is told what its user looks at")
    event = {
        "type": "app_context_changed",
        "user": user,
        "channel": workspace.im(user).id,
        "context": _context(workspace, channel, ts),
        "event_ts": workspace.conversations.timestamps.next(),
    }
    workspace.send_event(None, event)


def _context(workspace: "Workspace", channel: str | None, ts: str | None) -> dict[str, Any]:
    """What the person looks at, the most relevant first; empty for nothing (docs.slack.dev/reference/events/app_context_changed)."""
    if channel is None:
        return {}
    entities: list[dict[str, Any]] = [{"type": "slack#/types/channel_id", "value": channel}]
    if ts is not None:
        entities.insert(0, {"type": "slack#/types/message_context", "value": {"channel_id": channel, "message_ts": ts}})
    return {"entities": [entity | {"team_id": workspace.installation.team_id} for entity in entities]}


def stop_session(workspace: "Workspace", user: str, channel: str, thread_ts: str) -> None:
    """Press Slack's Stop button."""
    if not workspace.stoppable(channel, thread_ts):
        raise NotAllowed("there is no Stop button")
    stopped = [each for each in workspace.conversations.thread(channel, thread_ts) if each.streaming]
    for message in stopped:
        _stop_stream(workspace, message)
    event = {
        "type": "agent_session_stopped",
        "channel": channel,
        "thread_ts": thread_ts,
        "user": user,
        "streaming_message_ts": [message.ts for message in stopped],
        "event_ts": workspace.conversations.timestamps.next(),
    }
    workspace.send_event(channel, event)
    workspace.changes.publish(Change("session_changed", channel, thread_ts=thread_ts))


def _stop_stream(workspace: "Workspace", message: Message) -> None:
    stream = workspace.streams.find(message.channel, message.ts)
    assert stream is not None, "a streaming message has a stream"
    stream.stopped_by_user, stream.is_open, message.streaming = True, False, False
    workspace.publish("message_changed", message)


def _own(workspace: "Workspace", user: str, channel: str, ts: str) -> Message:
    message = workspace.conversations.message(channel_of(workspace, user, channel).id, ts)
    if message is None or message.user != user:
        raise NotAllowed(f"{user} has no message {ts}")
    return message


def rich_text(text: str) -> list[dict[str, Any]]:
    """The rich_text block that Slack's own composer sends with a person's message; its texts are as typed, not escaped."""
    elements: list[dict[str, Any]] = []
    end = 0
    for match in REFERENCE.finditer(text):
        elements += [*_words(text[end : match.start()]), _referred(match)]
        end = match.end()
    section = {"type": "rich_text_section", "elements": [*elements, *_words(text[end:])]}
    return [{"type": "rich_text", "block_id": uuid.uuid4().hex[:5], "elements": [section]}]


def _words(text: str) -> list[dict[str, Any]]:
    return [{"type": "text", "text": html.unescape(text)}] if text else []


def _referred(match: re.Match[str]) -> dict[str, Any]:
    sign, name, url, label = match.groups()
    if url:
        return {"type": "link", "url": html.unescape(url)} | ({"text": html.unescape(label)} if label else {})
    if sign == "!":
        return {"type": "broadcast", "range": name} if name in BROADCASTS else {"type": "text", "text": match[0]}
    return {"type": "user", "user_id": name} if sign == "@" else {"type": "channel", "channel_id": name}
