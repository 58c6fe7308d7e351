from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler, AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.faults import dropped_after_acting, dropped_before_acting, ratelimited, refused, server_error
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
