"""conversations.* and reactions.*. In: calls. Out: channels, pages of messages, reactions."""

import base64
import binascii
from collections.abc import Callable
from typing import Any

from bot.playground import payloads
from bot.playground.conversations import DIRECT, Channel, Message
from bot.playground.methods.call import Answer, Call
from bot.playground.methods.facts import check_scopes
from bot.playground.refusal import Refusal

PREFIXES = {"channel": "channels", "private": "groups", "im": "im", "mpim": "mpim"}
GROUP_LIMIT = 8  # conversations.open: a group direct message has at most nine people, the caller among them
LIMIT_DEFAULT, LIMIT_MAX = 100, 1000


def open_conversation(call: Call) -> Answer:
    """conversations.open: the direct messages with one person, or with several."""
    if channel_id := call.optional("channel"):
        channel = call.workspace.conversations.channels.get(channel_id)
        if channel is None or channel.kind not in DIRECT or call.workspace.bot_user.id not in channel.members:
            raise Refusal("channel_not_found")
        return {"channel": {"id": channel.id}, "no_op": True, "already_open": True}
    users = [user for user in call.text("users").split(",") if user]
    if not users:
        raise Refusal("users_list_not_supplied")
    found = [call.workspace.user(user) for user in users]
    if any(user is None or user.is_bot for user in found):
        raise Refusal("user_not_found")
    if len(users) > GROUP_LIMIT:
        raise Refusal("too_many_users")
    return {"channel": {"id": _opened(call, users).id}}


def _opened(call: Call, users: list[str]) -> Channel:
    """The direct messages with them; several need mpim:write, one im:write (docs.slack.dev: "depending on the conversation")."""
    check_scopes(("im:write" if len(users) == 1 else "mpim:write",), call.workspace.installation.scopes)
    return call.workspace.im(users[0]) if len(users) == 1 else call.workspace.group(*users)


def info(call: Call) -> Answer:
    """conversations.info."""
    channel = call.channel()
    _check_kind_scope(call, channel, "read")
    shape = _channel_json(call, channel)
    if call.arguments.get("include_num_members"):
        shape["num_members"] = len(channel.members)
    return {"channel": shape}


def history(call: Call) -> Answer:
    """conversations.history: newest first."""
    channel = call.channel()
    _check_kind_scope(call, channel, "history")
    if call.workspace.installation.bot_user_id not in channel.members:
        raise Refusal("not_in_channel")
    roots = filter(_bounds(call), call.workspace.conversations.roots(channel.id))
    return _page(call, list(roots)[::-1]) | {"pin_count": 0}


def replies(call: Call) -> Answer:
    """conversations.replies: the root, then its replies, oldest first."""
    channel = call.channel()
    _check_kind_scope(call, channel, "history")
    if call.workspace.installation.bot_user_id not in channel.members:
        raise Refusal("channel_not_found")
    message = call.workspace.conversations.message(channel.id, call.text("ts"))
    if message is None:
        raise Refusal("thread_not_found")
    within = _bounds(call)
    thread = call.workspace.conversations.thread(channel.id, message.root_ts)
    return _page(call, [each for each in thread if not each.is_reply or within(each)])


def add_reaction(call: Call) -> Answer:
    """reactions.add."""
    message, name = _reacted(call)
    bot = call.workspace.installation.bot_user_id
    if bot in message.reactions.get(name, []):
        raise Refusal("already_reacted")
    message.react(bot, name)
    call.workspace.publish("message_changed", message)
    return {}


def remove_reaction(call: Call) -> Answer:
    """reactions.remove."""
    message, name = _reacted(call)
    bot = call.workspace.installation.bot_user_id
    if bot not in message.reactions.get(name, []):
        raise Refusal("no_reaction")
    message.react(bot, name)
    call.workspace.publish("message_changed", message)
    return {}


def _reacted(call: Call) -> tuple[Message, str]:
    name = call.text("name").strip(":")
    if not name:
        raise Refusal("invalid_name")
    if not call.text("channel") or not call.text("timestamp"):
        raise Refusal("no_item_specified")
    message = call.workspace.conversations.message(call.channel().id, call.text("timestamp"))
    if message is None:
        raise Refusal("message_not_found")
    return message, name


def _check_kind_scope(call: Call, channel: Channel, deed: str) -> None:
    check_scopes((f"{PREFIXES[channel.kind]}:{deed}",), call.workspace.installation.scopes)


def _bounds(call: Call) -> Callable[[Message], bool]:
    """Whether a message lies between `oldest` and `latest`, both left out unless `inclusive`."""
    oldest, latest = _time(call, "oldest", 0.0), _time(call, "latest", float("inf"))
    if call.arguments.get("inclusive"):
        return lambda message: oldest <= float(message.ts) <= latest
    return lambda message: oldest < float(message.ts) < latest


def _time(call: Call, name: str, default: float) -> float:
    try:
        return float(call.text(name) or default)
    except ValueError as error:
        raise Refusal(f"invalid_ts_{name}") from error


def _page(call: Call, messages: list[Message]) -> dict[str, Any]:
    start = _cursor(call)
    limit = min(call.arguments.get("limit") or LIMIT_DEFAULT, LIMIT_MAX)
    shown = messages[start : start + limit]
    told = bool(call.arguments.get("include_all_metadata"))
    page: dict[str, Any] = {"messages": [payloads.message_json(call.workspace, each, all_metadata=told) for each in shown]}
    page["has_more"] = start + limit < len(messages)
    if page["has_more"]:
        cursor = base64.b64encode(f"next:{start + limit}".encode()).decode()
        page["response_metadata"] = {"next_cursor": cursor}
    return page


def _cursor(call: Call) -> int:
    cursor = call.optional("cursor")
    if cursor is None:
        return 0
    try:
        return int(base64.b64decode(cursor, validate=True).decode().removeprefix("next:"))
    except (ValueError, binascii.Error) as error:
        raise Refusal("invalid_cursor") from error


def _channel_json(call: Call, channel: Channel) -> dict[str, Any]:
    installation = call.workspace.installation
    shape: dict[str, Any] = {
        "id": channel.id,
        "is_channel": channel.kind == "channel",
        "is_group": channel.kind in ("private", "mpim"),
        "is_im": channel.kind == "im",
        "is_mpim": channel.kind == "mpim",
        "is_private": channel.kind != "channel",
        "is_archived": channel.is_archived,
        "is_ext_shared": channel.is_ext_shared,
        "created": 1_700_000_000,
        "context_team_id": installation.team_id,
    }
    if channel.kind == "im":
        return shape | {"user": next(iter(channel.members - {installation.bot_user_id}), "")}
    return shape | {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_general": channel.name == "general",
        "is_member": installation.bot_user_id in channel.members,
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


HANDLERS = {
    "conversations.open": open_conversation,
    "conversations.info": info,
    "conversations.history": history,
    "conversations.replies": replies,
    "reactions.add": add_reaction,
    "reactions.remove": remove_reaction,
}
