"""What is measured of a sentence for a question: the numbers the ranker weighs.

In: an Asked, a PreparedPassage and one of its sentences. Out: features by name, most of them shares from 0 to 1, so that their weights carry
over from one corpus to another. Which they are and what each is worth: extractive.md, section 1.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.extractive.answer_types import AnswerType
from bot.extractive.asked import NEGATIONS, Asked, Match
from bot.extractive.prepared import PreparedPassage, Sentence

NAMES = (
    "cov", "cov_any", "synonym", "alike", "count", "implied", "bm25_sentence", "bm25_passage", "bm25_of_best", "passage_rank", "cov_passage",
    "cov_previous", "cov_next", "anaphora", "cov_title", "title_asked", "cov_topic", "type_near", "names_missing",
    "names_missing_passage", "numbers_missing", "rarest_missing", "rarest_missing_passage", "order", "bigrams", "proximity", "length", "first",
    "novelty", "is_question", "needs_previous", "focus", "last_term", "pairs",
    "opposite", "negated",
    *(f"has_{kind}" for kind in AnswerType), *(f"lacks_{kind}" for kind in AnswerType),
)  # fmt: skip

# A term that is met by a synonym or by a word like it counts this much of one met exactly.
_WORTH = {Match.EXACT: 1.0, Match.SYNONYM: 0.7, Match.ALIKE: 0.7}
_K1, _B, _USUAL_LENGTH = 0.9, 0.4, 14.0  # BM25 of a sentence; lengths count terms


@dataclass(frozen=True, slots=True)
class Hits:
    """How a sentence meets a question: for each term how well, exactly or at all, and where."""

    exact: tuple[float, ...]
    synonym: tuple[float, ...]
    alike: tuple[float, ...]
    any: tuple[float, ...]
    places: Mapping[int, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class PassageView:
    """A passage as a question sees it: its BM25, as a share of the most there can be and of the best passage's, and its rank from 0.

    `any`, `title`, `topic` and `document` say how well each term is met by the passage, by what stands above it, by the names the document
    is about, and by all of the document's best passages.
    """

    prepared: PreparedPassage
    hits: tuple[Hits, ...]
    bm25: float
    of_best: float
    rank: int
    any: tuple[float, ...]
    title: tuple[float, ...]
    topic: tuple[float, ...]
    document: tuple[float, ...] = ()


def hits_of(asked: Asked, sentence: Sentence) -> Hits:
    """Every meeting of the terms of a question with those of a sentence."""
    size = len(asked.terms)
    by_match = {match: [0.0] * size for match in Match}
    places: dict[int, tuple[int, ...]] = {}
    for stem, positions in sentence.positions.items():
        for number, how, degree in asked.meets.get(stem, ()):
            row = by_match[how]
            row[number] = max(row[number], degree)
            places[number] = places.get(number, ()) + positions
    best = [max(_WORTH[match] * by_match[match][i] for match in Match) for i in range(size)]
    for stem in sentence.implied:
        for number, how, _ in asked.meets.get(stem, ()):
            if how is Match.EXACT:
                best[number] = max(best[number], 0.9)
    exact, synonym, alike = (tuple(by_match[match]) for match in (Match.EXACT, Match.SYNONYM, Match.ALIKE))
    return Hits(exact, synonym, alike, tuple(best), places)


def met_by(asked: Asked, stems: frozenset[str]) -> tuple[float, ...]:
    """How well a bag of stems, such as a title's, meets each term."""
    met = [0.0] * len(asked.terms)
    for stem in stems:
        for number, how, degree in asked.meets.get(stem, ()):
            met[number] = max(met[number], degree * _WORTH[how])
    return tuple(met)


def view(asked: Asked, prepared: PreparedPassage, bm25: float, best: float, rank: int) -> PassageView:
    """A passage as the question sees it. `bm25` is its raw score, `best` the best passage's."""
    hits = tuple(hits_of(asked, sentence) for sentence in prepared.sentences)
    return PassageView(
        prepared=prepared,
        hits=hits,
        bm25=bm25 / (asked.total * 2),
        of_best=bm25 / best if best else 0.0,
        rank=rank,
        any=tuple(max(column) for column in zip(*(h.any for h in hits), strict=True)),
        title=met_by(asked, prepared.title),
        topic=met_by(asked, prepared.topic),
    )


def features_of(asked: Asked, seen: PassageView, index: int) -> tuple[float, ...]:
    """The features of sentence number `index` of the passage, in the order of NAMES."""
    values = {**_coverage(asked, seen, index), **_surroundings(asked, seen, index), **_missing(asked, seen, index)}
    values |= _shape(asked, seen, index)
    values |= _types(asked, seen.prepared.sentences[index], seen.hits[index])
    return tuple(values.get(name, 0.0) for name in NAMES)


def _share(asked: Asked, met: Sequence[float]) -> float:
    return sum(term.weight * value for term, value in zip(asked.terms, met, strict=True)) / asked.total


def _beyond(met: Sequence[float], already: Sequence[float]) -> list[float]:
    return [max(0.0, value - before) for value, before in zip(met, already, strict=True)]


def _coverage(asked: Asked, seen: PassageView, index: int) -> dict[str, float]:
    hits, sentence = seen.hits[index], seen.prepared.sentences[index]
    return {
        "cov": _share(asked, hits.exact),
        "cov_any": _share(asked, hits.any),
        "synonym": _share(asked, _beyond(hits.synonym, hits.exact)),
        "alike": _share(asked, _beyond(hits.alike, hits.exact)),
        "count": sum(1 for value in hits.any if value) / max(1, len(hits.any)),
        "implied": _share(
            asked, [max(0.0, a - max(e, s, f)) for a, e, s, f in zip(hits.any, hits.exact, hits.synonym, hits.alike, strict=True)]
        ),
        "bm25_sentence": _bm25(asked, sentence, hits),
    }


def _bm25(asked: Asked, sentence: Sentence, hits: Hits) -> float:
    length = _K1 * (1 - _B + _B * len(sentence.positions) / _USUAL_LENGTH)
    return sum(term.weight * met * (_K1 + 1) / (met + length) for term, met in zip(asked.terms, hits.exact, strict=True)) / (
        asked.total * (_K1 + 1)
    )


def _surroundings(asked: Asked, seen: PassageView, index: int) -> dict[str, float]:
    own, sentence = seen.hits[index].any, seen.prepared.sentences[index]
    previous = _share(asked, _beyond(seen.hits[index - 1].any, own)) if index else 0.0
    after = _share(asked, _beyond(seen.hits[index + 1].any, own)) if index + 1 < len(seen.hits) else 0.0
    return {
        "bm25_passage": seen.bm25,
        "bm25_of_best": seen.of_best,
        "passage_rank": 1 / (1 + seen.rank),
        "cov_passage": _share(asked, seen.any),
        "cov_previous": previous,
        "cov_next": after,
        "anaphora": previous if sentence.needs_previous else 0.0,
        "cov_title": _share(asked, _beyond(seen.title, own)),
        "title_asked": _share(asked, seen.title),
        "cov_topic": _share(asked, _beyond(seen.topic, own)),
        "needs_previous": float(sentence.needs_previous),
    }


def known_around(seen: PassageView) -> tuple[float, ...]:
    """For each term, whether the passage, its title, heading, lead-in or topic meets it."""
    return tuple(max(column) for column in zip(seen.any, seen.title, seen.topic, strict=True))


def _missing(asked: Asked, seen: PassageView, index: int) -> dict[str, float]:
    own, wide = seen.hits[index].any, known_around(seen)
    names = [i for i, term in enumerate(asked.terms) if term.is_name]
    numbers = [i for i, term in enumerate(asked.terms) if term.is_number]
    rarest = max((term.weight for term in asked.terms), default=1.0)
    return {
        "names_missing": _share_missing(own, names),
        "names_missing_passage": _share_missing(wide, names),
        "numbers_missing": _share_missing(wide, numbers),
        "rarest_missing": max((t.weight for t, met in zip(asked.terms, own, strict=True) if not met), default=0.0) / rarest,
        "rarest_missing_passage": max((t.weight for t, met in zip(asked.terms, wide, strict=True) if not met), default=0.0) / rarest,
    }


def _share_missing(met: Sequence[float], which: list[int]) -> float:
    return sum(1 for i in which if not met[i]) / len(which) if which else 0.0


def _shape(asked: Asked, seen: PassageView, index: int) -> dict[str, float]:
    hits, sentence = seen.hits[index], seen.prepared.sentences[index]
    met = sorted(hits.places)
    focus = [i for i, term in enumerate(asked.terms) if term.is_focus]
    matched = sum(1 for stem in sentence.positions if stem in asked.meets)
    return {
        "order": _in_order(met, hits),
        "bigrams": _adjacent(asked, hits),
        "proximity": _proximity(met, hits),
        "length": math.log(sentence.length) / 4,
        "first": float(index == 0),
        "novelty": 1 - matched / max(1, len(sentence.positions)),
        "is_question": float(sentence.is_question),
        "focus": max((hits.any[i] for i in focus), default=0.0),
        "last_term": hits.any[-1] if hits.any else 0.0,
        "pairs": len(asked.pairs & sentence.pairs) / max(1, len(asked.pairs)),
        "opposite": float(bool(asked.opposites & sentence.words)),
        "negated": float(asked.is_negated != bool(NEGATIONS & sentence.words)),
    }


def _in_order(met: list[int], hits: Hits) -> float:
    """Of the pairs of terms next to each other in the question, the share that stand in that order."""
    pairs = list(pairwise(met))
    return sum(1 for one, two in pairs if min(hits.places[one]) < max(hits.places[two])) / len(pairs) if pairs else 0.0


def _adjacent(asked: Asked, hits: Hits) -> float:
    """Of all pairs of neighbouring terms, by weight, those that stand within two words of each other."""
    total = near = 0.0
    for i in range(len(asked.terms) - 1):
        weight = asked.terms[i].weight + asked.terms[i + 1].weight
        total += weight
        if any(0 < b - a <= 2 for a in hits.places.get(i, ()) for b in hits.places.get(i + 1, ())):
            near += weight
    return near / total if total else 0.0


def _proximity(met: list[int], hits: Hits) -> float:
    """How close together the terms stand: 1 where without a word between."""
    if len(met) < 2:
        return 0.0
    firsts = sorted(hits.places[i][0] for i in met)
    return len(firsts) / (firsts[-1] - firsts[0] + 1) if firsts[-1] > firsts[0] else 0.0


def _types(asked: Asked, sentence: Sentence, hits: Hits) -> dict[str, float]:
    """Whether the sentence holds what the question asks for, other than the words of the question themselves."""
    if asked.expected is None:
        return {}
    taken = {place for places in hits.places.values() for place in places}
    places = [place for place in sentence.places_of(asked.expected) if place not in taken]
    if not places:
        return {f"lacks_{asked.expected}": 1.0}
    focus = [p for i, term in enumerate(asked.terms) if term.is_focus for p in hits.places.get(i, ())]
    near = min((abs(p - q) for p in places for q in focus or taken), default=99)
    return {f"has_{asked.expected}": 1.0, "type_near": 1 / (1 + near)}
