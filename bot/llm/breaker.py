"""A model that is not asked while its provider is away: after a few failures in a row the next questions do without it at once.

In: a ChatModel. Out: the same, or ModelUnavailable without a call. The pipeline then answers with quotes, and says so.
"""

import logging
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from bot.errors import ModelError, ModelUnavailable
from bot.llm.model import ChatModel, Usage
from bot.prompts import Prompt

logger = logging.getLogger(__name__)

FAILURES = 3
PAUSE_SECONDS = 20.0


class Breaker:
    """Asks `model` unless its last `FAILURES` replies all failed; then one question every `PAUSE_SECONDS` tries whether it is back."""

    def __init__(self, model: ChatModel, clock: Callable[[], float] = time.monotonic) -> None:
        self._model = model
        self._clock = clock
        self._failures = 0
        self._next_probe = 0.0

    @property
    def name(self) -> str:
        """The model's."""
        return self._model.name

    @property
    def is_open(self) -> bool:
        """Whether the provider is taken to be away."""
        return self._failures >= FAILURES

    async def stream(self, prompt: Prompt) -> AsyncGenerator[str | Usage, None]:
        """The model's reply. Raises ModelUnavailable at once while the provider is taken to be away."""
        if self.is_open and self._clock() < self._next_probe:
            raise ModelUnavailable("the model's provider failed several times in a row and is not asked for a while")
        self._next_probe = self._clock() + PAUSE_SECONDS  # of those that come now, only this one tries
        try:
            async with aclosing(self._model.stream(prompt)) as pieces:
                async for piece in pieces:
                    yield piece
        except ModelUnavailable:
            self._failures += 1
            if self._failures == FAILURES:
                logger.warning("The model's provider failed %d times in a row: answering without it for now", FAILURES)
            raise
        except ModelError:  # no reply to use, but the provider gave one
            self._close()
            raise
        self._close()

    def _close(self) -> None:
        if self.is_open:
            logger.warning("The model's provider is back")
        self._failures = 0
