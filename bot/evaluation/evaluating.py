"""An evaluation: every case asked, scored, printed and, if wanted, written as a report.

In: a pipeline, the corpus it answers from, cases, where to print. Out: the exit code: 0 where every limit is kept, no case crashed, and
nothing got worse since an earlier run.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from rich.console import Console

from bot.corpus import Corpus
from bot.evaluation.cases import Case, load_cases
from bot.evaluation.comparing import Comparison
from bot.evaluation.printing import print_comparison, print_scores
from bot.evaluation.report import render
from bot.evaluation.results import load_run, run_of
from bot.evaluation.scores import Figures, Rate, Score, figures, score
from bot.files import require_writable, write
from bot.interactions import Interaction
from bot.progress import WORTH_ASKING, OnProgress, progress_bar
from bot.questions import Question

logger = logging.getLogger(__name__)


class Answering(Protocol):
    """What is evaluated: a Pipeline, or a stand-in with the same one method."""

    async def answer(self, question: Question) -> Interaction:
        """The whole interaction."""
        ...


@dataclass(frozen=True, slots=True)
class Limits:
    """What an evaluation must keep to succeed, each a share from 0 to 1. Nothing to count keeps every limit."""

    most_ungrounded: float = 0
    most_wrong: float = 1
    least_answered: float = 0
    least_refused: float = 0
    least_precision: float = 0

    def kept_by(self, found: Figures) -> bool:
        """Whether `found` keeps them all, and no case crashed."""
        at_most = ((found.ungrounded, self.most_ungrounded), (found.wrong, self.most_wrong))
        at_least = ((found.answered, self.least_answered), (found.refused, self.least_refused), (found.precision, self.least_precision))
        return (
            not found.crashed
            and all(_share(rate, otherwise=limit) <= limit for rate, limit in at_most)
            and all(_share(rate, otherwise=limit) >= limit for rate, limit in at_least)
        )


@dataclass(frozen=True, slots=True)
class Wanted:
    """Files: a page to write, the results to write, and earlier results to compare with."""

    report: Path | None = None
    json: Path | None = None
    against: Path | None = None


NOTHING_WRITTEN = Wanted()
NO_LIMITS_BUT_GROUNDED = Limits()


def _share(rate: Rate, *, otherwise: float) -> float:
    return otherwise if rate.share is None else rate.share


async def evaluate(
    pipeline: Answering, corpus: Corpus, cases: Path, *, console: Console, wanted: Wanted = NOTHING_WRITTEN, concurrency: int = 1,
    limits: Limits = NO_LIMITS_BUT_GROUNDED,
) -> int:  # fmt: skip
    """Ask every case and print what came of it, and of it since an earlier run. Raises CaseError, or BotError for a file it cannot use."""
    asked, earlier = load_cases(cases), load_run(wanted.against) if wanted.against else None
    for path in filter(None, (wanted.report, wanted.json)):
        require_writable(path)  # before anything is asked: a model's answers cost money
    with progress_bar("", WORTH_ASKING) as on_progress:
        scores = await ask_all(pipeline, corpus, asked, concurrency, on_progress)
    print_scores(scores, console)
    run = run_of(scores, corpus.digest, datetime.now(UTC))
    compared = Comparison(earlier, run) if earlier else None
    if compared:
        print_comparison(compared, console)
    if wanted.json is not None:
        write(wanted.json, run.model_dump_json(indent=1))
    if wanted.report is not None:
        write(wanted.report, render(scores, corpus, run.when, compared))
    return 0 if limits.kept_by(figures(scores)) and not (compared and compared.is_worse) else 1


async def ask_all(
    pipeline: Answering, corpus: Corpus, cases: Sequence[Case], concurrency: int, on_progress: OnProgress
) -> tuple[Score, ...]:
    """The Score of every case, in their order."""
    slots, done = asyncio.Semaphore(max(1, concurrency)), 0

    async def ask(case: Case) -> Score:
        nonlocal done
        async with slots:
            found = await _ask(pipeline, corpus, case)
        on_progress(done := done + 1, len(cases))
        return found

    return tuple(await asyncio.gather(*map(ask, cases)))


async def _ask(pipeline: Answering, corpus: Corpus, case: Case) -> Score:
    try:
        return score(case, await pipeline.answer(case.as_question()), corpus)
    except Exception as error:  # whatever a case runs into is that case's result, and the others go on
        logger.warning("Case %s crashed", case.id, exc_info=True)
        return Score(case, None, crash=f"{type(error).__name__}: {error}")
