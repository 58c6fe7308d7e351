"""The prepared passages of a corpus, kept.

In: a corpus. Out: PreparedPassages for any of its passages, and Counts of what stands in them.
"""

import math
from collections import Counter, OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from bot.corpus import Corpus, Kind, Passage
from bot.extractive.abbreviations import explained
from bot.extractive.prepared import PreparedPassage, prepare
from bot.extractive.terms import Phrasebook

MOST_KEPT = 5_000  # prepared passages in memory
MOST_COUNTED = 2_000  # passages: a larger corpus is counted by a sample of about so many, which takes two or three seconds
TOGETHER = 60  # passages: what one of them tells of the others is read over so many of a long document


class Counts(NamedTuple):
    """Of `passages` passages with `mean_length` terms each, `frequency[stem]` hold the stem."""

    passages: int
    frequency: Mapping[str, int]
    mean_length: float

    @classmethod
    def of(cls, prepared: Sequence[PreparedPassage]) -> "Counts":
        """Count them."""
        frequency: Counter[str] = Counter()
        for one in prepared:
            frequency.update(one.frequency.keys())
        return cls(len(prepared), frequency, max(1.0, sum(one.length for one in prepared) / max(1, len(prepared))))

    def without(self, prepared: Iterable[PreparedPassage]) -> "Counts":
        """What they would be had these passages not been counted."""
        frequency, passages = Counter(self.frequency), self.passages
        for one in prepared:
            frequency.subtract(one.frequency.keys())
            passages -= 1
        return Counts(passages, +frequency, self.mean_length)


class Library:
    """Prepares passages, a document or a part of a long one at a time, and keeps the most recent MOST_KEPT of them."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        named = (group for document in corpus.documents for group in document.names)
        short = (group for document in corpus.documents for group in explained(document.text))
        self.phrasebook = Phrasebook(dict.fromkeys([*named, *short]))
        self._kept: OrderedDict[str, PreparedPassage] = OrderedDict()
        pairs = pairwise(corpus.passages)
        self._introductions = frozenset(one.id for one, two in pairs if one.kind is Kind.HEADING and two.kind is Kind.LIST_ITEM)
        self.is_sampled = len(corpus.passages) > MOST_COUNTED

    def sample(self) -> list[PreparedPassage]:
        """Every passage of a corpus of no more than MOST_COUNTED; of a larger one every so manieth part, from first to last."""
        parts = [part for document in self._corpus.documents for part in self._parts_of(document.id)]
        step = math.ceil(len(self._corpus.passages) / MOST_COUNTED)
        return [one for part in parts[:: max(1, step)] for one in self._prepare(part)]

    def candidates(self, passages: Sequence[Passage]) -> list[PreparedPassage]:
        """Those of `passages` that could answer, prepared, in their order: no heading, unless it introduces a list."""
        return self._prepared([one for one in passages if one.kind is not Kind.HEADING or one.id in self._introductions])

    def _parts_of(self, document_id: str) -> list[Sequence[Passage]]:
        passages = self._corpus.passages_of(document_id)
        return [passages[i : i + TOGETHER] for i in range(0, len(passages), TOGETHER)]

    def _prepared(self, passages: Sequence[Passage]) -> list[PreparedPassage]:
        found = {one.id: self._kept[one.id] for one in passages if one.id in self._kept}
        missing = {one.id for one in passages} - found.keys()
        for document_id in dict.fromkeys(one.document.id for one in passages if one.id in missing):
            for part in self._parts_of(document_id):
                if any(one.id in missing for one in part):
                    found.update((one.passage.id, one) for one in self._prepare(part))
        while len(self._kept) > MOST_KEPT + len(passages):
            self._kept.popitem(last=False)
        return [found[one.id] for one in passages if one.id in found]

    def _prepare(self, passages: Sequence[Passage]) -> list[PreparedPassage]:
        prepared = prepare(passages, self.phrasebook)
        self._kept.update((one.passage.id, one) for one in prepared)
        return prepared
