from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import EmulatedSlack, emulated_slack

WebClients = Callable[[EmulatedSlack], AbstractAsyncContextManager[AsyncWebClient]]
GENERAL = "C0PLAYGEN1"


async def refusal(client: AsyncWebClient, method: str, **arguments: Any) -> dict[str, Any]:
    with pytest.raises(SlackApiError) as caught:
        await client.api_call(method, json=arguments)
    data: dict[str, Any] = caught.value.response.data
    return data


async def test_a_form_and_a_json_body_mean_the_same(web_client: WebClients) -> None:
    async with emulated_slack() as slack, web_client(slack) as client:
        await client.api_call("chat.postMessage", json={"channel": GENERAL, "text": "json"})
        await client.api_call("chat.postMessage", data={"channel": GENERAL, "text": "form", "blocks": '[{"type": "divider"}]'})
        texts = [message.text for message in slack.workspace.messages(GENERAL, viewer=slack.workspace.you.id)]
        assert texts == ["json", "form"]


async def test_a_token_may_come_as_an_argument() -> None:
    async with emulated_slack() as slack, aiohttp.ClientSession() as session:
        async with session.post(f"{slack.api_url}auth.test", data={"token": slack.bot_token}) as response:
            assert (await response.json())["user_id"] == slack.workspace.bot_user.id
            assert "chat:write" in response.headers["X-OAuth-Scopes"].split(",")
        assert "token" not in slack.workspace.records.calls[-1].arguments


async def test_tokens_are_checked_as_slack_does(web_client: WebClients) -> None:
    async with emulated_slack() as slack, web_client(slack) as client:
        assert (await refusal(client, "apps.connections.open"))["error"] == "not_allowed_token_type"
        client.token = slack.app_token
        assert (await refusal(client, "chat.postMessage", channel=GENERAL, text="x"))["error"] == "not_allowed_token_type"
        client.token = "xoxb-unknown"
        assert (await refusal(client, "auth.test"))["error"] == "invalid_auth"
        client.token = None
        assert (await refusal(client, "auth.test"))["error"] == "not_authed"


async def test_a_revoked_token_is_good_no_more(web_client: WebClients) -> None:
    async with emulated_slack() as slack, web_client(slack) as client:
        assert (await client.auth_revoke(test=True))["revoked"] is False
        assert (await client.auth_revoke())["revoked"] is True
        assert (await refusal(client, "auth.test"))["error"] == "token_revoked"


async def test_a_method_that_does_not_exist_is_unknown(web_client: WebClients) -> None:
    async with emulated_slack() as slack, web_client(slack) as client:
        assert (await refusal(client, "chat.shout"))["error"] == "unknown_method"
        assert (await refusal(client, "files.getUploadURLExternal"))["error"] == "unknown_method"


async def test_an_argument_the_method_does_not_have_is_refused(web_client: WebClients) -> None:
    async with emulated_slack() as slack, web_client(slack) as client:
        answer = await refusal(client, "chat.postMessage", channel=GENERAL, text="x", colour="red")
        assert answer["error"] == "invalid_arguments"
        assert answer["response_metadata"]["messages"] == ["[ERROR] unsupported argument: colour"]


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("chat.postMessage", {"text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"channel": GENERAL}, "no_text"),
        ("chat.postMessage", {"channel": GENERAL, "text": "  "}, "no_text"),
        ("chat.postMessage", {"channel": "C404", "text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"channel": "random", "text": "x"}, "not_in_channel"),
        ("chat.postMessage", {"channel": GENERAL, "text": "x", "markdown_text": "y"}, "markdown_text_conflict"),
        ("chat.postMessage", {"channel": GENERAL, "markdown_text": "y" * 12_001}, "msg_too_long"),
        ("chat.postMessage", {"channel": GENERAL, "text": "x", "blocks": "nonsense"}, "invalid_blocks_format"),
        ("chat.postMessage", {"channel": GENERAL, "text": "x", "metadata": {"a": 1}}, "invalid_metadata_schema"),
        ("chat.postMessage", {"channel": GENERAL, "text": "x", "thread_ts": "1.000001"}, "cannot_reply_to_message"),
        ("chat.postMessage", {"channel": GENERAL, "text": "x", "username": "Me"}, "missing_scope"),
        ("chat.postEphemeral", {"channel": GENERAL, "user": "U404", "text": "x"}, "user_not_in_channel"),
        ("chat.update", {"channel": GENERAL, "text": "x"}, "message_not_found"),
        ("chat.update", {"channel": GENERAL, "ts": "1.000001", "text": "x"}, "message_not_found"),
        ("chat.delete", {"channel": GENERAL, "ts": "1.000001"}, "message_not_found"),
        ("chat.getPermalink", {"channel": GENERAL, "message_ts": "1.000001"}, "message_not_found"),
        ("views.open", {"trigger_id": "1.2.3"}, "invalid_arguments"),
        ("views.publish", {"user_id": "U404", "view": {"type": "home", "blocks": []}}, "invalid_arguments"),
        ("reactions.add", {"channel": GENERAL, "timestamp": "1.000001", "name": "eyes"}, "message_not_found"),
        ("conversations.replies", {"channel": GENERAL, "ts": "1.000001"}, "thread_not_found"),
        ("conversations.history", {"channel": GENERAL, "cursor": "!"}, "invalid_cursor"),
        ("conversations.history", {"channel": GENERAL, "oldest": "soon"}, "invalid_ts_oldest"),
        ("conversations.history", {"channel": "random"}, "not_in_channel"),
        ("conversations.open", {}, "users_list_not_supplied"),
        ("conversations.open", {"users": "U404"}, "user_not_found"),
        ("users.info", {"user": "U404"}, "user_not_found"),
        ("bots.info", {"bot": "B404"}, "bot_not_found"),
        ("team.info", {"team": "T404"}, "team_not_found"),
        ("api.test", {"error": "my_error"}, "my_error"),
        ("agents.sessions.setStatus", {"channel_id": GENERAL, "status": "active"}, "thread_ts_required"),
        ("agents.sessions.rename", {"channel_id": GENERAL, "thread_ts": "1.000001", "title": "x"}, "session_not_found"),
        ("assistant.threads.setStatus", {"channel_id": GENERAL, "thread_ts": "1.000001", "status": "x"}, "invalid_thread_ts"),
    ],
)
async def test_a_call_that_is_wrong_gets_slacks_own_error(
    web_client: WebClients, method: str, arguments: dict[str, Any], error: str
) -> None:
    async with emulated_slack() as slack, web_client(slack) as client:
        assert (await refusal(client, method, **arguments))["error"] == error


async def test_a_scope_that_was_not_granted_is_named(web_client: WebClients) -> None:
    manifest = {"display_information": {"name": "Tiny"}, "oauth_config": {"scopes": {"bot": ["chat:write", "im:history"]}}}
    async with emulated_slack(manifest=manifest) as slack, web_client(slack) as client:
        answer = await refusal(client, "users.info", user=slack.workspace.you.id)
        assert (answer["error"], answer["needed"], answer["provided"]) == ("missing_scope", "users:read", "chat:write,im:history")
        answer = await refusal(client, "conversations.history", channel=GENERAL)
        assert answer["needed"] == "channels:history"


async def test_a_body_that_is_not_json_is_refused() -> None:
    async with emulated_slack() as slack, aiohttp.ClientSession() as session:
        bodies = {"application/json": ("{", "invalid_json"), "text/csv": ("a,b", "invalid_post_type")}
        for content_type, (body, error) in bodies.items():
            headers = {"Content-Type": content_type, "Authorization": f"Bearer {slack.bot_token}"}
            async with session.post(f"{slack.api_url}auth.test", data=body, headers=headers) as response:
                assert (await response.json())["error"] == error


async def test_every_call_is_recorded_with_its_answer(web_client: WebClients) -> None:
    async with emulated_slack() as slack, web_client(slack) as client:
        await client.chat_postMessage(channel=GENERAL, text="x")
        await refusal(client, "chat.postMessage", channel=GENERAL)
        first, second = slack.workspace.records.calls_of("chat.postMessage")
        assert (first.ok, first.arguments["text"], second.error) == (True, "x", "no_text")


async def test_directory_methods_tell_who_is_who(web_client: WebClients) -> None:
    async with emulated_slack() as slack, web_client(slack) as client:
        workspace = slack.workspace
        assert (await client.users_info(user=workspace.you.id))["user"]["real_name"] == "You"
        assert (await client.team_info())["team"]["id"] == workspace.installation.team_id
        assert (await client.bots_info(bot=workspace.installation.bot_id))["bot"]["user_id"] == workspace.bot_user.id
        assert (await client.api_test(foo="bar"))["args"] == {"foo": "bar"}
        im = (await client.conversations_open(users=workspace.you.id))["channel"]["id"]
        assert im == workspace.im(workspace.you.id).id
        assert (await client.conversations_info(channel=im))["channel"]["user"] == workspace.you.id
        assert (await client.conversations_info(channel="random"))["channel"]["is_member"] is False


async def test_blocks_can_be_validated_without_posting(web_client: WebClients) -> None:
    async with emulated_slack() as slack, web_client(slack) as client:
        await client.api_call("blocks.validate", json={"blocks": [{"type": "divider"}]})
        answer = await refusal(client, "blocks.validate", blocks=[{"type": "nonsense"}])
        assert answer["error"] == "invalid_blocks"
        assert (await refusal(client, "blocks.validate"))["error"] == "invalid_arguments"


@pytest.mark.parametrize("depth", [100, 50_000])
async def test_absurdly_deep_json_is_refused_everywhere(depth: int) -> None:
    deep = '{"text": ' + "[" * depth + "]" * depth + "}"
    async with emulated_slack() as slack, aiohttp.ClientSession(headers={"Content-Type": "application/json"}) as session:
        headers = {"Authorization": f"Bearer {slack.bot_token}"}
        async with session.post(f"{slack.api_url}chat.postMessage", data=deep, headers=headers) as response:
            assert (response.status, (await response.json())["error"]) == (200, "invalid_json")
        urls = slack.workspace.response_urls
        async with session.post(urls.address(urls.new("commands", GENERAL, slack.workspace.you.id)), data=deep) as response:
            assert (response.status, await response.text()) == (400, "invalid_payload")
        async with session.post(f"{slack.url}/page/deeds/submit", data=deep.replace("text", "values")) as response:
            assert response.status == 422


async def test_brackets_within_strings_are_no_depth(web_client: WebClients) -> None:
    async with emulated_slack() as slack, web_client(slack) as client:
        await client.chat_postMessage(channel=GENERAL, text='[{"' * 500 + "\\")
