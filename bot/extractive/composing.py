"""From the sentences chosen to the quotes shown.

In: a question and its ranked Candidates. Out: claims of quotes alone, each a verbatim slice of one passage in whole sentences: with the sentence
before where the chosen one leans on it, with every item where a list was asked for.
"""

from collections.abc import Sequence

from bot.corpus import Corpus, Kind, Passage, Span
from bot.drafts import DraftClaim, Quote
from bot.extractive.answer_types import AnswerType
from bot.extractive.asked import Asked
from bot.extractive.candidates import Candidate
from bot.extractive.prepared import answer_below, is_question
from bot.extractive.structures import Found
from bot.extractive.to_the_point import TELLING

MOST_CLAIMS = 8
"""Of one answer, a list with the sentence that introduces it included."""
_ANSWERS_IN = 3  # sentences of an interview
_HELD_BY_A_NEIGHBOUR = frozenset({AnswerType.REASON, *TELLING})
_MOST_QUOTES = 4  # in one claim: the limit of the reply's schema


class Composer:
    """Makes claims of one corpus's sentences."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus

    def claims(self, asked: Asked, chosen: Candidate) -> list[DraftClaim]:
        """What to show for the chosen sentence: one claim as a rule; more for a list, or where the sentence leans on another passage."""
        if asked.wants_list or _ends_open(chosen) or chosen.passage.kind is Kind.HEADING:
            items = self._list_of(chosen)
            if items and (chosen.passage not in items or self._is_the_list_asked_for(chosen)):
                return self._whole_list(items)
        if answer := self._answer_below(chosen.passage):
            return [claim_of(chosen.passage, chosen.sentence.span), claim_of(answer, _opening(answer))]
        return [*self._leading(chosen), claim_of(chosen.passage, self._widened(asked, chosen))]

    def whole(self, found: Found) -> list[DraftClaim]:
        """The passages that answer by their place, those above them first: the items of a list together, of a paragraph its first sentences."""
        above = [claim_of(passage, Span(passage.start, passage.end)) for passage in found.above]
        items = [passage for passage in found.passages if passage.kind is Kind.LIST_ITEM]
        if len(found.passages) > 1 and len(items) == len(found.passages):
            return [*above, *self._grouped(items, MOST_CLAIMS - len(above))]
        return [*above, *(claim_of(passage, _opening(passage)) for passage in found.passages[: MOST_CLAIMS - len(above)])]

    # --- lists

    def _list_of(self, chosen: Candidate) -> list[Passage]:
        """The items of the list the sentence belongs to or introduces."""
        items = [p for p in self._corpus.passages_of(chosen.passage.document.id) if p.kind is Kind.LIST_ITEM]
        if below := [p for p in items if p.lead_in == Span(chosen.passage.start, chosen.passage.end)]:
            return below  # the rows of a table, below the one that says what they hold
        match chosen.passage.kind:
            case Kind.LIST_ITEM:
                return [p for p in items if (p.lead_in, p.heading) == (chosen.passage.lead_in, chosen.passage.heading)]
            case Kind.HEADING:
                return [p for p in items if p.lead_in is None and p.heading == chosen.passage.text]
            case _:
                return [p for p in items if p.lead_in == chosen.sentence.span]

    @staticmethod
    def _is_the_list_asked_for(chosen: Candidate) -> bool:
        """An item that answers better than what introduces it was asked for alone."""
        own = sum(1 for met in chosen.seen.hits[chosen.index].any if met)
        return sum(1 for met in chosen.seen.title if met) >= own

    def _whole_list(self, items: Sequence[Passage]) -> list[DraftClaim]:
        lead_in = self._lead_in(items[0])
        return [*lead_in, *self._grouped(items, MOST_CLAIMS - len(lead_in))]

    @staticmethod
    def _grouped(items: Sequence[Passage], room: int) -> list[DraftClaim]:
        size = 1 if len(items) <= room else _MOST_QUOTES
        quotes = [quote_of(item, Span(item.start, item.end)) for item in items]
        groups = [DraftClaim(quotes=tuple(quotes[i : i + size]), text="") for i in range(0, len(quotes), size)]
        return groups[:room]

    def _lead_in(self, item: Passage) -> list[DraftClaim]:
        siblings = self._corpus.passages_of(item.document.id)
        if item.lead_in is None:
            headings = [p for p in siblings if p.kind is Kind.HEADING and p.text == item.heading]
            return [claim_of(headings[0], headings[0].sentences[0])] if headings else []
        above = next((p for p in siblings if p.start <= item.lead_in.start and item.lead_in.end <= p.end), None)
        return [claim_of(above, item.lead_in)] if above else []

    # --- sentences that lean on others

    def _leading(self, chosen: Candidate) -> list[DraftClaim]:
        """What must be read first: an item's introduction where the question speaks of it, the end of the passage before, or what that asks."""
        if chosen.passage.kind is Kind.LIST_ITEM:
            own = chosen.seen.hits[chosen.index].any
            helps = any(a and not o for a, o in zip(chosen.seen.title, own, strict=True))
            return self._lead_in(chosen.passage) if helps else []
        before = self._previous(chosen.passage) if chosen.index == 0 else None
        if before and (chosen.sentence.needs_previous or is_question(before)):
            return [claim_of(before, before.sentences[-1])]
        return []

    def _answer_below(self, passage: Passage) -> Passage | None:
        siblings = self._corpus.passages_of(passage.document.id)
        return answer_below(siblings, next(i for i, sibling in enumerate(siblings) if sibling.id == passage.id))

    def _previous(self, passage: Passage) -> Passage | None:
        siblings = self._corpus.passages_of(passage.document.id)
        at = next((i for i, sibling in enumerate(siblings) if sibling.id == passage.id), 0)
        before = siblings[at - 1] if at else None
        return before if before and before.kind is Kind.BODY else None

    @staticmethod
    def _widened(asked: Asked, chosen: Candidate) -> Span:
        """The sentence; from the one before it where it opens with a pronoun; with the neighbour that alone holds the date or reason asked for."""
        spans = chosen.passage.sentences
        sentences = chosen.seen.prepared.sentences
        first = last = chosen.index
        if chosen.sentence.needs_previous and first:
            first -= 1
        kind = asked.expected
        if kind in _HELD_BY_A_NEIGHBOUR and not any(sentence.places_of(kind) for sentence in sentences[first : last + 1]):
            if last + 1 < len(sentences) and sentences[last + 1].places_of(kind):
                last += 1
            elif kind in TELLING and first and sentences[first - 1].places_of(kind):
                first -= 1
        return Span(spans[first].start, spans[last].end)


def _opening(passage: Passage) -> Span:
    """The first sentences, which answer the question above."""
    return Span(passage.sentences[0].start, passage.sentences[:_ANSWERS_IN][-1].end)


def _ends_open(chosen: Candidate) -> bool:
    return chosen.passage.document.text[: chosen.sentence.span.end].endswith((":", "："))


def claim_of(passage: Passage, span: Span) -> DraftClaim:
    """A claim of one quote."""
    return DraftClaim(quotes=(quote_of(passage, span),), text="")


def quote_of(passage: Passage, span: Span) -> Quote:
    """The words of `span`, as they stand in the passage."""
    return Quote(passage=passage.id, text=passage.document.text[span.start : span.end])
