from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import EmulatedSlack, emulated_slack

WebClients = Callable[[EmulatedSlack], AbstractAsyncContextManager[AsyncWebClient]]
Clock = Any  # conftest's FakeClock
GENERAL = "C0PLAYGEN1"


async def error_of(call: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


async def test_a_status_shows_until_the_app_posts(web_client: WebClients) -> None:
    async with emulated_slack() as slack, web_client(slack) as client:
        workspace = slack.workspace
        ts = await workspace.say(workspace.you.id, GENERAL, "why?")
        key: dict[str, Any] = {"channel_id": GENERAL, "thread_ts": ts}
        await client.assistant_threads_setStatus(status="is searching…", loading_messages=["a", "b"], **key)
        status = workspace.status(GENERAL, ts)
        assert status is not None
        assert (status.text, status.loading_messages) == ("is searching…", ("a", "b"))
        await client.chat_postMessage(channel=GENERAL, thread_ts=ts, text="found")
        assert workspace.status(GENERAL, ts) is None
        await client.assistant_threads_setStatus(status="again", **key)
        await client.assistant_threads_setStatus(status="", **key)
        assert workspace.status(GENERAL, ts) is None


async def test_a_status_vanishes_after_two_minutes(web_client: WebClients, clock: Clock) -> None:
    async with emulated_slack(clock=clock) as slack, web_client(slack) as client:
        ts = await slack.workspace.say(slack.workspace.you.id, GENERAL, "why?")
        await client.assistant_threads_setStatus(channel_id=GENERAL, thread_ts=ts, status="is thinking…")
        clock.advance(119)
        assert slack.workspace.status(GENERAL, ts)
        clock.advance(1)
        assert slack.workspace.status(GENERAL, ts) is None


async def test_there_are_at_most_ten_loading_messages_and_four_prompts(web_client: WebClients) -> None:
    async with emulated_slack() as slack, web_client(slack) as client:
        ts = await slack.workspace.say(slack.workspace.you.id, GENERAL, "why?")
        many = client.assistant_threads_setStatus(channel_id=GENERAL, thread_ts=ts, status="x", loading_messages=["m"] * 11)
        assert await error_of(many) == "invalid_arguments"
        prompt = {"title": "t", "message": "m"}
        im = slack.workspace.im(slack.workspace.you.id).id
        await client.assistant_threads_setSuggestedPrompts(channel_id=im, title="Try", prompts=[prompt] * 4)
        shown = slack.workspace.suggested_prompts(im)
        assert shown is not None
        assert (shown.title, len(shown.prompts), shown.prompts[0].message) == ("Try", 4, "m")
        five = client.assistant_threads_setSuggestedPrompts(channel_id=im, prompts=[prompt] * 5)
        assert await error_of(five) == "invalid_arguments"


async def test_only_an_agent_may_suggest_prompts_and_set_titles(web_client: WebClients) -> None:
    manifest = {
        "display_information": {"name": "Plain"},
        "oauth_config": {"scopes": {"bot": ["assistant:write", "chat:write"]}},
    }
    async with emulated_slack(manifest=manifest) as slack, web_client(slack) as client:
        im = slack.workspace.im(slack.workspace.you.id).id
        prompts = [{"title": "t", "message": "m"}]
        refused = client.assistant_threads_setSuggestedPrompts(channel_id=im, prompts=prompts)
        assert await error_of(refused) == "not_agent_app"


async def test_a_session_without_a_listener_for_its_stop_is_warned_of(web_client: WebClients) -> None:
    manifest = {"display_information": {"name": "Deaf"}, "oauth_config": {"scopes": {"bot": ["chat:write"]}}}
    async with emulated_slack(manifest=manifest) as slack, web_client(slack) as client:
        ts = await slack.workspace.say(slack.workspace.you.id, GENERAL, "why?")
        key: dict[str, Any] = {"channel_id": GENERAL, "thread_ts": ts}
        answer = await client.agents_sessions_setStatus(status="processing", title="Why", **key)
        assert answer["warning"] == "missing_agent_session_stopped_event_subscription"
        assert not slack.workspace.stoppable(GENERAL, ts)
        await client.agents_sessions_setStatus(status="active", title="ignored", **key)
        renamed = await client.agents_sessions_rename(title="Because", **key)
        assert renamed["title"] == "Because"
        assert await error_of(client.agents_sessions_setStatus(status="asleep", **key)) == "invalid_status"
        assert await error_of(client.agents_sessions_rename(title="x" * 201, **key)) == "invalid_name"


async def test_the_manifests_prompts_are_suggested_at_first() -> None:
    prompts = [{"title": "Help", "message": "What can you do?"}]
    manifest = {
        "display_information": {"name": "Agent"},
        "features": {"agent_view": {"agent_description": "x", "suggested_prompts": prompts}},
    }
    async with emulated_slack(manifest=manifest) as slack:
        shown = slack.workspace.suggested_prompts(slack.workspace.im(slack.workspace.you.id).id)
        assert shown is not None
        assert shown.prompts[0].message == "What can you do?"
