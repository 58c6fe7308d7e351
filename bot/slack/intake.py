"""The one way in for a question from Slack: recorded, then given to the worker."""

import asyncio

from bot.questions import Question
from bot.store import Store
from bot.worker import Worker


class Intake:
    """Takes questions in."""

    def __init__(self, store: Store, worker: Worker) -> None:
        self._store = store
        self._worker = worker

    async def take(self, question: Question) -> bool:
        """Record a question and wake the worker; False where it was taken before."""
        is_new = await asyncio.to_thread(self._store.receive, question)
        if is_new:
            self._worker.wake()
        return is_new
