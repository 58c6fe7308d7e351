"""What a message says: text, blocks or Markdown, attachments and metadata, from an API call or a response_url.

In: the arguments as decoded. Out: `Content`, its blocks valid and each with a block_id; or a Refusal with Slack's error.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.playground.block_kit.identifiers import with_block_ids
from bot.playground.block_kit.surfaces import message_problems, text_length
from bot.playground.refusal import Refusal

TEXT_CUT = 40_000  # slack.md 1.11: longer text is cut
MARKDOWN_LIMIT = 12_000
BLOCKS_TEXT_LIMIT = 13_200  # slack.md 1.11, from bolt-js #2509
BLOCKS_LIMIT = 50
ATTACHMENTS_LIMIT = 100


@dataclass(frozen=True)
class Content:
    """A message's content; `blocks` is None where none were given."""

    text: str = ""
    blocks: list[dict[str, Any]] | None = None
    attachments: list[dict[str, Any]] = field(default_factory=list)
    metadata: dict[str, Any] | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing."""
        return not (self.text.strip() or self.blocks or self.attachments)


def read_content(arguments: Mapping[str, Any]) -> Content:
    """The content these arguments give; Refusal if they contradict each other or are not valid."""
    markdown = arguments.get("markdown_text")
    text, blocks = str(arguments.get("text") or ""), arguments.get("blocks")
    if markdown and (text or blocks):
        raise Refusal("markdown_text_conflict")
    if markdown:
        if len(markdown) > MARKDOWN_LIMIT:
            raise Refusal("msg_too_long")
        text, blocks = str(markdown), [{"type": "markdown", "text": markdown}]
    return Content(
        text[:TEXT_CUT],
        checked_blocks(blocks) if blocks is not None else None,
        _attachments(arguments.get("attachments")),
        _metadata(arguments.get("metadata")),
    )


def required_content(content: Content) -> Content:
    """The same; Refusal("no_text") if it says nothing."""
    if content.is_empty:
        raise Refusal("no_text")
    return content


def checked_blocks(blocks: object) -> list[dict[str, Any]]:
    """The blocks of a message, each with a block_id; Refusal if they are not a list of valid blocks or too much."""
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise Refusal("invalid_blocks_format")
    if problems := list(message_problems(blocks)):
        raise Refusal("invalid_blocks", problems, {"errors": problems})
    markdown = sum(len(block["text"]) for block in blocks if block["type"] == "markdown")
    if markdown > MARKDOWN_LIMIT or text_length(blocks) > BLOCKS_TEXT_LIMIT:
        raise Refusal("msg_blocks_too_long")
    return with_block_ids(blocks)


def _attachments(attachments: object) -> list[dict[str, Any]]:
    if attachments is None:
        return []
    if not isinstance(attachments, list) or not all(isinstance(each, dict) for each in attachments):
        raise Refusal("invalid_attachments")
    if len(attachments) > ATTACHMENTS_LIMIT:
        raise Refusal("too_many_attachments")
    return attachments


def _metadata(metadata: object) -> dict[str, Any] | None:
    if metadata is None:
        return None
    if not isinstance(metadata, dict):
        raise Refusal("invalid_metadata_format")
    if not metadata:
        return None  # chat.update: an empty object takes the metadata away
    typed = isinstance(metadata.get("event_type"), str) and isinstance(metadata.get("event_payload"), dict)
    if not typed and "entities" not in metadata:
        raise Refusal("invalid_metadata_schema")
    return metadata
