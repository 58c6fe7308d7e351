"""What people do that the app hears of afterwards: they speak, edit, delete, open its Home, stop it.

In: a person's deed. Out: the workspace changed and events on their way. NotAllowed where Slack would not let them.
"""

import re
import uuid
from typing import TYPE_CHECKING, Any

from bot.playground import payloads
from bot.playground.changes import Change
from bot.playground.conversations import Channel, Message
from bot.playground.refusal import NotAllowed

if TYPE_CHECKING:
    from bot.playground.workspace import Workspace

MENTION = re.compile(r"<@(U[A-Z0-9]+)(?:\|[^>]*)?>")


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


def open_home(workspace: "Workspace", user: str, tab: str) -> None:
    """Open a tab of the app."""
    if tab == "home" and not workspace.installation.home_tab:
        raise NotAllowed("the app has no Home tab")
    ts = workspace.conversations.timestamps.next()
    event: dict[str, Any] = {
        "type": "app_home_opened", "user": user, "channel": workspace.im(user).id, "event_ts": ts, "tab": tab,
    }  # fmt: skip
    home = workspace.views.home(user)
    if tab == "home" and home:
        event["view"] = payloads.view_json(workspace, home)
    workspace.send_event(None, event)


def change_context(workspace: "Workspace", user: str, channel: str) -> None:
    """Look at a channel with the app open beside it."""
    installation = workspace.installation
    entity = {"type": "slack#/types/channel_id", "value": channel, "team_id": installation.team_id}
    event = {
        "type": "app_context_changed",
        "user": user,
        "channel": workspace.im(user).id,
        "context": {"entities": [entity]},
        "event_ts": workspace.conversations.timestamps.next(),
    }
    workspace.send_event(None, event)


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
    """The rich_text block that Slack's own composer sends with a person's message."""
    elements: list[dict[str, Any]] = []
    for index, part in enumerate(MENTION.split(text)):
        if index % 2:
            elements.append({"type": "user", "user_id": part})
        elif part:
            elements.append({"type": "text", "text": part})
    section = {"type": "rich_text_section", "elements": elements}
    return [{"type": "rich_text", "block_id": uuid.uuid4().hex[:5], "elements": [section]}]
