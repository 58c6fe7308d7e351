"""The app's own credentials, with which workspaces install it. In: Settings. Out: Credentials, or a ConfigError that says what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.config import Settings
from bot.errors import ConfigError
from bot.sealing import Seal
from bot.slack.manifest import scopes


@dataclass(frozen=True, slots=True)
class Credentials:
    """`scopes` are what is asked for; `authorize_url` is the page of Slack's that asks for it; `app_url` the one that opens the app."""

    client_id: str
    client_secret: str
    redirect_url: str
    scopes: tuple[str, ...]
    authorize_url: str
    app_url: str
    seal: Seal

    @property
    def is_encrypted(self) -> bool:
        """Whether browsers reach the bot by TLS."""
        return self.redirect_url.startswith("https://")


async def exchange(client: AsyncWebClient, given: Credentials, **arguments: str) -> Mapping[str, Any]:
    """oauth.v2.access: a code, or a refresh token, for a token. Raises SlackApiError, or what a broken connection raises.

    The SDK's own method puts both into the address, where proxies log them, and authenticates in a way that aiohttp gives up.
    """
    authorization = aiohttp.encode_basic_auth(given.client_id, given.client_secret)
    answer = await client.api_call("oauth.v2.access", data=arguments, headers={"Authorization": authorization})
    return answer.data if isinstance(answer.data, dict) else {}


def credentials(settings: Settings) -> Credentials:
    """What the settings say of them. Raises ConfigError for what is missing, or contradicts another setting."""
    secret, keys = settings.slack_client_secret, settings.slack_token_key
    if settings.slack_bot_token is not None:
        raise ConfigError("Please set either SLACK_BOT_TOKEN (one workspace) or SLACK_CLIENT_ID (any number of them), not both.")
    if settings.slack_app_token is not None or settings.slack_signing_secret is None:
        raise ConfigError(
            "Installation over OAuth works over HTTP: please set SLACK_SIGNING_SECRET and leave SLACK_APP_TOKEN out, or use SLACK_BOT_TOKEN."
        )
    if settings.slack_client_id is None or secret is None:
        raise ConfigError("Please set both SLACK_CLIENT_ID and SLACK_CLIENT_SECRET: they are on the app's page “Basic Information”.")
    if settings.slack_redirect_url is None:
        raise ConfigError(
            "Please set SLACK_REDIRECT_URL to https://YOUR-HOST/slack/oauth_redirect, as the app's page “OAuth & Permissions” has it."
        )
    seal = Seal([key.strip() for key in keys.get_secret_value().split(",") if key.strip()] if keys else [])
    return Credentials(
        settings.slack_client_id, secret.get_secret_value(), settings.slack_redirect_url, scopes(knows_guests=not settings.allow_guests),
        urljoin(settings.slack_api_url, "../oauth/v2/authorize"), urljoin(settings.slack_api_url, "../app_redirect"), seal,
    )  # fmt: skip
