"""What changed in the workspace, told to whoever watches: the page's live updates, and tests that wait for something.

In: one `Change` each time the state moves. Out: an async iterator of them for every subscriber, each seeing all
changes since it subscribed, in order, until the feed is closed.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

ChangeKind = Literal[
    "message_posted",
    "message_changed",  # edited, streamed further, or its thread's counts moved
    "message_deleted",
    "ephemeral_posted",
    "ephemeral_changed",
    "ephemeral_deleted",
    "view_opened",
    "view_updated",
    "view_closed",
    "home_published",
    "status_changed",  # the "is thinking…" line of a thread
    "prompts_changed",
    "title_changed",
    "session_changed",  # an agent session's status: the Stop button comes and goes with it
    "notice_shown",  # Slack itself tells one person of trouble: see `Workspace.notices`
    "api_called",  # the wire: `Workspace.records` grew
    "delivered",
    "faults_changed",
    "engine_changed",
]


@dataclass(frozen=True)
class Change:
    """One thing that moved. `ts` is the message's, `thread_ts` its root's; `user` is set when only one person sees it."""

    kind: ChangeKind
    channel: str | None = None
    ts: str | None = None
    thread_ts: str | None = None
    user: str | None = None
    view_id: str | None = None


class Subscription:
    """An async iterator over the changes published since it was made; it ends when the feed closes."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Change | None] = asyncio.Queue()

    def put(self, change: Change | None) -> None:
        """Queue a change; None ends the iteration."""
        self._queue.put_nowait(change)

    def __aiter__(self) -> "Subscription":
        return self

    async def __anext__(self) -> Change:
        change = await self._queue.get()
        if change is None:
            raise StopAsyncIteration
        return change


class ChangeFeed:
    """Publishes changes to every open subscription."""

    def __init__(self) -> None:
        self._subscriptions: set[Subscription] = set()
        self._closed = False

    def publish(self, change: Change) -> None:
        """Hand `change` to every subscriber, without waiting for any of them."""
        for subscription in self._subscriptions:
            subscription.put(change)

    @contextmanager
    def subscribe(self) -> Iterator[Subscription]:
        """Watch from now on: `with feed.subscribe() as changes: async for change in changes: …`."""
        subscription = Subscription()
        if self._closed:
            subscription.put(None)
        self._subscriptions.add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions.discard(subscription)

    def close(self) -> None:
        """End every subscription, now and in future: the server is stopping."""
        self._closed = True
        for subscription in self._subscriptions:
            subscription.put(None)
