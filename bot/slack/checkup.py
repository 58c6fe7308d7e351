"""What Slack says of this installation: whether it takes the tokens, and whether the app has the scopes it needs.

In: Settings. Out: findings, each with what to do about it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import aiohttp
from pydantic import SecretStr
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.config import Settings
from bot.prompts import Template
from bot.slack.manifest import EVENTS, scopes

_AWAY = (aiohttp.ClientError, TimeoutError, OSError, SlackClientError)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: its `name`, whether it `is_well`, and what was found or what to do."""

    name: str
    is_well: bool
    said: str


async def slack_findings(settings: Settings, words: Template) -> list[Finding]:
    """The bot's token and scopes, the way in, and which events the app should hear, which Slack tells nobody."""
    if settings.slack_bot_token is None:
        return [Finding("slack", True, words.label("no_slack"))]
    findings = await _bot_token(settings, settings.slack_bot_token, words)
    findings.append(await way_in(settings, words))
    findings.append(Finding("events", True, words.label("events", events=", ".join(EVENTS))))
    return findings


async def _bot_token(settings: Settings, token: SecretStr, words: Template) -> list[Finding]:
    client = AsyncWebClient(token=token.get_secret_value(), base_url=settings.slack_api_url, timeout=10)
    try:
        said = await client.auth_test()
    except SlackApiError as error:
        return [Finding("bot token", False, words.label("bad_bot_token", error=error.response.get("error")))]
    except _AWAY as error:
        return [Finding("bot token", False, words.label("no_answer", url=settings.slack_api_url, error=type(error).__name__))]
    known = Finding("bot token", True, words.label("bot_token", name=said.get("user"), workspace=said.get("team")))
    return [known, _scopes(said.headers, scopes(knows_guests=not settings.allow_guests), words)]


def missing_scopes(headers: Mapping[str, str], needed: Iterable[str]) -> list[str]:
    """Which of the scopes that are needed a token lacks, by the headers of an answer of Slack's."""
    granted = next((value for name, value in headers.items() if name.lower() == "x-oauth-scopes"), "")
    return sorted(set(needed) - {scope.strip() for scope in granted.split(",")})


def _scopes(headers: Mapping[str, str], needed: Iterable[str], words: Template) -> Finding:
    if missing := missing_scopes(headers, needed):
        return Finding("scopes", False, words.label("missing_scopes", scopes=", ".join(missing)))
    return Finding("scopes", True, words.label("scopes"))


async def way_in(settings: Settings, words: Template) -> Finding:
    """Socket Mode where there is an app token, else signed HTTP."""
    if settings.slack_app_token is None:
        is_set = settings.slack_signing_secret is not None
        return Finding(
            "way in", is_set, words.label("http", host=settings.host, port=settings.port) if is_set else words.label("no_way_in")
        )
    client = AsyncWebClient(base_url=settings.slack_api_url, timeout=10)
    try:
        await client.apps_connections_open(app_token=settings.slack_app_token.get_secret_value())
    except SlackApiError as error:
        return Finding("way in", False, words.label("bad_app_token", error=error.response.get("error")))
    except _AWAY as error:
        return Finding("way in", False, words.label("no_answer", url=settings.slack_api_url, error=type(error).__name__))
    return Finding("way in", True, words.label("socket_mode"))
