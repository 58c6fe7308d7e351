"""Check 4, verbatim: the words a model says it quotes stand in the passage.

In: a quote and its passage. Out: the span of the document they stand at, or None. A quote that is nearly right is snapped to the words of
the document, and everything after goes on with those: the model's spelling is never shown.

>>> "a 21.25 % stake" as a quote of "… with a 21.25% stake." gives the span of "a 21.25% stake"
"""

import re
from collections.abc import Callable

from rapidfuzz import fuzz

from bot.corpus import Passage, Span
from bot.grounding.folding import fold, fold_with_origins

CLOSE_ENOUGH = 92.0  # of 100, rapidfuzz's ratio over the best-aligned stretch; grounding.md section 3.2
SHORTEST_SNAPPED = 20  # characters; below that "close" means another word
_ELLIPSIS = re.compile(r"\s*(?:\.\.\.|…|\[\.\.\.\]|\[…\])\s*")
_DIGITS = re.compile(r"\d+")


def locate(quote: str, passage: Passage, after: int | None = None) -> Span | None:
    """Where `quote` stands in `passage`, in the document's offsets: exactly, else nearly; None where it does not.

    It is looked for from the document's offset `after` on.
    """
    begin = passage.start if after is None else after
    wanted = fold(quote).strip().strip('"').strip()
    if not wanted:
        return None
    source = fold_with_origins(passage.document.text[begin : passage.end], begin)
    at = source.text.find(wanted)
    if at >= 0:
        return source.original(at, at + len(wanted))
    return _snap(wanted, source.text, source.original)


def locate_all(quote: str, passage: Passage) -> tuple[Span, ...]:
    """The spans of a quote that may leave words out with an ellipsis: each part must stand there, in order."""
    spans: list[Span] = []
    for part in filter(None, _ELLIPSIS.split(quote.strip())):
        span = locate(part, passage, spans[-1].end if spans else passage.start)
        if span is None:
            return ()
        spans.append(span)
    return tuple(spans)


def _snap(wanted: str, source: str, original: Callable[[int, int], Span]) -> Span | None:
    if len(wanted) < SHORTEST_SNAPPED:
        return None
    best = fuzz.partial_ratio_alignment(wanted, source, score_cutoff=CLOSE_ENOUGH)
    if best is None or best.src_end - best.src_start < min(len(wanted), len(source)):
        return None
    start, end = _whole_words(source, best.dest_start, best.dest_end)
    # A number that differs is not a slip of typography: it is another number.
    if _DIGITS.findall(wanted) != _DIGITS.findall(source[start:end]):
        return None
    return original(start, end)


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end
