"""A workspace takes the app away: its token is forgotten, and what it asked is closed without an answer.

In: Slack's events. Out: no installation. Slack sends events again and out of order, so one from before the app was installed anew ends nothing
unless Slack itself says that the token is dead.
"""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.answering import Interruption
from bot.errors import SealBroken
from bot.sealing import Seal
from bot.slack.refusals import REVOKED, code
from bot.store import Installation, Store
from bot.worker import Worker

logger = logging.getLogger(__name__)
Payload = Mapping[str, Any]


class Uninstalling:
    """Hears of it. `client` has no token."""

    def __init__(self, *, store: Store, worker: Worker, seal: Seal, client: AsyncWebClient) -> None:
        self._store = store
        self._worker = worker
        self._seal = seal
        self._client = client

    def register(self, app: AsyncApp) -> None:
        """Listen for the events."""
        app.event("team_access_revoked")(self.access_revoked)
        app.event("app_uninstalled")(self.uninstalled)
        app.event("tokens_revoked")(self.revoked)

    async def uninstalled(self, body: Payload, context: AsyncBoltContext) -> None:
        """The app was removed."""
        await self._end(body, context)

    async def revoked(self, body: Payload, context: AsyncBoltContext) -> None:
        """Tokens were revoked; people's own are none of ours."""
        if (body["event"].get("tokens") or {}).get("bot"):
            await self._end(body, context)

    async def access_revoked(self, body: Payload) -> None:
        """An organisation's app lost some of its workspaces. One that installed the app by itself keeps it."""
        for team in body["event"].get("team_ids") or ():
            serving = await asyncio.to_thread(self._store.installation_of, str(team))
            if serving and serving.is_of_organisation:
                logger.warning("%s of %s (%s) removed the app", team, serving.name, serving.id)
                await self._close(await asyncio.to_thread(self._store.leave, str(team)))

    async def _end(self, body: Payload, context: AsyncBoltContext) -> None:
        team, enterprise = context.team_id or "", context.enterprise_id or ""
        known = {installation.id: installation for installation in await asyncio.to_thread(self._store.installations)}
        whole = enterprise if context.is_enterprise_install or not team else ""
        found = known.get(team) or known.get(whole)
        if found is None:  # at most one of an organisation's workspaces, if Slack's delivery was not a second one
            closed = await asyncio.to_thread(self._store.leave, team)
        elif not await self._is_over(found, float(body.get("event_time") or 0)):
            logger.warning("%s (%s) has the app again: an earlier removal was passed over", found.name, found.id)
            return
        else:
            closed = await asyncio.to_thread(self._store.uninstall, found.id)
            logger.warning("%s (%s) removed the app; %d open questions were closed", found.name, found.id, len(closed))
        await self._close(closed)

    async def _close(self, questions: Iterable[str]) -> None:
        for question in questions:
            await self._worker.interrupt(Interruption.NO_LONGER_ASKED, question_id=question)

    async def _is_over(self, installation: Installation, event_time: float) -> bool:
        if event_time > installation.installed_at:
            return True
        try:
            await self._client.auth_test(token=self._seal.open(installation.token, installation.id))
        except SealBroken:
            return True
        except SlackApiError as error:
            if code(error) not in REVOKED:
                raise
            return True
        return False
