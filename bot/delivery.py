"""Where answers go: what a surface offers to whoever replies to a question there.

In: a claimed question. Out: its reply, which can be shown, finished, taken back or apologised for.
"""

from collections.abc import Awaitable, Callable
from typing import Protocol

from bot.grounding import Answer, CitedClaim
from bot.store import Job

Checkpoint = Callable[[str], Awaitable[None]]
"""Records the ts of the messages a reply stands in so far, separated by spaces, so that a restart goes on with those."""


class Reply(Protocol):
    """The reply to one question. Methods raise DeliveryError for what is worth another attempt, anything else for what is not."""

    async def begin(self) -> None:
        """Show that the question is being worked on; never fails."""
        ...

    def show(self, claim: CitedClaim) -> None:
        """Show a verified claim before the others are, where the surface can; returns at once and never fails."""
        ...

    def complete(self) -> None:
        """The answer is complete, and only to be recorded: nothing need be shown any more that is not; returns at once and never fails."""
        ...

    async def finish(self, answer: Answer) -> str:
        """Let the reply be this answer, once, however often it is called; the ts of its messages, or "" where there are none."""
        ...

    async def withdraw(self) -> None:
        """Take back what stands of the reply: its question was."""
        ...

    async def apologise(self) -> None:
        """Let the reply say that there will be no answer."""
        ...

    async def close(self) -> None:
        """Leave nothing running and no sign of work, however it ended; never fails."""
        ...


class Delivery(Protocol):
    """Where answers go."""

    async def reply(self, job: Job, opened: Checkpoint) -> Reply:
        """The reply to a claimed question; `opened` is told of each message it stands in.

        Raises NotInstalled where its workspace has no bot any more, DeliveryError where that cannot be told now.
        """
        ...
