"""Answers without a model. In: a question and the passages it may be answered from. Out: a Draft of quotes, or that the passages do not say.

What it proposes is verified and cited like a model's draft. Which sentence is right is judged by one probability (`model`): from ANSWERS on
it is an answer, from COMES_NEAR on one of the closest passages, below that the documents do not say.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import dropwhile

from bot.corpus import Corpus, Passage
from bot.drafts import Draft, DraftClaim, Mode, Quote
from bot.extractive.candidates import Candidate
from bot.extractive.composing import MOST_CLAIMS, Composer, quote_of
from bot.extractive.model import Model, shipped
from bot.extractive.questions_apart import Part, parts_of
from bot.extractive.ranking import JUDGED, Ranker
from bot.extractive.structures import Structures
from bot.extractive.telling import defines
from bot.extractive.to_the_point import answers_outright, is_about_something_else, is_beside_the_point, nearness
from bot.extractive.wrapping import unwrapped

ANSWERS = 0.5
ANSWERS_INSTEAD = (
    0.55  # of a sentence that scores less than one which is beside the point: its probability is told as if that were not there
)
COMES_NEAR = 0.09  # at which two thirds of the near-topic questions on the small corpora that were trained on are refused
FAR = 4.0  # of the ranker's score: what is so far from the best of the closest passages hardly ever answers
CLOSE = 0.5  # of the ranker's score: the better of two sentences so close is the right one in three cases of five
_LONGEST_QUOTE = 2_000  # characters: the limit of the reply's schema
_LONGEST_PART = 300


class ExtractiveAnswerer:
    """Chooses whole sentences of one corpus, and knows when none of them answers."""

    def __init__(self, corpus: Corpus, model: Model | None = None) -> None:
        self._ranker = Ranker.of(corpus, model or shipped())
        self._structures = Structures(corpus, self._ranker.phrasebook)
        self._composer = Composer(corpus)

    def answer(self, question: str, passages: Sequence[Passage]) -> Draft:
        """One to eight claims that are quotes only, or NOT_FOUND without any. `unanswered` are the parts of the question left open."""
        parts = parts_of(question := unwrapped(question))
        answers = [self._answer_part(part, passages) for part in parts]
        if len(parts) > 1 and not any(answers):
            answers, parts = [self._answer_part(Part(question), passages)], [Part(question)]
        claims = _distinct(claim for answer in answers for claim in answer)
        if not claims:
            return Draft(mode=Mode.NOT_FOUND)
        left = tuple(part.text[:_LONGEST_PART] for part, answer in zip(parts, answers, strict=True) if not answer)
        return Draft(mode=Mode.ANSWER, claims=tuple(claims[:MOST_CLAIMS]), unanswered=left)

    def closest(self, question: str, passages: Sequence[Passage], at_most: int = 3) -> tuple[Quote, ...]:
        """For a refusal: the sentences that come nearest, best first, one of a passage; none where nothing comes near."""
        asked = self._ranker.read(Part(unwrapped(question)), passages)
        ranked = [one for one in self._ranker.rank(asked, passages) if _fits(one) and one.passage.id not in self._structures.headers]
        ranked = [one for one in ranked if not is_about_something_else(asked, one)]
        if not ranked or nearness(asked, ranked[0]) < COMES_NEAR:
            return ()
        best = {one.passage.id: one for one in reversed(ranked)}
        distinct = [one for one in ranked if best[one.passage.id] is one and ranked[0].score - one.score < FAR]
        return tuple(quote_of(one.passage, one.sentence.span) for one in distinct[:at_most])

    def corrected(self, question: str, is_held: Callable[[str], bool]) -> str:
        """`question` with misspelt words put right, to look for passages by. `is_held` says whether the corpus has a word in any form."""
        return self._ranker.corrected(question, is_held)

    def answers_outright(self, question: str, passages: Sequence[Passage]) -> bool:
        """Whether a sentence is there to say just what is asked: who somebody is, what a name means, where a thing is."""
        asked = self._ranker.read(Part(unwrapped(question)), passages)
        return any(answers_outright(asked, one) for one in self._ranker.rank(asked, passages) if _fits(one))

    def _answer_part(self, part: Part, passages: Sequence[Passage]) -> list[DraftClaim]:
        asked = self._ranker.read(part, passages)
        if found := self._structures.found(asked, self._ranker.prepared(passages), passages):
            return [claim for one in found for claim in self._composer.whole(one)]
        headers = frozenset[str]() if asked.wants_list else self._structures.headers
        candidates = [one for one in self._ranker.rank(asked, passages) if _fits(one) and one.passage.id not in headers]
        if outright := [one for one in candidates if answers_outright(asked, one)]:
            best = next((one for one in outright if defines(one.sentence, one.seen.hits[one.index])), outright[0])
            return self._composer.claims(asked, best)
        # A sentence that lacks what the question stands on may share more of its words than the one that has it.
        to_the_point = list(dropwhile(partial(is_beside_the_point, asked), candidates[:JUDGED]))
        least = ANSWERS if to_the_point[:1] == candidates[:1] else ANSWERS_INSTEAD
        return [claim for one in _sure(to_the_point, least) for claim in self._composer.claims(asked, one)]


def _sure(candidates: Sequence[Candidate], least: float) -> list[Candidate]:
    """The best sentence, if it is right with a probability of `least`, and the next where it is as likely and hardly scores less.

    Of two so close one is right more often than the best alone.
    """
    if not candidates or candidates[0].probability < least:
        return []
    best = candidates[0]
    close = [one for one in candidates[1:2] if one.probability >= ANSWERS and best.score - one.score < CLOSE]
    return [best, *close]


def _fits(candidate: Candidate) -> bool:
    return candidate.sentence.span.end - candidate.sentence.span.start <= _LONGEST_QUOTE


def _distinct(claims: Iterable[DraftClaim]) -> list[DraftClaim]:
    """Without those whose words another one quotes too."""
    kept: list[DraftClaim] = []
    for claim in claims:
        if not any(_within(claim, other) for other in kept):
            kept = [other for other in kept if not _within(other, claim)] + [claim]
    return kept


def _within(claim: DraftClaim, other: DraftClaim) -> bool:
    return all(any(q.passage == o.passage and q.text in o.text for o in other.quotes) for q in claim.quotes)
