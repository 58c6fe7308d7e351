"""The addresses that interactions give, as HTTP. In: a POST to a response_url. Out: Slack's plain "ok", or its error; every use is recorded.

A fault ordered at the point `response_url` befalls it.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.playground.changes import Change
from bot.playground.decoding import decode
from bot.playground.failing import NOT_ACTING, failure, wait_out
from bot.playground.faults import RESPONSE_URL, DroppedAfterActing, DroppedBeforeActing
from bot.playground.records import ResponseUrlUse
from bot.playground.refusal import Refusal
from bot.playground.response_urls import respond

if TYPE_CHECKING:
    from bot.playground.workspace import Workspace

GONE = ("used_url", "expired_url", "invalid_url")


class ResponseUrlEndpoint:
    """Answers POSTs to response_urls."""

    def __init__(self, workspace_of: Callable[[str], "Workspace"], drop: Callable[[Request], None]) -> None:
        """Answer for the workspace of the team that an address names; `drop` breaks off the connection a request came by, for faults."""
        self._workspace_of = workspace_of
        self._drop = drop

    async def __call__(self, request: Request) -> Response:
        """Answer one request."""
        workspace = self._workspace_of(request.url.path.split("/")[2])
        fault = workspace.faults.for_call(RESPONSE_URL)
        body = _body(await request.body())
        await wait_out(fault)
        response = failure(fault)[0] if isinstance(fault, NOT_ACTING) else _answer(workspace, request.url.path, body)
        if isinstance(fault, DroppedBeforeActing | DroppedAfterActing):
            self._drop(request)
        workspace.records.responses.append(
            ResponseUrlUse(request.url.path, body or {}, response.status_code, bytes(response.body).decode())
        )
        workspace.changes.publish(Change("api_called"))
        return response


def _answer(workspace: "Workspace", path: str, body: dict[str, Any] | None) -> Response:
    if body is None:
        return PlainTextResponse("invalid_payload", 400)
    try:
        respond(workspace, path, body)
    except Refusal as refusal:
        return JSONResponse(refusal.answer(), 404 if refusal.error in GONE else 400)
    return PlainTextResponse("ok")


def _body(raw: bytes) -> dict[str, Any] | None:
    try:
        body = decode(raw)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None
