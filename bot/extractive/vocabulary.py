"""The words of a corpus: which are alike, which is meant by a misspelt one, which are only ever names.

In: prepared passages. Out: look-ups. Only a word that neither the corpus nor general English knows is taken for misspelt; it is put right by the
words of the corpus, by those that questions are made of, by what the corpus has another form of, and then by general English.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from rapidfuzz.distance import OSA

from bot.extractive.other_words import words_asked
from bot.extractive.prepared import PreparedPassage
from bot.extractive.rarity import Rarity, background
from bot.extractive.terms import stem_of, tokenise

_PREFIX = 4  # letters two stems must share to be compared at all
LEAST_ALIKE = 0.5  # of their trigrams (Dice); measured as worth its 0.7 points of top-1 (extractive.md, section 1)
_SHORTEST_MISSPELT = 4
_SHORTEST_ENGLISH = 5
_WORD = re.compile(r"[^\W\d_]{3,}")
# What questions are made of, and misspelt as often as any other word; the commoner ones first.
_ASKING = "what when which where many much does have long who how why did was were has are the with often whom whose about".split()


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
        self._dictionary: list[tuple[int, int, str]] | None = None
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

    def corrected(self, question: str, rarity: Rarity, is_held: Callable[[str], bool] = lambda _: False) -> str:
        """`question` with each misspelt word replaced by the one the corpus must mean; as it was where that is not certain.

        `is_held` knows of more words than the passages this was made of: no word it holds is misspelt.
        """

        def replacement(found: re.Match[str]) -> str:
            meant = self._meant(found.group(), rarity)
            return meant if meant and not is_held(found.group()) else found.group()

        return _WORD.sub(replacement, question)

    def _meant(self, surface: str, rarity: Rarity) -> str | None:
        word = surface.lower()
        if not word.isascii() or (len(word) < _SHORTEST_MISSPELT and not surface.islower()) or self._is_known(word, rarity):
            return None
        is_name = surface[0].isupper()
        if surface not in self._corrections:
            self._corrections[surface] = self._nearest(word, is_name=is_name)
        meant = self._corrections[surface]
        return meant.capitalize() if meant and is_name else meant

    def _is_known(self, word: str, rarity: Rarity) -> bool:
        tokens = tokenise(word)
        if word in self._words or not tokens or not tokens[0].is_term:
            return True
        stem = stem_of(word)
        return rarity.knows(stem) or rarity.is_english(stem) or stem in words_asked()

    def _nearest(self, word: str, *, is_name: bool) -> str | None:
        """The word within one slip (two from eight letters on), by optimal string alignment; the likelier of two equally near.

        A name is none of general English, and a word of three letters one that questions are made of.
        """
        most = 2 if len(word) >= 8 else 1
        near = []
        for source, place, other in self._all_words():
            if (
                abs(len(other) - len(word)) > most
                or (is_name and source > _CORPUS)
                or (len(word) < _SHORTEST_MISSPELT and source != _QUESTIONS)
            ):
                continue
            distance = OSA.distance(word, other, score_cutoff=most)
            if distance <= (1 if source == _ENGLISH else most):
                near.append((distance, word[0] != other[0], source, place, other))
        return min(near)[4] if near else None

    def _all_words(self) -> list[tuple[int, int, str]]:
        """Every word that may be meant, as (source, place within it, word): the lower both, the likelier."""
        if self._dictionary is None:
            corpus = [(_CORPUS, -count, word) for word, count in self._words.items() if len(word) >= _SHORTEST_MISSPELT]
            asking = [(_QUESTIONS, place, word) for place, word in enumerate(_ASKING)]
            stems = [(_STEMS, 0, stem) for stem in self._stems if len(stem) >= _SHORTEST_MISSPELT and stem.isalpha()]
            english = [(_ENGLISH, -count, stem) for stem, count in background().frequency.items() if len(stem) >= _SHORTEST_ENGLISH]
            self._dictionary = [*corpus, *asking, *stems, *english]
        return self._dictionary


_CORPUS, _QUESTIONS, _STEMS, _ENGLISH = range(4)


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
