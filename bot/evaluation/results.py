"""What became of each case, as a file that outlives the run, so that two runs can be compared.

In: Scores, or a file that `evaluate --json` wrote. Out: a Run; a BotError for a file that is none.
"""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import BotError
from bot.evaluation.scores import Outcome, Score, reasons


class Result(BaseModel):
    """One case's Score without documents: `claims`, `ungrounded`, `named` and `supporting` are counts, `seconds` is None where it crashed."""

    model_config = ConfigDict(frozen=True)

    id: str
    category: str
    question: str
    engine: str
    verdict: str
    outcome: Outcome
    is_answerable: bool
    is_answered: bool
    is_refused: bool
    is_wrong: bool
    claim_count: int
    ungrounded_count: int
    named_count: int
    supporting_count: int
    seconds: float | None
    text: str
    reasons: tuple[str, ...]

    @property
    def has_crashed(self) -> bool:
        """Whether an error took the answer's place."""
        return self.outcome is Outcome.CRASHED


class Run(BaseModel):
    """One evaluation: when it was, on which documents, and what came of it."""

    model_config = ConfigDict(frozen=True)

    when: datetime
    corpus_digest: str
    results: tuple[Result, ...]


def run_of(scores: Iterable[Score], corpus_digest: str, when: datetime) -> Run:
    """The Scores as a Run."""
    return Run(when=when, corpus_digest=corpus_digest, results=tuple(map(_result, scores)))


def load_run(path: Path) -> Run:
    """A Run from its file. Raises BotError."""
    try:
        return Run.model_validate_json(path.read_bytes())
    except OSError as error:
        raise BotError(f"{path} cannot be read ({error.strerror}).") from None
    except ValidationError:
        raise BotError(f"{path} is no evaluation. Please give a file that `evaluate --json` wrote.") from None


def _result(score: Score) -> Result:
    interaction = score.interaction
    return Result(
        id=score.case.id, category=score.case.category, question=score.case.question, engine=score.engine,
        verdict=interaction.answer.verdict.value if interaction else "", outcome=score.outcome, is_answerable=score.is_answerable,
        is_answered=score.is_answered, is_refused=score.is_refused, is_wrong=score.is_wrong, claim_count=score.claim_count,
        ungrounded_count=score.ungrounded_count, named_count=score.named_count, supporting_count=score.supporting_count,
        seconds=score.seconds, text=interaction.text if interaction else "", reasons=reasons(score),
    )  # fmt: skip
