"""Short replies of a model as checked objects: a question written out, a verdict of the judge.

In: a model, a prompt, and the pydantic model its reply shall have. Out: the object, or None for a reply that is anything else, too long or
too late; and the tokens it took. A model that fails is never an error here: whoever asks goes on without.
"""

import asyncio
import logging
from contextlib import aclosing
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from bot.errors import ModelError
from bot.llm.model import ChatModel, Usage
from bot.prompts import Prompt

logger = logging.getLogger(__name__)

Shape = TypeVar("Shape", bound=BaseModel)
LONGEST_REPLY = 8_000  # characters, thoughts included


async def short_reply(model: ChatModel, prompt: Prompt, shape: type[Shape], seconds: float) -> tuple[Shape | None, Usage]:
    """The reply to `prompt` within `seconds`, or None."""
    text, usage = "", Usage()
    try:
        async with asyncio.timeout(seconds), aclosing(model.stream(prompt)) as stream:
            async for piece in stream:
                if isinstance(piece, Usage):
                    usage += piece
                elif len(text) <= LONGEST_REPLY:
                    text += piece
        return shape.model_validate_json(_object_in(text)), usage
    except (ModelError, TimeoutError, ValidationError) as error:
        logger.info("A short reply could not be used (%s)", type(error).__name__)
        return None, usage


def _object_in(text: str) -> str:
    """From the last opening brace to the last closing one: what stands around it are fences and thoughts."""
    return text[max(text.rfind("{"), 0) : text.rfind("}") + 1]
