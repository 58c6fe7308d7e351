"""Where documents differ: code finds it, and puts the words side by side; no claim ever blends two documents.

In: the claims of an answer, the question, and the passages supplied. Out: claims of kind `difference`, each of two quotes from two documents
that give another number for the same thing, or another day for the same event.

>>> "a user base of 1.1 billion" in one, "over one billion monthly active users" in another: both are shown, with document and date
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.corpus import Document, Passage, Span
from bot.corpus.dates import find_dates
from bot.grounding.answers import Citation, CitedClaim, ClaimKind, cite
from bot.grounding.dates import known_dates
from bot.grounding.evidence import ClaimEvidence
from bot.grounding.grammar import read
from bot.grounding.quantities import find_quantities
from bot.grounding.superseded import is_superseded
from bot.retrieval.analysis import content_stems

_COUNTED_BEFORE = re.compile(r"\w+\s+\w+\s+of\s+(?:(?:more|less|fewer)\s+than\s+|over\s+|about\s+|nearly\s+)?$")
_ASKS_WHEN = re.compile(r"\b(?:when|what (?:date|day|time)|which (?:date|day|month|year)|date)\b|几时|何时|什么时候", re.IGNORECASE)
MOST = 3  # rows; more would be a report
_ABOUT_IT = 0.6  # of the question's content words: two sentences that each have as many, and in common, are about the same
_BREAKS_OFF = frozenset("in of on at by from to off into for with as than and or but that which who is are was were".split())
_NEAR = 4  # words after a number within which what it counts stands


@dataclass(frozen=True, slots=True)
class _Fact:
    """A sentence and the values it gives: what is counted with its number, or the event's words with its day."""

    passage: Passage
    sentence: Span
    words: frozenset[str]
    counts: frozenset[tuple[str, str, str]]
    days: frozenset[tuple[int | None, int | None, int | None]]


def differences(question: str, claims: Sequence[CitedClaim], passages: Iterable[Passage]) -> tuple[CitedClaim, ...]:
    """The other documents' values beside those that `claims` rest on."""
    asked = frozenset(content_stems(question))
    asks_when = _ASKS_WHEN.search(question) is not None
    facts = [fact for passage in passages if not is_superseded(passage) for fact in _facts(passage)]
    posted = [fact for fact in facts if any(_cites(claim, fact) for claim in claims)]
    rows: dict[frozenset[tuple[str, Span]], CitedClaim] = {}
    for one in posted:
        for other in facts:
            about_the_same = other.passage.document is not one.passage.document and len(asked & one.words & other.words) >= max(
                2, _ABOUT_IT * len(asked)
            )
            if about_the_same and _differ(one, other, asked, asks_when=asks_when):
                key = frozenset({(f.passage.document.id, f.sentence) for f in (one, other)})
                rows.setdefault(key, _side_by_side(one, other))
    return tuple(rows.values())[:MOST]


@lru_cache(maxsize=5_000)  # every question is asked of many of the same passages
def _facts(passage: Passage) -> tuple[_Fact, ...]:
    return tuple(_found(passage))


def _found(passage: Passage) -> Iterator[_Fact]:
    for sentence in passage.sentences:
        text = passage.document.text[sentence.start : sentence.end]
        counts = frozenset(_counted(text))
        days = frozenset(_days(passage.document, passage, sentence)) if find_dates(text) or "day" in text else frozenset()
        if counts or days:
            yield _Fact(passage, sentence, frozenset(content_stems(text)), counts, days)


def _counted(text: str) -> Iterator[tuple[str, str, str]]:
    """(what is counted, unit, value) for each number of a sentence."""
    for quantity in find_quantities(text):
        for word in read(text[quantity.end :])[:_NEAR]:
            if word.lower in _BREAKS_OFF:
                break  # "US$220 billion in market value" are dollars, not market values
            if word.is_content:
                yield word.stem, quantity.unit, str(quantity.value.normalize())
        # "a user base of 1.1 billion": what is counted stands before
        base = _COUNTED_BEFORE.search(text[: quantity.start])
        if base:
            yield from ((stem, quantity.unit, str(quantity.value.normalize())) for stem in content_stems(base.group()))


def _days(document: Document, passage: Passage, sentence: Span) -> Iterator[tuple[int | None, int | None, int | None]]:
    evidence = ClaimEvidence(document, (passage,), (sentence,), (sentence,))
    yield from ((d.year, d.month, d.day) for d in known_dates(evidence) if d.month and d.day)


def _differ(one: _Fact, other: _Fact, asked: frozenset[str], *, asks_when: bool) -> bool:
    mine = {(what, unit): value for what, unit, value in one.counts if what in asked}
    theirs = {(what, unit): value for what, unit, value in other.counts}
    if any(key in theirs and theirs[key] != value for key, value in mine.items()):
        return True
    return asks_when and bool(one.days and other.days) and not any(_same_day(a, b) for a in one.days for b in other.days)


def _same_day(one: tuple[int | None, int | None, int | None], other: tuple[int | None, int | None, int | None]) -> bool:
    return all(a is None or b is None or a == b for a, b in zip(one, other, strict=True))


def _cites(claim: CitedClaim, fact: _Fact) -> bool:
    document = fact.passage.document.id
    return any(c.document == document and c.start < fact.sentence.end and fact.sentence.start < c.end for c in claim.citations)


def _side_by_side(one: _Fact, other: _Fact) -> CitedClaim:
    citations: tuple[Citation, ...] = tuple(cite(fact.passage.document, fact.sentence) for fact in (one, other))
    text = " ≠ ".join(f"“{' '.join(citation.quote.split())}”" for citation in citations)
    return CitedClaim(text, ClaimKind.DIFFERENCE, citations)
