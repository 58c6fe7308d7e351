"""The corpus that questions are answered from now, with all that is made of it; replaced as a whole when the documents change.

In: a folder of documents. Out: a Snapshot, complete and never altered. A question keeps the one it began with.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

from bot.characters import showable
from bot.corpus import Corpus, load_corpus, state_of
from bot.errors import CorpusError
from bot.extractive import ExtractiveAnswerer
from bot.retrieval import Retriever

logger = logging.getLogger(__name__)

BUSY = 20  # times as long as a look takes is waited until the next: a folder of any size costs a twentieth of a processor at most


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One state of the documents, and what finds and chooses passages of exactly those."""

    corpus: Corpus
    retriever: Retriever
    extractive: ExtractiveAnswerer
    spoken: tuple[str, ...] = ()
    """The languages the documents are in, the most common first, as far as they can be told."""


class LiveCorpus:
    """Holds the current Snapshot of `folder`, and puts its successor in its place when the files change and can be used.

    `prepare` makes a Snapshot of a corpus. Raises CorpusError where there is no such folder, and where corpus.toml has a mistake: there is no
    earlier state yet to serve, and without what it corrects and withdraws the documents say what their editors took back.
    """

    def __init__(self, folder: Path, prepare: Callable[[Corpus], Snapshot], load: Callable[[Path], Corpus] = load_corpus) -> None:
        self._folder = folder
        self._prepare = prepare
        self._load = load
        self._done = self._seen = state_of(folder)
        corpus = load(folder)
        if corpus.catalogue_problems:
            raise corpus.catalogue_problems[0]
        _report(corpus)
        self._current = prepare(corpus)

    @property
    def current(self) -> Snapshot:
        """What a question that begins now is answered from."""
        return self._current

    def refresh(self) -> bool:
        """Look once; whether a new Snapshot has taken over.

        Files are read when two looks in a row found them the same: what is still being copied is not half read. What cannot be used is
        logged once, and the current Snapshot stays.
        """
        state = state_of(self._folder)
        is_settled, self._seen = state == self._seen, state
        if state == self._done or not is_settled:
            return False
        snapshot = self._next()
        if state_of(self._folder) != state:
            return False  # changed while it was read: the next look decides
        self._done = state
        has_changed = snapshot is not self._current
        self._current = snapshot
        return has_changed

    def _next(self) -> Snapshot:
        try:
            corpus = self._load(self._folder)
        except CorpusError as error:
            logger.warning("The documents changed but cannot be used, so the earlier ones still serve: %s", error)
            return self._current
        if corpus.catalogue_problems:
            logger.warning("corpus.toml changed but cannot be used, so the earlier state still serves: %s", corpus.catalogue_problems[0])
            return self._current
        _report(corpus)
        return self._current if corpus.digest == self._current.corpus.digest else self._prepare(corpus)

    @contextlib.asynccontextmanager
    async def following(self, every: float) -> AsyncIterator[None]:
        """Look every so many seconds while the context lasts."""
        task = asyncio.create_task(self._follow(every))
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _follow(self, every: float) -> None:
        pause = every
        while True:
            await asyncio.sleep(pause)
            began = time.perf_counter()
            try:
                if await asyncio.to_thread(self.refresh):
                    logger.info(
                        "The documents changed: %s of them now, digest %s", len(self.current.corpus.documents), self.current.corpus.digest
                    )
            except Exception:
                logger.exception("The documents could not be looked at; the earlier ones still serve")
            pause = max(every, BUSY * (time.perf_counter() - began))


def _report(corpus: Corpus) -> None:
    for problem in (*corpus.problems, *corpus.notices):
        logger.warning("%s", showable(str(problem)))
