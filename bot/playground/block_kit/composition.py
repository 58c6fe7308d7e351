"""Composition objects: texts, options, confirmations, and what rich text is made of.

In: limits. Out: rules (docs.slack.dev/reference/block-kit/composition-objects, /blocks/rich-text-block).
"""

from collections.abc import Mapping
from typing import Any

from bot.playground.block_kit.rules import (
    Problems,
    Rule,
    Shape,
    Surface,
    anything,
    array,
    boolean,
    exactly_one,
    integer,
    one_of,
    problem,
    string,
    typed,
    url,
)


def plain_text(limit: int, at_least: int = 1) -> Rule:
    """A plain_text object of at most so many characters."""
    return typed({"plain_text": _plain_shape(limit, at_least)})


def text(limit: int) -> Rule:
    """A plain_text or mrkdwn object of at most so many characters."""
    mrkdwn = Shape({"text": string(limit)}, {"verbatim": boolean})
    return typed({"plain_text": _plain_shape(limit), "mrkdwn": mrkdwn})


def _plain_shape(limit: int, at_least: int = 1) -> Shape:
    return Shape({"text": string(limit, at_least)}, {"emoji": boolean})


OPTION = Shape({"text": plain_text(75), "value": string(150)}, {"description": plain_text(75), "url": url()})
OPTION_WITH_MRKDWN = Shape({"text": text(75), "value": string(150)}, {"description": text(75)})
OPTION_GROUP = Shape({"label": plain_text(75), "options": array(OPTION, 100)})
CONFIRM = Shape(
    {"title": plain_text(100), "text": text(300), "confirm": plain_text(30), "deny": plain_text(30)},
    {"style": one_of("primary", "danger")},
)
CONVERSATION_FILTER = Shape(
    {},
    {
        "include": array(one_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
)
DISPATCH_ACTION_CONFIG = Shape({}, {"trigger_actions_on": array(one_of("on_enter_pressed", "on_character_entered"), 2)})
SLACK_FILE = Shape({}, {"id": string(255), "url": url()}, (exactly_one("id", "url"),))
URL_SOURCE = Shape({"url": url(), "text": string(256)})

STYLE = Shape(
    {},
    dict.fromkeys(("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"), boolean),
)
_CITED: Mapping[str, Shape] = {  # docs.slack.dev/reference/block-kit/block-elements/citation-element
    "file": Shape({"descriptor": string(2000), "file_id": string(255)}),
    "external": Shape({}, {"app_name": string(255), "app_icon_url": url()}),
    "web": Shape({}, {"display_name": string(2000), "title": string(2000), "snippet": string(40_000)}),
    "message": Shape({}, dict.fromkeys(("channel_id", "message_ts", "thread_ts", "user_id", "author_id", "snippet"), string(40_000))),
    "memory": Shape({}, {"memory_id": string(255)}),
}


def _cited(value: Any, pointer: str, surface: Surface) -> Problems:  # any JSON value
    """The `details` of a citation: which fields it has hangs on its citation_type."""
    kind = value.get("citation_type") if isinstance(value, dict) else None
    if not isinstance(value, dict):
        yield problem("must provide an object", pointer)
    elif not isinstance(kind, str) or kind not in _CITED:
        yield problem(f"must be one of: {', '.join(_CITED)}", f"{pointer}/citation_type")
    else:
        yield from _CITED[kind]({name: part for name, part in value.items() if name != "citation_type"}, pointer, surface)


INLINE: Mapping[str, Rule] = {
    "text": Shape({"text": string(40_000)}, {"style": STYLE}),
    "link": Shape({"url": url()}, {"text": string(40_000), "unsafe": boolean, "style": STYLE}),
    "emoji": Shape({"name": string(255)}, {"unicode": string(255), "skin_tone": integer(1, 6), "style": STYLE}),
    "user": Shape({"user_id": string(255)}, {"style": STYLE}),
    "usergroup": Shape({"usergroup_id": string(255)}, {"style": STYLE}),
    "channel": Shape({"channel_id": string(255)}, {"style": STYLE}),
    "team": Shape({"team_id": string(255)}, {"style": STYLE}),
    "broadcast": Shape({"range": one_of("here", "channel", "everyone")}, {"style": STYLE}),
    "citation": Shape(
        {"url": url(), "text": string(2000), "index": integer(0, 2**31), "details": _cited},
        {"from_llm": boolean, "is_slack_url": boolean},
    ),
    "message_mention": Shape(
        {"channel_id": string(255), "message_ts": string(255)},
        {"author_id": string(255), "thread_ts": string(255), "style": STYLE, "text": string(2000), "url": url()},
    ),
    "color": Shape({"value": string(255)}),
    "date": Shape({"timestamp": integer(0, 2**53), "format": string(255)}, {"url": url(), "fallback": string(2000), "style": STYLE}),
}
_INLINES = array(typed(INLINE), 1000, at_least=0)
_SECTION = Shape({"elements": _INLINES})
RICH_TEXT: Mapping[str, Rule] = {
    "rich_text_section": _SECTION,
    "rich_text_list": Shape(
        {"style": one_of("bullet", "ordered"), "elements": array(typed({"rich_text_section": _SECTION}), 1000)},
        {"indent": integer(0, 8), "offset": integer(0, 2**31), "border": integer(0, 1)},
    ),
    "rich_text_preformatted": Shape(
        {"elements": array(typed(INLINE, ("text", "link")), 1000)}, {"border": integer(0, 1), "language": string(255)}
    ),
    "rich_text_quote": Shape({"elements": _INLINES}, {"border": integer(0, 1)}),
}
RICH_TEXT_BLOCK = Shape({"elements": array(typed(RICH_TEXT), 1000)}, {"block_id": string(255)})


def rich_text(value: Any, pointer: str, surface: Surface) -> Problems:  # any JSON value
    """A rich_text block inside something else."""
    yield from typed({"rich_text": RICH_TEXT_BLOCK})(value, pointer, surface)


def options_or_groups(value: Mapping[str, Any], pointer: str) -> Problems:
    """A static select has options or groups of them."""
    yield from exactly_one("options", "option_groups")(value, pointer)


def distinct_options(value: Mapping[str, Any], pointer: str) -> Problems:
    """No two options of one element share a value."""
    options = value.get("options")
    if not isinstance(options, list):
        return
    values = [each.get("value") for each in options if isinstance(each, dict)]
    if len(set(map(str, values))) < len(values):
        yield problem("options must have unique values", f"{pointer}/options")


__all__ = [
    "CONFIRM", "CONVERSATION_FILTER", "DISPATCH_ACTION_CONFIG", "OPTION", "OPTION_GROUP", "OPTION_WITH_MRKDWN",
    "RICH_TEXT_BLOCK", "SLACK_FILE", "URL_SOURCE", "anything", "distinct_options", "options_or_groups", "plain_text",
    "rich_text", "text",
]  # fmt: skip
