"""Modals and Home tabs: what each person has open.

In: a view's payload as the app sent it, already validated. Out: `View` with an id and a hash; for each person a stack of
at most three modals and one Home (docs.slack.dev/surfaces/modals: "up to 3 views").
"""

import itertools
import secrets
from dataclasses import dataclass, field
from typing import Any, Literal

STACK_LIMIT = 3


@dataclass
class View:
    """A modal or a Home tab one person sees. `payload` is what the app sent: title, blocks, buttons.

    `values` is what the person has filled in: {block_id: {action_id: {"type", "value" | "selected_…"}}}.
    """

    id: str
    type: Literal["modal", "home"]
    user: str
    payload: dict[str, Any]
    hash: str
    root_id: str
    previous_id: str | None = None
    channel: str | None = None  # the conversation the person was in when it opened: `default_to_current_conversation`
    values: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)

    @property
    def callback_id(self) -> str:
        """The app's name for the view."""
        return str(self.payload.get("callback_id") or "")

    @property
    def private_metadata(self) -> str:
        """What the app keeps in the view, unseen."""
        return str(self.payload.get("private_metadata") or "")

    @property
    def blocks(self) -> list[dict[str, Any]]:
        """The view's blocks, each with a block_id."""
        return list(self.payload["blocks"])


class Views:
    """Every person's open modals, the last one on top, and their Home."""

    def __init__(self) -> None:
        self._stacks: dict[str, list[View]] = {}
        self._homes: dict[str, View] = {}
        self._ids = itertools.count(1)

    def stack(self, user: str) -> list[View]:
        """The person's open modals, the one on top last."""
        return list(self._stacks.get(user, []))

    def home(self, user: str) -> View | None:
        """The Home tab published to that person."""
        return self._homes.get(user)

    def find(self, view_id: str) -> View | None:
        """The open modal or Home of that id."""
        everything = itertools.chain(self._homes.values(), *self._stacks.values())
        return next((view for view in everything if view.id == view_id), None)

    def find_external(self, external_id: str) -> View | None:
        """The open view the app named so."""
        everything = itertools.chain(self._homes.values(), *self._stacks.values())
        return next((view for view in everything if view.payload.get("external_id") == external_id), None)

    def push(self, user: str, payload: dict[str, Any], channel: str | None = None) -> View:
        """Put a modal on the person's stack. The caller has checked that there is room."""
        stack = self._stacks.setdefault(user, [])
        view_id = self._new_id()
        root, previous = (stack[0].id, stack[-1].id) if stack else (view_id, None)
        view = View(view_id, "modal", user, payload, _new_hash(), root, previous, channel)
        stack.append(view)
        return view

    def publish(self, user: str, payload: dict[str, Any]) -> View:
        """Put up, or replace, the person's Home; its id stays."""
        if home := self._homes.get(user):
            return self.replace(home, payload)
        view_id = self._new_id()
        self._homes[user] = View(view_id, "home", user, payload, _new_hash(), view_id)
        return self._homes[user]

    def replace(self, view: View, payload: dict[str, Any]) -> View:
        """Put new content into an open view, keeping what was filled into fields that are still there."""
        kept = {block["block_id"] for block in payload["blocks"]}
        view.values = {block_id: value for block_id, value in view.values.items() if block_id in kept}
        view.payload, view.hash = payload, _new_hash()
        return view

    def close(self, view: View) -> None:
        """Take a modal, and those above it, off the stack."""
        stack = self._stacks.get(view.user, [])
        if view in stack:
            del stack[stack.index(view) :]

    def clear(self, user: str) -> list[View]:
        """Close all of the person's modals; which they were."""
        return self._stacks.pop(user, [])

    def _new_id(self) -> str:
        return f"V{next(self._ids):010d}"


def _new_hash() -> str:
    return f"{secrets.randbelow(10**10):010d}.{secrets.token_hex(4)}"
