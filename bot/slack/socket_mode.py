"""Socket Mode: the connections over which Slack sends what happens.

In: Bolt's app and an app-level token. Out: connections that stay open, and a request for each of Slack's; but those that nothing is done about
are acknowledged here. Most events of a busy channel are of that kind, and so are those of the bot's own messages: Bolt works on each for as long
as on a question.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence

import aiohttp
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import ConfigError, DeliveryError, NotInstalled
from bot.metrics import Metrics
from bot.slack.events import is_idle_talk
from bot.slack.refusals import code, may_pass

logger = logging.getLogger(__name__)
_connections = logging.getLogger("slack_sdk.socket_mode")

CONNECTIONS = 2  # Slack sends each event to one of them; while one is renewed the other takes all (slack.md section 2)
HANDSHAKE_SECONDS = 10  # a connection that was taken but is not answered is given up after these, against 300 by default
PING_SECONDS = 3  # a silent connection is found dead after 1.5 times this, against 18 s by default


@contextlib.asynccontextmanager
async def socket_mode(
    app: AsyncApp, token: str, metrics: Metrics, handshake_seconds: float = HANDSHAKE_SECONDS
) -> AsyncIterator[Callable[[], bool]]:
    """Be connected for as long as the context is open; whether one is at a moment. Raises ConfigError for a token that Slack does not take."""
    await _check_app_token(app.client, token)
    handlers = [_Handler(app, token, logger=_connections, web_client=app.client, ping_interval=PING_SECONDS) for _ in range(CONNECTIONS)]
    for handler in handlers:
        handler.client.message_listeners.append(_Greetings(metrics).count)
    clients = [handler.client for handler in handlers]
    for client in clients:
        await client.aiohttp_client_session.close()
        client.aiohttp_client_session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=handshake_seconds))
    renewing = asyncio.create_task(_renew_addresses(clients))
    try:
        await asyncio.gather(*(handler.connect_async() for handler in handlers))  # type: ignore[no-untyped-call]  # Bolt's is untyped
        yield lambda: any(map(_is_open, clients))
    finally:
        renewing.cancel()
        await asyncio.gather(*(handler.close_async() for handler in handlers))  # type: ignore[no-untyped-call]  # as above


def _in_a_line(record: logging.LogRecord) -> bool:
    """Each attempt at a connection that fails is told in a line; where in aiohttp it failed says nothing more."""
    record.exc_info = None
    return True


_connections.addFilter(_in_a_line)


def _is_open(client: SocketModeClient) -> bool:
    session = client.current_session
    return session is not None and not session.closed and not client.stale


async def _renew_addresses(clients: Sequence[SocketModeClient]) -> None:
    """Let the SDK ask for another address where a connection failed: Slack's are good once, and it would try the same one for ever."""
    while True:
        await asyncio.sleep(PING_SECONDS)
        for client in clients:
            if not _is_open(client):
                client.wss_uri = None


class _Handler(AsyncSocketModeHandler):
    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]  # as Bolt's own does
        event = req.payload.get("event") if req.type == "events_api" else None
        if isinstance(event, dict) and is_idle_talk(event):
            await client.send_socket_mode_response(SocketModeResponse(envelope_id=req.envelope_id))
        else:
            await super().handle(client, req)


async def _check_app_token(client: AsyncWebClient, token: str) -> None:
    """Ask once for what the handlers ask for: they would ask again for ever, whatever Slack says to it."""
    try:
        with may_pass():
            await client.apps_connections_open(app_token=token)
    except DeliveryError as error:
        logger.warning("Slack opens no connection yet (%s)", error)
    except (SlackApiError, NotInstalled) as error:
        why = code(error) if isinstance(error, SlackApiError) else error
        raise ConfigError(f"Slack does not take SLACK_APP_TOKEN ({why}). It must be an app-level token with connections:write.") from None


class _Greetings:
    """Slack greets each new connection; every greeting of a client but its first is a reconnection."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._is_first = True

    async def count(self, client: object, message: Mapping[str, object], raw: str | None) -> None:  # noqa: ARG002  # the SDK's arguments
        """Listen to everything that comes over a connection."""
        if message.get("type") == "hello":
            if not self._is_first:
                self._metrics.reconnected()
            self._is_first = False
