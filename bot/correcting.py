"""Corrects past answers once the documents changed: finds those whose quotes fell, and queues their questions again.

In: the running bot's documents. Out: corrections in the queue. It waits until the documents have stayed as they are for a while: a folder that is
being synchronised, or a document that is put back at once, changes nothing that was said.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.corpus import Corpus
from bot.errors import StoreError
from bot.grounding import Fall
from bot.insights.outdated import Outdated, digests, look
from bot.store import Store, words_of
from bot.store.corrections import Corrected

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Limits:
    """Answers of how many `days` are corrected, and how many of them `at_most` for one change."""

    days: int
    at_most: int


async def after_changes(corpus: Callable[[], Corpus], seconds: float, deeds: Sequence[Callable[[], object]]) -> None:
    """Until cancelled: do all `deeds`, in a thread, at the start and whenever the documents changed and have been as they are for `seconds`.

    What cannot be done as the database is away is tried again.
    """
    done, seen, since = "", "", time.monotonic()
    while True:
        digest = corpus().digest
        if digest != seen:
            seen, since = digest, time.monotonic()
        if seen != done and time.monotonic() - since >= seconds:
            done = seen if all([await _is_done(deed) for deed in deeds]) else ""
        await asyncio.sleep(min(LOOK_SECONDS, max(seconds, 0.05)))


async def _is_done(deed: Callable[[], object]) -> bool:
    try:
        await asyncio.to_thread(deed)
    except StoreError as error:
        logger.warning("Past answers could not be looked at, and will be: %s", error)
        return False
    except Exception:
        logger.exception("Past answers could not be looked at; the next change is tried again")
    return True


class Correcting:
    """Corrects the answers of one team (None: of all that are served). `wake` is called, in whatever thread, when there is something to do."""

    def __init__(  # whose answers, by which documents, how many
        self, *, store: Store, corpus: Callable[[], Corpus], team: str | None, limits: Limits, wake: Callable[[], object],
    ) -> None:  # fmt: skip
        self._store = store
        self._corpus = corpus
        self._team = team
        self._limits = limits
        self._wake = wake

    def correct(self) -> Corrected:
        """Queue what is to be corrected now; how many. What stands is noted."""
        corpus = self._corpus()
        now, looked = digests(corpus), look(self._store, corpus, days=self._limits.days)
        self._store.stand(looked.standing, now)
        corrected = self._store.correct(
            self._team, [each.row for each in looked.outdated if is_correctable(each)], now, self._limits.at_most
        )
        if corrected.queued:
            self._wake()
            logger.info("The documents changed: %d past answers are corrected in their threads", corrected.queued)
        if corrected.left:
            logger.warning(
                "%d more past answers fell; older than the newest %d, they are only listed", corrected.left, self._limits.at_most
            )
        return corrected


def is_correctable(outdated: Outdated) -> bool:
    """Whether an answer stands in a thread, its question is kept, and words of it fell."""
    return outdated.is_in_a_thread and bool(words_of(outdated.row)) and any(one.why is not Fall.FACTS for one in outdated.fallen)
