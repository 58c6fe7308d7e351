"""Corrects past answers once the documents changed: finds those whose quotes fell, and queues their questions again.

In: the running bot's documents. Out: corrections in the queue. It waits until the documents have stayed as they are for a while: a folder that is
being synchronised, or a document that is put back at once, changes nothing that was said.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from bot.corpus import Corpus
from bot.errors import StoreError
from bot.grounding import Fall
from bot.insights.outdated import Outdated, digests, look
from bot.store import Store
from bot.store.corrections import Corrected

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Limits:
    """Answers of how many `days` are corrected, how many of them `at_most` for one change, and for how many `seconds` nothing must have changed."""

    days: int
    at_most: int
    seconds: float


class Correcting:
    """Corrects the answers of one team (None: of all that are served). `wake` is called when there is something to do."""

    def __init__(  # whose answers, by which documents, how many
        self, *, store: Store, corpus: Callable[[], Corpus], team: str | None, limits: Limits, wake: Callable[[], None],
    ) -> None:  # fmt: skip
        self._store = store
        self._corpus = corpus
        self._team = team
        self._limits = limits
        self._wake = wake

    async def run(self) -> None:
        """Until cancelled: correct at the start, as documents may have changed meanwhile, and after each change."""
        done, seen, since = "", "", time.monotonic()
        while True:
            digest = self._corpus().digest
            if digest != seen:
                seen, since = digest, time.monotonic()
            if seen != done and time.monotonic() - since >= self._limits.seconds:
                done = seen if await self._try() else ""
            await asyncio.sleep(min(LOOK_SECONDS, max(self._limits.seconds, 0.05)))

    async def _try(self) -> bool:
        try:
            if (await asyncio.to_thread(self.correct)).queued:
                self._wake()
        except StoreError as error:
            logger.warning("Past answers could not be looked at: %s", error)
            return False
        except Exception:
            logger.exception("Past answers could not be looked at; the next change is tried again")
        return True

    def correct(self) -> Corrected:
        """Queue what is to be corrected now; how many. What stands is noted."""
        corpus = self._corpus()
        now, looked = digests(corpus), look(self._store, corpus, days=self._limits.days)
        self._store.stand(looked.standing, now)
        corrected = self._store.correct(
            self._team, [each.row for each in looked.outdated if is_correctable(each)], now, self._limits.at_most
        )
        if corrected.queued:
            logger.info("The documents changed: %d past answers are corrected in their threads", corrected.queued)
        if corrected.left:
            logger.warning(
                "%d more past answers fell; older than the newest %d, they are only listed", corrected.left, self._limits.at_most
            )
        return corrected


def is_correctable(outdated: Outdated) -> bool:
    """Whether an answer stands in a thread, its question is kept, and words of it fell."""
    question = outdated.row["question"]
    is_kept = bool(question) and not question.startswith("sha256:")
    return outdated.is_in_a_thread and is_kept and any(one.why is not Fall.FACTS for one in outdated.fallen)
