"""Documents that say nearly the same: versions of a text, or copies with another frame.

In: documents. Out: pairs of them, with the share of their words' runs that both have. Each document is a sketch of the smallest hashes of its
runs of words, which estimates that share without comparing every pair (Broder, "On the resemblance and containment of documents", 1997).
"""

import heapq
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.corpus.documents import Document

RUN = 5  # words
SKETCH = 64  # hashes: the estimate is then within some 0.1
ALIKE = 0.7
SHORTEST = 20  # runs: shorter texts are alike by chance
MOST_WITH_ONE_RUN = 50  # documents: a run that more have is their frame

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+")


class Resemblance(NamedTuple):
    """Two documents' ids, the earlier first, and the estimated share, 0 to 1, of runs of words that both have."""

    first: str
    second: str
    share: float


def resembling(documents: Sequence[Document]) -> Iterator[Resemblance]:
    """Pairs that are ALIKE, in order of the second."""
    sketches: dict[str, tuple[int, ...]] = {}
    holders: defaultdict[int, list[str]] = defaultdict(list)
    for document in documents:
        sketch = _sketch(document.text)
        shared = Counter(other for one in sketch for other in holders[one] if len(holders[one]) <= MOST_WITH_ONE_RUN)
        for other, count in shared.items():
            if count >= ALIKE * len(sketch) / 2 and (share := _share(sketches[other], sketch)) >= ALIKE:
                yield Resemblance(other, document.id, share)
        sketches[document.id] = sketch
        for one in sketch:
            holders[one].append(document.id)


def _sketch(text: str) -> tuple[int, ...]:
    words = _WORD.findall(text.lower())
    runs = {zlib.crc32(" ".join(words[at : at + RUN]).encode("utf-8", "surrogatepass")) for at in range(len(words) - RUN + 1)}
    return tuple(heapq.nsmallest(SKETCH, runs)) if len(runs) >= SHORTEST else ()


def _share(one: tuple[int, ...], two: tuple[int, ...]) -> float:
    """Of the smallest hashes of both together, those that each has."""
    both = set(one) & set(two)
    smallest = heapq.nsmallest(SKETCH, set(one) | set(two))
    return sum(value in both for value in smallest) / len(smallest)
