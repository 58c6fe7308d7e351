"""Words that an editor's correction supersedes: they are cited only where the correction is, and nothing else rests on them.

In: a passage, or a stretch of a document. Out: whether a correction supersedes it.

>>> a speech whose note corrects line 4: line 4 is no quote, no lead-in or heading to what stands under it, and no side of a difference
"""

from bot.corpus import Document, Passage, Span


def is_superseded(passage: Passage) -> bool:
    """Whether a correction in its document supersedes the passage."""
    return any(passage.line in correction.supersedes for correction in passage.document.corrections)


def stands_in_superseded(document: Document, span: Span) -> bool:
    """Whether a stretch of a document stands in a line that a correction supersedes."""
    superseded = {line for correction in document.corrections for line in correction.supersedes}
    return bool(superseded) and document.text.count("\n", 0, span.start) + 1 in superseded
