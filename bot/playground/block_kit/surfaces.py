"""Messages, modals, Homes and stream chunks: what may be on them, how many, and which ids must differ.

In: a message's blocks, a view's payload, a stream's chunks. Out: problems in Slack's words.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.playground.block_kit.blocks import BLOCKS, block
from bot.playground.block_kit.composition import URL_SOURCE, plain_text
from bot.playground.block_kit.rules import (
    Problems,
    Rule,
    Shape,
    Surface,
    array,
    boolean,
    one_of,
    problem,
    string,
    typed,
)

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
_VIEW: dict[str, Rule] = {
    "private_metadata": string(3000, at_least=0),
    "callback_id": string(255, at_least=0),
    "external_id": string(255, at_least=0),
}
_BUTTON_TEXT = plain_text(24)
VIEWS: Mapping[str, Rule] = {
    "modal": Shape(
        {"title": plain_text(24), "blocks": array(block, VIEW_BLOCKS)},
        {
            **_VIEW,
            "submit": _BUTTON_TEXT,
            "close": _BUTTON_TEXT,
            "clear_on_close": boolean,
            "notify_on_close": boolean,
            "submit_disabled": boolean,
        },
    ),
    "home": Shape({"blocks": array(block, VIEW_BLOCKS)}, _VIEW),
}
CHUNKS: Mapping[str, Rule] = {  # docs.slack.dev/reference/methods/chat.appendStream; slack.md 1.2
    "markdown_text": Shape({"text": string(12_000, at_least=0)}),
    "task_update": Shape(
        {"id": string(256), "title": string(256), "status": one_of("pending", "in_progress", "complete", "error")},
        {
            "details": string(256, at_least=0),
            "output": string(256, at_least=0),
            "sources": array(typed({"url": URL_SOURCE}), 50, at_least=0),
        },
    ),
    "plan_update": Shape({"title": string(256)}),
    "blocks": Shape({"blocks": array(typed(BLOCKS), MESSAGE_BLOCKS)}),
}


def message_problems(blocks: Sequence[dict[str, Any]]) -> Problems:
    """What is wrong with a message's blocks."""
    yield from array(block, MESSAGE_BLOCKS, at_least=0)(blocks, "/blocks", "message")
    yield from repeated_ids(blocks, "/blocks")
    tables = [index for index, each in enumerate(blocks) if each.get("type") == "table"]
    yield from (problem("only one table is allowed in a message", f"/blocks/{index}") for index in tables[1:])


def view_problems(view: Mapping[str, Any], kind: str) -> Problems:
    """What is wrong with a view; `kind` is "modal" or "home", or empty for what the view says it is."""
    surface: Surface = "home" if view.get("type") == "home" else "modal"
    yield from typed(VIEWS, [kind] if kind else None)(dict(view), "/view", surface)
    blocks = view.get("blocks")
    if isinstance(blocks, list) and all(isinstance(each, dict) for each in blocks):
        yield from repeated_ids(blocks, "/view/blocks")
        if surface == "modal" and not view.get("submit") and any(each.get("type") == "input" for each in blocks):
            yield problem("missing required field: submit", "/view")


def chunk_problems(chunks: object) -> list[str]:
    """What is wrong with the chunks of a stream."""
    return list(array(typed(CHUNKS), 100)(chunks, "/chunks", "message"))


def repeated_ids(blocks: Sequence[dict[str, Any]], pointer: str) -> Problems:
    """Block ids differ within a surface, action ids within a block."""
    block_ids = Counter(each["block_id"] for each in blocks if isinstance(each.get("block_id"), str))
    yield from (problem(f"`block_id` {name} already exists", pointer) for name, count in block_ids.items() if count > 1)
    for index, each in enumerate(blocks):
        elements = each.get("elements")
        action_ids = Counter(
            element["action_id"]
            for element in (elements if isinstance(elements, list) else ())
            if isinstance(element, dict) and isinstance(element.get("action_id"), str)
        )
        for name, count in action_ids.items():
            if count > 1:
                yield problem(f"`action_id` {name} already exists", f"{pointer}/{index}/elements")


def text_length(value: object) -> int:
    """The characters of all text in blocks: every string under a `text` key, however deep."""
    return sum(len(each) for each in _texts(value))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for name, part in value.items():
            if name == "text" and isinstance(part, str):
                yield part
            else:
                yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
