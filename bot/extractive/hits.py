"""How a sentence meets a question: which of its terms stand in it, how well, and where.

In: an Asked, and a sentence or a bag of stems. Out: Hits, or how well each term is met, from 0 to 1.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.extractive.asked import Asked, Match
from bot.extractive.prepared import Sentence

# A term that is met by a synonym or by a word like it counts this much of one met exactly.
_WORTH = {Match.EXACT: 1.0, Match.SYNONYM: 0.7, Match.ALIKE: 0.7}
_IMPLIED = 0.9


@dataclass(frozen=True, slots=True)
class Hits:
    """How a sentence meets a question: for each term how well, exactly or at all, and where."""

    exact: tuple[float, ...]
    synonym: tuple[float, ...]
    alike: tuple[float, ...]
    any: tuple[float, ...]
    places: Mapping[int, tuple[int, ...]]


def hits_of(asked: Asked, sentence: Sentence) -> Hits:
    """Every meeting of the terms of a question with those of a sentence."""
    size = len(asked.terms)
    exact, synonym, alike = rows = [0.0] * size, [0.0] * size, [0.0] * size
    places: dict[int, tuple[int, ...]] = {}
    for stem in asked.meets.keys() & sentence.positions.keys():
        for number, how, degree in asked.meets[stem]:
            row = rows[how]
            row[number] = max(row[number], degree)
            places[number] = places.get(number, ()) + sentence.positions[stem]
    best = [max(e, s * _WORTH[Match.SYNONYM], a * _WORTH[Match.ALIKE]) for e, s, a in zip(exact, synonym, alike, strict=True)]
    for stem in sentence.implied:
        for number, how, _ in asked.meets.get(stem, ()):
            if how is Match.EXACT:
                best[number] = max(best[number], _IMPLIED)
    return Hits(tuple(exact), tuple(synonym), tuple(alike), tuple(best), {i: tuple(sorted(places[i])) for i in sorted(places)})


def met_by(asked: Asked, stems: frozenset[str]) -> tuple[float, ...]:
    """How well a bag of stems, such as a title's, meets each term."""
    met = [0.0] * len(asked.terms)
    for stem in asked.meets.keys() & stems:
        for number, how, degree in asked.meets[stem]:
            met[number] = max(met[number], degree * _WORTH[how])
    return tuple(met)
