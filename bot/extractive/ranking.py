"""The sentences that could answer a question, best first.

In: a corpus, once; then questions with the passages they may be answered from. Out: Candidates with scores and the probability that each is right.
"""

import heapq
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from operator import add, mul
from typing import TypeVar

from bot.corpus import Corpus, Passage
from bot.extractive.asked import NEGATIONS, Asked, Asker, Match
from bot.extractive.candidates import Candidate
from bot.extractive.features import PassageView, features_of, view
from bot.extractive.lexicon import antonyms
from bot.extractive.library import Counts, Library
from bot.extractive.model import Model
from bot.extractive.prepared import PreparedPassage
from bot.extractive.questions_apart import Part
from bot.extractive.rarity import Rarity
from bot.extractive.terms import Phrasebook
from bot.extractive.to_the_point import COUNTED, is_beside_the_point
from bot.extractive.vocabulary import Vocabulary

BEST_PASSAGES = 15  # hold the answer for .978 of SQuAD's questions (extractive.md, section 1)
_K1, _B = 0.9, 0.6  # BM25 of passages
_WORTH = {Match.EXACT: 1.0, Match.SYNONYM: 0.3, Match.ALIKE: 0.5}
_RIVALS = 12  # sentences, the best, that tell whether one document is spoken of
_NUMBER = re.compile(r"\d+")
_T = TypeVar("_T")
JUDGED = 4  # sentences, the best, whose probability is told
# At most this where the passage is beside the point: never a confident answer.
UNSURE = 0.49
_EVERYTHING = 0.95  # of a question's words by weight


def _unlike(found: Iterable[_T], text: Callable[[_T], str]) -> list[_T]:
    """Of what differs only in its numbers the first."""
    kept: dict[str, _T] = {}
    for one in found:
        kept.setdefault(_NUMBER.sub("#", text(one)), one)
    return list(kept.values())


class Ranker:
    """Ranks the sentences of one corpus."""

    def __init__(self, library: Library, vocabulary: Vocabulary, counts: Counts, model: Model, *, is_sample: bool = False) -> None:
        self._library = library
        self._rarity = Rarity(counts.passages, counts.frequency)
        self._mean_length = counts.mean_length
        self._spelling = vocabulary
        self._vocabulary = None if is_sample else vocabulary
        self._asker = Asker(self._rarity, library.phrasebook)
        self._model = model
        self._of_given: tuple[tuple[Passage, ...], Vocabulary] | None = None

    @classmethod
    def of(cls, corpus: Corpus, model: Model) -> "Ranker":
        """A ranker for a corpus, which is read for it here; of a large one a sample, and the rest when it is asked about."""
        library = Library(corpus)
        sample = library.sample()
        return cls(library, Vocabulary(sample), Counts.of(sample), model, is_sample=library.is_sampled)

    @property
    def phrasebook(self) -> Phrasebook:
        """The phrases of the corpus."""
        return self._library.phrasebook

    def prepared(self, passages: Sequence[Passage]) -> list[PreparedPassage]:
        """Those of `passages` that could answer."""
        return self._library.candidates(passages)

    def corrected(self, question: str, is_held: Callable[[str], bool]) -> str:
        """`question` with misspelt words put right by those of the corpus, or of its sample; `is_held` knows the words of all of it."""
        return self._spelling.corrected(question, self._rarity, is_held)

    def read(self, part: Part, passages: Sequence[Passage]) -> Asked:
        """A question, or one thing it asks, ready to be ranked for."""
        vocabulary = self._vocabulary or self._vocabulary_of(tuple(passages))
        return self._asker.read(part.text, vocabulary, part.context, is_topic=part.is_topic)

    def _vocabulary_of(self, passages: tuple[Passage, ...]) -> Vocabulary:
        """The words of the passages given. They are kept for the next question, which often is put to the same ones."""
        kept = self._of_given
        if kept is None or kept[0] != passages:
            kept = self._of_given = (passages, Vocabulary(self._library.candidates(passages)))
        return kept[1]

    def rank(self, asked: Asked, passages: Sequence[Passage]) -> list[Candidate]:
        """The sentences of the best passages, best first, the first few with their probability. Empty where no word is shared."""
        if not asked.terms:
            return []
        candidates = [
            self._candidate(asked, seen, index)
            for seen in self._best_passages(asked, passages)
            for index in range(len(seen.prepared.sentences))
        ]
        candidates.sort(key=lambda candidate: -candidate.score)
        # What several documents say word for word is no rival of itself.
        distinct = {candidate.sentence.text: candidate for candidate in reversed(candidates)}
        return self._with_probabilities(asked, [one for one in candidates if distinct[one.sentence.text] is one])

    def _candidate(self, asked: Asked, seen: PassageView, index: int) -> Candidate:
        features = features_of(asked, seen, index)
        return Candidate(seen, index, features, self._model.score(features))

    def _with_probabilities(self, asked: Asked, candidates: list[Candidate]) -> list[Candidate]:
        ranked = [
            Candidate(one.seen, one.index, one.features, one.score, self._probability(asked, candidates, i))
            for i, one in enumerate(candidates[:JUDGED])
        ]
        return ranked + candidates[JUDGED:]

    def _probability(self, asked: Asked, candidates: Sequence[Candidate], i: int) -> float:
        # As though the better ones were not there: a rival is judged on its own.
        probability = self._model.probability(self.judged(asked, candidates[i:]))
        return min(probability, UNSURE) if is_beside_the_point(asked, candidates[i]) else probability

    @classmethod
    def judged(cls, asked: Asked, candidates: Sequence[Candidate]) -> tuple[float, ...]:
        """What the first of `candidates`, best first, is judged by, in the order of CONFIDENCE_NAMES."""
        # What is said again with another number, as in each year's version of a text, is no rival.
        rivals = _unlike(candidates, lambda one: one.sentence.text)
        standing = cls.standing([one.score for one in rivals], [one.passage.document.id for one in rivals])
        return (*standing, *cls.evidence(asked, candidates[0]), *candidates[0].features)

    @staticmethod
    def standing(scores: Sequence[float], documents: Sequence[str]) -> tuple[float, float, float, float]:
        """Of the first of `scores`, best first: itself, its lead over the second (5 at most), and its and its document's share of the softmax.

        `documents` are what the scored sentences stand in: where the answer is, the next best are of the same document; elsewhere of any.
        """
        best = scores[0]
        lead = best - scores[1] if len(scores) > 1 else 5.0
        powers = [math.exp(max(-40.0, score - best)) for score in scores]
        near = list(zip(powers[:_RIVALS], documents, strict=False))
        own = sum(power for power, document in near if document == documents[0])
        return best, min(5.0, lead), 1 / sum(powers), own / sum(power for power, _ in near)

    @staticmethod
    def evidence(asked: Asked, candidate: Candidate) -> tuple[float, ...]:
        """How much of the question sentence and surroundings meet, in weights and not in shares: three rare words tell more than one."""
        own, wide = candidate.seen.hits[candidate.index].any, candidate.seen.wide
        weights = [term.weight for term in asked.terms]
        met = [weight * value for weight, value in zip(weights, own, strict=True)]
        missed = [weight * (1 - value) for weight, value in zip(weights, wide, strict=True)]
        unknown = sum(term.weight for term in asked.terms if not term.is_known) / asked.total
        low = max(0.0, 0.6 - sum(met) / asked.total)
        document = sum(map(mul, weights, candidate.seen.document)) / asked.total
        whole = 1 - sum(missed) / asked.total
        around = [hits.any for hits in candidate.seen.hits[max(0, candidate.index - 1) : candidate.index + 2]]
        near = sum(map(mul, weights, map(max, zip(*around, strict=True)))) / asked.total
        loose = sum(weight for weight, value in zip(weights, wide, strict=True) if 0 < value < COUNTED) / asked.total
        unmet = [term for term, value in zip(asked.terms, wide, strict=True) if not value]
        denied = asked.is_negated and NEGATIONS.isdisjoint(candidate.sentence.words)
        opposed = sum(1 for term in unmet if term.stem in antonyms())
        return (
            math.log(len(weights) + 1), unknown, sum(met) / 20, sum(missed) / 20, max(met) / 10, max(missed) / 10, low, document,
            max(0.0, 0.5 - whole), max(0.0, 0.75 - whole), float(whole > _EVERYTHING), min(3, len(unmet)) / 3, max(0.0, 0.6 - near), loose,
            float(denied), min(2, opposed) / 2, min(4, len(asked.names)) / 4, candidate.seen.bm25_lead,
        )  # fmt: skip

    def _best_passages(self, asked: Asked, passages: Sequence[Passage]) -> list[PassageView]:
        prepared = self._library.candidates(passages)
        scored = self._scored(asked, prepared)
        best = heapq.nlargest(BEST_PASSAGES, ((score, -i) for i, score in enumerate(scored) if score > 0))
        scores = [score for score, _ in _unlike(best, lambda one: prepared[-one[1]].passage.text)]
        views = [view(asked, prepared[-i], score, scores, rank) for rank, (score, i) in enumerate(best)]
        return _with_documents(views)

    def _scored(self, asked: Asked, prepared: Sequence[PreparedPassage]) -> Iterator[float]:
        """BM25 of each passage, what stands above it counted as one more occurrence."""
        above: dict[frozenset[str], list[float]] = {}
        for one in prepared:
            if one.title not in above:
                above[one.title] = _counted(asked, dict.fromkeys(one.title, 1))
            counts = map(add, _counted(asked, one.frequency), above[one.title])
            length = _K1 * (1 - _B + _B * one.length / self._mean_length)
            yield sum(term.weight * count * (_K1 + 1) / (count + length) for term, count in zip(asked.terms, counts, strict=True) if count)


def _counted(asked: Asked, frequency: Mapping[str, int]) -> list[float]:
    """How often each term is met, one met by another word counting less."""
    counts = [0.0] * len(asked.terms)
    for stem in asked.meets.keys() & frequency.keys():
        for number, how, degree in asked.meets[stem]:
            counts[number] += frequency[stem] * degree * _WORTH[how]
    return counts


def _with_documents(views: list[PassageView]) -> list[PassageView]:
    """The same views, each told what all of them from its document meet together."""
    met: dict[str, tuple[float, ...]] = {}
    for one in views:
        document = one.prepared.passage.document.id
        met[document] = tuple(map(max, met[document], one.any)) if document in met else one.any
    return [replace(one, document=met[one.prepared.passage.document.id]) for one in views]


# What can be told by its form so well that a passage without it does not answer.
