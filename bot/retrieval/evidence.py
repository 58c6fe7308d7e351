"""The evidence for a question: the whole corpus where it fits the token budget, else the passages that fit it best.

In: a question and a budget in tokens. Out: an Evidence: its passages in the order of the documents, and what was searched.
"""

import threading
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import chain

from bot.corpus import Corpus, Kind, Passage
from bot.retrieval.embedded import EmbeddedEngine
from bot.retrieval.index import OpenEngine, PassageIndex
from bot.retrieval.vectors import Vectors

HITS = 300  # as many as the usual budget holds; a passage is some 100 tokens
WIDENED = 5  # the best hits get their neighbours before further hits get room


@dataclass(frozen=True, slots=True)
class Evidence:
    """The passages an answer may rest on.

    `is_whole` where nothing had to be left out of the `searched` documents for want of room; `left_out` is how many documents were, because
    they are younger than was asked for, or nobody knows how old they are: the `undated`.
    """

    passages: tuple[Passage, ...]
    is_whole: bool
    searched: int
    left_out: int = 0
    undated: int = 0


class Retriever:
    """Chooses evidence from one corpus. `cost` is what a passage takes of the budget, in tokens, as the prompt prints it.

    `open_engine` opens the search engine to use where the corpus does not fit; it is brought up to date with the corpus once, by `prepare`
    or else by the first question that needs it. `vectors` put its hits in an order by meaning as well.
    """

    def __init__(
        self, corpus: Corpus, budget: int, cost: Callable[[Passage], int], open_engine: OpenEngine = EmbeddedEngine,
        vectors: Vectors | None = None,
    ) -> None:  # fmt: skip
        self._vectors = vectors
        self._corpus = corpus
        self._budget = budget
        self._cost = cost
        self._open_engine = open_engine
        self._preparing = threading.Lock()
        self._index: PassageIndex | None = None

    def prepare(self) -> None:
        """Make the index now where the corpus does not fit the budget, so that no question has to wait for it."""
        if not self._fits_whole:
            self._searchable()

    def close(self) -> None:
        """Give the index back. A question in flight must have its evidence."""
        if self._index is not None:
            self._index.close()

    def search(self, words: str, at_most: int) -> tuple[Passage, ...]:
        """The passages that fit `words` best, best first; none where no word is shared."""
        return tuple(passage for passage, _ in self._searchable().search(words, at_most))

    def holds(self, word: str) -> bool:
        """Whether the corpus has `word`, in whatever form."""
        return self._searchable().holds(word)

    def evidence_within(self, documents: Collection[str], question: str) -> Evidence:
        """The evidence for `question` from the documents of these ids alone; never costing more than the budget."""
        everything = tuple(passage for document in documents for passage in self._corpus.passages_of(document))
        is_whole = self._fits(everything)
        return Evidence(everything if is_whole else self._best(question, documents), is_whole=is_whole, searched=len(documents))

    def whole(self) -> Evidence | None:
        """The evidence for whatever question, where nothing has to be left out: nothing need be searched, and nobody has to wait."""
        if not self._fits_whole:
            return None
        return Evidence(self._corpus.passages, is_whole=True, searched=len(self._corpus.documents))

    def evidence(self, question: str, until: date | None = None) -> Evidence:
        """The evidence for `question`, of documents published by `until` where that is given; never costing more than the budget."""
        documents = len(self._corpus.documents)
        if until is None:
            return self.whole() or Evidence(self._best(question, None), is_whole=False, searched=documents)
        allowed = {d.id for d in self._corpus.documents if d.published.value and d.published.value <= until}
        everything = tuple(p for p in self._corpus.passages if p.document.id in allowed)
        is_whole = self._fits(everything)
        return Evidence(
            everything if is_whole else self._best(question, allowed), is_whole=is_whole, searched=len(allowed),
            left_out=documents - len(allowed), undated=sum(d.published.value is None for d in self._corpus.documents),
        )  # fmt: skip

    def _searchable(self) -> PassageIndex:
        with self._preparing:
            if self._index is None:
                self._index = PassageIndex(self._corpus, self._open_engine, self._vectors)
            return self._index

    @cached_property
    def _fits_whole(self) -> bool:
        return self._fits(self._corpus.passages)

    def _fits(self, passages: Sequence[Passage]) -> bool:
        # A passage costs a token at least: a large corpus need not be counted to know that it does not fit.
        if len(passages) > self._budget:
            return False
        left = self._budget
        for passage in passages:
            left -= self._cost(passage)
            if left < 0:
                return False
        return True

    def _best(self, question: str, allowed: Collection[str] | None) -> tuple[Passage, ...]:
        """Hits in order, each with what it cannot be read without, and of the best also the neighbours; in the order of the corpus."""
        hits = [passage for passage, _ in self._searchable().search(question, HITS, allowed)]
        room = _Room(self._budget, self._cost)
        room.fill(self._whole(passage) for passage in hits[:WIDENED])
        room.fill(self._neighbours(passage) for passage in hits[:WIDENED])
        room.fill(self._whole(passage) for passage in hits[WIDENED:])
        return tuple(sorted(room.chosen.values(), key=lambda passage: (self._order[passage.document.id], passage.start)))

    @cached_property
    def _order(self) -> dict[str, int]:
        return {document.id: number for number, document in enumerate(self._corpus.documents)}

    def _whole(self, passage: Passage) -> Sequence[Passage]:
        """A passage and what it is a fragment without: an item's introduction, the paragraph below a heading, what was cut from its end."""
        siblings = self._corpus.passages_of(passage.document.id)
        at = self._place(passage)
        if passage.lead_in is not None:
            introduces = next((s for s in reversed(siblings[:at]) if s.start <= passage.lead_in.start < s.end), None)
            return [passage] if introduces is None else [passage, introduces]
        if passage.kind is Kind.HEADING:
            return siblings[at : at + 2]
        return [passage]

    def _neighbours(self, passage: Passage) -> Sequence[Passage]:
        siblings = self._corpus.passages_of(passage.document.id)
        at = self._place(passage)
        return [*siblings[at + 1 : at + 2], *siblings[max(0, at - 1) : at]]

    def _place(self, passage: Passage) -> int:
        """Which of its document's passages it is: they stand in the order of their starts."""
        return bisect_left(self._corpus.passages_of(passage.document.id), passage.start, key=lambda sibling: sibling.start)


class _Room:
    """The budget, and the passages that have been found room in it."""

    def __init__(self, budget: int, cost: Callable[[Passage], int]) -> None:
        self.chosen: dict[str, Passage] = {}
        self._left = budget
        self._cost = cost

    def fill(self, groups: Iterable[Iterable[Passage]]) -> None:
        """Take of each group in turn what still fits."""
        for passage in chain.from_iterable(groups):
            if passage.id in self.chosen:
                continue
            cost = self._cost(passage)
            if cost <= self._left:
                self.chosen[passage.id] = passage
                self._left -= cost
