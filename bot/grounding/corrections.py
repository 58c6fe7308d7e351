"""Check 16, corrections: what an editor's correction withdrew is not said again.

In: a claim's text and its evidence. Out: reasons. Superseded lines cannot be quoted without their note (`is_superseded`).

>>> "[Correction: An earlier version incorrectly referred to Martin Lau as CEO of Tencent.]" denies "CEO Martin Lau said …"
"""

import re

from bot.corpus import Correction, Document, Passage
from bot.grounding.answers import Reason
from bot.grounding.evidence import ClaimEvidence


def corrections(text: str, evidence: ClaimEvidence) -> list[Reason]:
    """The withdrawn statements that `text` makes."""
    return [
        Reason("correction", f"{c.subject} as {c.withdrawn}")
        for c in evidence.document.corrections
        if _says_withdrawn(text, c, evidence.document)
    ]


def is_superseded(passage: Passage) -> bool:
    """Whether a correction in its document supersedes the passage."""
    return any(passage.line in correction.supersedes for correction in passage.document.corrections)


def _says_withdrawn(text: str, correction: Correction, document: Document) -> bool:
    names = {correction.subject, correction.subject.split()[-1]}
    names |= {name for group in document.names if correction.subject in group for name in group}
    return _mentions(text, correction.withdrawn) and any(_mentions(text, name) for name in names)


def _mentions(text: str, words: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text, re.IGNORECASE) is not None
