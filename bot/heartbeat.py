"""Keeps the leases of questions alive that this process is working on, and stops the work on those it has lost.

In: a token for as long as its task runs. Out: renewed leases; a cancelled task where somebody else has taken its question over.
"""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor

from bot.errors import StoreError
from bot.store import LEASE_SECONDS, Store

logger = logging.getLogger(__name__)


class Heartbeat:
    """Renews by token, not by worker: a row whose task is gone must run out, or nobody would ever take it up again."""

    def __init__(self, store: Store, every: float = LEASE_SECONDS / 3) -> None:
        self._store = store
        self._every = every
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._held: set[str] = set()
        # A thread of its own: behind all the others' work a renewal could come too late.
        self._thread = ThreadPoolExecutor(1, "heartbeat")

    def watch(self, token: str, task: asyncio.Task[None]) -> None:
        """Keep a lease alive until its task ends."""
        self._tasks[token] = task
        self._held.add(token)
        task.add_done_callback(lambda _: self._ended(token))

    @property
    def held(self) -> tuple[str, ...]:
        """The leases of every task that has not ended: a loaded machine may renew them late, but nobody here is to take them for abandoned."""
        return tuple(self._held)

    def forget(self, token: str) -> None:
        """A lease is being given back, and is not to be renewed any more."""
        self._tasks.pop(token, None)

    def _ended(self, token: str) -> None:
        self.forget(token)
        self._held.discard(token)

    async def run(self) -> None:
        """Beat until cancelled."""
        try:
            while True:
                await asyncio.sleep(self._every)
                await self.beat()
        finally:
            self._thread.shutdown(wait=False)

    async def beat(self) -> None:
        """Renew every lease once."""
        tokens = list(self._tasks)
        if not tokens:
            return
        try:
            held = await asyncio.get_running_loop().run_in_executor(self._thread, self._store.extend, tokens)
        except StoreError as error:
            logger.warning("Leases could not be renewed: %s", error)
            return
        for token in set(tokens) - held:
            if task := self._tasks.get(token):
                logger.warning("A question was taken over by another worker while it was being answered here")
                task.cancel()
