from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler, AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.playground.faults import (
    StreamEnded,
    delayed,
    dropped_after_acting,
    dropped_before_acting,
    ratelimited,
    refused,
    server_error,
    slow,
    stream_expired,
    stream_stopped,
)
from bot.playground.server import EmulatedSlack, emulated_slack

WebClients = Callable[[EmulatedSlack], AbstractAsyncContextManager[AsyncWebClient]]
GENERAL = "C0PLAYGEN1"


def texts(slack: EmulatedSlack) -> list[str]:
    return [message.text for message in slack.workspace.messages(GENERAL, viewer=slack.workspace.you.id)]


async def test_a_rate_limit_says_when_to_come_again(web_client: WebClients) -> None:
    async with emulated_slack() as slack, web_client(slack) as client:
        slack.faults.next("chat.postMessage", ratelimited(after=7))
        with pytest.raises(SlackApiError) as caught:
            await client.chat_postMessage(channel=GENERAL, text="x")
        assert (caught.value.response.status_code, caught.value.response.headers["Retry-After"]) == (429, "7")
        await client.chat_postMessage(channel=GENERAL, text="y")
        assert texts(slack) == ["y"]


async def test_slacks_own_rate_limit_handler_comes_again(web_client: WebClients) -> None:
    async with emulated_slack() as slack, web_client(slack) as client:
        client.retry_handlers.append(AsyncRateLimitErrorRetryHandler())
        slack.faults.next("chat.postMessage", ratelimited(after=0))
        await client.chat_postMessage(channel=GENERAL, text="x")
        assert [call.status for call in slack.workspace.records.calls_of("chat.postMessage")] == [429, 200]


async def test_a_connection_that_breaks_after_the_deed_makes_slacks_default_retry_post_twice(web_client: WebClients) -> None:
    async with emulated_slack() as slack, web_client(slack) as client:
        slack.faults.next("chat.postMessage", dropped_after_acting())
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await client.chat_postMessage(channel=GENERAL, text="once")
        assert texts(slack) == ["once"]
        client.retry_handlers.append(AsyncConnectionErrorRetryHandler())
        slack.faults.next("chat.postMessage", dropped_after_acting())
        await client.chat_postMessage(channel=GENERAL, text="twice")
        assert texts(slack) == ["once", "twice", "twice"]


async def test_a_connection_that_breaks_before_the_deed_leaves_nothing(web_client: WebClients) -> None:
    async with emulated_slack() as slack, web_client(slack) as client:
        slack.faults.next("chat.postMessage", dropped_before_acting())
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await client.chat_postMessage(channel=GENERAL, text="x")
        assert texts(slack) == []
        assert slack.workspace.records.calls[-1].fault == "DroppedBeforeActing"


async def test_any_call_may_meet_a_server_error_or_a_refusal(web_client: WebClients) -> None:
    async with emulated_slack() as slack, web_client(slack) as client:
        slack.faults.next("*", server_error(503))
        slack.faults.next("*", refused("fatal_error"))
        for _ in range(2):
            with pytest.raises(SlackApiError):
                await client.auth_test()
        statuses = [(call.status, call.error) for call in slack.workspace.records.calls]
        assert statuses == [(503, None), (200, "fatal_error")]
        await client.auth_test()


async def test_faults_come_in_turn_and_can_be_called_off(web_client: WebClients) -> None:
    async with emulated_slack() as slack, web_client(slack) as client:
        slack.faults.next("auth.test", refused("fatal_error"), times=3)
        with pytest.raises(SlackApiError, match="fatal_error"):
            await client.auth_test()
        slack.faults.clear()
        await client.auth_test()


async def test_a_slow_answer_acts_all_the_same(web_client: WebClients) -> None:
    async with emulated_slack() as slack, web_client(slack) as client:
        slack.faults.next("chat.postMessage", slow(0.05))
        await client.chat_postMessage(channel=GENERAL, text="late")
        (call,) = slack.workspace.records.calls_of("chat.postMessage")
        assert (call.ok, call.fault) == (True, "Slow")
        assert call.seconds >= 0.05
        assert texts(slack) == ["late"]


@pytest.mark.parametrize(
    ("fault", "error"),
    [(stream_expired(), "message_not_in_streaming_state"), (stream_stopped(), "stopped_by_user")],
)
async def test_a_stream_that_slack_ended_stays_ended(web_client: WebClients, fault: StreamEnded, error: str) -> None:
    async with emulated_slack() as slack, web_client(slack) as client:
        im = slack.workspace.im(slack.workspace.you.id).id
        root = await slack.workspace.say(slack.workspace.you.id, im, "why?")
        started = await client.chat_startStream(channel=im, thread_ts=root, markdown_text="Because")
        slack.faults.next("chat.appendStream", fault)
        where = {"channel": im, "ts": started["ts"]}
        for _ in range(2):
            with pytest.raises(SlackApiError, match=error):
                await client.chat_appendStream(**where, markdown_text=" so")
        with pytest.raises(SlackApiError, match=error):
            await client.chat_stopStream(**where)
        await client.chat_update(**where, text="Because of that.")


async def test_a_response_url_has_its_bad_days_and_they_are_recorded() -> None:
    async with emulated_slack() as slack:
        urls = slack.workspace.response_urls
        hook = AsyncWebhookClient(urls.address(urls.new("commands", GENERAL, slack.workspace.you.id)))
        slack.faults.next("response_url", server_error(500))
        slack.faults.next("response_url", ratelimited(after=3))
        statuses = [(await hook.send(text="x")).status_code for _ in range(3)]
        assert statuses == [500, 429, 200]
        assert [use.status for use in slack.workspace.records.responses] == statuses
        assert texts(slack) == ["x"]


async def test_what_waits_can_be_read() -> None:
    async with emulated_slack() as slack:
        slack.faults.next("auth.test", refused("fatal_error"), times=2)
        slack.faults.next("event", delayed(1.0))
        assert slack.faults.waiting() == [("auth.test", refused("fatal_error"))] * 2 + [("event", delayed(1.0))]
