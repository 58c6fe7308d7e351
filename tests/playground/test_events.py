from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.conversations import Channel, User
from bot.playground.people import rich_text
from bot.playground.server import EmulatedSlack, emulated_slack
from bot.playground.workspace import NotAllowed

Bots = Callable[[EmulatedSlack], AbstractAsyncContextManager[AsyncApp]]
WebClients = Callable[[EmulatedSlack], AbstractAsyncContextManager[AsyncWebClient]]


def hear_everything(app: AsyncApp) -> list[dict[str, Any]]:
    """Every event body the app gets, in order."""
    bodies: list[dict[str, Any]] = []

    async def note(body: dict[str, Any]) -> None:
        bodies.append(body)

    for kind in ("message", "app_mention", "app_home_opened", "agent_session_stopped", "app_context_changed"):
        app.event(kind)(note)
    return bodies


async def test_a_mention_arrives_as_two_events_with_different_ids(socket_mode_bot: Bots) -> None:
    async with emulated_slack() as slack, socket_mode_bot(slack) as app:
        bodies, workspace = hear_everything(app), slack.workspace
        general = workspace.channel("general").id
        ts = await workspace.say(workspace.you.id, general, f"<@{workspace.bot_user.id}> hello")
        await workspace.delivered()
        by_type = {body["event"]["type"]: body for body in bodies}
        assert set(by_type) == {"app_mention", "message"}
        assert len({body["event_id"] for body in bodies}) == 2
        message = by_type["message"]["event"]
        assert (message["channel_type"], message["ts"], message["event_ts"]) == ("channel", ts, ts)
        assert "channel_type" not in by_type["app_mention"]["event"]
        assert message["client_msg_id"]
        elements = message["blocks"][0]["elements"][0]["elements"]
        assert elements == [{"type": "user", "user_id": workspace.bot_user.id}, {"type": "text", "text": " hello"}]


async def test_the_outer_payload_names_the_workspace_and_the_installation(socket_mode_bot: Bots) -> None:
    async with emulated_slack() as slack, socket_mode_bot(slack) as app:
        bodies, workspace = hear_everything(app), slack.workspace
        await workspace.say(workspace.you.id, workspace.channel("board").id, "hello")
        await workspace.delivered()
        body = bodies[0]
        assert body["event"]["channel_type"] == "group"
        assert (body["type"], body["team_id"], body["api_app_id"]) == ("event_callback", "T0PLAYTEAM", "A0PLAYAPP1")
        assert body["authorizations"][0]["user_id"] == workspace.bot_user.id
        assert body["is_ext_shared_channel"] is False


async def test_a_direct_message_gives_no_app_mention(socket_mode_bot: Bots) -> None:
    async with emulated_slack() as slack, socket_mode_bot(slack) as app:
        bodies, workspace = hear_everything(app), slack.workspace
        im = workspace.im(workspace.you.id).id
        await workspace.say(workspace.you.id, im, f"<@{workspace.bot_user.id}> hello")
        await workspace.delivered()
        assert [(body["event"]["type"], body["event"]["channel_type"]) for body in bodies] == [("message", "im")]


async def test_replies_edits_and_deletions_are_told_as_slack_does(socket_mode_bot: Bots) -> None:
    async with emulated_slack() as slack, socket_mode_bot(slack) as app:
        bodies, workspace = hear_everything(app), slack.workspace
        you, general = workspace.you.id, workspace.channel("general").id
        root = await workspace.say(you, general, "root")
        reply = await workspace.say(you, general, "reply", root)
        await workspace.edit_message(you, general, reply, "better")
        await workspace.delete_message(you, general, reply)
        await workspace.delivered()
        events = [body["event"] for body in bodies]
        assert (events[1]["thread_ts"], events[1]["parent_user_id"]) == (root, you)
        assert (events[2]["subtype"], events[2]["previous_message"]["text"]) == ("message_changed", "reply")
        assert events[2]["message"]["text"] == "better"
        assert events[2]["message"]["edited"]["user"] == you
        assert (events[3]["subtype"], events[3]["deleted_ts"]) == ("message_deleted", reply)
        assert workspace.messages(general, viewer=you)[0].reply_count == 0


async def test_the_apps_own_posts_come_back_to_it_with_its_bot_id(web_client: WebClients) -> None:
    async with emulated_slack() as slack, web_client(slack) as client:
        await client.chat_postMessage(channel="general", text="hello")
        delivery = (await slack_sends(slack))[0]
        assert delivery["event"]["bot_id"] == "B0PLAYBOT1"
        assert delivery["event"]["user"] == slack.workspace.bot_user.id


async def slack_sends(slack: EmulatedSlack) -> list[dict[str, Any]]:
    """What Slack delivered, seen by an app that acknowledges everything."""
    from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler  # noqa: PLC0415  # only here

    client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
    app = AsyncApp(client=client, ignoring_self_events_enabled=False)
    bodies = hear_everything(app)
    handler = AsyncSocketModeHandler(app, slack.app_token)
    await handler.connect_async()  # type: ignore[no-untyped-call]  # slack_bolt's annotations are partial
    await slack.workspace.delivered()
    await handler.close_async()  # type: ignore[no-untyped-call]  # as above
    return bodies


async def test_only_events_subscribed_to_and_granted_are_sent(socket_mode_bot: Bots) -> None:
    manifest = {
        "display_information": {"name": "Tiny"},
        "features": {"app_home": {"messages_tab_enabled": True, "home_tab_enabled": True}},
        "oauth_config": {"scopes": {"bot": ["app_mentions:read", "im:history"]}},
        "settings": {"event_subscriptions": {"bot_events": ["app_mention", "message.im", "message.channels"]}},
    }
    async with emulated_slack(manifest=manifest) as slack, socket_mode_bot(slack) as app:
        bodies, workspace = hear_everything(app), slack.workspace
        you = workspace.you.id
        await workspace.say(you, workspace.channel("general").id, f"<@{workspace.bot_user.id}> hello")
        await workspace.say(you, workspace.im(you).id, "hello")
        await workspace.open_home(you)
        await workspace.delivered()
        assert sorted(body["event"]["type"] for body in bodies) == ["app_mention", "message"]
        assert bodies[-1]["event"]["channel_type"] == "im"


async def test_channels_the_app_is_not_in_stay_silent(socket_mode_bot: Bots) -> None:
    async with emulated_slack() as slack, socket_mode_bot(slack) as app:
        bodies, workspace = hear_everything(app), slack.workspace
        await workspace.say(workspace.you.id, workspace.channel("random").id, f"<@{workspace.bot_user.id}> hello")
        await workspace.delivered()
        assert bodies == []


async def test_opening_the_home_and_changing_context_are_told(socket_mode_bot: Bots) -> None:
    async with emulated_slack() as slack, socket_mode_bot(slack) as app:
        bodies, workspace = hear_everything(app), slack.workspace
        await workspace.open_home(workspace.you.id, "messages", "C0PLAYSTR2")
        await workspace.change_context(workspace.you.id, "C0PLAYGEN1", "1.000001")
        await workspace.change_context(workspace.you.id, None)
        await workspace.delivered()
        opened, changed, nothing = (body["event"] for body in bodies)
        assert (opened["tab"], opened["channel"]) == ("messages", workspace.im(workspace.you.id).id)
        assert opened["context"]["entities"][0]["value"] == "C0PLAYSTR2"
        assert [entity["value"] for entity in changed["context"]["entities"]] == [
            {"channel_id": "C0PLAYGEN1", "message_ts": "1.000001"},
            "C0PLAYGEN1",
        ]
        assert nothing["context"] == {}


async def test_a_deleted_message_with_replies_leaves_a_tombstone_until_they_are_gone(socket_mode_bot: Bots) -> None:
    async with emulated_slack() as slack, socket_mode_bot(slack) as app:
        bodies, workspace = hear_everything(app), slack.workspace
        you, general = workspace.you.id, workspace.channel("general").id
        root = await workspace.say(you, general, "root")
        reply = await workspace.say(you, general, "reply", root)
        await workspace.delete_message(you, general, root)
        (stone,) = workspace.messages(general, viewer=you)
        assert (stone.text, stone.user, stone.blocks) == ("This message was deleted.", "USLACKBOT", None)
        with pytest.raises(NotAllowed):
            await workspace.edit_message(you, general, root, "again")
        await workspace.delete_message(you, general, reply)
        await workspace.delivered()
        assert workspace.messages(general, viewer=you) == []
        by_subtype = [body["event"] for body in bodies if "subtype" in body["event"]]
        changed = next(event for event in by_subtype if event["subtype"] == "message_changed")
        assert (changed["message"]["subtype"], changed["message"]["hidden"]) == ("tombstone", True)
        assert changed["previous_message"]["text"] == "root"
        deleted = {event["deleted_ts"]: event["previous_message"] for event in by_subtype if event["subtype"] == "message_deleted"}
        assert set(deleted) == {root, reply}
        assert deleted[root]["subtype"] == "tombstone"


async def test_a_persons_reactions_are_told(socket_mode_bot: Bots) -> None:
    async with emulated_slack() as slack, socket_mode_bot(slack) as app:
        workspace, events = slack.workspace, []

        async def note(event: dict[str, Any]) -> None:
            events.append(event)

        app.event("reaction_added")(note)
        app.event("reaction_removed")(note)
        posted = await app.client.chat_postMessage(channel="C0PLAYGEN1", text="x")
        for _ in range(2):
            await workspace.react(workspace.you.id, "general", posted["ts"], "thumbsup")
            await workspace.delivered()  # Slack promises no order of events that are under way at once
        assert [(event["type"], event["reaction"], event["item_user"]) for event in events] == [
            ("reaction_added", "thumbsup", workspace.bot_user.id),
            ("reaction_removed", "thumbsup", workspace.bot_user.id),
        ]
        assert events[0]["item"] == {"type": "message", "channel": "C0PLAYGEN1", "ts": posted["ts"]}


def test_a_composers_rich_text_holds_what_was_typed() -> None:
    (block,) = rich_text("<@U1> &lt;b&gt; &amp; <#C1|general> <!here> <https://a.example/?x=1&amp;y=2> <!unknown>")
    assert block["elements"][0]["elements"] == [
        {"type": "user", "user_id": "U1"},
        {"type": "text", "text": " <b> & "},
        {"type": "channel", "channel_id": "C1"},
        {"type": "text", "text": " "},
        {"type": "broadcast", "range": "here"},
        {"type": "text", "text": " "},
        {"type": "link", "url": "https://a.example/?x=1&y=2"},
        {"type": "text", "text": " "},
        {"type": "text", "text": "<!unknown>"},
    ]


async def test_a_stranger_of_another_organisation_is_marked_as_one(socket_mode_bot: Bots) -> None:
    async with emulated_slack() as slack, socket_mode_bot(slack) as app:
        workspace = slack.workspace
        seen: list[tuple[str | None, str | None]] = []

        async def note(context: dict[str, Any]) -> None:
            seen.append((context["team_id"], context["actor_team_id"]))

        app.event("message")(note)
        stranger = workspace.add_user(User("U0STRANGER", "eve", "Eve", "T0ELSEWHERE"))
        members = {stranger.id, workspace.bot_user.id}
        shared = workspace.add_channel(Channel("C0SHARED00", "partners", "channel", members, is_ext_shared=True))
        await workspace.say(stranger.id, shared.id, "hello")
        await workspace.delivered()
        await workspace.until(lambda: seen)
        assert seen == [("T0PLAYTEAM", "T0ELSEWHERE")]


async def test_people_may_not_do_what_slack_does_not_let_them() -> None:
    async with emulated_slack() as slack:
        workspace, you = slack.workspace, slack.workspace.you.id
        ts = await workspace.say(you, "C0PLAYGEN1", "hello")
        with pytest.raises(NotAllowed):
            await workspace.say("U404", "C0PLAYGEN1", "hello")
        with pytest.raises(NotAllowed):
            await workspace.say(you, "C0PLAYGEN1", "hello", "1.000001")
        with pytest.raises(NotAllowed):
            await workspace.edit_message(workspace.people[1].id, "C0PLAYGEN1", ts, "mine now")
        with pytest.raises(NotAllowed):
            await workspace.stop_session(you, "C0PLAYGEN1", ts)


async def test_what_the_manifest_switches_off_people_cannot_do() -> None:
    manifest = {
        "display_information": {"name": "Closed"},
        "features": {
            "app_home": {"messages_tab_enabled": True, "messages_tab_read_only_enabled": True},
            "slash_commands": [{"command": "/tencent", "description": "x"}],
        },
    }
    async with emulated_slack(manifest=manifest) as slack:
        workspace, you = slack.workspace, slack.workspace.you.id
        with pytest.raises(NotAllowed, match="turned off"):
            await workspace.say(you, workspace.im(you).id, "hello")
        with pytest.raises(NotAllowed, match="no Home"):
            await workspace.open_home(you)
        with pytest.raises(NotAllowed, match="valid command"):  # the scope `commands` was not granted
            await workspace.command(you, "C0PLAYGEN1", "/tencent")
