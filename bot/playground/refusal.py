"""Slack's no: to the app, as `ok: false`, and to people, in words.

In: an error code and what Slack adds to it. Out: the JSON of the answer.
"""

from collections.abc import Mapping, Sequence
from typing import Any


class NotAllowed(Exception):
    """Slack does not let a person do this; `str()` says why."""


class Refusal(Exception):
    """The call is refused with `error`, one of Slack's codes; `messages` say what exactly is wrong."""

    def __init__(self, error: str, messages: Sequence[str] = (), more: Mapping[str, Any] | None = None) -> None:
        super().__init__(error, *messages)
        self.error = error
        self.messages = tuple(messages)
        self.more = dict(more or {})

    def answer(self) -> dict[str, Any]:
        """The response body."""
        body: dict[str, Any] = {"ok": False, "error": self.error, **self.more}
        if self.messages:
            body["response_metadata"] = {"messages": [f"[ERROR] {message}" for message in self.messages]}
        return body


def invalid_arguments(*messages: str) -> Refusal:
    """The refusal of a call whose arguments are not what the method takes."""
    return Refusal("invalid_arguments", messages)
