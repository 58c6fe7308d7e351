"""Blocks: the table of their fields, limits and surfaces.

In: nothing. Out: `BLOCKS`, and `block`, the rule of one block on a surface.
Source: docs.slack.dev/reference/block-kit/blocks, slack_sdk.models.blocks, slack.md 1.11.
"""

from collections.abc import Mapping
from typing import Any

from bot.playground.block_kit.composition import (
    RICH_TEXT_BLOCK,
    SLACK_FILE,
    URL_SOURCE,
    plain_text,
    rich_text,
    text,
)
from bot.playground.block_kit.elements import (
    ELEMENTS,
    IMAGE,
    IN_ACTIONS,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    ONLY_IN_MODALS,
)
from bot.playground.block_kit.rules import (
    Problems,
    Rule,
    Shape,
    Surface,
    anything,
    array,
    at_least_one,
    boolean,
    exactly_one,
    integer,
    one_of,
    problem,
    string,
    typed,
    url,
)

TASK_LIMIT = 50
_ID: dict[str, Rule] = {"block_id": string(255)}
_CELL = typed({
    "raw_text": Shape({"text": string(20_000)}),
    "raw_number": Shape({"value": anything}, {"text": string(255)}),
    "rich_text": RICH_TEXT_BLOCK,
})  # fmt: skip
_COLUMN = Shape({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean})
_IMAGE_ELEMENT = typed({"image": IMAGE})


def _input_element(value: Any, pointer: str, surface: Surface) -> Problems:  # any JSON value
    allowed = IN_INPUT if surface == "modal" else [name for name in IN_INPUT if name not in ONLY_IN_MODALS]
    yield from typed(ELEMENTS, allowed)(value, pointer, surface)


def _rectangular(value: Mapping[str, Any], pointer: str) -> Problems:
    rows = [row for row in value.get("rows") or () if isinstance(row, list)]
    if len({len(row) for row in rows}) > 1:
        yield problem("all rows must have the same number of cells", f"{pointer}/rows")


def _collapsible(value: Mapping[str, Any], pointer: str) -> Problems:
    if value.get("is_collapsible") and value.get("has_header_divider"):
        yield problem("has_header_divider cannot be set when is_collapsible is true", pointer)
    if value.get("default_collapsed") and not value.get("is_collapsible"):
        yield problem("default_collapsed requires is_collapsible", pointer)


def _table_text(limit: int) -> Any:  # a Check
    def check(value: Mapping[str, Any], pointer: str) -> Problems:
        rows = [row for row in value.get("rows") or () if isinstance(row, list)]
        size = sum(len(str(cell.get("text", ""))) for row in rows for cell in row if isinstance(cell, dict))
        if size > limit:
            yield problem(f"must be less than {limit + 1} characters", f"{pointer}/rows")

    return check


TASK_CARD = Shape(
    {"task_id": string(255), "title": string(256)},
    {
        **_ID,
        "status": one_of("pending", "in_progress", "complete", "error"),
        "details": rich_text,
        "output": rich_text,
        "sources": array(typed({"url": URL_SOURCE}), 50, at_least=0),
    },
)
CARD = Shape(
    {},
    {
        **_ID,
        "hero_image": _IMAGE_ELEMENT,
        "icon": _IMAGE_ELEMENT,
        "slack_icon": anything,
        "title": text(150),
        "subtitle": text(150),
        "body": text(200),
        "actions": array(typed(ELEMENTS, ("button",)), 3),
    },
    (at_least_one("hero_image", "title", "actions", "body"),),
)
IN_CONTAINER = (
    "actions", "alert", "card", "context", "divider", "header", "image", "markdown", "rich_text", "section", "table",
)  # fmt: skip


def _child_blocks(value: Any, pointer: str, surface: Surface) -> Problems:  # any JSON value
    yield from array(typed(BLOCKS, IN_CONTAINER), 10)(value, pointer, surface)


BLOCKS: Mapping[str, Rule] = {
    "actions": Shape({"elements": array(typed(ELEMENTS, IN_ACTIONS), 25)}, _ID),
    "alert": Shape({"text": text(200)}, {**_ID, "level": one_of("default", "info", "warning", "error", "success")}),
    "card": CARD,
    "carousel": Shape({"elements": array(typed({"card": CARD}), 10)}, _ID),
    "container": Shape(
        {"child_blocks": _child_blocks},
        {
            **_ID,
            "title": plain_text(150),
            "rich_text_title": rich_text,
            "subtitle": text(150),
            "width": one_of("narrow", "standard", "wide", "full"),
            "icon": _IMAGE_ELEMENT,
            "is_collapsible": boolean,
            "default_collapsed": boolean,
            "has_header_divider": boolean,
        },
        (at_least_one("title", "rich_text_title"), _collapsible),
    ),
    "context": Shape({"elements": array(typed({"image": IMAGE, "plain_text": text(2000), "mrkdwn": text(2000)}), 10)}, _ID),
    "context_actions": Shape({"elements": array(typed(ELEMENTS, IN_CONTEXT_ACTIONS), 5)}, _ID),
    "data_table": Shape(
        {"caption": string(2000), "rows": array(array(_CELL, 20), 201, at_least=2)},
        {**_ID, "page_size": integer(1, 100), "row_header_column_index": integer(0, 19)},
        (_rectangular, _table_text(20_000)),
    ),
    "data_visualization": Shape({}, {**_ID, "title": anything, "chart": anything, "caption": anything}),
    "divider": Shape({}, _ID),
    "file": Shape({"external_id": string(255), "source": one_of("remote")}, _ID),
    "header": Shape({"text": plain_text(150)}, {**_ID, "level": integer(1, 6)}),
    "image": Shape(
        {"alt_text": string(2000)},
        {**_ID, "image_url": url(), "slack_file": SLACK_FILE, "title": plain_text(2000)},
        (exactly_one("image_url", "slack_file"),),
    ),
    "input": Shape(
        {"label": plain_text(2000), "element": _input_element},
        {**_ID, "hint": plain_text(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "markdown": Shape({"text": string(12_000)}, _ID),
    "plan": Shape({"title": string(256)}, {**_ID, "tasks": array(typed({"task_card": TASK_CARD}), TASK_LIMIT)}),
    "rich_text": RICH_TEXT_BLOCK,
    "section": Shape(
        {},
        {
            **_ID,
            "text": text(3000),
            "fields": array(text(2000), 10),
            "accessory": typed(ELEMENTS, IN_SECTION),
            "expand": boolean,
        },
        (at_least_one("text", "fields"),),
    ),
    "table": Shape({"rows": array(array(_CELL, 20), 100)}, {**_ID, "column_settings": array(_COLUMN, 20, at_least=0)}),
    "task_card": TASK_CARD,
    "video": Shape(
        {"alt_text": string(2000), "title": plain_text(199), "thumbnail_url": url(), "video_url": url()},
        {
            **_ID,
            "title_url": url(),
            "description": plain_text(200),
            "provider_icon_url": url(),
            "provider_name": string(255),
            "author_name": string(49),
        },
    ),
}

ONLY_IN_MESSAGES = (
    "context_actions", "data_table", "data_visualization", "file", "markdown", "plan", "table", "task_card",
)  # fmt: skip
ALLOWED: Mapping[Surface, tuple[str, ...]] = {
    "message": tuple(BLOCKS),
    "modal": tuple(name for name in BLOCKS if name not in ONLY_IN_MESSAGES),
    "home": tuple(name for name in BLOCKS if name not in ONLY_IN_MESSAGES),
}


def block(value: Any, pointer: str, surface: Surface) -> Problems:  # any JSON value
    """One block on a surface."""
    yield from typed(BLOCKS, ALLOWED[surface])(value, pointer, surface)
