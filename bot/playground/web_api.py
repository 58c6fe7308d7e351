"""The Web API over HTTP: `/api/METHOD`, as Slack's.

In: a form, a JSON body or a query string, with a token. Out: Slack's JSON, after the checks every method shares: the
method exists, the token is good for it, the scope was granted, the arguments are the method's. Every call is recorded.
"""

import base64
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.playground.changes import Change
from bot.playground.decoding import decode
from bot.playground.failing import NOT_ACTING, failure, wait_out
from bot.playground.faults import ApiFault, DroppedAfterActing, DroppedBeforeActing, StreamEnded
from bot.playground.methods import HANDLERS
from bot.playground.methods.call import Answer, Call
from bot.playground.methods.facts import (
    METHODS,
    MethodFacts,
    check_arguments,
    check_scopes,
    check_token,
    decode_arguments,
    granted_scopes,
)
from bot.playground.records import ApiCall
from bot.playground.refusal import Refusal

if TYPE_CHECKING:
    from bot.playground.workspace import Workspace

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class WebAPI:
    """Answers `/api/METHOD`."""

    def __init__(
        self,
        workspace_of: Callable[[str | None], "Workspace"],
        others: Mapping[str, Callable[[Call], Answer]],
        drop: Callable[[Request], None],
    ) -> None:
        """Answer for every workspace.

        Args:
            workspace_of: whose a token is; one of them also for a token that is nobody's, and for a call without any.
            others: the methods that are the app's and no workspace's.
            drop: breaks off the connection a request came by, for faults.
        """
        self._workspace_of = workspace_of
        self._drop = drop
        self._handlers: dict[str, Callable[[Call], Answer]] = {**HANDLERS, **others}

    async def __call__(self, request: Request) -> Response:
        """Answer one request."""
        began, method = time.time(), request.path_params["method"]
        try:
            raw: dict[str, Any] | Refusal = await _raw_arguments(request)
        except Refusal as refusal:
            raw = refusal
        token = _token(request, {} if isinstance(raw, Refusal) else raw)
        workspace = self._workspace_of(token)
        fault = workspace.faults.for_call(method)
        arguments, answer, response = await self._answered(workspace, method, raw, token, fault)
        if isinstance(fault, DroppedBeforeActing | DroppedAfterActing):
            self._drop(request)
        name = type(fault).__name__ if fault else None
        call = ApiCall(method, arguments, answer, response.status_code, name, began, time.time() - began)
        workspace.records.calls.append(call)
        workspace.changes.publish(Change("api_called"))
        return response

    async def _answered(
        self, workspace: "Workspace", method: str, raw: dict[str, Any] | Refusal, token: str | None, fault: ApiFault | None
    ) -> tuple[dict[str, Any], Answer, Response]:
        """The arguments, the answer, and the response that carries it."""
        if isinstance(raw, Refusal):
            return {}, raw.answer(), _response(workspace, method, raw.answer(), None)
        if isinstance(fault, NOT_ACTING):
            response, answer = failure(fault)
            return raw, answer, response
        if isinstance(fault, StreamEnded):
            workspace.streams.end(str(raw.get("channel")), str(raw.get("ts")), by_user=fault.by_user)
        await wait_out(fault)
        arguments, answer = self._answer(workspace, method, raw, token)
        return arguments, answer, _response(workspace, method, answer, token)

    def _answer(self, workspace: "Workspace", method: str, raw: dict[str, Any], token: str | None) -> tuple[dict[str, Any], Answer]:
        """The arguments as decoded, and the method's answer or its refusal."""
        arguments = raw
        try:
            facts = _facts(method, self._handlers)
            arguments = decode_arguments(facts, raw)
            return arguments, {"ok": True, **self._call(method, facts, Call(workspace, arguments, token))}
        except Refusal as refusal:
            return arguments, refusal.answer()

    def _call(self, method: str, facts: MethodFacts, call: Call) -> Answer:
        installation = call.workspace.installation
        check_token(facts, call.token, installation, call.workspace.clock())
        check_scopes(facts.scopes, granted_scopes(call.token, installation))
        check_arguments(method, facts, call.arguments)
        return self._handlers[method](call)


def _response(workspace: "Workspace", method: str, answer: Answer, token: str | None) -> Response:
    headers = {"X-Slack-Req-Id": f"playground-{len(workspace.records.calls) + 1}"}
    if scopes := granted_scopes(token, workspace.installation):
        headers["X-OAuth-Scopes"] = ",".join(sorted(scopes))
    if method in METHODS:
        headers["X-Accepted-OAuth-Scopes"] = ",".join(METHODS[method].scopes)
    return JSONResponse(answer, headers=headers)


def _facts(method: str, handlers: dict[str, Callable[[Call], Answer]]) -> MethodFacts:
    if method not in METHODS or method not in handlers:
        raise Refusal("unknown_method", more={"req_method": method})
    return METHODS[method]


def _token(request: Request, raw: dict[str, Any]) -> str | None:
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    given = raw.pop("token", None)
    return bearer if scheme.lower() == "bearer" and bearer else given


async def _raw_arguments(request: Request) -> dict[str, Any]:
    """The arguments as they came: from the query, from the body by its Content-Type, and an app's credentials by HTTP Basic authentication."""
    arguments: dict[str, Any] = {**_credentials(request), **request.query_params}
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        return arguments | _json_object(await request.body())
    if kind in FORMS:
        async with request.form() as form:
            return arguments | {name: value for name, value in form.items() if isinstance(value, str)}
    if kind and await request.body():
        raise Refusal("invalid_post_type")
    return arguments


def _credentials(request: Request) -> dict[str, str]:
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return {}
    try:
        client_id, _, client_secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        return {}
    return {"client_id": client_id, "client_secret": client_secret}


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        arguments = decode(body or b"{}")
    except ValueError as error:
        raise Refusal("invalid_json") from error
    if not isinstance(arguments, dict):
        raise Refusal("json_not_object")
    return {name: value for name, value in arguments.items() if value is not None}
