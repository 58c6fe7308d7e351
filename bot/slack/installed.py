"""The workspaces that installed the app over OAuth, each with its own token.

In: the store of installations. Out: as `workspaces` wants it. The database is asked each time, so that an installation, or its end, in one process
holds in all of them at once.
"""

import asyncio
import logging
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor

from slack_bolt.async_app import AsyncBoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import ConfigError, NotInstalled, SealBroken
from bot.sealing import Seal, Sealed
from bot.slack.live_stream import Pace
from bot.slack.rotation import Rotation
from bot.slack.workspaces import Workspace, impatient
from bot.store import Installation, Store

logger = logging.getLogger(__name__)


class InstalledWorkspaces:
    """`new_client` makes the client of a token; of installations that are not `allowed`, none is made."""

    team = None  # whoever installed the app

    def __init__(
        self,
        *,
        store: Store,
        seal: Seal,
        rotation: Rotation,
        new_client: Callable[[str], AsyncWebClient],
        allowed: Collection[str] = (),
    ) -> None:
        self._allowed = allowed
        self._store = store
        self._seal = seal
        self._rotation = rotation
        self._new_client = new_client
        self._known: dict[str, tuple[Sealed, Workspace]] = {}
        # A thread of its own: behind all the answering an acknowledgement could come too late.
        self._thread = ThreadPoolExecutor(1, "installations")

    async def of(self, team: str) -> Workspace:
        """The bot in a workspace. Raises NotInstalled, DeliveryError, StoreUnavailable."""
        found = await self._ask(self._store.installation_of, team)
        if found is None:
            raise NotInstalled(f"{team} has not installed the app.")
        if not found.is_among(self._allowed):
            raise NotInstalled(f"{found.name} ({found.id}) is not in ALLOWED_INSTALLATIONS.")
        return self._opened(team, await self._rotation.fresh(found))

    async def authorize(self, context: AsyncBoltContext) -> AuthorizeResult | None:
        """Who the bot is where a request comes from."""
        team, enterprise = context.team_id or context.enterprise_id or "", context.enterprise_id
        if context.is_enterprise_install and enterprise:
            found = await self._ask(self._store.installation_of, team)
            if found is None or found.id != enterprise:
                await self._ask(self._store.serve, team, enterprise)
        try:
            return (await self.of(team)).authorization
        except NotInstalled as gone:
            logger.warning("A request from a workspace without the app: %s", gone)
            return None

    async def _ask(self, call: Callable[..., Installation | None], *ids: str) -> Installation | None:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call, *ids)

    def _opened(self, team: str, installation: Installation) -> Workspace:
        sealed, workspace = self._known.get(team, ("", None))
        if workspace is not None and sealed == installation.token:
            return workspace
        try:
            client = self._new_client(self._seal.open(installation.token, installation.id))
        except SealBroken as error:
            logger.error("%s", error)  # noqa: TRY400  # the sentence says it all
            raise NotInstalled(str(error)) from None
        pace = workspace.pace if workspace else Pace()
        opened = Workspace(team, installation.bot_user, installation.bot, client, impatient(client), pace)
        self._known[team] = (installation.token, opened)
        return opened


def unseal_all(store: Store, seal: Seal) -> int:
    """Look whether every token can be opened, and put those of an old key under the first; how many installations there are.

    Raises ConfigError that names the workspaces whose tokens no key opens.
    """
    installations, lost = store.installations(), []
    for each in installations:
        try:
            token = seal.open(each.token, each.id)
            refresh_token = seal.open(each.refresh_token, each.id) if each.refresh_token else None
        except SealBroken:
            lost.append(f"{each.name} ({each.id})")
            continue
        if not seal.is_current(each.token):
            store.seal_anew(each, seal.close(token, each.id), seal.close(refresh_token, each.id) if refresh_token else None)
    if lost:
        raise ConfigError(
            f"No key of SLACK_TOKEN_KEY opens the tokens of {', '.join(lost)}. Please add the key they were encrypted with behind the first one, "
            "after a comma. If it is lost, `tencent-bot workspaces forget ID` forgets an installation; its workspace can install the app again."
        )
    return len(installations)
