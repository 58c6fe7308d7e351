"""A model that plays a script: for tests, and for trying the bot's behaviour by hand. Deterministic, and never on the network."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

from bot.errors import ModelError
from bot.llm.model import Usage
from bot.prompts import Prompt

Step = str | Usage | ModelError | float


class ScriptedModel:
    """Plays one script a prompt, in order, the last one for ever. An error in a script is raised where it stands, a number is a pause in seconds."""

    name = "scripted"

    def __init__(self, *scripts: Sequence[Step]) -> None:
        self._scripts = list(scripts)
        self.prompts: list[Prompt] = []

    async def stream(self, prompt: Prompt) -> AsyncGenerator[str | Usage, None]:
        """The next script."""
        self.prompts.append(prompt)
        script = self._scripts.pop(0) if len(self._scripts) > 1 else self._scripts[0]
        for step in script:
            if isinstance(step, ModelError):
                raise step
            if isinstance(step, float):
                await asyncio.sleep(step)
            else:
                yield step
