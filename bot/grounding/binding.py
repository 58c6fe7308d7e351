"""Check 12, binding: a number keeps the thing it counts.

In: a claim's text and its evidence. Out: reasons.

>>> binding("Tencent Cloud has 400 industry solutions.", "… more than 400 foundational products … more than 130 industry solutions …")
"""

import re

from bot.grounding.answers import Reason
from bot.grounding.evidence import ClaimEvidence
from bot.grounding.grammar import Word, read
from bot.grounding.quantities import Quantity, find_quantities

_NEAR = 6  # words: "more than 12 million enterprises and organizations" counts both


def binding(text: str, evidence: ClaimEvidence) -> list[Reason]:
    """The quantities of `text` that stand beside another word than in the evidence."""
    stated: dict[tuple[object, str], set[str]] = {}
    for sentence in evidence.resolved_sentences:
        for quantity in find_quantities(sentence):
            stated.setdefault(_key(quantity), set()).update(
                w.stem for w in (*_after(sentence, quantity, _NEAR), *_before(sentence, quantity, _NEAR))
            )
    found = []
    for quantity in find_quantities(text):
        near = stated.get(_key(quantity))
        counted = next((w for w in _after(text, quantity, 3) if w.is_content), None) or next(
            (w for w in reversed(_before(text, quantity, 3)) if w.is_content), None
        )
        if near is not None and counted is not None and counted.stem not in near:
            found.append(Reason("binding", f"{quantity.text} {counted.text}"))
    return found


def _key(quantity: Quantity) -> tuple[object, str]:
    return quantity.value.normalize(), quantity.unit


def _after(text: str, quantity: Quantity, reach: int) -> list[Word]:
    """The words after a quantity, up to the next one or the end of the clause."""
    later = min((q.start for q in find_quantities(text) if q.start > quantity.start), default=len(text))
    following = re.sub(r"^\s*\([^()]*\)", "", text[quantity.end :])  # the same in another currency or unit
    if following == text[quantity.end :]:
        following = text[quantity.end : later]
    words: list[Word] = []
    for word in read(following)[:reach]:
        if words and word.after_break:
            break
        words.append(word)
    return words


def _before(text: str, quantity: Quantity, reach: int) -> list[Word]:
    """The words before a quantity, back to the one before it or the beginning of the clause."""
    earlier = max((q.end for q in find_quantities(text) if q.end <= quantity.start), default=0)
    words = list(read(text[earlier : quantity.start])[-reach:])
    cut = max((i for i, word in enumerate(words) if word.after_break), default=0)
    return words[cut:]
