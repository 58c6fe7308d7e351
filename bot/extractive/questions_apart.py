"""The parts of a question that asks several things.

In: a question. Out: its parts in its own words. A part that leans on the one before it ("… and when?") brings that one's words as context.
"""

import re
from typing import NamedTuple

_ASKS = (
    r"(?:who|whom|whose|when|where|what|which|why|how|is|are|was|were|does|do|did|has|have|can|will|by when|since when|in which|on which"
    r"|at which)"
)
_BETWEEN = re.compile(rf"(?<=[?？])\s*(?=\S)|[,;]?\s+(?:and|as well as|or)\s+(?:also\s+)?(?={_ASKS}\b)|[,;]\s+(?={_ASKS}\b)", re.IGNORECASE)
_ASKING = re.compile(rf"\b{_ASKS}\b|[?？]|什么|谁|多少|哪|为什么|如何", re.IGNORECASE)
_LEANING = re.compile(r"\b(?:it|its|they|them|their|he|him|his|she|her|there|this|that|these|those|one|so)\b", re.IGNORECASE)
MOST_PARTS = 3


class Part(NamedTuple):
    """One thing that is asked, and the words it leaves unsaid."""

    text: str
    context: str = ""


def parts_of(question: str) -> list[Part]:
    """The parts, in order; one where the question asks one thing."""
    pieces = [piece.strip() for piece in _BETWEEN.split(question) if piece and piece.strip()]
    if not 1 < len(pieces) <= MOST_PARTS or not all(map(_ASKING.search, pieces)):
        return [Part(question)]
    return [Part(pieces[0]), *(Part(piece, pieces[0] if _leans(piece) else "") for piece in pieces[1:])]


def _leans(piece: str) -> bool:
    return len(piece.split()) <= 3 or bool(_LEANING.search(piece))
