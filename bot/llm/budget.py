"""A model that is asked as long as the day's tokens last.

In: a ChatModel and what was used so far. Out: the same, or ModelUnavailable without a call once the budget is used up: answers are then
quotes, and say so. Who runs the bot is warned before, in the log.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from bot.errors import ModelUnavailable
from bot.llm.model import ChatModel, Usage
from bot.prompts import Prompt

logger = logging.getLogger(__name__)

WARNING_SHARE = 0.8


class Budget:
    """Asks `model` while `spent`, the tokens used today, is below `limit`. `spent` may block: it is called in a thread."""

    def __init__(self, model: ChatModel, limit: int, spent: Callable[[], int]) -> None:
        self._model = model
        self._limit = limit
        self._spent = spent
        self._has_warned = False

    @property
    def name(self) -> str:
        """The model's."""
        return self._model.name

    async def stream(self, prompt: Prompt) -> AsyncGenerator[str | Usage, None]:
        """The model's reply. Raises ModelUnavailable where today's tokens are used up; the reply that passes the limit is still given."""
        spent = await asyncio.to_thread(self._spent)
        self._warn(spent)
        if spent >= self._limit:
            raise ModelUnavailable("today's DAILY_TOKENS are used up")
        async with aclosing(self._model.stream(prompt)) as pieces:
            async for piece in pieces:
                yield piece

    def _warn(self, spent: int) -> None:
        """Once a day: the share falls below the mark again at midnight, UTC."""
        is_near = spent >= WARNING_SHARE * self._limit
        if is_near and not self._has_warned:
            logger.warning(
                "%d of today's %d tokens (DAILY_TOKENS) are used; after that, answers are quotes until midnight, UTC", spent, self._limit
            )
        self._has_warned = is_near
