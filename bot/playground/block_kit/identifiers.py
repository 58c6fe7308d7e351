"""The ids that Slack gives to blocks and elements which came without. In: valid blocks. Out: copies with ids."""

import copy
import secrets
from collections.abc import Sequence
from typing import Any

WITH_ACTIONS = ("actions", "context_actions", "section", "input", "card")


def with_block_ids(blocks: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The blocks, each with a block_id, and each interactive element with an action_id."""
    return [_with_ids(block) for block in copy.deepcopy(list(blocks))]


def _with_ids(block: dict[str, Any]) -> dict[str, Any]:
    block.setdefault("block_id", secrets.token_urlsafe(4))
    if block["type"] in WITH_ACTIONS:
        places = (block.get("accessory"), block.get("element"), *block.get("elements", ()), *block.get("actions", ()))
        for element in places:
            if isinstance(element, dict) and element["type"] != "image":
                element.setdefault("action_id", secrets.token_urlsafe(4))
    for name in ("child_blocks", "elements"):
        if block["type"] in ("container", "carousel") and name in block:
            block[name] = [_with_ids(child) for child in block[name]]
    return block
