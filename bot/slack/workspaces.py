"""One client for each workspace: whatever is said anywhere is said with the token of the team it is said to.

In: a team's id, which every question's row knows. Out: its client, and who the bot is there. NotInstalled where the team has no bot (any more).
"""

import asyncio
import logging
from dataclasses import dataclass, field
from typing import Protocol

import aiohttp
from slack_bolt.async_app import AsyncBoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.config import Settings
from bot.errors import ConfigError, NotInstalled
from bot.slack.live_stream import Pace

CALL_SECONDS = 15  # for a call to Slack; the post it may have been all the same is looked for before another
LANES = 16  # as many connections; some hundred calls a second


@dataclass(frozen=True, slots=True)
class Workspace:
    """The bot in one workspace.

    `impatient` is the same client, but told at once when Slack was asked too often: what is only shown on the way is not worth waiting for.
    `lanes` are for those calls that show that a question is worked on.
    """

    team: str
    bot_user: str
    bot: str
    client: AsyncWebClient
    impatient: AsyncWebClient
    pace: Pace = field(default_factory=Pace)
    lanes: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(LANES))

    @property
    def authorization(self) -> AuthorizeResult:
        """The same, as Bolt wants to know it."""
        return AuthorizeResult(
            enterprise_id=None, team_id=self.team, bot_user_id=self.bot_user, bot_id=self.bot, bot_token=self.client.token
        )


class Workspaces(Protocol):
    """Every workspace that is served."""

    @property
    def team(self) -> str | None:
        """Whose questions are claimed; None: those of every workspace with the app."""
        ...

    async def of(self, team: str) -> Workspace:
        """The bot in a workspace. Raises NotInstalled; DeliveryError where that cannot be told now."""
        ...

    async def authorize(self, context: AsyncBoltContext) -> AuthorizeResult | None:
        """Who the bot is where a request comes from, for Bolt; None where it is not installed."""
        ...


class OneWorkspace:
    """The workspace that SLACK_BOT_TOKEN belongs to."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    @property
    def team(self) -> str | None:
        """Its id."""
        return self._workspace.team

    async def of(self, team: str) -> Workspace:
        """The workspace itself. NotInstalled for another: its token is not theirs."""
        if team != self._workspace.team:
            raise NotInstalled(f"SLACK_BOT_TOKEN is not of {team}.")
        return self._workspace

    async def authorize(self, context: AsyncBoltContext) -> AuthorizeResult | None:  # noqa: ARG002  # the protocol's argument
        """The bot, wherever a request comes from: Slack sends those of this installation alone."""
        return self._workspace.authorization


async def one_workspace(settings: Settings, session: aiohttp.ClientSession) -> tuple[OneWorkspace, str]:
    """The workspace of SLACK_BOT_TOKEN, and what to call it and the bot. Raises ConfigError for a token that Slack does not take."""
    token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else None
    client = patient_client(settings, session, token)
    try:
        said = await client.auth_test()
    except SlackApiError as error:
        raise ConfigError(
            f"Slack does not take SLACK_BOT_TOKEN ({error.response.get('error')}). Please install the app again and copy the token."
        ) from None
    except (aiohttp.ClientError, TimeoutError, OSError, SlackClientError) as error:
        raise ConfigError(f"Slack cannot be reached at {client.base_url} ({type(error).__name__}).") from None
    workspace = Workspace(str(said["team_id"]), str(said["user_id"]), str(said.get("bot_id") or ""), client, impatient(client))
    return OneWorkspace(workspace), f"{said.get('team')} as {said.get('user')}"


def patient_session() -> aiohttp.ClientSession:
    """The connections of the clients. The SDK leaves the time a call may take to a session that is given to it."""
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=CALL_SECONDS))


def patient_client(settings: Settings, session: aiohttp.ClientSession, token: str | None) -> AsyncWebClient:
    """A client that waits where Slack was asked too often."""
    # Slack's default handlers send a post again whose connection broke after Slack took it: two messages (slack.md 1.8).
    retries = [AsyncRateLimitErrorRetryHandler(max_retry_count=2)]
    return AsyncWebClient(
        token=token, base_url=settings.slack_api_url, session=session, timeout=CALL_SECONDS, logger=_sdk_logger(),
        retry_handlers=retries,  # type: ignore[arg-type]  # the list is invariant in the SDK's annotation
    )  # fmt: skip


def impatient(client: AsyncWebClient) -> AsyncWebClient:
    """The same client without waiting."""
    return AsyncWebClient(
        token=client.token,
        base_url=client.base_url,
        session=client.session,
        timeout=client.timeout,
        logger=_sdk_logger(),
        retry_handlers=[],
    )


def _sdk_logger() -> logging.Logger:
    """The SDK's, with a level of its own: without one it composes for each call what it would say of it at DEBUG, all its blocks, twice."""
    logger = logging.getLogger("slack_sdk.web.calls")
    logger.setLevel(max(logging.INFO, logging.getLogger("slack_sdk.web").getEffectiveLevel()))
    return logger


def team_of(context: AsyncBoltContext) -> str:
    """The workspace whose bot a request is for; Slack's payloads do not all name it alike."""
    found = context.authorize_result
    return str(found.team_id or "") if found else ""


def bot_user_of(context: AsyncBoltContext) -> str:
    """Who the bot is there."""
    return context.bot_user_id or ""
