"""What a search engine must do, and what is given to it: one small protocol that every engine keeps (tests/retrieval/test_engines.py).

In: passages as Entries, whose tokens are ours (`tokens`), so that every engine ranks the same words. Out: the ids of the best of them with
their BM25 scores. An engine holds nothing that could not be made again from the corpus.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol

from bot.retrieval.tokens import Tokens

# Lucene's and tantivy's BM25. Shorter passages want a smaller k1; that is the ranker's part, since tantivy's is fixed.
K1, B = 1.2, 0.75
# What a match in each field is worth (retrieval.md, "The analyser" and "Ranking").
WEIGHTS = Tokens(stems=1.0, surfaces=0.4, pairs=0.2)


class PassageId(NamedTuple):
    """A passage to an engine: the key of its document, 16 hex digits that change with the document, and its number there, from 0."""

    document: str
    number: int


class Entry(NamedTuple):
    """A passage as an engine takes it."""

    id: PassageId
    tokens: Tokens[tuple[str, ...]]


class Frequencies(NamedTuple):
    """Of how many passages there are, how many hold each token."""

    passages: int
    tokens: Tokens[Mapping[str, int]]


class SearchEngine(Protocol):
    """Holds passages, and finds them. Raises SearchError where it cannot: another then takes its place."""

    def put(self, passages: Iterable[Entry]) -> None:
        """Hold `passages` in place of whatever was held of their documents: all or none, and every search from now on sees them."""
        ...

    def remove(self, *documents: str) -> None:
        """Hold no passage of these documents any more. A document that is not held is no error."""
        ...

    def search(self, tokens: Tokens[tuple[str, ...]], k: int) -> list[tuple[PassageId, float]]:
        """The `k` best passages that hold any of the tokens, with their scores, best first."""
        ...

    def frequencies(self, tokens: Tokens[tuple[str, ...]]) -> Frequencies:
        """How rare each of the tokens is; passages that were removed may still count."""
        ...

    def held(self) -> Mapping[str, int]:
        """How many passages are held of each document."""
        ...

    def version(self) -> str:
        """16 hex digits, the same in every engine that holds the same."""
        ...

    @property
    def is_worn(self) -> bool:
        """Whether it would be smaller and quicker if everything were removed and put again."""
        ...

    def close(self) -> None:
        """Give back what is not memory. Nothing is called afterwards."""
        ...


def version_of(held: Mapping[str, int]) -> str:
    """The version of an engine that holds this."""
    return hashlib.blake2b(repr(sorted(held.items())).encode(), digest_size=8).hexdigest()
