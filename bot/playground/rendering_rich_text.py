"""Slack's `rich_text` block: its JSON elements go in, safe HTML comes out.

Elements and their styles: docs.slack.dev/reference/block-kit/blocks/rich-text-block. Nothing in a text element is
markup, so everything is escaped; an element of an unknown type shows its `text` or nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from markupsafe import Markup, escape

from bot.playground.rendering_references import (
    Reader,
    broadcast,
    channel_mention,
    date,
    emoji,
    link,
    user_mention,
)

Element = Mapping[str, Any]

_STYLE_TAGS = {"bold": "strong", "italic": "em", "strike": "s", "underline": "u", "code": "code"}


def rich_text(block: object, reader: Reader) -> Markup:
    """Return the HTML of a whole `rich_text` block (or of anything that holds `elements` like one)."""
    return Markup("").join(_part(part, reader) for part in _elements(block))


def _elements(holder: object) -> Iterable[Element]:
    elements = holder.get("elements") if isinstance(holder, Mapping) else None
    return [element for element in elements if isinstance(element, Mapping)] if isinstance(elements, list) else []


def _part(part: Element, reader: Reader) -> Markup:
    kind = part.get("type")
    if kind == "rich_text_list":
        return _list(part, reader)
    content = Markup("").join(_inline(element, reader) for element in _elements(part))
    return _WRAPPERS.get(str(kind), Markup("<div class='rich-section'>{}</div>")).format(content)


_WRAPPERS = {
    "rich_text_preformatted": Markup("<pre>{}</pre>"),
    "rich_text_quote": Markup("<blockquote class='rich-section'>{}</blockquote>"),
}


def _list(part: Element, reader: Reader) -> Markup:
    tag = "ol" if part.get("style") == "ordered" else "ul"
    indent = part.get("indent")
    level = min(indent, 8) if isinstance(indent, int) else 0
    items = Markup("").join(Markup("<li>{}</li>").format(_part(item, reader)) for item in _elements(part))
    offset = part.get("offset")
    start = offset + 1 if isinstance(offset, int) else 1
    opening = Markup('<{} class="rich-list" data-indent="{}"{}>').format(
        tag, level, Markup(' start="{}"').format(start) if tag == "ol" and start > 1 else ""
    )
    return opening + items + Markup("</{}>").format(tag)


def _inline(element: Element, reader: Reader) -> Markup:
    render = _KINDS.get(str(element.get("type")))
    if render is None:
        return _part(element, reader) if "elements" in element else escape(str(element.get("text", "")))
    return _styled(render(element, reader), element.get("style"))


def _styled(content: Markup, style: object) -> Markup:
    for name, tag in _STYLE_TAGS.items():
        if isinstance(style, Mapping) and style.get(name) is True:
            content = Markup(f"<{tag}>{{}}</{tag}>").format(content)  # noqa: S704  # a tag of ours
    return content


def _text(element: Element, _reader: Reader) -> Markup:
    return Markup("<br>").join(emoji(line) for line in str(element.get("text", "")).split("\n"))


def _link(element: Element, _reader: Reader) -> Markup:
    url = str(element.get("url", ""))
    return link(url, str(element.get("text") or url))


def _date(element: Element, reader: Reader) -> Markup:
    try:
        return date(float(element["timestamp"]), str(element["format"]), reader, element.get("url"))
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        return escape(str(element.get("fallback", "")))


def _citation(element: Element, _reader: Reader) -> Markup:
    """Slack's chip: the number, and on hover what is cited."""
    details = element.get("details")
    about = details if isinstance(details, Mapping) else {}
    hint = " – ".join(str(about[name]) for name in ("title", "display_name", "app_name", "snippet") if about.get(name))
    chip = Markup('<span class="citation" title="{}">{}</span>').format(hint or element.get("text", ""), element.get("index", ""))
    return link(str(element.get("url", "")), chip)


def _message_mention(element: Element, _reader: Reader) -> Markup:
    words = str(element.get("text") or "a message")
    return Markup('<span class="mention">{}</span>').format(link(str(element.get("url", "")), words))


_KINDS: dict[str, Callable[[Element, Reader], Markup]] = {
    "text": _text,
    "link": _link,
    "user": lambda element, reader: user_mention(str(element.get("user_id", "")), reader),
    "usergroup": lambda element, _reader: Markup('<span class="mention">@{}</span>').format(element.get("usergroup_id", "")),
    "channel": lambda element, reader: channel_mention(str(element.get("channel_id", "")), reader),
    "broadcast": lambda element, _reader: broadcast(str(element.get("range", ""))),
    "emoji": lambda element, _reader: emoji(f":{element.get('name', '')}:"),
    "color": lambda element, _reader: Markup('<code class="color">{}</code>').format(element.get("value", "")),
    "date": _date,
    "citation": _citation,
    "message_mention": _message_mention,
}
