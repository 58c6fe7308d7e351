"""Long messages as several, each within Slack's limits, nothing of them cut away.

In: a message of any length. Out: messages that together say the same, in order; what stands below an answer, its sources and buttons, stays
together at the end of the last. Slack refuses a message of more than 50 blocks, or of some 13,000 characters in them (slack.md 1.11).
"""

from collections.abc import Iterator

from bot.slack.elements import Block, Rendered, fallback
from bot.slack.mrkdwn import escape

MOST_BLOCKS = 45
MOST_CHARS = 9_000  # of the words in a message's blocks; well below what was seen to be refused
UNSEEN = ("title", "display_name", "snippet")  # of a citation: shown when the pointer rests on it, and part of what Slack counts


def split(message: Rendered) -> list[Rendered]:
    """The message, in as many as it takes."""
    if len(message.blocks) <= MOST_BLOCKS and sum(map(_weight, message.blocks)) <= MOST_CHARS:
        return [message]
    parts: list[list[Block]] = [[]]
    size = 0
    for group in _groups(message.blocks):
        weight = sum(map(_weight, group))
        if parts[-1] and (size + weight > MOST_CHARS or len(parts[-1]) + len(group) > MOST_BLOCKS):
            parts.append([])
            size = 0
        for piece in group:
            _append(parts[-1], piece)
        size += weight
    first, *others = parts
    return [Rendered(message.text, first), *(Rendered(fallback(escape(_said(blocks))), blocks) for blocks in others)]


def _groups(blocks: list[Block]) -> Iterator[list[Block]]:
    """The pieces, each a group of its own; but what stands below the last divider is one, where a message can hold it."""
    below = max((at for at, block in enumerate(blocks) if block["type"] == "divider"), default=len(blocks))
    answer, ending = blocks[:below], blocks[below:]
    yield from ([piece] for piece in _pieces(answer))
    if len(ending) <= MOST_BLOCKS and sum(map(_weight, ending)) <= MOST_CHARS:
        yield from [ending] if ending else []
    else:
        yield from ([piece] for piece in _pieces(ending))


def _pieces(blocks: list[Block]) -> Iterator[Block]:
    """The blocks, those of rich text paragraph by paragraph and item by item."""
    for block in blocks:
        if block["type"] != "rich_text" or _weight(block) <= MOST_CHARS // 2:
            yield block
            continue
        for element in block["elements"]:
            if element["type"] == "rich_text_list":
                yield from ({"type": "rich_text", "elements": [{**element, "elements": [item]}]} for item in element["elements"])
            else:
                yield {"type": "rich_text", "elements": [element]}


def _append(part: list[Block], piece: Block) -> None:
    """Put a piece below the others: rich text in one block with the rich text above it, items in one list."""
    if not part or piece["type"] != "rich_text" or part[-1]["type"] != "rich_text":
        part.append(piece)
        return
    above, (first, *rest) = part[-1]["elements"], piece["elements"]
    if first["type"] == "rich_text_list" and above[-1]["type"] == "rich_text_list":
        joined = [*above[:-1], {**first, "elements": [*above[-1]["elements"], *first["elements"]]}, *rest]
    else:
        joined = [*above, first, *rest]
    part[-1] = {"type": "rich_text", "elements": joined}


def _weight(block: Block) -> int:
    return len(_said([block], ("text", *UNSEEN)))


def _said(blocks: list[Block], names: tuple[str, ...] = ("text",)) -> str:
    """Every word in the blocks, under these names."""
    found: list[str] = []
    left: list[object] = list(blocks)
    while left:
        one = left.pop(0)
        if isinstance(one, dict):
            found += [text for name in names if isinstance(text := one.get(name), str)]
            left = [value for value in one.values() if isinstance(value, dict | list)] + left
        elif isinstance(one, list):
            left = [*one, *left]
    return " ".join(found)
