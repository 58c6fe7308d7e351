"""The best of an engine's hits put in a better order: by what each passage, and the best sentence of it, has of the question's words.

In: the question's tokens, how rare they are, and the candidates' texts by sentence. Out: a score for each; only differences between
candidates for one question mean anything. The four weights are in `weights.json`, written by `tests/bench/train_retrieval.py`; which
measures they weigh and what each is worth: retrieval.md, "Ranking".
"""

import json
import math
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import chain
from operator import mul
from statistics import fmean
from typing import NamedTuple

from bot.retrieval.analysis import stem
from bot.retrieval.searching import Frequencies
from bot.retrieval.tokens import Tokens, pairs_of, telling_words, words_of

K1 = 0.6  # passages are short: a word said twice says little more than one said once
PASSAGE_B, SENTENCE_B = 0.7, 0.3
MEASURES = ("stems", "surfaces", "pairs", "sentence")

Counts = Mapping[str, int]


class Candidate(NamedTuple):
    """A passage as it is ranked: what stands above it (title, heading), and its sentences."""

    above: str
    sentences: Sequence[str]


class _Seen(NamedTuple):
    """One stretch of text: how many tokens it has in each field, and which of them the question has."""

    lengths: Tokens[int]
    found: Tokens[list[str]]


def scores(asked: Frequencies, candidates: Sequence[Candidate]) -> list[float]:
    """A score for each of `candidates`, in their order. `asked` holds the question's tokens."""
    weights = shipped_weights()
    return [sum(map(mul, weights, measured)) for measured in measures(asked, candidates)]


def measures(asked: Frequencies, candidates: Sequence[Candidate]) -> list[tuple[float, ...]]:
    """For each candidate its MEASURES: BM25 of the passage in each of the three fields, and of its best sentence."""
    worth = _Worth(asked)
    seen = [[worth.see(text) for text in (candidate.above, *candidate.sentences)] for candidate in candidates]
    whole = [_together(parts) for parts in seen]
    usual = Tokens(*(_mean(lengths) for lengths in zip(*(one.lengths for one in whole), strict=True)) if whole else (1.0, 1.0, 1.0))
    usual_sentence = _mean([part.lengths.stems for parts in seen for part in parts[1:]])
    return [
        (
            *(worth.bm25(field, one, usual[field], PASSAGE_B) for field in range(len(usual))),
            max((worth.bm25(0, part, usual_sentence, SENTENCE_B) for part in parts[1:]), default=0.0),
        )
        for one, parts in zip(whole, seen, strict=True)
    ]


class _Worth:
    """What each of a question's tokens is worth: the rarer the more."""

    def __init__(self, asked: Frequencies) -> None:
        self._worth = Tokens(*({token: _rarity(asked.passages, n) for token, n in those.items()} for those in asked.tokens))

    def see(self, text: str) -> _Seen:
        everything = words_of(text) if text else []
        telling = telling_words(everything)
        pairs = pairs_of(everything)
        stems, surfaces, joined = self._worth
        found = Tokens(
            [root for root in map(stem, telling) if root in stems],
            [word for word in telling if word in surfaces],
            [pair for pair in pairs if pair in joined],
        )
        return _Seen(Tokens(len(telling), len(telling), len(pairs)), found)

    def bm25(self, field: int, seen: _Seen, usual: float, b: float) -> float:
        """Robertson's formula, as Lucene has it, of what was found in one field of a text; `usual` is the mean length."""
        worth, found = self._worth[field], seen.found[field]
        damping = K1 * (1 - b + b * seen.lengths[field] / usual)
        return sum(worth[token] * n * (1 + K1) / (n + damping) for token in dict.fromkeys(found) if (n := found.count(token)))


def _rarity(passages: int, holding: int) -> float:
    return math.log(1 + max(0.5, passages - holding + 0.5) / (holding + 0.5))


def _together(parts: Sequence[_Seen]) -> _Seen:
    lengths = Tokens(*map(sum, zip(*(part.lengths for part in parts), strict=True)))
    return _Seen(lengths, Tokens(*(list(chain.from_iterable(found)) for found in zip(*(part.found for part in parts), strict=True))))


def _mean(lengths: Sequence[int]) -> float:
    return max(1.0, fmean(lengths)) if lengths else 1.0


@cache
def shipped_weights() -> tuple[float, ...]:
    """The weights that come with the program, in the order of MEASURES."""
    weights = json.loads(files(__package__).joinpath("weights.json").read_text(encoding="utf-8"))
    return tuple(float(weights[name]) for name in MEASURES)
