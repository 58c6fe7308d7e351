"""The sentences that could answer a question, best first.

In: a corpus, once; then questions with the passages they may be answered from. Out: Candidates with scores and the probability that each is right.
"""

import heapq
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import add, mul
from typing import TypeVar

from bot.corpus import Corpus, Kind, Passage
from bot.extractive.answer_types import AnswerType
from bot.extractive.asked import NEGATIONS, Asked, Asker, Match
from bot.extractive.features import PassageView, features_of, is_of_another_kind, view
from bot.extractive.hits import Hits
from bot.extractive.lexicon import antonyms
from bot.extractive.library import Counts, Library
from bot.extractive.model import Model
from bot.extractive.prepared import PreparedPassage, Sentence, is_question
from bot.extractive.questions_apart import Part
from bot.extractive.rarity import Rarity
from bot.extractive.structures import LIGHT, header_of, is_of_the_kind, value_of
from bot.extractive.telling import asked_role, defines, introduces, locates, names_holder, says_what_it_is
from bot.extractive.terms import Phrasebook
from bot.extractive.vocabulary import Vocabulary
from bot.extractive.wanted import does_what_is_asked, holds_what_is_wanted

BEST_PASSAGES = 15  # hold the answer for .978 of SQuAD's questions (extractive.md, section 1)
_K1, _B = 0.9, 0.6  # BM25 of passages
_WORTH = {Match.EXACT: 1.0, Match.SYNONYM: 0.3, Match.ALIKE: 0.5}
_RIVALS = 12  # sentences, the best, that tell whether one document is spoken of
_NUMBER = re.compile(r"\d+")
_T = TypeVar("_T")
JUDGED = 4  # sentences, the best, whose probability is told
# At most this where the passage is beside the point: never a confident answer.
UNSURE = 0.49
_COUNTED = 0.5  # how well a passage must meet what is to be counted: supporters are no sponsors
_EVERYTHING = 0.95  # of a question's words by weight
_BESIDE = 0.3  # with it, and COMES_NEAR as it is, a tenth more paraphrased questions of tests/bench get their passage than with neither
_HALF, _MOST = 0.45, 0.6  # of the weight of a question's words
TELLS_APART = 0.3  # of the weight of a question's words: one of three or four


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence with its features, its score, and once ranked the probability that it is the right one."""

    seen: PassageView
    index: int
    features: tuple[float, ...]
    score: float
    probability: float = 0.0

    @property
    def passage(self) -> Passage:
        """The passage it stands in."""
        return self.seen.prepared.passage

    @property
    def sentence(self) -> Sentence:
        """The sentence itself."""
        return self.seen.prepared.sentences[self.index]


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
        loose = sum(weight for weight, value in zip(weights, wide, strict=True) if 0 < value < _COUNTED) / asked.total
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
TELLING = frozenset({AnswerType.DATE, AnswerType.NUMBER, AnswerType.MONEY, AnswerType.DURATION, AnswerType.CONTACT})


def is_beside_the_point(asked: Asked, candidate: Candidate) -> bool:
    """Whether it lacks what the question stands on: a name, a number, what is counted, the kind of thing asked for, or all it asks of the rest."""
    return any(lacks(asked, candidate) for lacks in _LACKING)


def is_about_something_else(asked: Asked, candidate: Candidate) -> bool:
    """Whether it has nothing of what the question asks about the things it names, however much it says of them."""
    return any(lacks(asked, candidate) for lacks in _NEEDED)


def nearness(asked: Asked, candidate: Candidate) -> float:
    """How near a sentence comes, from 0 to 1: its probability, and less without the kind of thing, the name or half of what is asked for."""
    return candidate.probability * (_BESIDE if any(lacks(asked, candidate) for lacks in _LACKING_MOST) else 1.0)


def _lacks_a_name(asked: Asked, candidate: Candidate) -> bool:
    """A name or a number of the question stands nowhere in the passage, its headings or its document's topic."""
    wide = candidate.seen.wide
    return any(not wide[i] for i in (*asked.names, *asked.numbers))


def _lacks_the_kind(asked: Asked, candidate: Candidate) -> bool:
    """Neither the sentence nor the next to it holds a date or an amount that is asked for, or what is to be counted; nor the passage a reason."""
    if _lacks_what_is_wanted(asked, candidate):
        return True
    if asked.expected is AnswerType.REASON:
        return not any(sentence.places_of(AnswerType.REASON) for sentence in candidate.seen.prepared.sentences)
    if asked.expected not in TELLING:
        return False
    sentences = candidate.seen.prepared.sentences[max(0, candidate.index - 1) : candidate.index + 2]
    is_there = any(sentence.places_of(asked.expected) for sentence in sentences)
    return not is_there or (asked.expected is AnswerType.NUMBER and any(candidate.seen.wide[i] < _COUNTED for i in asked.focus))


def _lacks_what_is_wanted(asked: Asked, candidate: Candidate) -> bool:
    """Neither the sentence nor the next to it holds the very thing that is asked for, or says who does what is asked."""
    near = slice(max(0, candidate.index - 1), candidate.index + 2)
    around = candidate.seen.hits[near]
    met = tuple(map(max, candidate.seen.title, *(hits.any for hits in around)))
    texts = [sentence.text for sentence in candidate.seen.prepared.sentences[near]]
    counting = [text for text, hits in zip(texts, around, strict=True) if any(hits.any[i] for i in asked.focus)]
    return not (
        holds_what_is_wanted(asked, texts, [candidate.sentence.text, *counting], met) and does_what_is_asked(asked, candidate.seen.wide)
    )


def _lacks_half(asked: Asked, candidate: Candidate) -> bool:
    """A word that is nearly half of the question is not here, or most of it; or, of what is asked what it is, any word."""
    unmet = [share for share, value in zip(asked.shares, candidate.seen.wide, strict=True) if not value]
    is_bare = asked.is_bare and asked.expected is AnswerType.DEFINITION
    return bool(unmet) and (is_bare or max(unmet) >= _HALF or sum(unmet) >= _MOST)


_WANTS_IT_DONE = re.compile(
    r"\W*(?:recommend|suggest|write|translate|draw|sing|play|generate|compose|code|paint|guess) (?:me|us|an?|some|this|my)\b", re.IGNORECASE
)


def _wants_it_done(asked: Asked, _: Candidate) -> bool:
    """No passage does what somebody wants to be done: write a poem, recommend a film."""
    return _WANTS_IT_DONE.match(asked.text) is not None


_TURN = re.compile(r"\b(?:before|after) (?:[A-Z]|(?:him|her|them)\b)")
_TURNED = re.compile(
    rf"{_TURN.pattern}|\b(?:previous|predecess|succe(?:ss|ed)|preced|follow|replac|earlier|took over|takes over|taken over)"
)


def _lacks_the_turn(asked: Asked, candidate: Candidate) -> bool:
    """Who came before or after somebody is not said where nothing is said of an order."""
    is_asked = asked.expected is AnswerType.PERSON and _TURN.search(asked.text) is not None
    return is_asked and not _TURNED.search(candidate.sentence.text)


def _lacks_the_relation(asked: Asked, candidate: Candidate) -> bool:
    """Of what the question asks about its names, the passage has nothing."""
    return bool(asked.relation) and not any(candidate.seen.wide[i] for i in asked.relation)


def _lacks_what_tells_apart(asked: Asked, candidate: Candidate) -> bool:
    """The question's rarest word, which other passages hold ("*parental* leave"), is not here: then this is about another of its kind."""
    rarest = max(range(len(asked.terms)), key=asked.shares.__getitem__)
    return asked.terms[rarest].is_known and asked.shares[rarest] >= TELLS_APART and not candidate.seen.wide[rarest]


_WHO_DOES = re.compile(r"^\W*who (?P<verb>[a-z]+) (?:the )?(?P<whom>[A-Z][\w&.-]*(?: [A-Z][\w&.-]*)*)\W*$", re.IGNORECASE)


def _is_done_by_it(asked: Asked, candidate: Candidate) -> bool:
    """Asked who runs a thing, a passage tells what is run by it."""
    found = _WHO_DOES.match(asked.text)
    by_it = rf"\bby (?:[\w-]+ ){{0,3}}?{re.escape(found['whom'])}(?!\w)" if found else None
    return by_it is not None and re.search(by_it, candidate.passage.text, re.IGNORECASE) is not None


def _lacks_of_its_line(asked: Asked, candidate: Candidate) -> bool:
    """A line "Season ticket: 160 euros" has nothing of a question that speaks of something else besides, or asks who or where."""
    value, wide = value_of(candidate.passage), candidate.seen.wide
    if value is None:
        return False
    says_more = any(wide[i] < _COUNTED and term.stem not in LIGHT for i, term in enumerate(asked.terms))
    return says_more or not is_of_the_kind(asked, value, header_of(candidate.passage))


def _asks_another_thing(asked: Asked, candidate: Candidate) -> bool:
    """A question that is answered below it is another one where the rarest word differs ("my *cat*", "my *dog*")."""
    rarest = max(range(len(asked.terms)), key=asked.shares.__getitem__)
    return is_question(candidate.passage) and candidate.seen.wide[rarest] < _COUNTED


_MEANING = re.compile(r"\W*what(?: is|['’]s) the (?:meaning|definition) of\b", re.IGNORECASE)


def _lacks_the_meaning(asked: Asked, candidate: Candidate) -> bool:
    """What a word means is not said by a sentence that only uses it."""
    return _MEANING.match(asked.text) is not None and not says_what_it_is(candidate.sentence, candidate.seen.hits[candidate.index])


def _meets_nothing_itself(asked: Asked, candidate: Candidate) -> bool:
    """All it has of a question of a single word is another that only often stands for it."""
    return len(asked.terms) == 1 and all(value < _COUNTED for value in candidate.seen.wide)


def _is_of_another_kind(asked: Asked, candidate: Candidate) -> bool:
    """An amount or a time of "*annual* leave" is none of "*study* leave"."""
    seen = candidate.seen
    return asked.expected in TELLING and is_of_another_kind(asked, candidate.sentence, seen.hits[candidate.index], seen.wide)


_WHICH = re.compile(r"\W*(?:wh(?:o|om|ose|at|ich|en|ere|y)|how)\b", re.IGNORECASE)


def _says_nothing_new(asked: Asked, candidate: Candidate) -> bool:
    """Nothing is told by a line that has no word but the question's, unless something stands below it."""
    leads = candidate.passage.kind is Kind.HEADING or candidate.sentence.text.endswith((":", "：", "?", "？"))
    return not leads and _WHICH.match(asked.text) is not None and candidate.sentence.positions.keys() <= asked.meets.keys()


def asks_what_a_name_is(asked: Asked) -> bool:
    """Whether it only asks what a thing with a name of its own is."""
    is_name = all(term.is_name or term.is_number for term in asked.terms)
    return bool(asked.terms) and is_name and not asked.is_cjk and _WHAT_IS.match(asked.text) is not None


def _defines_nothing(asked: Asked, candidate: Candidate) -> bool:
    """What a thing with a name of its own is, is not said by a sentence about what happened to it."""
    return asks_what_a_name_is(asked) and not says_what_it_is(candidate.sentence, candidate.seen.hits[candidate.index])


def _tells_of_another_thing(asked: Asked, candidate: Candidate) -> bool:
    """Asked to tell about a thing, a sentence has no word of it, only words like it."""
    return asked.is_topic and not any(candidate.seen.hits[candidate.index].exact)


def _asks_what_a_phrase_is(asked: Asked) -> bool:
    """Whether it only asks what something is that takes two words or more to name: "the *second quay*"."""
    is_bare = asked.is_bare and asked.expected is AnswerType.DEFINITION and not asked.is_cjk and not asks_what_a_name_is(asked)
    return is_bare and len(asked.modifiers) == len(asked.terms) - 1 > 0 and _WHAT_IS.match(asked.text) is not None


def _holds_whole(hits: Hits) -> bool:
    """Whether every term of the question stands here, each right behind the one before."""
    first, *others = (hits.places.get(i, ()) for i in range(len(hits.exact)))
    return all(hits.exact) and any(all(place + n in places for n, places in enumerate(others, start=1)) for place in first)


_WHO_IS = re.compile(r"\W*who(?: is| was|['’]s)\b", re.IGNORECASE)
_WHERE_IS = re.compile(r"\W*where(?: is| are|['’]s| (?:can|do) (?:i|we|you|people) find)\b", re.IGNORECASE)


def answers_outright(asked: Asked, candidate: Candidate) -> bool:
    """Whether the sentence is there to say just that: who somebody is, what a name means, where a thing is; or anything, of a topic."""
    hits = candidate.seen.hits[candidate.index]
    if (role := asked_role(asked.text)) is not None:
        return names_holder(*role, candidate.sentence.text)
    if asked.is_topic:
        return bool(asked.terms) and all(hits.exact) and not candidate.sentence.is_question
    if _asks_what_a_phrase_is(asked):
        return _holds_whole(hits) and not candidate.sentence.is_question
    if asks_what_a_name_is(asked):
        return all(candidate.seen.wide) and defines(candidate.sentence, hits)
    if asked.expected is AnswerType.DEFINITION and _WHO_IS.match(asked.text):
        return all(hits.exact) and introduces(candidate.sentence, hits)
    is_where = asked.expected is AnswerType.PLACE and _WHERE_IS.match(asked.text) is not None
    return is_where and all(map(max, hits.any, candidate.seen.title)) and locates(candidate.sentence, hits)


_WHAT_IS = re.compile(r"\W*what(?: is| are|['’]s)\b", re.IGNORECASE)
# Without these it hardly comes near, without those that are needed not at all.
_LACKING_MOST = (_lacks_the_kind, _lacks_a_name, _lacks_half, _wants_it_done)
_NEEDED = (_lacks_the_relation, _lacks_the_turn, _asks_another_thing, _lacks_the_meaning)
_LACKING = (
    _lacks_a_name,
    _lacks_the_kind,
    _lacks_the_turn,
    _lacks_the_relation,
    _lacks_what_tells_apart,
    _is_done_by_it,
    _lacks_of_its_line,
    _asks_another_thing,
    _is_of_another_kind,
    _lacks_the_meaning,
    _meets_nothing_itself,
    _says_nothing_new,
    _defines_nothing,
    _tells_of_another_thing,
)
