from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import UrlSourceElement
from slack_sdk.models.messages.chunk import BlocksChunk, MarkdownTextChunk, PlanUpdateChunk, TaskUpdateChunk
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import EmulatedSlack, emulated_slack
from bot.playground.workspace import Message, Timings, Workspace

WebClients = Callable[[EmulatedSlack], AbstractAsyncContextManager[AsyncWebClient]]
Clock = Any  # conftest's FakeClock
GENERAL = "C0PLAYGEN1"


async def question(workspace: Workspace, channel: str = GENERAL) -> dict[str, Any]:
    """Somebody asks; the arguments that a stream under it needs."""
    ts = await workspace.say(workspace.you.id, channel, "why?")
    return {
        "channel": channel,
        "thread_ts": ts,
        "recipient_team_id": workspace.installation.team_id,
        "recipient_user_id": workspace.you.id,
    }


async def error_of(call: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


def answer_in(workspace: Workspace, where: dict[str, Any]) -> Message:
    return workspace.thread(where["channel"], where["thread_ts"], viewer=workspace.you.id)[-1]


async def test_slacks_own_helper_streams_text_tasks_and_blocks(web_client: WebClients) -> None:
    async with emulated_slack() as slack, web_client(slack) as client:
        where = await question(slack.workspace)
        stream = await client.chat_stream(buffer_size=1, **where)
        source = UrlSourceElement(url="https://example.com", text="Example")
        await stream.append(chunks=[TaskUpdateChunk(id="1", title="Searching", status="in_progress")])
        await stream.append(markdown_text="Because ")
        assert answer_in(slack.workspace, where).streaming
        await stream.append(markdown_text="**so**.")
        await stream.append(chunks=[TaskUpdateChunk(id="1", title="Searched", status="complete", sources=[source])])
        await stream.stop(blocks=[{"type": "divider"}], session_status="active")
        message = answer_in(slack.workspace, where)
        assert (message.text, message.streaming, message.ts) == ("Because **so**.", False, stream.ts)
        assert [block["type"] for block in message.blocks or []] == ["task_card", "markdown", "divider"]
        card = (message.blocks or [])[0]
        assert (card["title"], card["status"], card["sources"][0]["text"]) == ("Searched", "complete", "Example")
        session = slack.workspace.session(GENERAL, where["thread_ts"])
        assert session is not None
        assert session.status == "active"


async def test_a_plan_gathers_its_tasks_above_the_text(web_client: WebClients) -> None:
    async with emulated_slack() as slack, web_client(slack) as client:
        where = await question(slack.workspace)
        chunks = [
            MarkdownTextChunk(text="text"),
            PlanUpdateChunk(title="Research"),
            TaskUpdateChunk(id="1", title="One", status="complete"),
            TaskUpdateChunk(id="2", title="Two", status="pending"),
            BlocksChunk(blocks=[{"type": "divider"}]),
        ]
        await client.chat_startStream(chunks=chunks, task_display_mode="plan", **where)
        blocks = answer_in(slack.workspace, where).blocks or []
        assert [block["type"] for block in blocks] == ["plan", "markdown", "divider"]
        assert (blocks[0]["title"], [task["title"] for task in blocks[0]["tasks"]]) == ("Research", ["One", "Two"])


async def test_outside_direct_messages_a_stream_needs_its_recipient(web_client: WebClients) -> None:
    async with emulated_slack() as slack, web_client(slack) as client:
        where = await question(slack.workspace)
        for missing in ("recipient_team_id", "recipient_user_id"):
            given: dict[str, Any] = {name: value for name, value in where.items() if name != missing}
            assert await error_of(client.chat_startStream(**given)) == f"missing_{missing}"
        wrong = where | {"recipient_team_id": "T404"}
        assert await error_of(client.chat_startStream(**wrong)) == "team_not_found"
        im = await question(slack.workspace, slack.workspace.im(slack.workspace.you.id).id)
        await client.chat_startStream(channel=im["channel"], thread_ts=im["thread_ts"], markdown_text="x")


async def test_a_stream_hangs_under_a_message(web_client: WebClients) -> None:
    async with emulated_slack() as slack, web_client(slack) as client:
        where = await question(slack.workspace)
        assert await error_of(client.chat_startStream(**where | {"thread_ts": "1.000001"})) == "message_not_found"
        del where["thread_ts"]
        assert await error_of(client.api_call("chat.startStream", json=where)) == "invalid_arguments"


async def test_text_and_chunks_do_not_mix(web_client: WebClients) -> None:
    async with emulated_slack() as slack, web_client(slack) as client:
        where = await question(slack.workspace)
        chunk = {"type": "markdown_text", "text": "x"}
        both = await error_of(client.chat_startStream(markdown_text="x", chunks=[chunk], **where))
        assert both == "cannot_provide_both_markdown_text_and_chunks"
        started = await client.chat_startStream(markdown_text="x", **where)
        at: dict[str, Any] = {"channel": GENERAL, "ts": started["ts"]}
        assert await error_of(client.chat_appendStream(chunks=[chunk], **at)) == "streaming_mode_mismatch"
        assert await error_of(client.chat_appendStream(chunks=[{"type": "x"}], **at)) == "invalid_chunks"
        task = {"type": "task_update", "id": "1", "title": "Read", "status": "complete"}
        for wrong in (
            {"sources": [{"type": "url", "url": "https://a.example"}]},
            {"sources": [{"type": "url", "url": "a", "text": "A"}]},
            {"details": "x" * 257},
        ):
            assert await error_of(client.chat_appendStream(chunks=[task | wrong], **at)) == "invalid_chunks"
        assert await error_of(client.api_call("chat.appendStream", json=at)) == "no_text"
        assert answer_in(slack.workspace, where).text == "x"


async def test_a_streamed_message_has_a_size_in_bytes(web_client: WebClients) -> None:
    async with emulated_slack() as slack, web_client(slack) as client:
        where = await question(slack.workspace)
        started = await client.chat_startStream(markdown_text="字" * 3000, **where)
        at: dict[str, Any] = {"channel": GENERAL, "ts": started["ts"]}
        await client.chat_appendStream(markdown_text="字" * 500, **at)
        assert await error_of(client.chat_appendStream(markdown_text="字" * 100, **at)) == "msg_too_long"
        assert len(answer_in(slack.workspace, where).text) == 3500
        assert await error_of(client.chat_startStream(markdown_text="x" * 12_001, **where)) == "invalid_chunks"


async def test_a_stream_ends_after_five_minutes_activity_or_not(web_client: WebClients, clock: Clock) -> None:
    async with emulated_slack(clock=clock) as slack, web_client(slack) as client:
        where = await question(slack.workspace)
        started = await client.chat_startStream(markdown_text="x", **where)
        at: dict[str, Any] = {"channel": GENERAL, "ts": started["ts"]}
        clock.advance(299)
        await client.chat_appendStream(markdown_text="y", **at)
        clock.advance(1)
        assert await error_of(client.chat_appendStream(markdown_text="z", **at)) == "message_not_in_streaming_state"
        assert await error_of(client.chat_stopStream(**at)) == "message_not_in_streaming_state"
        assert not answer_in(slack.workspace, where).streaming
        await client.chat_update(text="whole", blocks=[], **at)
        assert answer_in(slack.workspace, where).text == "whole"


async def test_watchers_see_a_stream_end_by_itself(web_client: WebClients) -> None:
    async with emulated_slack(timings=Timings(stream_lifetime=0.05)) as slack, web_client(slack) as client:
        where = await question(slack.workspace)
        await client.chat_startStream(markdown_text="x", **where)
        await slack.workspace.until(lambda: not answer_in(slack.workspace, where).streaming)


async def test_a_running_stream_cannot_be_updated_nor_a_plain_message_appended_to(web_client: WebClients) -> None:
    async with emulated_slack() as slack, web_client(slack) as client:
        where = await question(slack.workspace)
        started = await client.chat_startStream(markdown_text="x", **where)
        assert await error_of(client.chat_update(channel=GENERAL, ts=started["ts"], text="y")) == "streaming_state_conflict"
        posted = await client.chat_postMessage(channel=GENERAL, text="plain")
        at: dict[str, Any] = {"channel": GENERAL, "ts": posted["ts"]}
        assert await error_of(client.chat_appendStream(markdown_text="x", **at)) == "message_not_in_streaming_state"
        theirs: dict[str, Any] = {"channel": GENERAL, "ts": where["thread_ts"]}
        assert await error_of(client.chat_appendStream(markdown_text="x", **theirs)) == "message_not_owned_by_app"


async def test_the_last_blocks_are_checked_before_anything_is_stopped(web_client: WebClients) -> None:
    async with emulated_slack() as slack, web_client(slack) as client:
        where = await question(slack.workspace)
        started = await client.chat_startStream(markdown_text="x", **where)
        at: dict[str, Any] = {"channel": GENERAL, "ts": started["ts"]}
        assert await error_of(client.chat_stopStream(blocks=[{"type": "nonsense"}], **at)) == "invalid_blocks"
        assert await error_of(client.chat_stopStream(blocks=[{"type": "divider"}] * 51, **at)) == "msg_blocks_too_many"
        assert answer_in(slack.workspace, where).streaming
        stopped = await client.chat_stopStream(blocks=[{"type": "divider"}] * 50, **at)
        assert stopped["message"]["text"] == "x"


async def test_the_stop_button_ends_the_stream_and_tells_the_app(web_client: WebClients) -> None:
    async with emulated_slack() as slack, web_client(slack) as client:
        workspace, where = slack.workspace, await question(slack.workspace)
        root = where["thread_ts"]
        await client.agents_sessions_setStatus(channel_id=GENERAL, thread_ts=root, status="processing", title="Why")
        assert workspace.stoppable(GENERAL, root)
        started = await client.chat_startStream(markdown_text="x", **where)
        await workspace.stop_session(workspace.you.id, GENERAL, root)
        at: dict[str, Any] = {"channel": GENERAL, "ts": started["ts"]}
        assert await error_of(client.chat_appendStream(markdown_text="y", **at)) == "stopped_by_user"
        await client.agents_sessions_setStatus(channel_id=GENERAL, thread_ts=root, status="active")
        assert not workspace.stoppable(GENERAL, root)
