"""What the first page shows. In: the store, a selection, the corpus. Out: figures, and what the newest answers are made of."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from bot.corpus import Corpus
from bot.store import Figures, Selection, Store

NEWEST = 2_000  # answers that are read whole: what they cite and withhold is no column of the log


@dataclass(frozen=True, slots=True)
class Overview:
    """`read` is how many of the newest answers the following rest on: counts by rule, by document, medians by step, tokens by kind."""

    figures: Figures
    read: int
    withheld: Mapping[str, int]
    cited: Mapping[str, int]
    never_cited: tuple[str, ...]
    steps: Mapping[str, float]
    tokens: Mapping[str, int]


def overview(store: Store, selection: Selection, corpus: Corpus) -> Overview:
    """The whole page's worth."""
    newest = store.newest_answers(selection, NEWEST)
    answers = [row["answer"] for row in newest if row["answer"]]
    cited = Counter(document for answer in answers for document in _documents(answer))
    return Overview(
        figures=store.figures(selection),
        read=len(newest),
        withheld=Counter(_rule(reason) for answer in answers for claim in answer["withheld"] for reason in claim["reasons"]),
        cited=cited,
        never_cited=tuple(document.id for document in corpus.documents if document.id not in cited),
        steps=_medians(row["seconds"] or {} for row in newest),
        tokens=sum((Counter(row["tokens"] or {}) for row in newest), Counter()),
    )


def _documents(answer: Mapping[str, Any]) -> set[str]:
    """Each document once an answer, however often it is quoted in it."""
    return {citation["document"] for claim in answer["claims"] for citation in claim["citations"]}


def _rule(reason: str) -> str:
    return reason.partition(":")[0]


def _medians(seconds: Iterable[Mapping[str, float]]) -> dict[str, float]:
    by_step: dict[str, list[float]] = {}
    for each in seconds:
        for step, took in each.items():
            by_step.setdefault(step, []).append(took)
    return {step: median(took) for step, took in by_step.items()}
