"""A sentence said in other words that say the same, or a part of it.

In: a sentence of a document, its references written out, and a claim. Out: the few rephrasings nearest to the claim. Each is entailed by the sentence
whatever its words mean, because only its grammar was touched: an insert left out or made a sentence of its own, one of two predicates, a phrase
at the other end, who said it at the other end, a noun for its verb. So what the checks find supported by a rephrasing is supported by the sentence.

>>> "X, the maker of Y, bought Z in 2012."   # X is the maker of Y. X bought Z in 2012. In 2012, X bought Z.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from rapidfuzz.distance import LCSseq

from bot.corpus.dates import find_dates
from bot.grounding.clauses import Tokens, split
from bot.grounding.grammar import read
from bot.grounding.quantities import find_quantities, without_quantities
from bot.grounding.rephrasing_inserts import INSERTS
from bot.grounding.rephrasing_moves import MOVES
from bot.grounding.rephrasing_turns import TURNS

_MOST = 80  # rephrasings looked at
_NEAREST = 4  # of them held against the checks


def rephrasings(sentence: str, claim: str) -> list[str]:
    """The rephrasings of `sentence` that hold all that `claim` takes from it, those nearest to the claim first."""
    known = set(_telling(sentence))
    wanted = [stem for stem in _telling(claim) if stem in known]
    needed = _content(claim) & _content(sentence)
    fit = [text for text in _closure(sentence) if needed <= _content(text) and LCSseq.similarity(wanted, _telling(text)) == len(wanted)]
    return sorted(fit, key=lambda text: (-LCSseq.similarity(_words(claim), _words(text)), len(text)))[:_NEAREST]


@lru_cache(maxsize=4096)
def _words(text: str) -> tuple[str, ...]:
    return tuple(word.lower for word in read(text))


@lru_cache(maxsize=4096)
def _telling(text: str) -> tuple[str, ...]:
    """The stems of the words that say something, in order; numbers and dates are compared by their values elsewhere."""
    return tuple(word.stem for word in read(without_quantities(text)) if word.is_content)


@lru_cache(maxsize=4096)
def _content(text: str) -> frozenset[object]:
    """The stems of the words that say something, and what is a quantity or a date by its value."""
    words = {word.stem for word in read(without_quantities(text)) if word.is_content}
    amounts = {(quantity.value, quantity.unit) for quantity in find_quantities(text)}
    return frozenset[object](words | amounts | {(date.year, date.month, date.day) for date in find_dates(text)})


@lru_cache(maxsize=512)
def _closure(sentence: str) -> tuple[str, ...]:
    """What one or two changes after another make of a sentence."""
    start = split(sentence)
    found: dict[Tokens, None] = {}
    edge = [start]
    for _ in range(2):
        edge = [
            new
            for tokens in edge
            for change in _CHANGES
            for new in change(tokens)
            if new not in found and len(new) >= 3 and _is_balanced(new)
        ]
        edge = list(dict.fromkeys(edge))[: _MOST - len(found)]
        found |= dict.fromkeys(edge)
    found.pop(start, None)
    return tuple(_written(tokens) for tokens in found)


def _written(tokens: Tokens) -> str:
    text = re.sub(r"\s+([,;:.)\]”])", r"\1", " ".join(tokens))
    return re.sub(r"([(\[“])\s+", r"\1", text) + "."


# --- changes


def _is_balanced(tokens: Tokens) -> bool:
    """Whether each bracket and quotation mark is closed."""
    return tokens.count("(") == tokens.count(")") and tokens.count("“") == tokens.count("”") and tokens.count('"') % 2 == 0


Change = Callable[[Tokens], Iterator[Tokens]]
_CHANGES: tuple[Change, ...] = (*INSERTS, *MOVES, *TURNS)
