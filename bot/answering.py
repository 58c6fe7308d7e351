"""One question on its way through the pipeline, where it can be interrupted.

In: a question, and where its verified claims are shown. Out: its Interaction; what was verified so far, where somebody said stop; nothing,
where the question is no longer asked like that.
"""

import asyncio
from collections.abc import Callable
from enum import Enum, auto

from bot.grounding import CitedClaim
from bot.interactions import Interaction
from bot.pipeline import Pipeline
from bot.questions import Question


class Interruption(Enum):
    """Why a question is not answered to its end."""

    STOPPED = auto()
    NO_LONGER_ASKED = auto()


class Answering:
    """One run of the pipeline."""

    def __init__(self, pipeline: Pipeline, question: Question, show: Callable[[CitedClaim], None]) -> None:
        self.question = question
        self._pipeline = pipeline
        self._show = show
        self._claims: list[CitedClaim] = []
        self._why: Interruption | None = None
        self._task: asyncio.Task[Interaction] | None = None

    async def run(self) -> Interaction | None:
        """The Interaction; None where the question is no longer asked."""
        self._task = asyncio.create_task(self._run())
        try:
            return await self._task
        except asyncio.CancelledError:
            if self._why is None:  # the program stops, not this question
                raise
        return self._pipeline.stopped(self.question, tuple(self._claims)) if self._why is Interruption.STOPPED else None

    def interrupt(self, why: Interruption) -> None:
        """Go no further; without effect where it came to its end."""
        if self._task is not None and not self._task.done() and self._why is None:
            self._why = why
            self._task.cancel()

    async def _run(self) -> Interaction:
        async for step in self._pipeline.run(self.question):
            if not isinstance(step, CitedClaim):
                return step
            self._claims.append(step)
            self._show(step)
        raise AssertionError("the pipeline ends with an Interaction")
