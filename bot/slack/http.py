"""Signed HTTP: Slack's requests behind a filter that refuses what Bolt would stumble over.

Bolt parses a body before it checks the signature, so malformed JSON, a timestamp that is no number or a signature that is no ASCII ends
in a traceback, and nothing bounds a body (slack.md 1.8).
"""

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncIterator

import uvicorn
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.errors import ConfigError

PATH = "/slack/events"
LARGEST_BODY = 1_048_576  # bytes; Slack's own payloads stay far below
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")


@contextlib.asynccontextmanager
async def serve_http(host: str, port: int, app: AsyncApp) -> AsyncIterator[None]:
    """Serve Bolt's app on `host`:`port` while the context is open. Raises ConfigError where the port is taken."""
    config = uvicorn.Config(http_app(app), host=host, port=port, log_level="warning", lifespan="off")
    server = _Server(config)
    task = asyncio.create_task(server.serve())
    try:
        while not server.started:
            if task.done():
                raise ConfigError(f"HOST {host}, PORT {port} cannot be listened on. Please choose another PORT.")
            await asyncio.sleep(0.01)
        yield
    finally:
        server.should_exit = True
        with contextlib.suppress(SystemExit):
            await task


def http_app(app: AsyncApp) -> Starlette:
    """The web application: Slack's one path, filtered."""
    handler = AsyncSlackRequestHandler(app)

    async def events(request: Request) -> Response:
        refused = await _refuse(request)
        return refused or await handler.handle(request)

    return Starlette(routes=[Route(PATH, events, methods=["POST"])])


class _Server(uvicorn.Server):
    """uvicorn without its own signal handlers: whoever runs the bot decides when it stops."""

    @contextlib.contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def]  # uvicorn's own is an untyped generator
        """Leave the signals alone."""
        yield


async def _refuse(request: Request) -> Response | None:
    """Why a request cannot be Slack's, as a 4xx; None where it may be."""
    timestamp = request.headers.get("x-slack-request-timestamp", "")
    if not re.fullmatch(r"[0-9]{1,12}", timestamp) or not _SIGNATURE.fullmatch(request.headers.get("x-slack-signature", "")):
        return PlainTextResponse("unsigned", 401)
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST_BODY:
                return PlainTextResponse("too large", 413)
    except ClientDisconnect:
        return PlainTextResponse("incomplete", 400)
    request._body = bytes(body)  # what Request.body() keeps; Bolt reads it again
    return None if _parses(request.headers.get("content-type", ""), bytes(body)) else PlainTextResponse("malformed", 400)


def _parses(content_type: str, body: bytes) -> bool:
    try:
        text = body.decode()
        return "json" not in content_type or isinstance(json.loads(text), dict)
    except ValueError:
        return False
