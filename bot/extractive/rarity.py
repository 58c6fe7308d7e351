"""How much a term tells: its inverse document frequency, the corpus's own mixed with that of English at large.

In: for the corpus, how many of its passages hold a term; for English, `background.txt`. Out: a weight a term, above zero. The geometric mean
of both is what makes one threshold hold from 34 passages to thousands (extractive.md, section 1).

`background.txt` was counted by `tests/bench/train_extractive.py background` over some 16,000 passages of public text (encyclopaedia articles,
finance questions, abstracts, handbooks; no passage of SQuAD dev, which is measured on). Each line is a frequency and the stems that are about that
frequent; the first line says how many passages were counted.
"""

import math
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

COMMONEST = 0.1  # what a word in every passage still weighs
# Passages of general English counted into every corpus: in three documents that are nearly alike, what is in all of them still tells something.
PRIOR = 10


class Background(NamedTuple):
    """Document frequencies of general English: of `passages` passages, `frequency[stem]` hold the stem."""

    passages: int
    frequency: Mapping[str, int]
    rarest: int


@cache
def background() -> Background:
    """The shipped table. A stem it lacks is rarer than the rarest of it."""
    lines = files(__package__).joinpath("background.txt").read_text(encoding="utf-8").splitlines()
    frequency: dict[str, int] = {}
    for line in lines[1:]:
        count, _, stems = line.partition(" ")
        frequency.update(dict.fromkeys(stems.split(), int(count)))
    return Background(int(lines[0]), frequency, min(frequency.values(), default=1))


class Rarity:
    """The weight of every term for one corpus of `passages` passages, `frequency[stem]` of which hold the stem."""

    def __init__(self, passages: int, frequency: Mapping[str, int]) -> None:
        self._passages = max(1, passages)
        self._frequency = frequency
        self._background = background()
        self._weights: dict[str, float] = {}

    def __call__(self, term: str) -> float:
        """The weight of `term`: about 1 for a word in half of all passages, about 9 for one that nothing holds."""
        weight = self._weights.get(term)
        if weight is None:
            weight = self._weights[term] = math.sqrt(self._own(term) * self._general(term))
        return weight

    def knows(self, term: str) -> bool:
        """Whether the corpus holds it."""
        return term in self._frequency

    def is_english(self, term: str) -> bool:
        """Whether general English holds it often enough to have been counted."""
        return term in self._background.frequency

    def _own(self, term: str) -> float:
        usual = PRIOR * self._background.frequency.get(term, 0) / self._background.passages
        return _inverse(self._frequency.get(term, 0) + usual, self._passages + PRIOR)

    def _general(self, term: str) -> float:
        if not term.isascii() or ":" in term:  # the table is of English words: what it cannot know is as rare as it is here
            return self._own(term)
        return _inverse(self._background.frequency.get(term, self._background.rarest // 2), self._background.passages)


def _inverse(frequency: float, passages: int) -> float:
    return max(COMMONEST, math.log(1 + (passages - min(frequency, passages) + 0.5) / (frequency + 0.5)))
