"""What the playground's tests share: coroutine tests, Slack's real client, and Slack's real Bolt, pointed at it."""

import asyncio
import inspect
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager

import aiohttp
import pytest
import uvicorn
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.routing import Route

from bot.playground.server import EmulatedSlack

WebClients = Callable[[EmulatedSlack], AbstractAsyncContextManager[AsyncWebClient]]
Bots = Callable[[EmulatedSlack], AbstractAsyncContextManager[AsyncApp]]


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a coroutine test in an event loop of its own."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    arguments = {name: pyfuncitem.funcargs[name] for name in inspect.signature(pyfuncitem.obj).parameters}
    asyncio.run(pyfuncitem.obj(**arguments))
    return True


@asynccontextmanager
async def _web_client(slack: EmulatedSlack) -> AsyncIterator[AsyncWebClient]:
    async with aiohttp.ClientSession() as session:
        yield AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, session=session, retry_handlers=[])


@asynccontextmanager
async def _socket_mode_bot(slack: EmulatedSlack) -> AsyncIterator[AsyncApp]:
    async with _web_client(slack) as client:
        app = AsyncApp(client=client, signing_secret=slack.signing_secret)
        handler = AsyncSocketModeHandler(app, slack.app_token, ping_interval=3)
        await handler.connect_async()  # type: ignore[no-untyped-call]  # slack_bolt's annotations are partial
        await slack.connected()
        try:
            yield app
        finally:
            await handler.close_async()  # type: ignore[no-untyped-call]  # as above


class _Server(uvicorn.Server):
    """Uvicorn inside the test's loop."""

    def __init__(self, app: Starlette) -> None:
        super().__init__(uvicorn.Config(app, lifespan="off", log_config=None))
        self.ready = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@asynccontextmanager
async def _http_bot(slack: EmulatedSlack) -> AsyncIterator[AsyncApp]:
    async with _web_client(slack) as client:
        app = AsyncApp(client=client, signing_secret=slack.signing_secret)
        handler = AsyncSlackRequestHandler(app)
        server = _Server(Starlette(routes=[Route("/slack/events", handler.handle, methods=["POST"])]))
        with socket.create_server(("127.0.0.1", 0)) as listener:
            serving = asyncio.create_task(server.serve(sockets=[listener]))
            await server.ready.wait()
            slack.deliver_to(f"http://127.0.0.1:{listener.getsockname()[1]}/slack/events")
            try:
                yield app
            finally:
                server.should_exit = True
                await serving


@pytest.fixture
def web_client() -> WebClients:
    """`async with web_client(slack) as client:` Slack's own client, without retries."""
    return _web_client


@pytest.fixture
def socket_mode_bot() -> Bots:
    """`async with socket_mode_bot(slack) as app:` a Bolt app connected by Socket Mode; add listeners to it."""
    return _socket_mode_bot


@pytest.fixture
def http_bot() -> Bots:
    """`async with http_bot(slack) as app:` a Bolt app behind Slack's signed requests; add listeners to it."""
    return _http_bot


class FakeClock:
    """A clock that stands still until it is moved. Calling it gives seconds since the epoch."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> FakeClock:
    """A clock to hand to `emulated_slack(clock=…)`."""
    return FakeClock()
