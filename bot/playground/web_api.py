"""The Web API over HTTP: `/api/METHOD`, as Slack's.

In: a form, a JSON body or a query string, with a token. Out: Slack's JSON, after the checks every method shares: the
method exists, the token is good for it, the scope was granted, the arguments are the method's. Every call is recorded.
"""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.playground.changes import Change
from bot.playground.faults import ApiFault, DroppedAfterActing, DroppedBeforeActing, RateLimited, Refused, ServerError
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

    def __init__(self, workspace: "Workspace", connect: Callable[[], str], drop: Callable[[Request], None]) -> None:
        """Answer for `workspace`.

        Args:
            workspace: whose API it is.
            connect: makes the WebSocket URL that apps.connections.open gives.
            drop: breaks off the connection a request came by, for faults.
        """
        self._workspace = workspace
        self._drop = drop
        self._handlers: dict[str, Callable[[Call], Answer]] = HANDLERS | {"apps.connections.open": lambda _: {"url": connect()}}

    async def __call__(self, request: Request) -> Response:
        """Answer one request."""
        method = request.path_params["method"]
        fault = self._workspace.faults.for_call(method)
        try:
            raw = await _raw_arguments(request)
        except Refusal as refusal:
            return self._respond(method, {}, refusal.answer(), None)
        token = _token(request, raw)
        if fault is not None and not isinstance(fault, DroppedAfterActing):
            return self._fail(request, fault, method, raw)
        response = self._answer(method, raw, token)
        if fault is not None:
            self._drop(request)
        return response

    def _answer(self, method: str, raw: dict[str, Any], token: str | None) -> Response:
        arguments = raw
        try:
            facts = _facts(method, self._handlers)
            arguments = decode_arguments(facts, raw)
            answer = {"ok": True, **self._call(method, facts, Call(self._workspace, arguments, token))}
        except Refusal as refusal:
            answer = refusal.answer()
        return self._respond(method, arguments, answer, token)

    def _call(self, method: str, facts: MethodFacts, call: Call) -> Answer:
        installation = self._workspace.installation
        check_token(facts, call.token, installation)
        check_scopes(facts.scopes, granted_scopes(call.token, installation))
        check_arguments(method, facts, call.arguments)
        return self._handlers[method](call)

    def _respond(self, method: str, arguments: dict[str, Any], answer: Answer, token: str | None) -> Response:
        self._record(ApiCall(method, arguments, answer))
        headers = {"X-Slack-Req-Id": f"playground-{len(self._workspace.records.calls)}"}
        if scopes := granted_scopes(token, self._workspace.installation):
            headers["X-OAuth-Scopes"] = ",".join(sorted(scopes))
        if method in METHODS:
            headers["X-Accepted-OAuth-Scopes"] = ",".join(METHODS[method].scopes)
        return JSONResponse(answer, headers=headers)

    def _fail(self, request: Request, fault: ApiFault, method: str, raw: dict[str, Any]) -> Response:
        response, answer = _failure(fault)
        self._record(ApiCall(method, raw, answer, response.status_code, type(fault).__name__))
        if isinstance(fault, DroppedBeforeActing):
            self._drop(request)
        return response

    def _record(self, call: ApiCall) -> None:
        self._workspace.records.calls.append(call)
        self._workspace.changes.publish(Change("api_called"))


def _failure(fault: ApiFault) -> tuple[Response, Answer]:
    """The response to a call that meets this fault, and what of it is recorded."""
    if isinstance(fault, RateLimited):
        answer = {"ok": False, "error": "ratelimited"}
        return JSONResponse(answer, 429, {"Retry-After": str(fault.after)}), answer
    if isinstance(fault, ServerError):
        return PlainTextResponse("Internal Server Error", fault.status), {}
    answer = {"ok": False, "error": fault.error if isinstance(fault, Refused) else "dropped"}
    return JSONResponse(answer), answer


def _facts(method: str, handlers: dict[str, Callable[[Call], Answer]]) -> MethodFacts:
    if method not in METHODS or method not in handlers:
        raise Refusal("unknown_method", more={"req_method": method})
    return METHODS[method]


def _token(request: Request, raw: dict[str, Any]) -> str | None:
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    given = raw.pop("token", None)
    return bearer if scheme.lower() == "bearer" and bearer else given


async def _raw_arguments(request: Request) -> dict[str, Any]:
    """The arguments as they came: from the query, and from the body by its Content-Type."""
    arguments: dict[str, Any] = dict(request.query_params)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        return arguments | _json_object(await request.body())
    if kind in FORMS:
        async with request.form() as form:
            return arguments | {name: value for name, value in form.items() if isinstance(value, str)}
    if kind and await request.body():
        raise Refusal("invalid_post_type")
    return arguments


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        arguments = json.loads(body or b"{}")
    except ValueError as error:
        raise Refusal("invalid_json") from error
    if not isinstance(arguments, dict):
        raise Refusal("json_not_object")
    return {name: value for name, value in arguments.items() if value is not None}
