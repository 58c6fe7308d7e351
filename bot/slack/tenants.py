"""Who is served: the one workspace of SLACK_BOT_TOKEN, or every one that installs the app by itself.

In: Settings and the store. Out: the workspaces, and what installation adds to the bot: two paths, and ears for the app's removal.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from functools import partial

import aiohttp
from slack_bolt.async_app import AsyncApp
from starlette.routing import Route

from bot.config import Settings
from bot.prompts import PromptLibrary
from bot.slack.credentials import credentials
from bot.slack.installation_pages import InstallationPages
from bot.slack.installed import InstalledWorkspaces, unseal_all
from bot.slack.installing import INSTALL_PATH, Installing
from bot.slack.rotation import Rotation
from bot.slack.uninstalling import Uninstalling
from bot.slack.workspaces import Workspaces, one_workspace, patient_client
from bot.store import Store
from bot.worker import Worker


@dataclass(frozen=True, slots=True)
class Tenants:
    """`served` says it in words; `routes` are to be served beside Slack's; `listen` adds listeners to an app."""

    workspaces: Workspaces
    served: str
    routes: Sequence[Route] = ()
    listen: Callable[[AsyncApp, Worker], None] = lambda app, worker: None  # noqa: ARG005  # nobody removes a token from .env


@contextlib.asynccontextmanager
async def tenants(settings: Settings, store: Store, prompts: PromptLibrary, session: aiohttp.ClientSession) -> AsyncIterator[Tenants]:
    """Those the settings name. Raises ConfigError for settings that Slack does not take, contradict each other or lack something."""
    if not settings.uses_oauth:
        one, name = await one_workspace(settings, session)
        yield Tenants(one, name)
        return
    given, client = credentials(settings), patient_client(settings, session, None)
    count = await asyncio.to_thread(unseal_all, store, given.seal)
    rotation = Rotation(store=store, credentials=given, client=client)
    new_client = partial(patient_client, settings, session)
    allowed, pages = settings.allowed_installations, InstallationPages(prompts, INSTALL_PATH)
    installing = Installing(store=store, credentials=given, client=client, pages=pages, allowed=allowed)

    def listen(app: AsyncApp, worker: Worker) -> None:
        Uninstalling(store=store, worker=worker, seal=given.seal, client=client).register(app)

    try:
        workspaces = InstalledWorkspaces(store=store, seal=given.seal, rotation=rotation, new_client=new_client, allowed=allowed)
        yield Tenants(workspaces, f"{count} workspaces that installed the app", installing.routes(), listen)
    finally:
        await rotation.close()
