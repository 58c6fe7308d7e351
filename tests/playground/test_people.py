"""Who is in the workspace besides colleagues: a guest, somebody of another organisation, and groups of people."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import EmulatedSlack, emulated_slack
from bot.playground.workspace import NotAllowed, User, Workspace

Bots = Callable[[EmulatedSlack], AbstractAsyncContextManager[AsyncApp]]
WebClients = Callable[[EmulatedSlack], AbstractAsyncContextManager[AsyncWebClient]]


def one(workspace: Workspace, name: str) -> User:
    return next(user for user in workspace.people if user.name == name)


def heard(app: AsyncApp) -> list[dict[str, Any]]:
    """Every message event's body the app gets."""
    bodies: list[dict[str, Any]] = []

    async def note(body: dict[str, Any]) -> None:
        bodies.append(body)

    app.event("message")(note)
    return bodies


async def test_a_guest_and_a_stranger_are_told_apart_by_users_info(web_client: WebClients) -> None:
    async with emulated_slack() as slack, web_client(slack) as client:
        guest = (await client.users_info(user=one(slack.workspace, "gil").id))["user"]
        stranger = (await client.users_info(user=one(slack.workspace, "noor").id))["user"]
        colleague = (await client.users_info(user=one(slack.workspace, "mei").id))["user"]
    assert [(each["is_restricted"], each["is_stranger"]) for each in (guest, stranger, colleague)] == [
        (True, False),
        (False, True),
        (False, False),
    ]


async def test_a_strangers_message_says_whose_team_they_are_of(socket_mode_bot: Bots) -> None:
    async with emulated_slack() as slack, socket_mode_bot(slack) as app:
        bodies, workspace = heard(app), slack.workspace
        stranger = one(workspace, "noor")
        await workspace.say(stranger.id, "partners", "hello from outside")
        await workspace.delivered()
        assert bodies[0]["is_ext_shared_channel"] is True
        assert bodies[0]["event"]["user_team"] == stranger.team_id != bodies[0]["team_id"]


async def test_a_stranger_has_no_commands_and_no_messages_with_the_app() -> None:
    async with emulated_slack() as slack:
        workspace, stranger = slack.workspace, one(slack.workspace, "noor").id
        with pytest.raises(NotAllowed, match="not installed in your workspace"):
            await workspace.command(stranger, "partners", "/anything")
        with pytest.raises(NotAllowed, match="not installed in your workspace"):
            await workspace.shortcut(stranger, "anything")
        assert [channel.name for channel in workspace.channels_for(stranger)] == ["partners"]


async def test_a_group_message_arrives_as_mpim(socket_mode_bot: Bots) -> None:
    async with emulated_slack() as slack, socket_mode_bot(slack) as app:
        bodies, workspace = heard(app), slack.workspace
        group = workspace.group(workspace.you.id, one(workspace, "sam").id)
        await workspace.say(workspace.you.id, group.id, "hello both")
        await workspace.delivered()
        assert bodies[0]["event"]["channel_type"] == "mpim"
        assert group.name == "mpdm-app--sam--you-1"


async def test_the_app_opens_a_group_with_mpim_write(web_client: WebClients) -> None:
    async with emulated_slack() as slack, web_client(slack) as client:
        workspace = slack.workspace
        users = [one(workspace, name).id for name in ("you", "mei", "sam")]
        opened = await client.conversations_open(users=users)
        assert (await client.conversations_info(channel=opened["channel"]["id"]))["channel"]["is_mpim"] is True
        assert (await client.conversations_open(users=users))["channel"]["id"] == opened["channel"]["id"]
        workspace.installation.scopes -= {"mpim:write"}
        with pytest.raises(SlackApiError, match="missing_scope"):
            await client.conversations_open(users=users)


async def test_only_the_type_of_metadata_is_told_unless_all_of_it_is_asked_for(web_client: WebClients) -> None:
    async with emulated_slack() as slack, web_client(slack) as client:
        metadata = {"event_type": "answer", "event_payload": {"id": "a1"}}
        posted = await client.chat_postMessage(channel="general", text="x", metadata=metadata)
        where = {"channel": posted["channel"], "ts": posted["ts"]}
        plain = (await client.conversations_replies(**where))["messages"][0]
        assert plain["metadata"] == {"event_type": "answer"}
        whole = (await client.conversations_replies(**where, include_all_metadata=True))["messages"][0]
        assert whole["metadata"] == metadata
        await client.chat_update(**where, text="y")
        kept = (await client.conversations_history(channel=posted["channel"], include_all_metadata=True))["messages"][0]
        assert kept["metadata"] == metadata
        await client.chat_update(**where, text="y", metadata={})
        assert "metadata" not in (await client.conversations_replies(**where, include_all_metadata=True))["messages"][0]
