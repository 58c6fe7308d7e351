"""What Slack documents of each method: its arguments, the required ones, its scopes and errors.

In: `methods.json`, drawn from Slack's reference (a test holds the two together). Out: `MethodFacts` by name, and the
refusals of a call that does not keep to them, before the method itself is asked.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal

from bot.playground.decoding import decode
from bot.playground.installation import Installation
from bot.playground.refusal import Refusal, invalid_arguments

MISSING_ERRORS = {"channel": "channel_not_found", "ts": "message_not_found", "message_ts": "message_not_found",
                  "name": "invalid_name", "timestamp": "no_item_specified", "user": "user_not_found"}  # fmt: skip
APP_SCOPES = frozenset({"connections:write"})
UNIVERSAL = frozenset({"team_id"})  # slack_sdk adds it to every call of a client that knows its workspace


@dataclass(frozen=True)
class MethodFacts:
    """One method. `scopes` are alternatives: any one of them lets the call through. `errors` are the method's own."""

    token: Literal["bot", "app", "any", "none"]
    scopes: tuple[str, ...]
    arguments: Mapping[str, Literal["string", "json", "boolean", "integer"]]
    required: tuple[str, ...]
    errors: frozenset[str]


def _load() -> dict[str, MethodFacts]:
    data = json.loads(files(__package__).joinpath("methods.json").read_text("utf-8"))
    return {
        name: MethodFacts(each["token"], tuple(each["scopes"]), each["arguments"], tuple(each["required"]), frozenset(each["errors"]))
        for name, each in data.items()
    }


METHODS = _load()


def check_token(facts: MethodFacts, token: str | None, installation: Installation, now: float) -> None:
    """Refuse a token that is missing, unknown, revoked, or of the wrong type."""
    if facts.token == "none":  # noqa: S105  # a kind of token, no token
        return
    if not token:
        raise Refusal("not_authed")
    if token in installation.revoked:
        raise Refusal("token_revoked")
    kind = installation.kind_of(token, now)
    if kind is None:
        raise Refusal("invalid_auth")
    if kind == "expired":
        raise Refusal("token_expired")
    if facts.token not in ("any", kind):
        raise Refusal("not_allowed_token_type")


def granted_scopes(token: str | None, installation: Installation) -> frozenset[str]:
    """The scopes of that token, as the X-OAuth-Scopes header gives them."""
    if token and (token == installation.bot_token or token in installation.granted):
        return installation.scopes
    return APP_SCOPES if token == installation.app_token else frozenset()


def check_scopes(needed: tuple[str, ...], granted: frozenset[str]) -> None:
    """Refuse a call that none of the granted scopes allows."""
    if needed and not granted.intersection(needed):
        more = {"needed": ",".join(needed), "provided": ",".join(sorted(granted))}
        raise Refusal("missing_scope", more=more)


def check_arguments(method: str, facts: MethodFacts, arguments: Mapping[str, Any]) -> None:
    """Refuse arguments the method does not have, and a call without one it requires."""
    unknown = sorted(set(arguments) - set(facts.arguments) - UNIVERSAL)
    if unknown and method != "api.test":  # which echoes whatever it is given
        raise invalid_arguments(*(f"unsupported argument: {name}" for name in unknown))
    for name in facts.required:
        if name not in arguments or arguments[name] in (None, ""):
            _refuse_missing(name, facts, arguments)


def _refuse_missing(name: str, facts: MethodFacts, arguments: Mapping[str, Any]) -> None:
    error = MISSING_ERRORS.get(name)
    if error in facts.errors:
        raise Refusal(error)
    if name not in arguments or name not in ("status", "text"):  # an empty status clears it
        raise invalid_arguments(f"missing required field: {name}")


def decode_arguments(facts: MethodFacts, raw: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments as values: forms carry JSON, booleans and numbers as text."""
    return {name: _decoded(name, facts.arguments.get(name, "string"), value) for name, value in raw.items()}


def _decoded(name: str, kind: str, value: object) -> Any:  # JSON
    if not isinstance(value, str):
        return value
    if kind == "json":
        return _json(name, value)
    if kind == "boolean":
        return value.lower() in ("1", "true")
    if kind == "integer":
        if not value.lstrip("-").isdigit():
            raise invalid_arguments(f"must be an integer [json-pointer:/{name}]")
        return int(value)
    return value


def _json(name: str, value: str) -> Any:  # JSON
    try:
        return decode(value)
    except ValueError as error:
        codes = {"blocks": "invalid_blocks_format", "attachments": "invalid_attachments",
                 "chunks": "invalid_chunks", "metadata": "invalid_metadata_format"}  # fmt: skip
        if name in codes:
            raise Refusal(codes[name]) from error
        raise invalid_arguments(f"must be valid JSON [json-pointer:/{name}]") from error
