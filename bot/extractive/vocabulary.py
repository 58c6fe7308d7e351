"""The words of a corpus: which are alike, which is meant by a misspelt one, which are only ever names.

In: prepared passages. Out: look-ups. Only a word that neither the corpus nor general English knows is taken for misspelt.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from rapidfuzz.distance import OSA

from bot.extractive.prepared import PreparedPassage
from bot.extractive.rarity import Rarity
from bot.extractive.terms import stem_of, tokenise

_PREFIX = 4  # letters two stems must share to be compared at all
LEAST_ALIKE = 0.5  # of their trigrams (Dice); measured as worth its 0.7 points of top-1 (extractive.md, section 1)
_SHORTEST_MISSPELT = 4
_WORD = re.compile(r"[^\W\d_]{4,}")


class Vocabulary:
    """What words `passages` are written in."""

    def __init__(self, passages: Iterable[PreparedPassage]) -> None:
        stems: set[str] = set()
        self._words: Counter[str] = Counter()
        named: Counter[str] = Counter()
        held: Counter[str] = Counter()
        for passage in passages:
            stems.update(passage.frequency)
            self._words.update(passage.words)
            named.update(passage.names)
            held.update(passage.frequency.keys())
        self._stems = stems
        self._by_prefix = _grouped(stems)
        # A word that opens a sentence is capitalised too, so "only ever capitalised" allows for a few it is not seen inside one.
        self._names = frozenset(stem for stem, count in named.items() if count * 2 > held[stem])
        self._corrections: dict[str, str | None] = {}

    def holds(self, stem: str) -> bool:
        """Whether any of the passages does."""
        return stem in self._stems

    def is_name(self, stem: str) -> bool:
        """Whether the corpus writes it with a capital."""
        return stem in self._names

    def alike(self, stem: str) -> list[tuple[str, float]]:
        """Stems of the corpus that share most trigrams with `stem`, and how much of them; without `stem` itself."""
        found = []
        for other in self._by_prefix.get(stem[:_PREFIX], ()):
            degree = _dice(stem, other) if other != stem else 0.0
            if degree >= LEAST_ALIKE:
                found.append((other, degree))
        return found

    def corrected(self, question: str, rarity: Rarity) -> str:
        """`question` with each misspelt word replaced by the one the corpus must mean; as it was where that is not certain."""

        def replacement(found: re.Match[str]) -> str:
            return self._meant(found.group(), rarity) or found.group()

        return _WORD.sub(replacement, question)

    def _meant(self, surface: str, rarity: Rarity) -> str | None:
        word = surface.lower()
        if not word.isascii() or self._is_known(word, rarity):
            return None
        if word not in self._corrections:
            self._corrections[word] = self._nearest(word)
        meant = self._corrections[word]
        return meant.capitalize() if meant and surface[0].isupper() else meant

    def _is_known(self, word: str, rarity: Rarity) -> bool:
        tokens = tokenise(word)
        if word in self._words or not tokens or not tokens[0].is_term:
            return True
        stem = stem_of(word)
        return rarity.knows(stem) or rarity.is_english(stem) or any(degree > 0.7 for _, degree in self.alike(stem))

    def _nearest(self, word: str) -> str | None:
        """The one word within one slip (two from eight letters on), by optimal string alignment; the commoner of two equally near."""
        most = 2 if len(word) >= 8 else 1
        near = []
        for other, count in self._words.items():
            if abs(len(other) - len(word)) <= most and len(other) >= _SHORTEST_MISSPELT:
                distance = OSA.distance(word, other, score_cutoff=most)
                if distance <= most:
                    near.append((distance, word[0] != other[0], -count, other))
        return min(near)[3] if near else None


def _grouped(stems: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    grouped: dict[str, list[str]] = {}
    for stem in stems:
        if len(stem) >= _PREFIX and stem.isalpha():
            grouped.setdefault(stem[:_PREFIX], []).append(stem)
    return {prefix: tuple(sorted(group)) for prefix, group in grouped.items()}


@lru_cache(maxsize=65_536)
def _trigrams(stem: str) -> frozenset[str]:
    padded = f"^{stem}$"
    return frozenset(padded[i : i + 3] for i in range(len(padded) - 2))


def _dice(one: str, other: str) -> float:
    first, second = _trigrams(one), _trigrams(other)
    return 2 * len(first & second) / (len(first) + len(second))
