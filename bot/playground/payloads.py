"""Slack's JSON shapes for what happens in the workspace: messages, events, interactions.

In: the workspace and what happened in it. Out: dicts as Slack sends them (docs.slack.dev/apis/events-api and
/reference/interaction-payloads).
"""

import copy
import secrets
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from bot.playground.conversations import TOMBSTONE, Channel, Message
from bot.playground.refusal import NotAllowed
from bot.playground.views import View

if TYPE_CHECKING:
    from bot.playground.state import State

SUBSCRIPTIONS = {"channel": "message.channels", "private": "message.groups", "im": "message.im", "mpim": "message.mpim"}
CHANNEL_TYPES = {"channel": "channel", "private": "group", "im": "im", "mpim": "mpim"}
OPTIONAL_FIELDS = ("subtype", "edited", "metadata", "username", "client_msg_id")
LISTS = ("blocks", "attachments", "files")


def message_json(workspace: "State", message: Message, *, all_metadata: bool = False) -> dict[str, Any]:
    """A message as conversations.history, chat.postMessage's answer and events give it.

    Of its metadata only the event_type is told unless it was asked for (python-slack-sdk #1501).
    """
    installation = workspace.installation
    shape: dict[str, Any] = {
        "type": "message", "user": message.user, "ts": message.ts, "text": message.text, "team": installation.team_id,
    }  # fmt: skip
    shape |= {name: value for name in (*OPTIONAL_FIELDS, *LISTS) if (value := getattr(message, name))}
    if message.metadata and not all_metadata:
        shape["metadata"] = {"event_type": message.metadata.get("event_type", "")}
    if message.subtype == TOMBSTONE:
        shape |= {"hidden": True, "parent_user_id": message.user}
    if message.bot_id:
        shape |= {"bot_id": message.bot_id, "app_id": installation.app_id, "bot_profile": bot_profile(workspace)}
    if message.reactions:
        shape["reactions"] = [{"name": name, "users": list(users), "count": len(users)} for name, users in message.reactions.items()]
    return copy.deepcopy(shape | _thread_fields(workspace, message))


def _thread_fields(workspace: "State", message: Message) -> dict[str, Any]:
    if message.thread_ts is None:
        return {}
    if message.is_reply:
        root = workspace.conversations.message(message.channel, message.thread_ts)
        return {"thread_ts": message.thread_ts} | ({"parent_user_id": root.user} if root else {})
    return {
        "thread_ts": message.ts,
        "reply_count": message.reply_count,
        "reply_users_count": len(message.reply_users),
        "reply_users": message.reply_users,
        "latest_reply": message.latest_reply,
        "is_locked": False,
        "subscribed": message.user == workspace.installation.bot_user_id,
    }


def bot_profile(workspace: "State") -> dict[str, Any]:
    """The app as messages of its bot carry it."""
    installation = workspace.installation
    return {
        "id": installation.bot_id,
        "app_id": installation.app_id,
        "user_id": installation.bot_user_id,
        "name": installation.app_name,
        "team_id": installation.team_id,
        "deleted": False,
        "updated": 1_700_000_000,
        "icons": {},
    }


# --- events -----------------------------------------------------------------------------------------------------------


def event_callback(workspace: "State", channel: str | None, event: dict[str, Any], about: Message | None) -> dict[str, Any]:
    """The outer payload of the Events API round an event."""
    installation = workspace.installation
    where = workspace.conversations.channels.get(channel) if channel else None
    return {
        "token": installation.verification_token,
        "team_id": installation.team_id,
        "context_team_id": installation.team_id,
        "context_enterprise_id": None,
        "api_app_id": installation.app_id,
        "event": event | (_stranger_fields(workspace, about) if about else {}),
        "type": "event_callback",
        "event_id": f"Ev{secrets.token_hex(5).upper()}",
        "event_time": int(workspace.clock()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": installation.team_id,
                "user_id": installation.bot_user_id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": bool(where and where.is_ext_shared),
        "event_context": f"4-{secrets.token_urlsafe(24)}",
    }


def _stranger_fields(workspace: "State", message: Message) -> dict[str, Any]:
    """Slack Connect: whose team the author is of (slack.md 1.6)."""
    author = workspace.user(message.user)
    if author is None or author.team_id == workspace.installation.team_id:
        return {}
    return {"user_team": author.team_id, "source_team": author.team_id, "team": author.team_id}


def app_hears(workspace: "State", channel: str | None, event: dict[str, Any]) -> bool:
    """Whether the app is subscribed to this event and, for a channel's, is in the channel."""
    where = workspace.conversations.channels.get(channel) if channel else None
    if not workspace.installation.is_installed or (where and workspace.installation.bot_user_id not in where.members):
        return False
    if event["type"] == "message" and where:
        return workspace.installation.hears(SUBSCRIPTIONS[where.kind])
    return workspace.installation.hears(event["type"])


def posted_events(workspace: "State", message: Message) -> Iterator[dict[str, Any]]:
    """A new message: `message`, and for a mention outside direct messages `app_mention` besides (slack.md 1.5)."""
    channel = workspace.conversations.channels[message.channel]
    shape = message_json(workspace, message) | {"channel": channel.id, "event_ts": message.ts}
    yield shape | {"channel_type": CHANNEL_TYPES[channel.kind]}
    mentioned = f"<@{workspace.installation.bot_user_id}" in message.text
    if mentioned and channel.kind != "im" and message.user != workspace.installation.bot_user_id:
        yield {name: value for name, value in shape.items() if name != "subtype"} | {"type": "app_mention"}


def changed_event(workspace: "State", message: Message, previous: Message) -> dict[str, Any]:
    """message_changed: what the message is now, and what it was."""
    return _hidden(workspace, message, "message_changed") | {
        "message": message_json(workspace, message),
        "previous_message": message_json(workspace, previous),
    }


def deleted_event(workspace: "State", message: Message) -> dict[str, Any]:
    """message_deleted: what the message was."""
    return _hidden(workspace, message, "message_deleted") | {
        "deleted_ts": message.ts,
        "previous_message": message_json(workspace, message),
    }


def _hidden(workspace: "State", message: Message, subtype: str) -> dict[str, Any]:
    ts = workspace.conversations.timestamps.next()
    channel = workspace.conversations.channels[message.channel]
    return {
        "type": "message",
        "subtype": subtype,
        "hidden": True,
        "channel": channel.id,
        "channel_type": CHANNEL_TYPES[channel.kind],
        "ts": ts,
        "event_ts": ts,
    }


# --- commands and interactions ----------------------------------------------------------------------------------------


def person(workspace: "State", user: str) -> dict[str, Any]:
    """The `user` of an interaction."""
    who = workspace.conversations.users[user]
    return {"id": who.id, "username": who.name, "name": who.name, "team_id": who.team_id}


def interaction(workspace: "State", kind: str, user: str, *, view_id: str | None = None, channel: str | None = None) -> dict[str, Any]:
    """What every interaction payload has in common. NotAllowed if the app has interactivity switched off."""
    installation = workspace.installation
    if not installation.interactivity:
        raise NotAllowed("this app is not configured to handle interactive responses")
    return {
        "type": kind,
        "token": installation.verification_token,
        "api_app_id": installation.app_id,
        "team": {"id": installation.team_id, "domain": installation.team_domain},
        "enterprise": None,
        "is_enterprise_install": False,
        "user": person(workspace, user),
        "trigger_id": workspace.triggers.new(user, view_id, channel),
    }


def channel_json(channel: Channel) -> dict[str, Any]:
    """The `channel` of an interaction; a direct message is called so."""
    return {"id": channel.id, "name": "directmessage" if channel.kind == "im" else channel.name}


def view_json(workspace: "State", view: View) -> dict[str, Any]:
    """A view as views.* answer it and interactions carry it."""
    installation, payload = workspace.installation, view.payload
    shape: dict[str, Any] = {
        "id": view.id,
        "team_id": installation.team_id,
        "type": view.type,
        "blocks": view.blocks,
        "private_metadata": view.private_metadata,
        "callback_id": view.callback_id,
        "state": {"values": view.values},
        "hash": view.hash,
        "title": payload.get("title"),
        "clear_on_close": bool(payload.get("clear_on_close")),
        "notify_on_close": bool(payload.get("notify_on_close")),
        "close": payload.get("close"),
        "submit": payload.get("submit"),
        "previous_view_id": view.previous_id,
        "root_view_id": view.root_id,
        "app_id": installation.app_id,
        "external_id": payload.get("external_id") or "",
        "app_installed_team_id": installation.team_id,
        "bot_id": installation.bot_id,
    }
    return copy.deepcopy(shape)
