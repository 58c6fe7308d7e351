"""Answers whose place in a document says what they answer: a row of a table, a line "Key: value", what stands below a question or a "How to".

In: an Asked and the passages it may be answered from. Out: the passages that answer it together, in order, or none. Nothing is weighed here: every
word of the question must be met by the row, its header and what stands above, and every word of the row's key, or of the heading, by the question.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.corpus import Corpus, Kind, Passage, Span
from bot.extractive.answer_types import AnswerType, expected_type, offsets_of
from bot.extractive.asked import Asked
from bot.extractive.hits import met_by
from bot.extractive.prepared import PreparedPassage, is_question
from bot.extractive.terms import Phrasebook, telling_terms, terms_of

CELLS = " | "  # between the cells of a row
MOST_BELOW = 32  # passages below a heading
_LONGEST_LINE = 300  # characters of "Key: value"
_LONGEST_ROW = 120
_KEY = re.compile(r"\W*(?P<key>\w[^:：–—]{0,60}?)[*_\s]*(?:[:：]|\s[–—-])\s+(?P<value>\S.*)", re.DOTALL)
_MET = 0.5  # a word like it, or one that means the same; not one that only often stands for it
# What a question says besides what it asks about: who asks, and that they have or want it.
LIGHT = frozenset(  # stems
    "get receiv have take give do make need want allow entitl offer grant provid claim person peopl staff employe compani firm mani much long"
    " number name date total amount detail"
    .split()
)  # fmt: skip
_NEEDS_PROSE = frozenset({AnswerType.REASON, AnswerType.MANNER, AnswerType.SAYING})
_HOW_TO = re.compile(r"\W*(?:how to|how do|how can|steps (?:to|for)|(?:to )?\w+ing\b)", re.IGNORECASE)
_UNIT = re.compile(r"\b(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?)\b", re.IGNORECASE)
_AMOUNT = re.compile(r"[$£€¥]|\b(?:price|cost|fee|rate|amount|salary|usd|eur|euros?|dollars?|pounds?|crowns?)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """Passages that answer together; `above` are what must be read first."""

    above: tuple[Passage, ...]
    passages: tuple[Passage, ...]


class Structures:
    """The tables, lines and headings of one corpus. `headers` are the ids of the rows that only say what the rows below them hold."""

    def __init__(self, corpus: Corpus, phrasebook: Phrasebook) -> None:
        self._corpus = corpus
        self._phrasebook = phrasebook
        self.headers = _headers_of(corpus)

    def found(self, asked: Asked, prepared: Sequence[PreparedPassage], passages: Sequence[Passage]) -> list[Found]:
        """What answers `asked`: a section below a heading that asks the same, else the rows or lines whose key it names, two at most."""
        if not asked.terms or asked.is_negated:
            return []
        sections = [found for passage in passages if (found := self._below(asked, passage))]
        return sections[:1] or self._lines(asked, prepared)

    # --- what stands below a heading

    def _below(self, asked: Asked, heading: Passage) -> Found | None:
        if not (heading.kind is Kind.HEADING or is_question(heading)):
            return None
        is_how = asked.expected is AnswerType.MANNER and bool(_HOW_TO.match(heading.text))
        if is_question(heading):
            is_same = expected_type(heading.text) is asked.expected and self._is_named(asked, heading.text)
        else:
            title = heading.document.title.value if not is_how else ""
            is_same = (is_how or asked.wants_list) and self._is_named(asked, heading.text, title or "")
        below = tuple(self._section(heading)) if is_same else ()
        # "Opening hours", "Aims": a heading of lines is asked for by its name, one of paragraphs is no answer.
        is_told = is_question(heading) or is_how or all(one.kind is Kind.LIST_ITEM or _KEY.match(one.text) for one in below)
        return Found((heading,), below) if below and is_told else None

    def _is_named(self, asked: Asked, heading: str, title: str = "") -> bool:
        """Whether the question has every word of a heading, and the heading, or its document's title, every word of the question."""
        stems = telling_terms(heading, self._phrasebook)
        if not stems or not asked.opposites.isdisjoint(stems) or any(stem not in asked.meets and stem not in LIGHT for stem in stems):
            return False
        return all(map(_is_met, met_by(asked, stems | terms_of(title, self._phrasebook))))

    def _section(self, heading: Passage) -> Iterator[Passage]:
        """The passages below a heading, up to the next heading or question."""
        siblings = self._corpus.passages_of(heading.document.id)
        at = next(i for i, sibling in enumerate(siblings) if sibling.id == heading.id)
        for passage in siblings[at + 1 : at + 1 + MOST_BELOW]:
            if passage.kind is Kind.HEADING or is_question(passage):
                return
            yield passage

    # --- rows and lines

    def _lines(self, asked: Asked, prepared: Sequence[PreparedPassage]) -> list[Found]:
        if asked.expected in _NEEDS_PROSE:
            return []
        matching = [(size, one) for one in prepared if (size := self._key_size(asked, one))]
        longest = max((size for size, _ in matching), default=0)
        best = [one for size, one in matching if size == longest]
        texts = {one.passage.text for one in best}
        return [Found(self._above(asked, one), (one.passage,)) for one in best[: len(texts)]] if len(texts) <= 2 else []

    def _key_size(self, asked: Asked, one: PreparedPassage) -> int:
        """How many words of the question are the key of this row or line, where that answers it; else 0."""
        pair = _key_and_value(one.passage)
        if pair is None:
            return 0
        key, value = pair
        stems = telling_terms(key, self._phrasebook)
        if not stems or any(stem not in asked.meets for stem in stems):
            return 0
        whole = terms_of(one.passage.text, self._phrasebook) | one.title | one.topic
        is_whole = all(_is_met(met) or asked.terms[i].stem in LIGHT for i, met in enumerate(met_by(asked, whole)))
        is_told = is_of_the_kind(asked, value, header_of(one.passage))
        return sum(map(_is_met, met_by(asked, stems))) if is_whole and is_told else 0

    def _above(self, asked: Asked, one: PreparedPassage) -> tuple[Passage, ...]:
        """The header of a row, or the heading of a line where the question speaks of it."""
        passage = one.passage
        siblings = self._corpus.passages_of(passage.document.id)
        if passage.lead_in and CELLS in passage.text:
            return tuple(s for s in siblings if s.start <= passage.lead_in.start and passage.lead_in.end <= s.end)[:1]
        heading = next((s for s in reversed(siblings) if s.kind is Kind.HEADING and s.end <= passage.start), None)
        if heading is None or heading.text != passage.heading:
            return ()
        own = met_by(asked, terms_of(passage.text, self._phrasebook))
        helps = any(a and not o for a, o in zip(met_by(asked, terms_of(heading.text, self._phrasebook)), own, strict=True))
        return (heading,) if helps else ()


def _headers_of(corpus: Corpus) -> frozenset[str]:
    """The ids of the rows that only say what the rows below hold."""
    named: dict[str, set[Span]] = {}
    for passage in corpus.passages:
        if passage.lead_in and passage.kind is Kind.LIST_ITEM and CELLS in passage.text:
            named.setdefault(passage.document.id, set()).add(passage.lead_in)
    rows = (p for document in named for p in corpus.passages_of(document) if p.kind is Kind.LIST_ITEM)
    return frozenset(p.id for p in rows if Span(p.start, p.end) in named[p.document.id] and not re.search(r"\d", p.text))


def value_of(passage: Passage) -> str | None:
    """What a row or a line says of what its key names, where it says nothing else; None for a sentence."""
    if len(passage.text) > _LONGEST_ROW or passage.text.rstrip().endswith((".", "!", "。")):
        return None
    pair = _key_and_value(passage)
    return pair[1] if pair else None


def header_of(passage: Passage) -> str:
    """What stands above a row, for its unit."""
    span = passage.lead_in
    return passage.document.text[span.start : span.end] if span and CELLS in passage.text else ""


def _key_and_value(passage: Passage) -> tuple[str, str] | None:
    """Of a row the first cell with a word and the others, of a line what stands before and after the colon."""
    text = " ".join(passage.text.split())
    if CELLS in text and passage.kind is Kind.LIST_ITEM:
        cells = [cell for cell in text.strip("| ").split(CELLS) if cell.strip()]
        key = next((cell for cell in cells if re.search(r"[^\W\d]", cell)), "")
        return (key, CELLS.join(cell for cell in cells if cell is not key)) if passage.lead_in and len(cells) > 1 else None
    found = _KEY.fullmatch(text) if len(text) <= _LONGEST_LINE and passage.kind is not Kind.HEADING else None
    return (found["key"], found["value"]) if found else None


def is_of_the_kind(asked: Asked, value: str, header: str) -> bool:
    """Whether a value is of the kind asked for, the header's unit taken into account."""
    has_number = bool(re.search(r"\d", value))
    match asked.expected:
        case AnswerType.DURATION:
            return has_number and bool(_UNIT.search(f"{value} {header}"))
        case AnswerType.MONEY:
            return bool(offsets_of(AnswerType.MONEY, value)) or (has_number and bool(_AMOUNT.search(f"{value} {header}")))
        case AnswerType.NUMBER:
            return bool(offsets_of(AnswerType.NUMBER, value))
        case AnswerType.DATE:
            return bool(offsets_of(AnswerType.DATE, value)) or (has_number and bool(re.search(r"\d{1,2}:\d\d", value)))
        case AnswerType.PERCENT:
            return bool(offsets_of(AnswerType.PERCENT, f"{value} {header}"))
        case AnswerType.PERSON | AnswerType.PLACE | AnswerType.NAME:
            return any(re.match(r"\W*[^\W\d]", cell) for cell in value.split(CELLS))
        case _:
            return True


def _is_met(met: float) -> bool:
    return met > _MET
