"""What people do that waits for the app: slash commands, buttons, shortcuts, modals.

In: a person's deed. Out: the payload sent, and what the app's acknowledgement does; where none came within three
seconds, what Slack shows the person instead.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.playground import payloads
from bot.playground.content import read_content
from bot.playground.conversations import Message
from bot.playground.elements import Pressed, action_of, find_element
from bot.playground.notices import COMMAND_FAILURES, PRESS_FAILED, SHORTCUT_FAILED, Notice
from bot.playground.people import channel_of
from bot.playground.refusal import NotAllowed, Refusal
from bot.playground.response_urls import ResponseUrl, answer
from bot.playground.views import View

if TYPE_CHECKING:
    from bot.playground.workspace import Workspace


async def command(workspace: "Workspace", user: str, channel: str, name: str, text: str) -> None:
    """Run a slash command."""
    where = channel_of(workspace, user, channel)
    _check_ours(workspace, user)
    installation = workspace.installation
    known = installation.is_installed and (installation.commands is None or name in installation.commands)
    if not known or "commands" not in installation.scopes:
        raise NotAllowed(f"{name} is not a valid command")
    url = workspace.response_urls.new("commands", where.id, user)
    payload = {
        "token": installation.verification_token,
        "team_id": installation.team_id,
        "team_domain": installation.team_domain,
        "channel_id": where.id,
        "channel_name": "privategroup" if where.kind == "private" else payloads.channel_json(where)["name"],
        "user_id": user,
        "user_name": workspace.conversations.users[user].name,
        "command": name,
        "text": text,
        "api_app_id": installation.app_id,
        "is_enterprise_install": "false",
        "response_url": workspace.response_urls.address(url),
        "trigger_id": workspace.triggers.new(user, channel=where.id),
    }
    delivery = await workspace.dispatcher.request("command", payload)
    if not delivery.acked:
        failure = COMMAND_FAILURES.get(delivery.failure or "", COMMAND_FAILURES["http_error"])
        workspace.slackbot_says(user, where.id, failure.format(command=name))
        return
    _answer_command(workspace, url, name, delivery.response)


def _answer_command(workspace: "Workspace", url: ResponseUrl, name: str, response: object) -> None:
    body = {"text": response} if isinstance(response, str) else response
    if not isinstance(body, Mapping):
        return
    try:
        content = read_content(body)
    except Refusal as refusal:
        failure = f"{name} failed with the error “{refusal.error}”"
        workspace.slackbot_says(url.user, url.channel, failure)
        return
    if not content.is_empty:
        answer(workspace, url, content, body)


async def press(workspace: "Workspace", user: str, channel: str, ts: str, pressed: Pressed) -> None:
    """Use an element of a message."""
    message = _seen(workspace, user, channel, ts)
    block, element = find_element(message.blocks or [], pressed)
    url = workspace.response_urls.new("actions", channel, user, message.ts)
    payload = payloads.interaction(workspace, "block_actions", user, channel=message.channel) | _message_fields(workspace, message)
    payload |= {
        "container": _container(message),
        "response_url": workspace.response_urls.address(url),
        "state": {"values": pressed.values},
        "actions": [action_of(block, element, pressed, workspace.conversations.timestamps.next())],
    }
    delivery = await workspace.dispatcher.request("interaction", payload)
    if not delivery.acked:
        workspace.notify(Notice(user, PRESS_FAILED, workspace.clock(), channel, ts))


def _container(message: Message) -> dict[str, Any]:
    container: dict[str, Any] = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": message.ephemeral_for is not None,
    }
    return container | ({"thread_ts": message.thread_ts} if message.thread_ts else {})


def _message_fields(workspace: "Workspace", message: Message) -> dict[str, Any]:
    """The channel and message of an interaction; of an ephemeral Slack tells hardly anything."""
    channel = payloads.channel_json(workspace.conversations.channels[message.channel])
    if message.ephemeral_for is not None:
        return {"channel": channel}
    return {"channel": channel, "message": payloads.message_json(workspace, message)}


async def press_in_view(workspace: "Workspace", user: str, view_id: str, pressed: Pressed) -> None:
    """Use an element of a modal or Home."""
    view = _open_view(workspace, user, view_id)
    block, element = find_element(view.blocks, pressed)
    view.values |= pressed.values
    action = action_of(block, element, pressed, workspace.conversations.timestamps.next())
    payload = payloads.interaction(workspace, "block_actions", user, view_id=view.id, channel=view.channel)
    payload |= {
        "container": {"type": "view", "view_id": view.id},
        "view": payloads.view_json(workspace, view),
        "actions": [action],
    }
    delivery = await workspace.dispatcher.request("interaction", payload)
    if not delivery.acked:
        workspace.notify(Notice(user, PRESS_FAILED, workspace.clock(), view_id=view_id))


async def global_shortcut(workspace: "Workspace", user: str, callback_id: str, channel: str | None) -> None:
    """Use a global shortcut; `channel` is where the person is, which the payload does not tell."""
    _check_shortcut(workspace, user, callback_id, "global")
    payload = payloads.interaction(workspace, "shortcut", user, channel=channel)
    payload |= {"callback_id": callback_id, "action_ts": workspace.conversations.timestamps.next()}
    await _shortcut(workspace, user, payload)


async def message_shortcut(workspace: "Workspace", user: str, callback_id: str, channel: str, ts: str) -> None:
    """Use a shortcut on a message; it works in channels the app is not in, too."""
    _check_shortcut(workspace, user, callback_id, "message")
    message = _seen(workspace, user, channel, ts)
    url = workspace.response_urls.new("app", channel, user)
    payload = payloads.interaction(workspace, "message_action", user, channel=channel) | _message_fields(workspace, message)
    payload |= {
        "callback_id": callback_id,
        "action_ts": workspace.conversations.timestamps.next(),
        "message_ts": message.ts,
        "response_url": workspace.response_urls.address(url),
    }
    await _shortcut(workspace, user, payload)


def _check_ours(workspace: "Workspace", user: str) -> None:
    """Slack offers an app's commands and shortcuts to people of the workspace it is installed in (docs.slack.dev/apis/slack-connect)."""
    if not workspace.is_ours(user):
        raise NotAllowed("this app is not installed in your workspace")


def _check_shortcut(workspace: "Workspace", user: str, callback_id: str, kind: str) -> None:
    _check_ours(workspace, user)
    shortcuts = workspace.installation.shortcuts
    known = shortcuts is None or shortcuts.get(callback_id) == kind
    if not known or "commands" not in workspace.installation.scopes:
        raise NotAllowed(f"the app has no {kind} shortcut {callback_id}")


async def _shortcut(workspace: "Workspace", user: str, payload: dict[str, Any]) -> None:
    delivery = await workspace.dispatcher.request("interaction", payload)
    if not delivery.acked:
        workspace.notify(Notice(user, SHORTCUT_FAILED, workspace.clock()))


def _seen(workspace: "Workspace", user: str, channel: str, ts: str) -> Message:
    channel_of(workspace, user, channel)
    message = workspace.message(channel, ts)
    if message is None or message.ephemeral_for not in (None, user):
        raise NotAllowed(f"{user} sees no message {ts}")
    return message


def _open_view(workspace: "Workspace", user: str, view_id: str) -> View:
    view = workspace.views.find(view_id)
    if view is None or view.user != user:
        raise NotAllowed(f"{user} has no view {view_id} open")
    return view
