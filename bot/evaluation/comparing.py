"""Two evaluations beside each other: which cases turned, and whether anything got worse.

In: an earlier Run and a later one. Out: a Comparison. Cases that only one of them has are named and otherwise left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.evaluation.results import Result, Run
from bot.evaluation.scores import Figures, Outcome, Rate, figures

_ORDER = list(Outcome)  # the worst first


@dataclass(frozen=True, slots=True)
class Turn:
    """One case, and what became of it in each run."""

    before: Result
    now: Result

    @property
    def is_worse(self) -> bool:
        """Whether a person would get something worse."""
        return _ORDER.index(self.now.outcome) < _ORDER.index(self.before.outcome)


@dataclass(frozen=True)
class Comparison:
    """`added` and `removed` are the ids of cases that only the later run has, or only the earlier."""

    earlier: Run
    later: Run

    @cached_property
    def pairs(self) -> tuple[Turn, ...]:
        """Every case of both."""
        known = {result.id: result for result in self.earlier.results}
        return tuple(Turn(known[result.id], result) for result in self.later.results if result.id in known)

    @property
    def worse(self) -> tuple[Turn, ...]:
        """The cases that got worse, the worst first."""
        return tuple(sorted((turn for turn in self.pairs if turn.is_worse), key=lambda turn: _ORDER.index(turn.now.outcome)))

    @property
    def better(self) -> tuple[Turn, ...]:
        """The cases that got better."""
        return tuple(turn for turn in self.pairs if turn.now.outcome is not turn.before.outcome and not turn.is_worse)

    @property
    def reworded(self) -> tuple[Turn, ...]:
        """The cases that are as good as before, in other words."""
        return tuple(turn for turn in self.pairs if turn.now.outcome is turn.before.outcome and turn.now.text != turn.before.text)

    @property
    def added(self) -> tuple[str, ...]:
        """Cases that the earlier run has not."""
        return _ids_beyond(self.later.results, self.earlier.results)

    @property
    def removed(self) -> tuple[str, ...]:
        """Cases that the later run has not."""
        return _ids_beyond(self.earlier.results, self.later.results)

    @cached_property
    def before(self) -> Figures:
        """The earlier run's figures, of the cases of both."""
        return figures([turn.before for turn in self.pairs])

    @cached_property
    def now(self) -> Figures:
        """The later run's, likewise."""
        return figures([turn.now for turn in self.pairs])

    @property
    def is_worse(self) -> bool:
        """Whether a case got worse, or more of what is said is ungrounded."""
        return bool(self.worse) or _share(self.now.ungrounded) > _share(self.before.ungrounded)


def _share(rate: Rate) -> float:
    return rate.share or 0.0


def _ids_beyond(results: Sequence[Result], others: Sequence[Result]) -> tuple[str, ...]:
    known = {result.id for result in others}
    return tuple(result.id for result in results if result.id not in known)
