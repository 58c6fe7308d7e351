"""What the first page shows. In: the store, a selection, the corpus, prices. Out: figures, and what is behind them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median

from bot.corpus import Corpus
from bot.store import Figures, Selection, Store

NEWEST = 1_000  # answers whose steps are timed: what was slow last year says nothing of today
PER_TOKENS = 1_000_000

Prices = tuple[float, float, float]
"""Of a million tokens: input that was not cached, cached input, output."""


@dataclass(frozen=True, slots=True)
class Overview:
    """`read` is how many of the newest answers the medians by step rest on, in seconds; `cost` is None where no price is known."""

    figures: Figures
    read: int
    never_cited: tuple[str, ...]
    steps: Mapping[str, float]
    cost: float | None


def overview(store: Store, selection: Selection, corpus: Corpus, prices: Prices) -> Overview:
    """The whole page's worth."""
    found, newest = store.figures(selection), store.newest_seconds(selection, NEWEST)
    return Overview(
        figures=found,
        read=len(newest),
        never_cited=tuple(document.id for document in corpus.documents if document.id not in found.cited),
        steps=_medians(newest),
        cost=_cost(found.tokens, prices) if any(prices) else None,
    )


def _cost(tokens: Mapping[str, int], prices: Prices) -> float:
    used, cached, written = (tokens.get(kind, 0) for kind in ("input", "cached", "output"))
    return sum(count * price for count, price in zip((used - cached, cached, written), prices, strict=True)) / PER_TOKENS


def _medians(seconds: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """Of each step, the longest first; `total` last."""
    by_step: dict[str, list[float]] = {}
    for each in seconds:
        for step, took in each.items():
            by_step.setdefault(step, []).append(took)
    medians = {step: median(took) for step, took in by_step.items()}
    return dict(sorted(medians.items(), key=lambda item: (item[0] == "total", -item[1])))
