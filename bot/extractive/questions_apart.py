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
    """One thing that is asked, and the words it leaves unsaid; or a topic that something is to be told about."""

    text: str
    context: str = ""
    is_topic: bool = False


_COMPARES = re.compile(
    r"\W*(?:please )?(?:compare|(?:what(?: is|['’]s| are) )?(?:the )?differences? between|how (?:do|does|did)(?=.* (?:compare|differ)\b))\s+"
    r"(?P<one>\S.*?)\s+(?:and|with|to|versus|vs\.?|from|(?:compares?|differs?)(?: to| with| from)?)\s+(?P<other>\S.*?)(?: (?:compare|differ))?\W*",
    re.IGNORECASE,
)


def parts_of(question: str) -> list[Part]:
    """The parts, in order; one where the question asks one thing. What is to be compared is asked about by itself."""
    if compares := _COMPARES.fullmatch(question):
        one, other = compares["one"], compares["other"]
        return [Part(one, is_topic=True), Part(other, one if _leans(other, fewest=1) else "", is_topic=True)]
    pieces = [piece.strip() for piece in _BETWEEN.split(question) if piece and piece.strip()]
    if not 1 < len(pieces) <= MOST_PARTS or not all(map(_ASKING.search, pieces)):
        return [Part(question)]
    return [Part(pieces[0]), *(Part(piece, pieces[0] if _leans(piece) else "") for piece in pieces[1:])]


def _leans(piece: str, fewest: int = 4) -> bool:
    return len(piece.split()) < fewest or bool(_LEANING.search(piece))
