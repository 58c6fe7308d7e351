"""Using a block's interactive element. In: the blocks and what was pressed. Out: the `action` of a block_actions payload."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.playground.refusal import NotAllowed

CARRIED = ("text", "value", "style")  # what of the element's own the action repeats


@dataclass(frozen=True)
class Pressed:
    """Which element, what it now holds, and what the other inputs around it hold. See `Workspace.press`."""

    action_id: str
    block_id: str | None = None
    value: str | None = None
    chosen: dict[str, Any] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)


def find_element(blocks: Sequence[dict[str, Any]], pressed: Pressed) -> tuple[dict[str, Any], dict[str, Any]]:
    """The block and the element pressed. NotAllowed if it is not there."""
    for block in walk_blocks(blocks):
        for element in interactive_elements(block):
            if element.get("action_id") == pressed.action_id and pressed.block_id in (None, block.get("block_id")):
                return block, element
    raise NotAllowed(f"there is no element {pressed.action_id}")


def walk_blocks(blocks: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The blocks, and the blocks inside containers and carousels."""
    for block in blocks:
        yield block
        if block.get("type") == "container":
            yield from walk_blocks(block.get("child_blocks", ()))
        if block.get("type") == "carousel":
            yield from walk_blocks(block.get("elements", ()))


def interactive_elements(block: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The elements of one block that have an action_id."""
    candidates = [block.get("accessory"), block.get("element"), *block.get("elements", ()), *block.get("actions", ())]
    yield from (each for each in candidates if isinstance(each, dict) and "action_id" in each)


def action_of(block: dict[str, Any], element: dict[str, Any], pressed: Pressed, ts: str) -> dict[str, Any]:
    """The action as the app is told of it."""
    action = {"type": element["type"], "action_id": element["action_id"], "block_id": block["block_id"], "action_ts": ts}
    if element["type"] == "feedback_buttons":
        return action | _feedback(element, pressed)
    return action | {name: element[name] for name in CARRIED if name in element} | pressed.chosen


def _feedback(element: dict[str, Any], pressed: Pressed) -> dict[str, Any]:
    buttons = (element["positive_button"], element["negative_button"])
    for button in buttons:
        if button["value"] == pressed.value:
            return {"value": button["value"], "text": button["text"]}
    raise NotAllowed(f"{pressed.value} is neither button's value: {[button['value'] for button in buttons]}")
