"""The emulated Slack as a server on 127.0.0.1: Web API, Socket Mode, response_urls and the page, one Starlette app.

In: a port, and optionally the app's manifest and its request URL. Out: `EmulatedSlack`, running until it is stopped:

    async with emulated_slack() as slack:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
"""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import HTTPConnection
from starlette.routing import BaseRoute, Route, WebSocketRoute

from bot.playground import page
from bot.playground.distribution import Distribution
from bot.playground.faults import Faults, SocketDropped
from bot.playground.loopback import GUARDS
from bot.playground.response_url_endpoint import ResponseUrlEndpoint
from bot.playground.signed_http import SignedHTTP
from bot.playground.socket_mode import SocketMode
from bot.playground.web_api import WebAPI
from bot.playground.workspace import Timings, Workspace

HOST = "127.0.0.1"
RESPONSE_URL_PATHS = ("/commands/{rest:path}", "/actions/{rest:path}", "/app/{rest:path}")


class PortInUse(OSError):
    """Another program listens on the port asked for."""


class EmulatedSlack:
    """A running playground. Its attributes are what an app needs to be pointed at it."""

    def __init__(self, workspace: Workspace, listener: socket.socket, manifest: Mapping[str, Any] | None, request_url: str | None) -> None:
        self.workspace = workspace
        self._manifest = manifest
        self._listener = listener
        self._socket_mode = SocketMode(workspace.installation.app_id, self._uvicorn_deafen, self._uvicorn_drop)
        self._signed_http: list[SignedHTTP] = []
        self.workspaces = [workspace]
        self.distribution = Distribution(self.workspaces, manifest)
        self._uvicorn = _Uvicorn(_app(self))
        self._serving: asyncio.Task[None] | None = None
        workspace.response_urls.base = self.url
        workspace.dispatcher.transport = self._socket_mode
        if request_url is not None:
            self.deliver_to(request_url)

    @property
    def url(self) -> str:
        """The page's address, without a slash at its end."""
        return f"http://{HOST}:{self._listener.getsockname()[1]}"

    @property
    def api_url(self) -> str:
        """The Web API's base URL, as slack_sdk's `base_url` wants it."""
        return f"{self.url}/api/"

    @property
    def bot_token(self) -> str:
        """The app's xoxb token."""
        return self.workspace.installation.bot_token

    @property
    def app_token(self) -> str:
        """The app's xapp token, for Socket Mode."""
        return self.workspace.installation.app_token

    @property
    def signing_secret(self) -> str:
        """The secret that requests to the app's request URL are signed with."""
        return self.workspace.installation.signing_secret

    @property
    def faults(self) -> Faults:
        """Where faults are ordered."""
        return self.workspace.faults

    @property
    def connection_count(self) -> int:
        """How many Socket Mode connections the app has open."""
        return self._socket_mode.connection_count

    def deliver_to(self, request_url: str) -> None:
        """From now on send signed requests to that URL instead of Socket Mode envelopes; a handshake comes first."""
        for workspace in self.workspaces:
            over_http = SignedHTTP(request_url, workspace.installation, workspace.records)
            self._signed_http.append(over_http)
            workspace.dispatcher.transport = over_http

    def add_workspace(self, code: str, name: str) -> Workspace:
        """Another workspace, in which nobody has installed the app yet; `code` are four letters for its ids. Before `deliver_to`."""
        first = self.workspace
        another = Workspace(timings=first.timings, clock=first.clock, installation=first.installation.elsewhere(code, name))
        another.response_urls.base = self.url
        another.dispatcher.transport = self._socket_mode
        self.workspaces.append(another)
        return another

    async def connected(self, timeout: float = 5.0) -> None:  # noqa: ASYNC109  # a test's patience
        """Wait until the app has a Socket Mode connection."""
        async with asyncio.timeout(timeout):
            await self._socket_mode.wait_until_open()

    async def drop_connections(self) -> None:
        """Break off every Socket Mode connection now."""
        await self._socket_mode.break_off(SocketDropped())

    def turn_away(self, connections: int) -> None:
        """Refuse the next so many Socket Mode connections."""
        self._socket_mode.turn_away(connections)

    def keep_waiting(self, connections: int) -> None:
        """Take the next so many Socket Mode connections, and say nothing to them."""
        self._socket_mode.keep_waiting(connections)

    async def start(self) -> None:
        """Listen and serve; returns once requests are answered."""
        self._serving = asyncio.create_task(self._uvicorn.serve(sockets=[self._listener]))
        await self._uvicorn.ready.wait()

    async def stop(self) -> None:
        """Stop serving and let go of everything."""
        for workspace in self.workspaces:
            await workspace.shut_down()
        await self._socket_mode.close()
        for over_http in self._signed_http:
            await over_http.close()
        self._uvicorn.leave()
        if self._serving is not None:
            await self._serving
        self._listener.close()

    # --- what the Starlette app asks ------------------------------------------------------------------------------------

    def routes(self) -> list[BaseRoute]:
        """The server's routes, the page's last."""
        others = {"apps.connections.open": lambda _: {"url": self._new_socket_url()}, "oauth.v2.access": self.distribution.access}
        api = WebAPI(self._workspace_of_token, others, self._uvicorn_drop)
        respond = ResponseUrlEndpoint(self._workspace_of_team, self._uvicorn_drop)
        return [
            Route("/api/{method}", api.__call__, methods=["GET", "POST"]),
            WebSocketRoute("/link/", self._socket_mode.serve),
            *(Route(path, respond.__call__, methods=["POST"]) for path in RESPONSE_URL_PATHS),
            *self.distribution.routes(),
            *page.routes(self.workspace, self._manifest),
        ]

    def _workspace_of_token(self, token: str | None) -> Workspace:
        now = self.workspace.clock()
        owners = (
            each for each in self.workspaces if token and (each.installation.kind_of(token, now) or token in each.installation.revoked)
        )
        return next(owners, self.workspace)

    def _workspace_of_team(self, team: str) -> Workspace:
        return next((each for each in self.workspaces if each.installation.team_id == team), self.workspace)

    def _new_socket_url(self) -> str:
        port, app_id = self._listener.getsockname()[1], self.workspace.installation.app_id
        return f"ws://{HOST}:{port}/link/?ticket={self._socket_mode.ticket()}&app_id={app_id}"

    def _uvicorn_drop(self, request: HTTPConnection) -> None:
        self._uvicorn.drop(request)

    def _uvicorn_deafen(self, request: HTTPConnection) -> None:
        self._uvicorn.deafen(request)


@asynccontextmanager
async def emulated_slack(
    port: int = 0,
    manifest: Mapping[str, Any] | None = None,
    request_url: str | None = None,
    *,
    timings: Timings | None = None,
    clock: Callable[[], float] = time.time,
) -> AsyncIterator[EmulatedSlack]:
    """A playground that runs while the block does.

    Args:
        port: where to listen on 127.0.0.1; 0 for any free port.
        manifest: the app's manifest; None grants and subscribes the app to everything.
        request_url: where to send signed requests; None for Socket Mode.
        timings: how long Slack waits for what; default Slack's own.
        clock: the time now, seconds since the epoch.

    Raises:
        PortInUse: somebody else listens there.
    """
    slack = EmulatedSlack(Workspace(manifest, timings=timings, clock=clock), _listen(port), manifest, request_url)
    await slack.start()
    try:
        yield slack
    finally:
        await slack.stop()


def _listen(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen()
    except OSError as error:
        listener.close()
        raise PortInUse(error.errno, f"port {port} of {HOST} is taken by another program; choose another port") from error
    return listener


def _app(slack: EmulatedSlack) -> Starlette:
    return Starlette(routes=slack.routes(), middleware=GUARDS)


class _Uvicorn(uvicorn.Server):
    """Uvicorn inside our own event loop: it takes no signals, and says when it is ready."""

    def __init__(self, app: Starlette) -> None:
        config = uvicorn.Config(
            app,
            http="h11",
            ws="websockets-sansio",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            date_header=False,
            server_header=False,
            timeout_graceful_shutdown=1,
            timeout_keep_alive=60,  # with uvicorn's 5 s, connections end just as the answer to a slow model begins to use them again
        )
        super().__init__(config)
        self.ready = asyncio.Event()
        self._leaving = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the process's signals to the program."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        self.ready.set()

    async def main_loop(self) -> None:
        """Wait for the end; uvicorn itself looks only every tenth of a second, which tests would pay each time."""
        await self._leaving.wait()

    def leave(self) -> None:
        """Stop serving."""
        self._leaving.set()

    def drop(self, request: HTTPConnection) -> None:
        """Break off the TCP connection of a request."""
        for transport in self._transports_of(request):
            transport.abort()

    def deafen(self, request: HTTPConnection) -> None:
        """Read nothing more of the TCP connection of a request, not even its end."""
        for transport in self._transports_of(request):
            transport.pause_reading()

    def _transports_of(self, request: HTTPConnection) -> list[Any]:
        """At most one; uvicorn's protocols each have theirs without a type."""
        its = tuple(request.client or ())
        return [connection.transport for connection in self.server_state.connections if getattr(connection, "client", None) == its]
