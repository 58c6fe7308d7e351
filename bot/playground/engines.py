"""Which engine answers, as the page may choose it. The program that runs the app beside the playground sets `workspace.engines`.

In: the choice of a person. Out: the app answering with another engine from then on. What an engine is, the playground does not know.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Engine:
    """One to choose: `name` is short, `words` say what it does."""

    id: str
    name: str
    words: str


class Engines(Protocol):
    """What there is to choose from."""

    @property
    def offered(self) -> Sequence[Engine]:
        """Every engine, the usual one first."""
        ...

    @property
    def current(self) -> str:
        """The id of the one that answers."""
        ...

    async def choose(self, engine: str) -> None:
        """Let that one answer; returns once it does. KeyError for one that is not offered."""
        ...
