"""Tokens that expire, exchanged for fresh ones before they do: by one process at a time, and without losing what came back.

In: an installation. Out: one whose token is good. A token is exchanged long before its end, in the background, so that nobody waits for it; a
refresh token is good once, so who exchanges it says so in the database first, and keeps at it until the new one is there.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import DeliveryError, NotInstalled, SealBroken, StoreError
from bot.sealing import Sealed
from bot.slack.credentials import Credentials, exchange
from bot.slack.refusals import NETWORK, code
from bot.store import Installation, Store

logger = logging.getLogger(__name__)

EARLY_SECONDS = 7_200.0  # of Slack's twelve hours
LEASE_SECONDS = 60.0  # longer than a call with all its attempts takes; and between two attempts
PATIENCE_SECONDS = 2.0  # Slack waits three for an acknowledgement
KEEPING_PAUSES = (0.2, 1.0, 3.0, 10.0, 30.0)  # seconds between attempts at writing down what must not be lost


class Rotation:
    """Exchanges tokens. `client` has none; `clock` gives seconds since the epoch."""

    def __init__(self, *, store: Store, credentials: Credentials, client: AsyncWebClient, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._credentials = credentials
        self._client = client
        self._clock = clock
        self._running: set[asyncio.Task[None]] = set()

    async def fresh(self, installation: Installation) -> Installation:
        """The installation with a token that is good. Raises DeliveryError where there may be one later, NotInstalled where there will be none."""
        if installation.expires_at is None or installation.expires_at - self._clock() > EARLY_SECONDS:
            return installation
        if await asyncio.to_thread(self._store.may_refresh, installation, LEASE_SECONDS):
            self._begin(installation)
        return installation if self._is_good(installation) else await self._awaited(installation)

    async def close(self) -> None:
        """Wait for what was begun: its end must be written down."""
        await asyncio.gather(*self._running, return_exceptions=True)

    def _is_good(self, installation: Installation) -> bool:
        return installation.expires_at is None or installation.expires_at > self._clock()

    def _begin(self, installation: Installation) -> None:
        task = asyncio.create_task(self._exchange(installation))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _awaited(self, old: Installation) -> Installation:
        """The installation after its exchange, whoever makes it."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                while True:
                    await asyncio.sleep(0.05)
                    now = next((one for one in await asyncio.to_thread(self._store.installations) if one.id == old.id), None)
                    if now is None:
                        raise NotInstalled(old.id)
                    if self._is_good(now):
                        return now
        raise DeliveryError(f"The token of {old.id} has expired and is not exchanged yet")

    async def _exchange(self, old: Installation) -> None:
        opened, given = self._credentials.seal, self._credentials
        try:
            known = opened.open(old.refresh_token or Sealed(""), old.id)
            said = await exchange(self._client, given, grant_type="refresh_token", refresh_token=known)
            token, refresh_token, seconds = str(said["access_token"]), str(said["refresh_token"]), float(said["expires_in"])
        except (SlackApiError, SealBroken, KeyError, TypeError, ValueError, *NETWORK) as error:
            # The next one tries when our time is up, and not at every question.
            words = "The token of %s could not be exchanged (%s). If this goes on, the app must be installed again."
            logger.error(words, old.id, code(error))  # noqa: TRY400  # the traceback could hold a token
            return
        sealed = opened.close(token, old.id), opened.close(refresh_token, old.id)
        for pause in (*KEEPING_PAUSES, None):
            try:
                await asyncio.to_thread(self._store.refreshed, old, *sealed, self._clock() + seconds)
            except StoreError:
                if pause is None:
                    raise
                logger.warning("The fresh token of %s cannot be kept now; trying again", old.id)
                await asyncio.sleep(pause)
            else:
                return
