"""Two workspaces on one Slack, and the bot that either may install: over OAuth and signed HTTP, as a browser would."""

import asyncio
import base64
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp

from bot.bootstrap import Bot
from bot.playground.conversations import Message
from bot.playground.server import EmulatedSlack, emulated_slack
from bot.playground.workspace import Workspace
from bot.slack.manifest import manifest
from tests.scenarios.stage import PROMPTS, running

KEY = base64.urlsafe_b64encode(b"k" * 32).decode()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def new_key() -> str:
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


@dataclass
class Page:
    """What a browser shows at the end of an installation."""

    status: int
    text: str
    url: str


@dataclass
class Street:
    """Where everything happens: one Slack with the workspaces `one` and `other`, and a place for the bot."""

    slack: EmulatedSlack
    one: Workspace
    other: Workspace
    base: str
    database: Path
    settings: dict[str, object] = field(default_factory=dict)

    @contextlib.asynccontextmanager
    async def bot(self, **more: object) -> AsyncIterator[Bot]:
        """The bot, running, with whatever was installed before."""
        async with running(self.slack, self.database, None, **(self.settings | more)) as bot:
            yield bot

    async def begin(self, browser: aiohttp.ClientSession) -> dict[str, str]:
        """A browser opens the link; what the bot asks Slack for."""
        async with browser.get(f"{self.base}/slack/install", allow_redirects=False) as response:
            assert response.status == 302, await response.text()
            asked = parse_qs(urlsplit(response.headers["Location"]).query)
        return {name: values[0] for name, values in asked.items()}

    async def decide(self, browser: aiohttp.ClientSession, asked: dict[str, str], workspace: Workspace, choice: str = "allow") -> str:
        """A person decides at Slack; where their browser is sent back to."""
        form = asked | {"team": workspace.installation.team_id, "choice": choice}
        async with browser.post(f"{self.slack.url}/oauth/v2/authorize", data=form, allow_redirects=False) as response:
            assert response.status == 302, await response.text()
            return response.headers["Location"]

    async def install(self, workspace: Workspace, choice: str = "allow") -> Page:
        """The whole way, in a browser of its own."""
        async with new_browser() as browser:
            back = await self.decide(browser, await self.begin(browser), workspace, choice)
            return await opened(browser, back)


def new_browser() -> aiohttp.ClientSession:
    """A browser without cookies, which keeps those it is given."""
    return aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))


async def opened(browser: aiohttp.ClientSession, url: str) -> Page:
    async with browser.get(url) as response:
        return Page(response.status, await response.text(), str(response.url))


@contextlib.asynccontextmanager
async def street(database: Path, *, rotates: bool = False) -> AsyncIterator[Street]:
    """Slack with two workspaces, in neither of which the app is installed; no bot runs yet."""
    base = f"http://127.0.0.1:{free_port()}"
    app: dict[str, Any] = manifest(PROMPTS, "/tencent", f"{base}/slack/events", redirect_url=f"{base}/slack/oauth_redirect")
    app["settings"]["token_rotation_enabled"] = rotates
    async with emulated_slack(port=0, manifest=app) as slack:
        slack.workspace.installation.is_installed = False
        other = slack.add_workspace("OTHR", "Other")
        slack.deliver_to(f"{base}/slack/events")
        settings: dict[str, object] = {
            "slack_bot_token": None, "slack_app_token": None, "slack_signing_secret": slack.signing_secret, "port": urlsplit(base).port,
            "slack_client_id": slack.distribution.client_id, "slack_client_secret": slack.distribution.client_secret,
            "slack_redirect_url": f"{base}/slack/oauth_redirect", "slack_token_key": KEY,
        }  # fmt: skip
        yield Street(slack, slack.workspace, other, base, database, settings)


def replies(workspace: Workspace, channel: str, ts: str) -> list[Message]:
    """What the bot said in a thread."""
    bot = workspace.installation.bot_user_id
    return [message for message in workspace.thread(channel, ts, viewer=workspace.you.id) if message.user == bot]


def tokens(workspace: Workspace) -> set[str]:
    """Every token that was ever given there."""
    return set(workspace.installation.granted)


async def until(condition: Callable[[], object], patience: float = 10.0) -> None:
    async with asyncio.timeout(patience):
        while not condition():  # noqa: ASYNC110  # what is waited for is in a database, which tells nobody
            await asyncio.sleep(0.02)


def written(database: Path) -> bytes:
    """Everything that stands in the database's files."""
    return b"".join(path.read_bytes() for path in sorted(database.parent.glob(f"{database.name}*")))
