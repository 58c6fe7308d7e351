"""Trigger ids: the short right to open a modal that an interaction gives.

In: the person who interacted. Out: a trigger_id, good once, for three seconds (slack.md 1.4).
"""

import itertools
import secrets
from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Trigger:
    """Whose interaction it was, in which view if in one, and until when it is good (seconds since the epoch)."""

    user: str
    expires: float
    view_id: str | None = None
    channel: str | None = None  # the conversation the person was in
    used: bool = False


class TriggerRefused(Exception):
    """Carries Slack's error code: invalid_trigger_id, expired_trigger_id or exchanged_trigger_id."""


class Triggers:
    """The trigger ids given so far."""

    def __init__(self, clock: Callable[[], float], lifetime: float) -> None:
        self._clock = clock
        self._lifetime = lifetime
        self._given: dict[str, Trigger] = {}
        self._numbers = itertools.count(1_000_000)

    def new(self, user: str, view_id: str | None = None, channel: str | None = None) -> str:
        """A trigger_id for that person, shaped as Slack's: "number.number.hex"."""
        number = next(self._numbers)
        trigger_id = f"{number}.{number * 7}.{secrets.token_hex(16)}"
        self._given[trigger_id] = Trigger(user, self._clock() + self._lifetime, view_id, channel)
        return trigger_id

    def exchange(self, trigger_id: str) -> Trigger:
        """Use the trigger. TriggerRefused if it is unknown, too old, or was used before."""
        trigger = self._given.get(trigger_id)
        if trigger is None:
            raise TriggerRefused("invalid_trigger_id")
        if trigger.used:
            raise TriggerRefused("exchanged_trigger_id")
        if self._clock() > trigger.expires:
            raise TriggerRefused("expired_trigger_id")
        trigger.used = True
        return trigger
