"""Whether what was cited once still stands: in the documents of now, in their own text, and with nothing said against it since.

In: an Answer of the past, a Corpus. Out: each Citation that fell, why, and what stands there instead. Words that only moved, or were only set
in other typography, have not changed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from rapidfuzz import fuzz, process

from bot.corpus import Corpus, Document, Kind, Passage, Span, sentences_around
from bot.grounding.answers import Answer, Citation, CitedClaim, cite
from bot.grounding.folding import Folded, fold, fold_with_origins
from bot.grounding.superseded import is_superseded

NEAR_ENOUGH = 60.0  # of 100, rapidfuzz's partial ratio: below it, what is shown as "instead" has nothing to do with the quote

_CITED_BESIDE = frozenset({Kind.NOTE, Kind.METADATA})  # no passages, and yet cited: by editors' notes, and where somebody asks who wrote it


class Fall(StrEnum):
    """Why a citation no longer stands, the gravest first."""

    GONE = "document gone"
    CHANGED = "words changed"
    WITHDRAWN = "withdrawn by a correction"
    OUTSIDE = "no longer part of the text"
    FACTS = "facts changed"


@dataclass(frozen=True, slots=True)
class Fallen:
    """`instead` are the nearest words there are now, or of facts which ones changed, from what to what; "" where there is nothing."""

    citation: Citation
    why: Fall
    instead: str = ""


class Standing:
    """Holds citations against one state of the documents; each quote is looked for once, however many answers cite it."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._found = cache(self._fallen)
        self._folded = cache(self._fold)

    def fallen(self, answer: Answer) -> tuple[Fallen, ...]:
        """The citations of `answer` that no longer stand, in its order, each once."""
        cited = dict.fromkeys(citation for claim in answer.claims for citation in claim.citations)
        return tuple(fallen for fallen in map(self._found, cited) if fallen)

    def _fallen(self, citation: Citation) -> Fallen | None:
        document = self._corpus.document(citation.document)
        if document is None:
            return Fallen(citation, Fall.GONE)
        places = tuple(self._places(document, citation.quote))
        if not places:
            return Fallen(citation, Fall.CHANGED, self._nearest(document, citation.quote))
        if why := self._outside(document, places):
            return Fallen(citation, why)
        changed = "; ".join(_changed_facts(citation, cite(document, Span(0, 0))))
        return Fallen(citation, Fall.FACTS, changed) if changed else None

    def _places(self, document: Document, quote: str) -> Iterator[Span]:
        """Where the quote stands, to the letter; where it does so nowhere, with other typography."""
        there = [match.start() for match in re.finditer(re.escape(quote), document.text)]
        if there:
            yield from (Span(at, at + len(quote)) for at in there)
            return
        source, wanted = self._folded(document), fold(quote).strip()
        for match in re.finditer(re.escape(wanted), source.text) if wanted else ():
            yield source.original(match.start(), match.end())

    def _outside(self, document: Document, places: tuple[Span, ...]) -> Fall | None:
        """Why the words may not be cited although they stand there; None where they may, in one place at least."""
        around = [passage for place in places for passage in self._corpus.passages_of(document.id) if _holds(passage, place)]
        beside = [
            block for place in places for block in document.blocks if block.kind in _CITED_BESIDE and block.start <= place.start < block.end
        ]
        if beside or any(not is_superseded(passage) for passage in around):
            return None
        return Fall.WITHDRAWN if around else Fall.OUTSIDE

    def _nearest(self, document: Document, quote: str) -> str:
        """The whole sentences of the passage that comes nearest to the quote."""
        passages = [passage for passage in self._corpus.passages_of(document.id) if not is_superseded(passage)]
        found = process.extractOne(quote, [passage.text for passage in passages], scorer=fuzz.partial_ratio, score_cutoff=NEAR_ENOUGH)
        if found is None:
            return ""
        words, _, at = found
        passage = passages[at]
        best = fuzz.partial_ratio_alignment(quote, words)
        if best is None:
            return ""
        spans = sentences_around(passage, [Span(passage.start + best.dest_start, passage.start + best.dest_end)])
        return document.text[spans[0].start : spans[-1].end] if spans else ""

    @staticmethod
    def _fold(document: Document) -> Folded:
        return fold_with_origins(document.text)


def restated(answer: Answer, corpus: Corpus) -> Answer | None:
    """`answer` as the documents of now state it: every citation made anew, at the same place, of the same words. None where one cannot be."""
    if Standing(corpus).fallen(answer):
        return None
    claims = [_restated(claim, corpus) for claim in answer.claims]
    if not all(claims):
        return None
    kept = tuple(claim for claim in claims if claim)
    return replace(answer, claims=kept, corpus_digest=corpus.digest, withheld=(), closest=(), fell_back=False, searched=None)


def _restated(claim: CitedClaim, corpus: Corpus) -> CitedClaim | None:
    made = []
    for citation in claim.citations:
        document = corpus.document(citation.document)
        if document is None or document.text[citation.start : citation.end] != citation.quote:
            return None
        made.append(cite(document, Span(citation.start, citation.end)))
    return replace(claim, citations=tuple(made)) if made else None


def _holds(passage: Passage, place: Span) -> bool:
    return passage.start <= place.start and place.end <= passage.end


def _changed_facts(then: Citation, now: Citation) -> Iterator[str]:
    """Who says it and as of when. A title is what a document is called, often taken from its first words: it may change and nothing with it."""
    for name in ("publisher", "published"):
        was, is_now = getattr(then, name), getattr(now, name)
        if was != is_now:
            yield f"{name}: {was or 'unknown'} → {is_now or 'unknown'}"
