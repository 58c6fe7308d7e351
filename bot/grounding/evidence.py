"""Checks 3, 4 and 5: from the quotes a claim names to the evidence it is held against.

In: a draft claim's quotes and the passages that were supplied. Out: ClaimEvidence (whole sentences, so that a clipped quote cannot hide a
"not" or a "may"), or the reasons why there is none.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from bot.corpus import Document, Kind, Passage, Span, sentences_around
from bot.drafts import Quote
from bot.grounding.answers import Reason
from bot.grounding.folding import fold
from bot.grounding.gapping import written_out
from bot.grounding.resolution import resolve
from bot.grounding.rows import CELLS, key_of, sentence_of, sentences_of
from bot.grounding.superseded import stands_in_superseded
from bot.grounding.verbatim import locate_all

_TAG = re.compile(
    r"[”\"],?\s*(?:(?:the\s+)?\w+\s+){0,6}(?:said|says|wrote|noted|added|stresses|explains|declares|told)\b|\b(?:said|says)\s+[A-Z]"
)
SHORTEST_QUOTE = 12  # characters, or a whole heading; grounding.md section 3.1


@lru_cache(maxsize=256)
def _common_words(document: Document) -> frozenset[str]:
    return frozenset(re.findall(r"(?<!\w)[a-z]+(?!\w)", document.text))


@dataclass(frozen=True)
class ClaimEvidence:
    """What one claim rests on.

    `quotes` are the located words, `sentences` the whole sentences that hold them, `companions` what those need to be understood (the
    lead-in of a list, the heading), all spans of `document`; `passages` are where the quotes stand, `document_passages`
    all that were supplied of the document.
    """

    document: Document
    passages: tuple[Passage, ...]
    quotes: tuple[Span, ...]
    sentences: tuple[Span, ...]
    companions: tuple[Span, ...] = ()
    headings: tuple[str, ...] = ()
    document_passages: tuple[Passage, ...] = ()

    @cached_property
    def text(self) -> str:
        """The sentences and their companions, as one text to compare a claim with."""
        spans = sorted({*self.companions, *self.sentences})
        return "\n".join([*self.headings, *(self.document.text[span.start : span.end] for span in spans)])

    @cached_property
    def resolved_sentences(self) -> tuple[str, ...]:
        """The whole sentences and their companions, each with its references and what is left out of it written out."""
        return tuple(sentence for group in self.written_out for sentence in group)

    @cached_property
    def written_out(self) -> tuple[tuple[str, ...], ...]:
        """The same, those together that one sentence stands for."""
        rows = {passage.start: sentences for passage in self.passages if (sentences := self._row(passage))}
        headers = {passage.lead_in for passage in self.passages if passage.start in rows}
        spans = sorted({*self.companions, *self.sentences} - headers)
        told = [written_out(resolve(self.document, span, self.before(span))) for span in spans if span.start not in rows]
        lines = [(sentence,) for passage in self.passages if (sentence := sentence_of(passage.text))]
        return (*told, *lines, *((sentence,) for sentences in rows.values() for sentence in sentences))

    @cached_property
    def row_keys(self) -> tuple[str, ...]:
        """What the rows of tables among the passages are about."""
        return tuple(key_of(passage.text) for passage in self.passages if self._row(passage))

    def _row(self, passage: Passage) -> tuple[str, ...]:
        """What a passage says that is a row of a table."""
        above = passage.lead_in
        if passage.kind is not Kind.LIST_ITEM or above is None or CELLS not in passage.text:
            return ()
        return sentences_of(passage.text, self.document.text[above.start : above.end])

    def has_sentence(self, text: str) -> bool:
        """Whether `text` is one of its sentences to the letter, typography aside."""
        return any(fold(text).strip() == fold(self.document.text[span.start : span.end]).strip() for span in self.sentences)

    def before(self, span: Span) -> tuple[Span, ...]:
        """The sentences before `span` in its passage."""
        passage = next((p for p in self.passages if span in p.sentences), None)
        return passage.sentences[: passage.sentences.index(span)] if passage else ()

    @cached_property
    def speaking(self) -> str:
        """Sentences that say who speaks where a quotation goes on: the others of its paragraph, else those of the paragraph before."""
        found: list[str] = []
        for passage in self.passages:
            siblings = self.document_passages
            text = passage.text.strip()
            goes_on = text[:1] in '“"' or any(self.document.text[s.start] in '“"' for s in self.sentences)
            before = [p for p in siblings if p.end <= passage.start][-1:] if goes_on and not _TAG.search(text) else []
            found += [" ".join(p.text.split()) for p in (passage, *before)] if goes_on else []
        return "\n".join(found)

    @cached_property
    def resolved(self) -> str:
        """The same as one text, the headings they stand under first."""
        return ".\n".join([*self.headings, *self.resolved_sentences])

    @cached_property
    def common_words(self) -> frozenset[str]:
        """Words that the document writes without a capital: at the beginning of a sentence they are no names."""
        return _common_words(self.document)


def gather(quotes: Sequence[Quote], supplied: Mapping[str, Passage]) -> ClaimEvidence | list[Reason]:
    """The evidence that `quotes` point at, or why they point at none."""
    passages: list[Passage] = []
    spans: list[Span] = []
    for quote in quotes:
        passage = supplied.get(quote.passage.strip("[] "))
        if passage is None:
            return [Reason("passage", f"no passage {quote.passage!r} was supplied")]
        found = locate_all(quote.text, passage)
        if found and sum(span.end - span.start for span in found) < min(SHORTEST_QUOTE, passage.end - passage.start):
            return [Reason("verbatim", f"too short to say anything: {quote.text!r}")]
        if not found:
            return [Reason("verbatim", f"not in {passage.id}: {quote.text[:200]!r}")]
        passages.append(passage)
        spans.extend(found)
    documents = {passage.document.id for passage in passages}
    if len(documents) > 1:
        return [Reason("passage", f"quotes of {len(documents)} documents in one claim")]
    siblings = tuple(p for p in supplied.values() if p.document is passages[0].document)
    return replace(_evidence(passages, spans), document_passages=siblings)


def _is_withdrawn(document: Document, heading: str) -> bool:
    start = document.text.find(heading)
    return stands_in_superseded(document, Span(start, start + len(heading)))


def _evidence(passages: Sequence[Passage], spans: Sequence[Span]) -> ClaimEvidence:
    document = passages[0].document
    unique = tuple({passage.id: passage for passage in passages}.values())
    sentences = sorted({sentence for passage in unique for sentence in sentences_around(passage, spans)})
    return ClaimEvidence(
        document=document,
        passages=unique,
        quotes=tuple(sorted(set(spans))),
        sentences=tuple(sentences),
        companions=tuple(p.lead_in for p in unique if p.lead_in and not stands_in_superseded(document, p.lead_in)),
        headings=tuple(dict.fromkeys(p.heading for p in unique if p.heading and not _is_withdrawn(document, p.heading))),
    )
