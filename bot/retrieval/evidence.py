"""The evidence for a question: the whole corpus where it fits the token budget, else the passages that fit it best.

In: a question and a budget in tokens. Out: an Evidence: its passages in the order of the documents, and what was searched.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from bot.corpus import Corpus, Passage
from bot.retrieval.index import PassageIndex

HITS = 200  # more than any budget holds; a passage is some 100 tokens


@dataclass(frozen=True, slots=True)
class Evidence:
    """The passages an answer may rest on.

    `is_whole` where nothing had to be left out of the `searched` documents for want of room; `left_out` is how many documents were, because
    they are younger than was asked for, or nobody knows how old they are.
    """

    passages: tuple[Passage, ...]
    is_whole: bool
    searched: int
    left_out: int = 0


class Retriever:
    """Chooses evidence from one corpus. `cost` is what a passage takes of the budget, in tokens, as the prompt prints it."""

    def __init__(self, corpus: Corpus, budget: int, cost: Callable[[Passage], int]) -> None:
        self._corpus = corpus
        self._budget = budget
        self._cost = cost

    def evidence(self, question: str, until: date | None = None) -> Evidence:
        """The evidence for `question`, of documents published by `until` where that is given; never costing more than the budget."""
        allowed = {d.id for d in self._corpus.documents if until is None or (d.published.value and d.published.value <= until)}
        everything = tuple(p for p in self._corpus.passages if p.document.id in allowed)
        left_out = len(self._corpus.documents) - len(allowed)
        if self._fits(everything):
            return Evidence(everything, is_whole=True, searched=len(allowed), left_out=left_out)
        return Evidence(self._best(question, allowed), is_whole=False, searched=len(allowed), left_out=left_out)

    @cached_property
    def _index(self) -> PassageIndex:
        return PassageIndex(self._corpus.passages)

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

    def _best(self, question: str, allowed: Collection[str]) -> tuple[Passage, ...]:
        """Hits in order while they fit, then the neighbours of the best while those fit; in the order of the corpus."""
        hits = [passage for passage, _ in self._index.search(question, HITS) if passage.document.id in allowed]
        neighbours = [n for passage in hits[:5] for n in self._neighbours(passage)]
        chosen: dict[str, Passage] = {}
        left = self._budget
        for passage in [*hits, *neighbours]:
            cost = self._cost(passage)
            if passage.id not in chosen and cost <= left:
                chosen[passage.id] = passage
                left -= cost
        return tuple(passage for passage in self._corpus.passages if passage.id in chosen)

    def _neighbours(self, passage: Passage) -> Sequence[Passage]:
        siblings = self._corpus.passages_of(passage.document.id)
        at = next(i for i, sibling in enumerate(siblings) if sibling.id == passage.id)
        return siblings[max(0, at - 1) : at + 2]
