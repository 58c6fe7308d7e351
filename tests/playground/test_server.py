import asyncio
import socket
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import EmulatedSlack, PortInUse, emulated_slack

WebClients = Callable[[EmulatedSlack], AbstractAsyncContextManager[AsyncWebClient]]


async def test_it_starts_fast_on_loopback_only() -> None:
    async with emulated_slack():
        pass  # the first one imports uvicorn's protocols
    started = time.perf_counter()
    async with emulated_slack() as slack:
        assert time.perf_counter() - started < 0.3
        assert slack.url.startswith("http://127.0.0.1:")
        assert slack.api_url == f"{slack.url}/api/"


async def test_a_port_that_is_taken_is_said_plainly() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortInUse, match=f"port {port} of 127.0.0.1 is taken"):
            async with emulated_slack(port=port):
                pass


async def test_a_port_is_free_again_after_the_stop() -> None:
    async with emulated_slack() as slack:
        port = int(slack.url.rpartition(":")[2])
    async with emulated_slack(port=port) as slack:
        assert slack.url.endswith(f":{port}")


async def test_the_page_is_served_at_the_root() -> None:
    async with emulated_slack() as slack, aiohttp.ClientSession() as session, session.get(slack.url) as response:
        assert (response.status, response.content_type) == (200, "text/html")


async def test_a_host_that_is_not_loopback_is_refused() -> None:
    async with emulated_slack() as slack, aiohttp.ClientSession() as session:
        for host, status in (("evil.example", 400), ("localhost", 200)):
            async with session.get(slack.url, headers={"Host": host}) as response:
                assert response.status == status


@pytest.mark.parametrize("headers", [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}])
async def test_another_sites_page_can_neither_write_nor_listen(headers: dict[str, str]) -> None:
    async with emulated_slack() as slack, aiohttp.ClientSession(headers=headers) as session:
        async with session.post(f"{slack.url}/page/deeds/say", json={}) as response:
            assert response.status == 403
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(f"{slack.url}/page/live")


async def test_two_workspaces_share_nothing(web_client: WebClients) -> None:
    async with emulated_slack() as one, emulated_slack() as two, web_client(one) as client:
        assert one.bot_token != two.bot_token
        await client.chat_postMessage(channel="general", text="x")
        assert two.workspace.messages("C0PLAYGEN1", viewer=two.workspace.you.id) == []


async def test_stopping_ends_subscriptions_and_what_is_on_its_way() -> None:
    seen: list[str] = []

    async with emulated_slack() as slack:
        listening = asyncio.Event()

        async def watch() -> None:
            with slack.workspace.subscribe() as changes:
                listening.set()
                seen.extend([change.kind async for change in changes])

        watching = asyncio.create_task(watch())
        await listening.wait()
        await slack.workspace.say(slack.workspace.you.id, "C0PLAYGEN1", "nobody hears this")
    await watching
    assert seen == ["message_posted"]
