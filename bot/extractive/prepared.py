"""Passages made ready to be compared with questions.

In: a document's passages. Out: a PreparedPassage each, with a Sentence for every sentence: where its terms stand, what kinds of answers it
could hold, whom it speaks of without saying so. Everything that does not depend on a question is done here, once.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.corpus import Kind, Passage, Span
from bot.extractive.answer_types import AnswerType, offsets_of
from bot.extractive.persons import AFTER_A_TITLE, People
from bot.extractive.terms import Phrasebook, Token, terms_of, tokenise

# Words a sentence opens with when it needs the one before it. "The" and "A" are not among them.
_ANAPHORA = re.compile(
    r"""^[\s"'“‘(]*(?:he|she|they|it|this|these|those|that|his|her|hers|their|theirs|its|such|here|there|both|instead|then"""
    r"""|in (?:this|that) (?:way|process|case|sense|context)|for (?:this|that) reason|the (?:latter|former|same)"""
    r"""|despite (?:this|that)|to (?:this|that) end)\b""",
    re.IGNORECASE,
)
# A capital that begins a sentence or a quotation says nothing about the word.
_INNER_CAPITAL = re.compile(rf"(?:(?<=[\w,;’'&-] )|{AFTER_A_TITLE})[A-Z][\w’'-]*|(?<![a-z])[a-z]+[A-Z]\w*|\b[A-Z]{{2,}}\b")
_LONGEST_QUESTION = 200  # characters


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: `positions` are where each term stands among its words, `implied` terms of whom a bare surname means.

    `words` are all its stems and `pairs` those that stand next to each other, stop words included; `names` the stems with a capital; `ends` are
    the offsets in `text` where its words end.
    """

    span: Span
    positions: Mapping[str, tuple[int, ...]]
    words: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    implied: frozenset[str]
    names: frozenset[str]
    text: str
    ends: tuple[int, ...]
    needs_previous: bool
    is_question: bool

    @property
    def length(self) -> int:
        """In words."""
        return max(1, len(self.ends))

    def places_of(self, kind: AnswerType) -> tuple[int, ...]:
        """The numbers of the words at which things of that kind begin."""
        last = self.length - 1
        return tuple(min(last, bisect_right(self.ends, offset)) for offset in offsets_of(kind, self.text))


@dataclass(frozen=True, slots=True)
class PreparedPassage:
    """A passage: `frequency` counts its terms, `title` are the terms of title, heading, lead-in and a question above it.

    `topic` are the names its whole document is about.
    """

    passage: Passage
    sentences: tuple[Sentence, ...]
    frequency: Mapping[str, int]
    title: frozenset[str]
    topic: frozenset[str]
    words: frozenset[str]
    names: frozenset[str]
    length: int


def prepare(passages: Sequence[Passage], phrasebook: Phrasebook) -> list[PreparedPassage]:
    """All passages of one document, in order."""
    people = People()
    titles = _Titles(phrasebook)
    questions = _questions_above(passages)
    drafts = [_passage(passage, phrasebook, people, titles.of(passage, above)) for passage, above in zip(passages, questions, strict=True)]
    # A question that is answered below stands for its answer.
    drafts = [_as_statement(one) if answer_below(passages, number) else one for number, one in enumerate(drafts)]
    topic = _topic(drafts)
    return [
        PreparedPassage(
            passage=draft.passage, sentences=draft.sentences, frequency=draft.frequency, title=draft.title, topic=topic,
            words=draft.words, names=draft.names, length=draft.length,
        )
        for draft in drafts
    ]  # fmt: skip


def _topic(prepared: Sequence[PreparedPassage]) -> frozenset[str]:
    """Names in at least a third of a document's passages: what it is about, whether or not one passage says so."""
    if len(prepared) < 3:
        return frozenset()
    counts = Counter(name for one in prepared for name in one.names)
    return frozenset(name for name, count in counts.items() if count * 3 >= len(prepared))


def is_question(passage: Passage) -> bool:
    """Whether a passage only puts a question, as in an interview, which those after it answer."""
    return len(passage.text) <= _LONGEST_QUESTION and passage.text.rstrip("\"'”’)* ").endswith(("?", "？"))


def answer_below(passages: Sequence[Passage], number: int) -> Passage | None:
    """The passage that answers passage `number`, where that only puts a question."""
    below = passages[number + 1] if number + 1 < len(passages) else None
    answers = below is not None and is_question(passages[number]) and below.kind is not Kind.HEADING and not is_question(below)
    return below if answers else None


def answered_questions(passages: Sequence[Passage]) -> Iterator[str]:
    """The questions among `passages` that the one below each answers, as in an interview or a list of questions."""
    return (" ".join(passage.text.split()) for number, passage in enumerate(passages) if answer_below(passages, number))


def _questions_above(passages: Sequence[Passage]) -> list[str]:
    """For each passage the question it stands under, up to the next heading or question."""
    above, found = "", []
    for passage in passages:
        if is_question(passage) or passage.kind is Kind.HEADING:
            found.append("")
            above = passage.text if is_question(passage) else ""
        else:
            found.append(above)
    return found


def _as_statement(one: PreparedPassage) -> PreparedPassage:
    return replace(one, sentences=tuple(replace(sentence, is_question=False) for sentence in one.sentences))


class _Titles:
    """The terms of what stands above passages; many stand under the same."""

    def __init__(self, phrasebook: Phrasebook) -> None:
        self._phrasebook = phrasebook
        self._seen: dict[str, frozenset[str]] = {}

    def of(self, passage: Passage, question: str) -> frozenset[str]:
        """Those of title, heading, lead-in and the question above."""
        lead_in = passage.document.text[passage.lead_in.start : passage.lead_in.end] if passage.lead_in else ""
        text = f"{passage.document.title.value or ''} . {passage.heading or ''} . {lead_in} . {question}"
        if text not in self._seen:
            self._seen[text] = terms_of(text, self._phrasebook)
        return self._seen[text]


def _passage(passage: Passage, phrasebook: Phrasebook, people: People, title: frozenset[str]) -> PreparedPassage:
    text = passage.document.text
    read = [_Reading(text, span, phrasebook, people) for span in passage.sentences]
    sentences = tuple(one.sentence() for one in read)
    frequency = Counter(term for one in read for term in one.terms())
    return PreparedPassage(
        passage=passage,
        sentences=sentences,
        frequency=frequency,
        title=title,
        topic=frozenset(),
        words=frozenset(word for one in read for word in one.words()),
        names=frozenset(name for sentence in sentences for name in sentence.names),
        length=sum(frequency.values()),
    )


def pairs_of(tokens: Sequence[Token]) -> frozenset[tuple[str, str]]:
    """The stems that stand next to each other."""
    return frozenset((one.stem, two.stem) for one, two in pairwise(tokens))


class _Reading:
    """One sentence while it is being read."""

    def __init__(self, text: str, span: Span, phrasebook: Phrasebook, people: People) -> None:
        self._span = span
        # Hard-wrapped lines and non-breaking spaces part words as a blank does: what follows looks for blanks.
        self._text = " ".join(text[span.start : span.end].split())
        self._tokens = tokenise(self._text)
        self._phrases = phrasebook.found_in(self._tokens)
        self._positions = self._place()
        implied = people.implied_by(self._text)
        self._implied = terms_of(" ".join(implied), phrasebook) - self._positions.keys() if implied else frozenset()

    def _place(self) -> dict[str, tuple[int, ...]]:
        positions: dict[str, list[int]] = {}
        for i, token in enumerate(self._tokens):
            if token.is_term:
                positions.setdefault(token.stem, []).append(i)
        for first, _, term in self._phrases:
            if first not in positions.get(term, ()):
                positions.setdefault(term, []).append(first)
        return {term: tuple(places) for term, places in positions.items()}

    def terms(self) -> Iterable[str]:
        return (term for term, places in self._positions.items() for _ in places)

    def words(self) -> Iterable[str]:
        return (self._text[t.start : t.end].lower() for t in self._tokens if t.is_term and t.end - t.start > 3)

    def _names(self) -> frozenset[str]:
        starts = {match.start() for match in _INNER_CAPITAL.finditer(self._text)}
        return frozenset(
            {t.stem for t in self._tokens if t.start in starts and t.is_term} | {t for _, _, t in self._phrases if t.startswith("name:")}
        )

    def sentence(self) -> Sentence:
        return Sentence(
            span=self._span,
            positions=self._positions,
            words=frozenset(token.stem for token in self._tokens),
            pairs=pairs_of(self._tokens),
            implied=self._implied,
            names=self._names(),
            text=self._text,
            ends=tuple(token.end for token in self._tokens),
            needs_previous=bool(_ANAPHORA.match(self._text)),
            is_question=self._text.rstrip("\"'”’)").endswith(("?", "？")),
        )
