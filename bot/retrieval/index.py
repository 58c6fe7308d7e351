"""The search index of one corpus: its passages in, the best of them for a question out.

The engine is brought up to date with the corpus when the index is made: what it holds of other documents, or of another state of one, is
removed, what it lacks is put, and the rest stays. Documents are known to the engine by a key made of their content, so a hit that is not of
this corpus, because another process has just written for another state of it, is not shown.
"""

import hashlib
import logging
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import Stemmer

from bot.corpus import Corpus, Document, Passage
from bot.errors import IndexBroken, SearchError
from bot.retrieval import analysis, tokens
from bot.retrieval.embedded import EmbeddedEngine, discard
from bot.retrieval.ranking import RANKED, Candidate, best_first
from bot.retrieval.searching import Entry, PassageId, SearchEngine, version_of
from bot.retrieval.tokens import Tokens, tokens_of
from bot.retrieval.vectors import DEPTH, Vectors

logger = logging.getLogger(__name__)

OpenEngine = Callable[[], SearchEngine]


class PassageIndex:
    """Finds passages of `corpus`. A passage is found by its own words, its document's title and its heading.

    Where the engine cannot be opened, or fails later, an index in memory takes its place.
    """

    def __init__(self, corpus: Corpus, open_engine: OpenEngine = EmbeddedEngine, vectors: Vectors | None = None) -> None:
        self._vectors = vectors
        self._passages = {_key(d, corpus.passages_of(d.id)): corpus.passages_of(d.id) for d in corpus.documents}
        self._mending = threading.Lock()
        self._engine = self._opened(open_engine)

    def search(self, question: str, at_most: int, allowed: Collection[str] | None = None) -> list[tuple[Passage, float]]:
        """The best passages for `question`, best first, of the documents whose ids are `allowed`; none where no word is shared."""
        asked = tokens_of(question)
        engine = self._engine
        try:
            hits = self._search(engine, asked, max(at_most, DEPTH) if self._vectors else at_most, allowed)
        except SearchError as error:
            hits = self._search(self._instead_of(engine, error), asked, at_most, allowed)
        return self._by_meaning(question, hits)[:at_most]

    def holds(self, word: str) -> bool:
        """Whether any passage has `word`, in whatever form; taken for granted where the engine cannot say."""
        try:
            return any(self._engine.frequencies(tokens_of(word)).tokens.stems.values())
        except SearchError:
            return True

    def close(self) -> None:
        """Give the engine back."""
        self._engine.close()

    def _search(
        self, engine: SearchEngine, asked: Tokens[tuple[str, ...]], at_most: int, allowed: Collection[str] | None
    ) -> list[tuple[Passage, float]]:
        def is_shown(hit: PassageId) -> bool:
            passages = self._passages.get(hit.document, ())
            return hit.number < len(passages) and (allowed is None or passages[0].document.id in allowed)

        hits = best_first(engine, asked, at_most, lambda hit: _candidate(self._passage(hit)), is_shown, DEPTH if self._vectors else RANKED)
        return [(self._passage(hit), score) for hit, score in hits]

    def _by_meaning(self, question: str, hits: list[tuple[Passage, float]]) -> list[tuple[Passage, float]]:
        """The best hits in an order by their words and their vectors, where there are vectors; the others after them."""
        if self._vectors is None or not hits:
            return hits
        best, rest = hits[:DEPTH], hits[DEPTH:]
        texts = [f"{_above(passage)} {passage.text}".strip() for passage, _ in best]
        mixed = self._vectors.mixed(question, [score for _, score in best], texts)
        lowest = min(mixed)
        in_order = sorted(zip([passage for passage, _ in best], mixed, strict=True), key=lambda hit: -hit[1])
        return [*in_order, *((passage, lowest - n) for n, (passage, _) in enumerate(rest, 1))]

    def _passage(self, hit: PassageId) -> Passage:
        return self._passages[hit.document][hit.number]

    def _opened(self, open_engine: OpenEngine) -> SearchEngine:
        try:
            engine = open_engine()
            self._bring_up_to_date(engine)
        except SearchError as error:
            logger.warning("The search index cannot be used (%s): one in memory takes its place.", error)
            engine = EmbeddedEngine()
            self._bring_up_to_date(engine)
        return engine

    def _instead_of(self, failed: SearchEngine, error: SearchError) -> SearchEngine:
        with self._mending:
            if self._engine is failed:
                logger.warning("The search index failed (%s): one in memory takes its place.", error)
                self._engine = EmbeddedEngine()
                self._bring_up_to_date(self._engine)
            return self._engine

    def _bring_up_to_date(self, engine: SearchEngine) -> None:
        if engine.is_worn:
            engine.remove(*engine.held())
        if engine.version() == version_of({key: len(passages) for key, passages in self._passages.items() if passages}):
            return
        if any(True for _ in self._missing(engine)):
            # Computed when the engine asks for it: it may have waited for another process, which put the same.
            engine.put(entry for key in self._missing(engine) for entry in _entries(key, self._passages[key]))
        if gone := [key for key in engine.held() if key not in self._passages]:
            engine.remove(*gone)
        engine.version()  # found here, it is known at the next opening

    def _missing(self, engine: SearchEngine) -> Iterator[str]:
        held: Mapping[str, int] = engine.held()
        return (key for key, passages in self._passages.items() if passages and held.get(key) != len(passages))


def embedded_engine(folder: Path) -> SearchEngine:
    """The embedded engine on `folder`; what is there and cannot be used is made anew. Raises SearchError where that is impossible."""
    try:
        return EmbeddedEngine(folder)
    except IndexBroken as error:
        logger.warning("The search index in %s is made anew: %s.", folder, error)
        discard(folder)
        return EmbeddedEngine(folder)


def _candidate(passage: Passage) -> Candidate:
    text = passage.document.text
    return Candidate(_above(passage), [text[span.start : span.end] for span in passage.sentences])


def _above(passage: Passage) -> str:
    """The title simply put in front is what measured best (retrieval.md, "Ranking")."""
    return f"{passage.document.title.value or ''} {passage.heading or ''}"


def _entries(key: str, passages: Sequence[Passage]) -> Iterator[Entry]:
    for number, passage in enumerate(passages):
        yield Entry(PassageId(key, number), tokens_of(f"{_above(passage)} {passage.text}"))


def _key(document: Document, passages: Sequence[Passage]) -> str:
    """16 hex digits of all that is indexed of a document, and of how."""
    cut = [(passage.start, passage.end, passage.heading) for passage in passages]
    return hashlib.blake2b(repr((_analyser(), document.digest, cut)).encode(errors="surrogatepass"), digest_size=8).hexdigest()


@cache
def _analyser() -> str:
    """Changes whenever a text may be read as other tokens: with the code that reads it, and with the stemmer."""
    code = b"".join(Path(str(module.__file__)).read_bytes() for module in (analysis, tokens))
    return hashlib.blake2b(code + Stemmer.version().encode(), digest_size=8).hexdigest()
