"""Checks 3, 4 and 5: from the quotes a claim names to the evidence it is held against.

In: a draft claim's quotes and the passages that were supplied. Out: ClaimEvidence (whole sentences, so that a clipped quote cannot hide a
"not" or a "may"), or the reasons why there is none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.corpus import Document, Passage, Span, sentences_around
from bot.drafts import Quote
from bot.grounding.answers import Reason
from bot.grounding.resolution import resolve
from bot.grounding.verbatim import locate_all


SHORTEST_QUOTE = 12  # characters, or a whole heading; grounding.md section 3.1


@dataclass(frozen=True)
class ClaimEvidence:
    """What one claim rests on.

    `quotes` are the located words, `sentences` the whole sentences that hold them, `companions` what those need to be understood (the
    lead-in of a list, the heading), all spans of `document`; `passages` are where the quotes stand.
    """

    document: Document
    passages: tuple[Passage, ...]
    quotes: tuple[Span, ...]
    sentences: tuple[Span, ...]
    companions: tuple[Span, ...] = ()
    headings: tuple[str, ...] = ()

    @cached_property
    def text(self) -> str:
        """The sentences and their companions, as one text to compare a claim with."""
        spans = sorted({*self.companions, *self.sentences})
        return "\n".join([*self.headings, *(self.document.text[span.start : span.end] for span in spans)])

    @cached_property
    def resolved_sentences(self) -> tuple[str, ...]:
        """The whole sentences and their companions, each with its references written out."""
        return tuple(resolve(self.document, span) for span in sorted({*self.companions, *self.sentences}))

    @cached_property
    def resolved(self) -> str:
        """The same as one text, the headings they stand under first."""
        return ".\n".join([*self.headings, *self.resolved_sentences])

    @cached_property
    def quoted(self) -> str:
        """The whole sentences alone."""
        return "\n".join(self.document.text[span.start : span.end] for span in self.sentences)


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
    return _evidence(passages, spans)


def _evidence(passages: Sequence[Passage], spans: Sequence[Span]) -> ClaimEvidence:
    document = passages[0].document
    unique = tuple({passage.id: passage for passage in passages}.values())
    sentences = sorted({sentence for passage in unique for sentence in sentences_around(passage, spans)})
    return ClaimEvidence(
        document=document,
        passages=unique,
        quotes=tuple(sorted(set(spans))),
        sentences=tuple(sentences),
        companions=tuple(p.lead_in for p in unique if p.lead_in),
        headings=tuple(dict.fromkeys(p.heading for p in unique if p.heading)),
    )
