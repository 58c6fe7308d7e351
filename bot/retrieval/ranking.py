"""The best of an engine's hits put in a better order: by what each passage, and the best sentence of it, has of the question's words.

In: an engine, a question's tokens, and the texts of its hits by sentence. Out: the hits, best first, with scores of which only the differences
for one question mean anything. The four weights are in `weights.json`, written by `tests/bench/train_retrieval.py`; which
measures they weigh and what each is worth: retrieval.md, "Ranking".
"""

import json
import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import accumulate, chain, compress, count, islice, pairwise
from operator import mul
from typing import NamedTuple

from bot.retrieval.analysis import STOP_WORDS, has_cjk, is_cjk, stem
from bot.retrieval.searching import Frequencies, PassageId, SearchEngine
from bot.retrieval.tokens import Tokens, pairs_of, words_of

RANKED = 50  # the engine's best are ranked anew: 98 % of SQuAD's answers are among them (retrieval.md, "Ranking")
USUAL_LENGTH = (
    800  # characters of a passage; where they are longer, fewer are ranked anew: the first 40,000 characters gave the same recall
)
DEEPER = 5  # where too few hits may be shown, so many times more are asked for
MOST_TOKENS = 256  # of a question in one field; what comes later in so long a question does not say what it is about
MOST_ROOTS = 200_000  # words whose stems are kept, some 20 MB
STOP_ROOTS = frozenset(map(stem, STOP_WORDS))
K1 = 0.6  # passages are short: a word said twice says little more than one said once
PASSAGE_B, SENTENCE_B = 0.7, 0.3
MEASURES = ("stems", "surfaces", "pairs", "sentence")

Counts = Mapping[str, int]


class Candidate(NamedTuple):
    """A passage as it is ranked: what stands above it (title, heading), and its sentences."""

    above: str
    sentences: Sequence[str]


Read = Callable[[PassageId], Candidate]
IsShown = Callable[[PassageId], bool]


class _Seen(NamedTuple):
    """What a candidate has of the question: its length in words and what was found of it in each field, and of its sentences the stems."""

    length: int
    found: Tokens[list[str]]
    sentences: list[tuple[int, list[str]]]


def best_first(
    engine: SearchEngine, tokens: Tokens[tuple[str, ...]], k: int, read: Read, is_shown: IsShown = lambda _: True, anew: int = RANKED
) -> list[tuple[PassageId, float]]:
    """The `k` best passages of those that are shown: the engine's best ranked `anew` (fewer if they are long), after them the rest as it has them."""
    asked = distinct(tokens)
    hits = _hits(engine, sought(asked), max(k, anew), is_shown)
    measured = measures(engine.frequencies(asked), list(_readable(map(read, hits[:anew]), anew * USUAL_LENGTH)))
    weights = shipped_weights()
    scores = [sum(map(mul, weights, those)) for those in measured]
    # Of two as good as each other the id decides, so that the same question finds the same in every engine.
    ranked = sorted(zip(hits, scores, strict=False), key=lambda hit: (-hit[1], hit[0]))
    lowest = ranked[-1][1] if ranked else 0.0
    return [*ranked, *((hit, lowest - n) for n, hit in enumerate(hits[len(ranked) :], 1))][:k]


def distinct(tokens: Tokens[tuple[str, ...]]) -> Tokens[tuple[str, ...]]:
    """Each of a question's tokens once."""
    return Tokens(*(tuple(islice(dict.fromkeys(those), MOST_TOKENS)) for those in tokens))


def sought(asked: Tokens[tuple[str, ...]]) -> Tokens[tuple[str, ...]]:
    """What of a question's tokens its hits are looked for by. What says little, or a stem says already, only counts when they are ranked anew.

    Without words as written and pairs with a stop word, a search of a million passages takes half its time and touches two thirds as much of
    the index. SQuAD's answers are among the best 50 for 97.3 % of its questions, with them for 97.5 %; among the best 5, once ranked, for as
    many. They are looked for where a question has nothing but stop words.
    """
    if STOP_ROOTS.issuperset(asked.stems):
        return asked
    return Tokens(asked.stems, (), tuple(pair for pair in asked.pairs if STOP_ROOTS.isdisjoint(pair.split("_"))))


def _readable(candidates: Iterable[Candidate], most: int) -> Iterator[Candidate]:
    """The first of them, as many as have `most` characters together: what ranking takes is the reading."""
    for candidate in candidates:
        most -= sum(map(len, candidate.sentences))
        if most < 0:
            return
        yield candidate


def _hits(engine: SearchEngine, asked: Tokens[tuple[str, ...]], k: int, is_shown: IsShown) -> list[PassageId]:
    wanted = k
    while True:
        found = [hit for hit, _ in engine.search(asked, wanted)]
        shown = list(filter(is_shown, found))
        if len(shown) >= k or len(found) < wanted:
            return shown[:k]
        wanted *= DEEPER


def measures(asked: Frequencies, candidates: Sequence[Candidate]) -> list[tuple[float, ...]]:
    """For each candidate its MEASURES: BM25 of the passage in each of the three fields, and of its best sentence."""
    worth = _Worth(asked)
    seen = list(map(worth.see, candidates))
    usual = _mean([one.length for one in seen])
    usual_sentence = _mean([length for one in seen for length, _ in one.sentences])
    return [
        (
            *(worth.bm25(field, one.length / usual, found, PASSAGE_B) for field, found in enumerate(one.found)),
            max((worth.bm25(0, length / usual_sentence, found, SENTENCE_B) for length, found in one.sentences if found), default=0.0),
        )
        for one in seen
    ]


class _Worth:
    """What each of a question's tokens is worth: the rarer the more."""

    def __init__(self, asked: Frequencies) -> None:
        self._worth = Tokens(*({token: _rarity(asked.passages, n) for token, n in those.items()} for those in asked.tokens))
        self._in_characters = any(map(is_cjk, self._worth.pairs))
        self._roots = {root for joined in self._worth.pairs for root in joined.split("_")} | set(self._worth.stems)

    def see(self, candidate: Candidate) -> _Seen:
        """What of the question a candidate has. Reads a text as `tokens_of` does, but only for what is asked, in half the time."""
        texts = (candidate.above, *candidate.sentences)
        parts = list(map(words_of, texts))
        everything = list(chain.from_iterable(parts))
        stems, surfaces, joined = self._worth
        roots = list(map(ROOTS.__getitem__, everything))
        places = list(compress(count(), map(self._roots.__contains__, roots)))
        telling = [place for place in places if roots[place] in stems and everything[place] not in STOP_WORDS]
        if self._in_characters and any(map(has_cjk, texts)):
            pairs = pairs_of(everything)
        else:
            pairs = [f"{roots[i]}_{roots[j]}" for i, j in pairwise(places) if j == i + 1]
        found = Tokens(
            [roots[place] for place in telling],
            [everything[place] for place in telling if everything[place] in surfaces],
            [pair for pair in pairs if pair in joined],
        )
        ends = list(accumulate(map(len, parts)))
        sentences: list[list[str]] = [[] for _ in parts]
        for place in telling:
            sentences[bisect_right(ends, place)].append(roots[place])
        return _Seen(len(everything), found, list(zip(map(len, parts[1:]), sentences[1:], strict=True)))

    def bm25(self, field: int, relative_length: float, found: list[str], b: float) -> float:
        """Robertson's formula of what was found in one field of a text so many times as long as usual."""
        if not found:
            return 0.0
        worth = self._worth[field]
        damping = K1 * (1 - b + b * relative_length)
        return sum(worth[token] * n * (1 + K1) / (n + damping) for token in set(found) if (n := found.count(token)))


def _rarity(passages: int, holding: int) -> float:
    return math.log(1 + max(0.5, passages - holding + 0.5) / (holding + 0.5))


def _mean(lengths: Sequence[int]) -> float:
    return max(1.0, sum(lengths) / len(lengths)) if lengths else 1.0


class _Roots(dict[str, str]):
    """The stem of each word there has been: a dictionary is read three times as fast as a cached function."""

    def __missing__(self, word: str) -> str:
        if len(self) >= MOST_ROOTS:
            self.clear()
        root = self[word] = stem(word)
        return root


ROOTS = _Roots()


@cache
def shipped_weights() -> tuple[float, ...]:
    """The weights that come with the program, in the order of MEASURES."""
    weights = json.loads(files(__package__).joinpath("weights.json").read_text(encoding="utf-8"))
    return tuple(float(weights[name]) for name in MEASURES)
