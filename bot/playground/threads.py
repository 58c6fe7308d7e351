"""What an agent shows round a thread: its status line, its session, its title, and the prompts it suggests.

In: the arguments of assistant.threads.* and agents.sessions.*, already checked. Out: the same, by channel and thread,
while they last.
"""

from collections.abc import Callable
from dataclasses import dataclass

ThreadKey = tuple[str, str]  # channel id, root ts


@dataclass(frozen=True)
class Status:
    """The "is searching…" line: shown under the thread until the app posts, clears it, or two minutes pass."""

    text: str
    loading_messages: tuple[str, ...]
    set_at: float


@dataclass(frozen=True)
class Prompt:
    """A suggestion the person may click: `title` is shown, `message` is sent."""

    title: str
    message: str


@dataclass(frozen=True)
class SuggestedPrompts:
    """The suggestions of a DM (`thread_ts` None) or of one thread."""

    prompts: tuple[Prompt, ...]
    title: str | None = None


@dataclass
class Session:
    """An agent's session: `status` is active, processing, suspended or closed (docs.slack.dev/ai/agent-sessions)."""

    status: str
    title: str | None = None
    initiator: str | None = None


class Threads:
    """Status, session, title and prompts by thread."""

    def __init__(self, clock: Callable[[], float], status_lifetime: float) -> None:
        self._clock = clock
        self._status_lifetime = status_lifetime
        self._statuses: dict[ThreadKey, Status] = {}
        self._prompts: dict[tuple[str, str | None], SuggestedPrompts] = {}
        self.sessions: dict[ThreadKey, Session] = {}
        self.titles: dict[ThreadKey, str] = {}

    def status(self, key: ThreadKey) -> Status | None:
        """The status line showing now."""
        status = self._statuses.get(key)
        if status and self._clock() - status.set_at < self._status_lifetime:
            return status
        return None

    def set_status(self, key: ThreadKey, text: str, loading_messages: tuple[str, ...]) -> None:
        """Show a status line, or with empty text take it away."""
        if text:
            self._statuses[key] = Status(text, loading_messages, self._clock())
        else:
            self.clear_status(key)

    def clear_status(self, key: ThreadKey) -> bool:
        """Take the status line away; whether one was showing."""
        return self._statuses.pop(key, None) is not None

    def prompts(self, channel: str, thread_ts: str | None) -> SuggestedPrompts | None:
        """The prompts suggested there."""
        return self._prompts.get((channel, thread_ts))

    def suggest(self, channel: str, thread_ts: str | None, prompts: SuggestedPrompts) -> None:
        """Show prompts there, in place of earlier ones."""
        self._prompts[channel, thread_ts] = prompts
