"""Signed HTTP: Slack's requests behind a filter that refuses what Bolt would stumble over.

Bolt parses a body before it checks the signature, so malformed JSON, a timestamp that is no number or a signature that is no ASCII ends
in a traceback; it logs the whole body of what is wrongly signed; and nothing bounds a body (slack.md 1.8). So the signature is checked here.
"""

import json
import re
from collections.abc import Sequence
from urllib.parse import parse_qs

from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

PATH = "/slack/events"
LARGEST_BODY = 1_048_576  # bytes; Slack's own payloads stay far below
_OF_A_COMMAND = frozenset({"command", "team_id", "channel_id", "user_id", "trigger_id", "response_url"})
_OF_AN_EVENT = frozenset({"team_id", "event_id"})
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")


def http_app(app: AsyncApp, signing_secret: str, others: Sequence[BaseRoute] = ()) -> Starlette:
    """The web application: Slack's one path, filtered, and `others` beside it."""
    handler, verifier = AsyncSlackRequestHandler(app), SignatureVerifier(signing_secret)

    async def events(request: Request) -> Response:
        refused = await _refuse(request, verifier)
        return refused or await handler.handle(request)

    return Starlette(routes=[Route(PATH, events, methods=["POST"]), *others])


async def _refuse(request: Request, verifier: SignatureVerifier) -> Response | None:
    """Why a request is not Slack's, as a 4xx; None where it is."""
    timestamp, signature = request.headers.get("x-slack-request-timestamp", ""), request.headers.get("x-slack-signature", "")
    if not re.fullmatch(r"[0-9]{1,12}", timestamp) or not _SIGNATURE.fullmatch(signature):
        return PlainTextResponse("unsigned", 401)
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST_BODY:
                return PlainTextResponse("too large", 413)
    except ClientDisconnect:
        return PlainTextResponse("incomplete", 400)
    try:
        body.decode()
    except UnicodeDecodeError:
        return PlainTextResponse("malformed", 400)
    if not verifier.is_valid(bytes(body), timestamp, signature):
        return PlainTextResponse("wrong signature", 401)
    request._body = bytes(body)  # what Request.body() keeps; Bolt reads it again
    return None if _parses(request.headers.get("content-type", ""), bytes(body)) else PlainTextResponse("malformed", 400)


def _parses(content_type: str, body: bytes) -> bool:
    """Whether a body is one of the two forms Slack sends, with what we and Bolt read of it in place: JSON, or a form with or without `payload`."""
    try:
        text = body.decode()
        if content_type.lower().startswith("application/json"):
            return _is_whole(json.loads(text))
        form = parse_qs(text, keep_blank_values=True)
        return (
            content_type.lower().startswith("application/x-www-form-urlencoded")
            and all(_is_whole(json.loads(payload)) for payload in form.get("payload", ()))
            and ("command" not in form or form.keys() >= _OF_A_COMMAND)
        )
    except (ValueError, RecursionError):
        return False


def _is_whole(payload: object) -> bool:
    """Whether an event or an interaction is an object whose parts are of the kinds that Slack documents."""
    if not isinstance(payload, dict):
        return False
    match payload.get("type"):
        case "event_callback":
            event = payload.get("event")
            return isinstance(event, dict) and _has_strings(payload, _OF_AN_EVENT) and _has_strings(event, _of_the_event(event.get("type")))
        case "block_actions":
            actions = payload.get("actions")
            return isinstance(actions, list) and bool(actions) and all(isinstance(action, dict) for action in actions)
        case _:
            return True


def _of_the_event(kind: object) -> frozenset[str]:
    return frozenset({"type", "channel", "ts"}) if kind in {"message", "app_mention"} else frozenset({"type"})


def _has_strings(given: dict[str, object], names: frozenset[str]) -> bool:
    return all(isinstance(given.get(name), str) for name in names) and isinstance(given.get("text", ""), str | None)
