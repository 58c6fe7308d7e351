"""What is measured of a sentence for a question: the numbers the ranker weighs.

In: an Asked, a PreparedPassage and one of its sentences. Out: features by name, most of them shares from 0 to 1, so that their weights carry
over from one corpus to another. Which they are and what each is worth: extractive.md, section 1.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import mul

from bot.extractive.answer_types import AnswerType
from bot.extractive.asked import NEGATIONS, Asked
from bot.extractive.hits import Hits, hits_of, met_by
from bot.extractive.prepared import PreparedPassage, Sentence
from bot.extractive.telling import says_something

NAMES = (
    "cov", "cov_any", "synonym", "alike", "count", "implied", "bm25_sentence", "bm25_passage", "bm25_of_best", "passage_rank", "cov_passage",
    "cov_previous", "cov_next", "anaphora", "cov_title", "title_asked", "cov_topic", "type_near", "names_missing",
    "names_missing_passage", "numbers_missing", "rarest_missing", "rarest_missing_passage", "order", "bigrams", "proximity", "length", "first",
    "novelty", "is_question", "needs_previous", "focus", "last_term", "pairs",
    "opposite", "negated", "bare", "relation_missing", "relation_missing_near", "relation_missing_passage", "counted", "defines", "enumerates",
    "introduces", "clash", "other_names", "other_numbers", "degree_missing", "joined", "lacks_near",
    *(f"has_{kind}" for kind in AnswerType), *(f"lacks_{kind}" for kind in AnswerType),
)  # fmt: skip

_MET = 0.5  # by more than a word that only often stands for it
_RIVAL = 4  # the fifth passage: the next few often are of the same section
_COUNTS_WITHIN = 3  # words from a number to what it counts
_K1, _B, _USUAL_LENGTH = 0.9, 0.4, 14.0  # BM25 of a sentence; lengths count terms


@dataclass(frozen=True, slots=True)
class PassageView:
    """A passage as a question sees it: its BM25, as a share of the most there can be and of the best passage's, and its rank from 0.

    `bm25_lead` is how far the best passage is above the fifth, as a share of the most there can be. `any`, `title`, `topic`, `wide` and
    `document` say how well each term is met by the passage, by what stands above it, by the names the document is about, by any of these, and by
    all of the document's best passages.
    """

    prepared: PreparedPassage
    hits: tuple[Hits, ...]
    bm25: float
    of_best: float
    rank: int
    bm25_lead: float
    any: tuple[float, ...]
    title: tuple[float, ...]
    topic: tuple[float, ...]
    wide: tuple[float, ...]
    document: tuple[float, ...] = ()


def view(asked: Asked, prepared: PreparedPassage, bm25: float, others: Sequence[float], rank: int) -> PassageView:
    """A passage as the question sees it. `bm25` is its raw score, `others` those of all that are ranked, best first."""
    hits = tuple(hits_of(asked, sentence) for sentence in prepared.sentences)
    anywhere = tuple(map(max, zip(*(h.any for h in hits), strict=True)))
    title, topic = met_by(asked, prepared.title), met_by(asked, prepared.topic)
    return PassageView(
        prepared=prepared,
        hits=hits,
        bm25=bm25 / (asked.total * 2),
        of_best=bm25 / others[0] if others[0] else 0.0,
        rank=rank,
        bm25_lead=(others[0] - (others[_RIVAL] if len(others) > _RIVAL else 0.0)) / (asked.total * 2),
        any=anywhere,
        title=title,
        topic=topic,
        wide=tuple(map(max, anywhere, title, topic)),
    )


def features_of(asked: Asked, seen: PassageView, index: int) -> tuple[float, ...]:
    """The features of sentence number `index` of the passage, in the order of NAMES."""
    values = _coverage(asked, seen, index)
    values |= _surroundings(asked, seen, index)
    values |= _missing(asked, seen, index)
    values |= _shape(asked, seen, index)
    values |= _types(asked, seen.prepared.sentences[index], seen.hits[index])
    values |= _another(asked, seen.prepared.sentences[index], seen.hits[index], seen.wide)
    values["lacks_near"] = _lacks_near(asked, seen, index)
    values |= _answers(asked, seen.prepared.sentences[index], seen.hits[index])
    return tuple(values.get(name, 0.0) for name in NAMES)


def _share(asked: Asked, met: Iterable[float]) -> float:
    total: float = sum(map(mul, asked.shares, met))
    return total


def _beyond(met: Sequence[float], already: Sequence[float]) -> list[float]:
    return [value - before if value > before else 0.0 for value, before in zip(met, already, strict=True)]


def _coverage(asked: Asked, seen: PassageView, index: int) -> dict[str, float]:
    hits, sentence = seen.hits[index], seen.prepared.sentences[index]
    return {
        "cov": _share(asked, hits.exact),
        "cov_any": _share(asked, hits.any),
        "synonym": _share(asked, _beyond(hits.synonym, hits.exact)),
        "alike": _share(asked, _beyond(hits.alike, hits.exact)),
        "count": sum(1 for value in hits.any if value) / max(1, len(hits.any)),
        "implied": _share(asked, _beyond(hits.any, tuple(map(max, hits.exact, hits.synonym, hits.alike)))) if sentence.implied else 0.0,
        "bm25_sentence": _bm25(asked, sentence, hits),
    }


def _bm25(asked: Asked, sentence: Sentence, hits: Hits) -> float:
    length = _K1 * (1 - _B + _B * len(sentence.positions) / _USUAL_LENGTH)
    return _share(asked, (met / (met + length) for met in hits.exact))


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


def _missing(asked: Asked, seen: PassageView, index: int) -> dict[str, float]:
    own, wide = seen.hits[index].any, seen.wide
    around = [seen.hits[i].any for i in (index - 1, index, index + 1) if 0 <= i < len(seen.hits)]
    near = tuple(map(max, zip(*around, strict=True)))
    return {
        "names_missing": _share_missing(own, asked.names),
        "names_missing_passage": _share_missing(wide, asked.names),
        "numbers_missing": _share_missing(wide, asked.numbers),
        "rarest_missing": _rarest_missing(asked, own),
        "rarest_missing_passage": _rarest_missing(asked, wide),
        "bare": float(not asked.relation),
        "relation_missing": _relation_missing(asked, own),
        "relation_missing_near": _relation_missing(asked, near),
        "relation_missing_passage": _relation_missing(asked, wide),
    }


def _share_missing(met: Sequence[float], which: Sequence[int]) -> float:
    return sum(1 for i in which if not met[i]) / len(which) if which else 0.0


def _rarest_missing(asked: Asked, met: Sequence[float]) -> float:
    shares = asked.shares
    return max((share for share, value in zip(shares, met, strict=True) if not value), default=0.0) / max(shares, default=1.0)


def _relation_missing(asked: Asked, met: Sequence[float]) -> float:
    """Of the words that say what is asked about the names in the question ("when was X *founded*"), the share by weight that is missing."""
    total = sum(asked.shares[i] for i in asked.relation)
    return sum(asked.shares[i] * (1 - met[i]) for i in asked.relation) / total if total else 0.0


def _shape(asked: Asked, seen: PassageView, index: int) -> dict[str, float]:
    hits, sentence = seen.hits[index], seen.prepared.sentences[index]
    met = list(hits.places)
    matched = len(sentence.positions.keys() & asked.meets.keys())
    return {
        "order": _in_order(met, hits),
        "bigrams": _adjacent(asked, hits),
        "proximity": _proximity(met, hits),
        "length": math.log(sentence.length) / 4,
        "first": float(index == 0),
        "novelty": 1 - matched / max(1, len(sentence.positions)),
        "is_question": float(sentence.is_question),
        "focus": max((hits.any[i] for i in asked.focus), default=0.0),
        "last_term": hits.any[-1] if hits.any else 0.0,
        "pairs": len(asked.pairs & sentence.pairs) / max(1, len(asked.pairs)),
        "opposite": float(not asked.opposites.isdisjoint(sentence.words)),
        "negated": float(asked.is_negated == NEGATIONS.isdisjoint(sentence.words)),
    }


def _in_order(met: list[int], hits: Hits) -> float:
    """Of the pairs of terms next to each other in the question, the share that stand in that order."""
    pairs = list(pairwise(met))
    return sum(1 for one, two in pairs if hits.places[one][0] < hits.places[two][-1]) / len(pairs) if pairs else 0.0


def _adjacent(asked: Asked, hits: Hits) -> float:
    """Of all pairs of neighbouring terms, by weight, those that stand within two words of each other."""
    total = near = 0.0
    for (i, one), (j, two) in pairwise(enumerate(asked.shares)):
        total += one + two
        if i in hits.places and j in hits.places and any(0 < b - a <= 2 for a in hits.places[i] for b in hits.places[j]):
            near += one + two
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
    focus = [p for i in asked.focus for p in hits.places.get(i, ())]
    near = min((abs(p - q) for p in places for q in focus or taken), default=99)
    counted = any(0 < q - p <= _COUNTS_WITHIN for p in places for q in focus)
    return {f"has_{asked.expected}": 1.0, "type_near": 1 / (1 + near), "counted": float(counted)}


def _lacks_near(asked: Asked, seen: PassageView, index: int) -> float:
    """Whether neither the sentence nor the one before or after it holds what is asked for."""
    if asked.expected is None:
        return 0.0
    return float(not any(sentence.places_of(asked.expected) for sentence in seen.prepared.sentences[max(0, index - 1) : index + 2]))


def _another(asked: Asked, sentence: Sentence, hits: Hits, wide: Sequence[float]) -> dict[str, float]:
    """Signs that the sentence says this of something else: of another kind, another name, another number, not of the first or the only one."""
    missing_names = [i for i in asked.names if not hits.any[i]]
    missing_numbers = [i for i in asked.numbers if not wide[i]]
    others = sentence.names - asked.meets.keys() if missing_names else ()
    numbers = any(stem[0].isdigit() for stem in sentence.positions.keys() - asked.meets.keys()) if missing_numbers else False
    return {
        "clash": float(any(_clashes(asked, sentence, hits, i, j) for i, j in asked.modifiers)),
        "other_names": len(missing_names) / len(asked.names) if others else 0.0,
        "other_numbers": float(numbers),
        "degree_missing": len(asked.degrees - sentence.words) / len(asked.degrees) if asked.degrees else 0.0,
        "joined": _joined(asked, hits),
    }


def is_of_another_kind(asked: Asked, sentence: Sentence, hits: Hits, wide: Sequence[float]) -> bool:
    """Whether a noun of the question itself stands here behind another word than there: "*annual* leave" for a question on "study leave"."""
    return any(
        hits.exact[j] and wide[i] < _MET and asked.terms[i].stem not in asked.degrees and _clashes(asked, sentence, hits, i, j)
        for i, j in asked.modifiers
    )


def _clashes(asked: Asked, sentence: Sentence, hits: Hits, modifier: int, head: int) -> bool:
    """Whether the head stands here behind something else than this modifier, which is not here."""
    if hits.exact[modifier] or head not in hits.places or set(hits.places.get(modifier, ())) - set(hits.places[head]):
        return False
    return any(
        two in asked.meets and one in sentence.positions and one not in asked.meets and any(n == head for n, _, _ in asked.meets[two])
        for one, two in sentence.pairs
    )


def _joined(asked: Asked, hits: Hits) -> float:
    """How near a name of the question stands to a word that says what is asked about it."""
    names = [place for i in asked.names for place in hits.places.get(i, ())]
    others = [place for i in asked.relation for place in hits.places.get(i, ())]
    return 1 / (1 + min(abs(p - q) for p in names for q in others)) if names and others else 0.0


_ENUMERATES = re.compile(r"\w, [^,;.]{1,80}(?:,| and | or |&)|[、；]")


def _answers(asked: Asked, sentence: Sentence, hits: Hits) -> dict[str, float]:
    """Whether the sentence has the shape of the answer asked for: says what a thing is, enumerates, introduces a list."""
    if asked.wants_list:
        return {
            "enumerates": float(bool(_ENUMERATES.search(sentence.text))),
            "introduces": float(sentence.text.rstrip().endswith((":", "："))),
        }
    if asked.is_bare and asked.expected is AnswerType.DEFINITION:
        return {"defines": float(says_something(sentence, hits))}
    return {}
