"""What asyncio's tasks want of a store, done on threads. In: a method of the store and its arguments. Out: what it returns or raises.

SQLite has one writer at a time, and makes many things durable as fast as one. So one thread does there what is wanted, one after another,
and whatever has come meanwhile in one transaction: that takes less than threads that wait for each other, and for Python's lock.
"""

import asyncio
import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context, copy_context
from functools import partial
from typing import Any, TypeVar

from bot.store.store import Store

T = TypeVar("T")

LONGEST_SECONDS = 0.05  # for how long one is done after another before the first is told


class _Wanted:
    """Something to be done, and the task that waits for it."""

    def __init__(self, do: Callable[[], object]) -> None:
        self._do = do
        self._context: Context = copy_context()
        self.told: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self.error: Exception | None = None
        self._outcome: object = None

    def do(self) -> None:
        try:
            self._outcome = self._context.run(self._do)
        except Exception as error:  # noqa: BLE001  # whatever it is, who waits raises it
            self.error = error

    def tell(self) -> None:
        if self.told.done():  # nobody waits any longer
            return
        if self.error is not None:
            self.told.set_exception(self.error)
        else:
            self.told.set_result(self._outcome)


class Turns:
    """Does what tasks want of `store`. On PostgreSQL, which has many writers, each on a thread of its own."""

    def __init__(self, store: Store, longest: float = LONGEST_SECONDS) -> None:
        self._store = store
        self._longest = longest
        self._thread = ThreadPoolExecutor(1, "turns")
        self._changing = threading.Lock()
        self._urgent: deque[_Wanted] = deque()
        self._wanted: deque[_Wanted] = deque()
        self._is_working = False

    async def take(self, do: Callable[..., T], *about: object) -> T:
        """Have this done. What it wrote is durable on return."""
        if self._store.is_shared:
            return await asyncio.to_thread(do, *about)
        return await self._queued(self._wanted, partial(do, *about))

    async def take_first(self, do: Callable[..., T], *about: object) -> T:
        """The same, before all that is not urgent."""
        if self._store.is_shared:  # a thread of its own: behind all the others it could come too late
            return await asyncio.get_running_loop().run_in_executor(self._thread, copy_context().run, partial(do, *about))
        return await self._queued(self._urgent, partial(do, *about))

    async def _queued(self, queue: deque[_Wanted], do: Callable[[], T]) -> T:
        wanted = _Wanted(do)
        with self._changing:
            queue.append(wanted)
            begins, self._is_working = not self._is_working, True
        if begins:
            self._thread.submit(self._work, asyncio.get_running_loop())
        outcome: T = await wanted.told
        return outcome

    def _work(self, loop: asyncio.AbstractEventLoop) -> None:
        """Do all that is wanted, until nothing is."""
        while done := self._done_together():
            with contextlib.suppress(RuntimeError):  # a loop that is closed has nobody who waits
                loop.call_soon_threadsafe(_tell, done)

    def _done_together(self) -> list[_Wanted]:
        """What was wanted and is done and durable, or came to nothing."""
        done: list[_Wanted] = []
        try:
            with self._store.in_one():
                until = time.monotonic() + self._longest
                while (not done or time.monotonic() < until) and (wanted := self._next(is_busy=bool(done))):
                    done.append(wanted)
                    wanted.do()
        except Exception as error:  # noqa: BLE001  # as above
            for wanted in done:
                wanted.error = wanted.error or error
        return done

    def _next(self, *, is_busy: bool) -> _Wanted | None:
        """What to do next. Where there is nothing, and nothing to be told of either, the work ends."""
        with self._changing:
            queue = self._urgent or self._wanted
            if queue:
                return queue.popleft()
            self._is_working = is_busy
            return None


def _tell(done: list[_Wanted]) -> None:
    for wanted in done:
        wanted.tell()
