"""The connections of Socket Mode, where Slack is slow to make them."""

import asyncio

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.metrics import Metrics
from bot.playground.server import emulated_slack
from bot.slack.socket_mode import CONNECTIONS, PING_SECONDS, socket_mode


def test_a_connection_that_is_taken_and_not_answered_is_given_up_for_another_and_those_that_are_made_stay() -> None:
    handshake_seconds = 0.3
    assert handshake_seconds < PING_SECONDS  # so long the SDK waits for its next attempt, and the other connection is there all the while

    async def connect() -> None:
        async with emulated_slack() as slack, aiohttp.ClientSession() as session:
            app = AsyncApp(client=AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, session=session))
            slack.keep_waiting(1)
            async with asyncio.timeout(20), socket_mode(app, slack.app_token, Metrics(), handshake_seconds) as is_connected:
                assert (is_connected(), slack.connection_count) == (True, CONNECTIONS)
            assert not is_connected()

    asyncio.run(connect())
