"""Check 12b, order: a claim tells what one sentence tells, in its order; it is not spliced together from pieces.

In: a claim's text and its evidence. Out: reasons. The words that claim and evidence share must, for the most part, stand in one order.

>>> order("Revenue fell as costs grew.", "Costs fell as revenue grew.")
"""

from collections.abc import Iterator

from bot.grounding.answers import Reason
from bot.grounding.evidence import ClaimEvidence
from bot.grounding.grammar import Word, read
from bot.grounding.roles import ordered

IN_ORDER = 0.7  # of the shared words; below, it is a splice (grounding.md section 3.2)


def order(text: str, evidence: ClaimEvidence) -> list[Reason]:
    """One reason where the words of `text` are in another order than those of the evidence."""
    claim = [w for w in ordered(read(text)) if w.is_content]
    source = [w for sentence in evidence.resolved_sentences for w in ordered(read(sentence)) if w.is_content]
    if len(claim) < 3:
        return []
    length = _longest_common([w.stem for w in claim], [w.stem for w in source])
    shared = len([w for w in claim if any(w.stem == s.stem for s in source)])
    found = [Reason("order", f"{length} of {shared} words in order")] if shared and length < IN_ORDER * shared else []
    return found + list(_changed_neighbours(claim, source))


def _longest_common(one: list[str], other: list[str]) -> int:
    """The length of the longest common subsequence."""
    row = [0] * (len(other) + 1)
    for left in one:
        previous = 0
        for j, right in enumerate(other, start=1):
            previous, row[j] = row[j], previous + 1 if left == right else max(row[j], row[j - 1])
    return row[-1]


def _changed_neighbours(claim: list[Word], source: list[Word]) -> Iterator[Reason]:
    """Two words that stand side by side in the evidence, and side by side the other way round in the claim."""
    there = {(a.stem, b.stem) for a, b in zip(source, source[1:], strict=False) if not b.after_break}
    for a, b in zip(claim, claim[1:], strict=False):
        turned = (b.stem, a.stem) in there and (a.stem, b.stem) not in there
        if turned and not b.after_break and a.stem != b.stem:
            yield Reason("order", f"{a.text} {b.text}")
