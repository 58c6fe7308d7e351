"""An answer in simpler blocks, for a Slack that refuses some: it is said in plain words rather than not at all.

In: a message and how to send it. Out: what sending it gave. Which workspaces and clients take which blocks is Slack's to change; what it
refuses is logged with Slack's reasons.
"""

import logging
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeVar

from slack_sdk.errors import SlackApiError

from bot.slack.elements import Block, Rendered, words
from bot.slack.refusals import code

logger = logging.getLogger(__name__)
T = TypeVar("T")

REFUSED = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_blocks_too_many"})
"""Slack's words for blocks that it does not take (docs.slack.dev, errors of chat.postMessage)."""


async def send_simply(message: Rendered, send: Callable[[Rendered], Awaitable[T]]) -> T:
    """Send the message, the same in simpler blocks where Slack refuses those, last as text alone. Raises what the last attempt raises."""
    for one in simpler(message):
        try:
            return await send(one)
        except SlackApiError as error:
            if code(error) not in REFUSED or not one.blocks:
                raise
            logger.warning("Slack refused the blocks of a message: %s", error.response.data)
    raise AssertionError("the last attempt has no blocks, and so returned or raised")


def simpler(message: Rendered) -> Iterator[Rendered]:
    """The message, then without Slack's own citations if it has any, then without blocks."""
    yield message
    if (marked := [without_citations(block) for block in message.blocks]) != message.blocks:
        yield Rendered(message.text, marked)
    if message.blocks:
        yield Rendered(message.text, [])


def without_citations(block: Block) -> Block:
    """A block with the marks of citations as words."""
    simple: Block = _marked(block)
    return simple


def _marked(one: Any) -> Any:
    if isinstance(one, list):
        return [_marked(each) for each in one]
    if not isinstance(one, dict):
        return one
    if one.get("type") == "citation":
        return words(one["text"], bold=True)
    return {name: _marked(value) for name, value in one.items()}
