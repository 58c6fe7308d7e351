"""What the pipeline asks of a model: one streamed reply to one prompt.

The protocol has one method, so that a scripted model for tests is as much a model as a provider's.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Protocol

from bot.prompts import Prompt


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the provider counted them; zero where it did not say."""

    input: int = 0
    cached: int = 0
    output: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(self.input + other.input, self.cached + other.cached, self.output + other.output)

    def cost(self, prices: tuple[float, float, float]) -> float:
        """What they cost, where a million tokens of input, cached input and output cost `prices`; cached ones are part of the input.

        >>> Usage(input=1_000_000, cached=500_000, output=100_000).cost((2.0, 1.0, 10.0))
        2.5
        """
        used = (self.input - self.cached, self.cached, self.output)
        return sum(tokens * price / 1e6 for tokens, price in zip(used, prices, strict=True))


class ChatModel(Protocol):
    """A model that replies in pieces of text. The last piece is followed by its Usage.

    `stream` raises a ModelError: ModelUnavailable, ModelRejected, ModelRefused, or DraftUnreadable for a reply that was cut off. It ends
    normally only after a reply that its provider called complete.
    """

    @property
    def name(self) -> str:
        """As the log shows it: `openai:MODEL`."""
        ...

    def stream(self, prompt: Prompt) -> AsyncGenerator[str | Usage, None]:
        """The reply to `prompt`, piece by piece."""
        ...
