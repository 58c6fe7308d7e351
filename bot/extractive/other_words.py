"""What documents say for the words that people ask with. It goes one way only: "fire" may ask for a dismissal, "dismissal" for no fire.

In: `other_words.txt`, written by hand, about no document in particular; a line is what may be asked, a word or a phrase, several parted by
commas, then a colon and the words that may say it. Out: for the words of a question, where something of the table stands and which stems say it.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from bot.extractive.lexicon import synonyms
from bot.extractive.terms import tokenise

ASKING = frozenset("who whom whose when where what which why how do does did".split())
_FAMILY = 4  # letters that words of one family share: "deliver" and "delivery"


class Otherwise(NamedTuple):
    """Of the words of a question those from number `first` to the one before `after`, and the `stems` that may say them."""

    first: int
    after: int
    stems: frozenset[str]


@cache
def _table() -> Mapping[tuple[str, ...], str]:
    """What may be asked, as stems, to the words that may say it, which are read only when they are asked for."""
    found: dict[tuple[str, ...], str] = {}
    for line in files(__package__).joinpath("other_words.txt").read_text(encoding="utf-8").splitlines():
        asked, _, said = line.partition(":")
        for phrase in asked.split(","):
            key = tuple(token.stem for token in tokenise(phrase))
            found[key] = f"{found.get(key, '')}{said}"
    return found


@cache
def _longest() -> Mapping[str, int]:
    """How many words the longest of the table has that begins with a stem."""
    longest: dict[str, int] = {}
    for key in _table():
        longest[key[0]] = max(longest.get(key[0], 0), len(key))
    return longest


@lru_cache(maxsize=4_096)
def _said(key: tuple[str, ...]) -> frozenset[str]:
    """The stems that may say it, with the other words of their families."""
    stems = {token.stem for token in tokenise(_table()[key]) if token.is_term}
    families = {other for stem in stems for other in synonyms().get(stem, ()) if other[:_FAMILY] == stem[:_FAMILY]}
    return frozenset(stems | families) - {*key}


def otherwise(stems: Sequence[str]) -> Iterator[Otherwise]:
    """What of the table stands in a question, given as the stems of all its words; of what overlaps the longer.

    "Give up" is no giving, but what stands in "how do I pay" is still said of paying.
    """
    i = 0
    while i < len(stems):
        lengths = range(min(_longest().get(stems[i], 0), len(stems) - i), 0, -1)
        length = next((n for n in lengths if tuple(stems[i : i + n]) in _table()), 0)
        if length:
            yield Otherwise(i, i + length, _said(tuple(stems[i : i + length])))
        i += length if length and stems[i] not in ASKING else 1


@cache
def words_asked() -> frozenset[str]:
    """Every stem that people ask with."""
    return frozenset(stem for key in _table() for stem in key)
