"""Check 16, corrections: what an editor's correction withdrew is not said again.

In: a claim's text and its evidence. Out: reasons. Superseded lines cannot be quoted without their note (`superseded`).

>>> "[Correction: An earlier version incorrectly referred to Martin Lau as CEO of Tencent.]" denies "CEO Martin Lau said …"
"""

import re
from collections.abc import Iterable

from bot.corpus import Correction, Document, Span
from bot.grounding.answers import CitedClaim, ClaimKind, Reason, cite
from bot.grounding.evidence import ClaimEvidence


def corrections(text: str, evidence: ClaimEvidence) -> list[Reason]:
    """The withdrawn statements that `text` makes."""
    return [
        Reason("correction", f"{c.subject} as {c.withdrawn}")
        for c in evidence.document.corrections
        if _says_withdrawn(text, c, evidence.document)
    ]


def editors_notes(question: str, claims: Iterable[CitedClaim], documents: Iterable[Document]) -> tuple[CitedClaim, ...]:
    """The corrections that must stand beside `claims`: the question is about their subject, and holds what was withdrawn or is answered by it."""
    posted = tuple(claims)
    found = []
    for document in documents:
        quoted = " ".join(c.quote for claim in posted for c in claim.citations if c.document == document.id)
        for correction in document.corrections:
            names = _names(correction, document)
            asked_about = any(_mentions(question, name) for name in names)
            if asked_about and (_mentions(question, correction.withdrawn) or any(_mentions(quoted, name) for name in names)):
                note = next((b for b in document.blocks if b.line == correction.line), None)
                if note is not None:
                    citation = cite(document, Span(note.start, note.end))
                    found.append(CitedClaim(citation.quote, ClaimKind.CORRECTION, (citation,), document.published.value))
    return tuple(found)


def _says_withdrawn(text: str, correction: Correction, document: Document) -> bool:
    return _mentions(text, correction.withdrawn) and any(_mentions(text, name) for name in _names(correction, document))


def _names(correction: Correction, document: Document) -> set[str]:
    names = {correction.subject, correction.subject.split()[-1]}
    return names | {name for group in document.names if correction.subject in group for name in group}


def _mentions(text: str, words: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text, re.IGNORECASE) is not None
