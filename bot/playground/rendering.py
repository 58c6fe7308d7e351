"""Block Kit as Slack shows it: a message's or view's JSON goes in, safe HTML comes out. Pure functions, no workspace.

One template for each block (`templates/blocks/`) and element (`templates/elements/`), named as Slack names its type;
what has no template shows as a box that says so. Every template escapes by default, a missing key is empty and a
hostile one is text. Shapes: docs.slack.dev/reference/block-kit.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jinja2
from jinja2.runtime import Context
from markupsafe import Markup, escape

from bot.playground import rendering_references
from bot.playground.rendering_markdown import markdown
from bot.playground.rendering_mrkdwn import mrkdwn, unescaped
from bot.playground.rendering_references import Reader
from bot.playground.rendering_rich_text import rich_text

TEMPLATES = Path(__file__).parent / "templates"

Block = Mapping[str, Any]

BLOCK_TYPES, ELEMENT_TYPES = (frozenset(path.stem for path in (TEMPLATES / folder).iterdir()) for folder in ("blocks", "elements"))
"""What has a template."""

_ICONS = {path.stem: path.read_text("utf-8").strip() for path in (TEMPLATES / "icons").iterdir()}


def message_body(text: str, blocks: Sequence[Block] | None, reader: Reader) -> Markup:
    """Return a message's content: its blocks, or without any its text as mrkdwn."""
    if blocks:
        return render_blocks(blocks, reader)
    return Markup('<div class="words">{}</div>').format(mrkdwn(text, reader))


def render_blocks(blocks: object, reader: Reader, *, conversation: str = "") -> Markup:
    """Return the HTML of blocks in their order; `conversation` is the id a select may default to."""
    known = blocks if isinstance(blocks, Sequence) and not isinstance(blocks, str) else []
    return Markup("").join(_block(block, reader, conversation) for block in known)


def _block(block: object, reader: Reader, conversation: str) -> Markup:
    template = environment.get_template("parts/block.html")
    try:
        html = template.render(block=block, reader=reader, conversation=conversation)
    except (TypeError, ValueError, AttributeError, RecursionError, jinja2.TemplateError):
        # Slack would have refused the shape; one broken block must not take the conversation with it.
        html = template.render(block={}, reader=reader)
    return Markup(html)  # noqa: S704  # a template's own output, escaped there


def plain(text: object) -> str:
    """Return the words of a text object (or of a string) without markup, for attributes and window titles."""
    words = text.get("text") if isinstance(text, Mapping) else text
    return unescaped(words) if isinstance(words, str) else ""


def text_object(text: object, reader: Reader) -> Markup:
    """Return the HTML of a text object by its own type: plain_text, mrkdwn, rich_text; a bare string is plain."""
    if not isinstance(text, Mapping):
        return _plain_words(text)
    if text.get("type") == "mrkdwn":
        return mrkdwn(text.get("text"), reader)
    if text.get("type") == "rich_text":
        return rich_text(text, reader)
    return _plain_words(text.get("text"))


def _plain_words(words: object) -> Markup:
    lines = (unescaped(words) if isinstance(words, str) else "").split("\n")
    return Markup("<br>").join(rendering_references.emoji(line) for line in lines)


def table_cell(cell: object, reader: Reader) -> Markup:
    """Return the HTML of a `table` block's cell: rich_text, raw_text or raw_number."""
    if isinstance(cell, Mapping) and cell.get("type") == "raw_number":
        return escape(str(cell.get("text") or cell.get("value", "")))
    return text_object(cell, reader)


def kind(block: object) -> str:
    """Return a block's type as a CSS class may hold it: "unsupported" for one without a template."""
    name = block.get("type") if isinstance(block, Mapping) else None
    return name if isinstance(name, str) and name in BLOCK_TYPES else "unsupported"


def all_options(element: object) -> list[object]:
    """Return a select's options, those inside its groups included."""
    if not isinstance(element, Mapping):
        return []
    groups = [group for group in element.get("option_groups") or [] if isinstance(group, Mapping)]
    return [*(element.get("options") or []), *(option for group in groups for option in group.get("options") or [])]


def whole(value: object, default: int) -> int:
    """Return `value` if it is a whole number above 0, else `default`."""
    return value if isinstance(value, int) and value > 0 else default


def icon(name: object) -> Markup:
    """Return one of the playground's own drawings as inline SVG; an unknown name is drawn as a dot."""
    drawing = _ICONS.get(name if isinstance(name, str) else "", _ICONS["dot"])
    return Markup('<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">{}</svg>').format(
        Markup(drawing)  # noqa: S704  # a drawing of our own
    )


def _template(folder: str, names: frozenset[str], item: object) -> str:
    name = item.get("type") if isinstance(item, Mapping) else None
    return f"{folder}/{name}.html" if isinstance(name, str) and name in names else "parts/unsupported.html"


def _reader(context: Context) -> Reader:
    reader = context.get("reader")
    return reader if isinstance(reader, Reader) else Reader()


def _environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals |= {
        "icon": icon,
        "block_template": lambda block: _template("blocks", BLOCK_TYPES, block),
        "element_template": lambda element: _template("elements", ELEMENT_TYPES, element),
    }
    made.filters |= {"plain": plain, "kind": kind, "all_options": all_options, "whole": whole}
    made.filters["safe_url"] = rendering_references.safe_url
    for name, render in {
        "text": text_object,
        "mrkdwn": mrkdwn,
        "markdown": markdown,
        "rich_text": rich_text,
        "table_cell": table_cell,
    }.items():
        made.filters[name] = _for_reader(render)
    return made


def _for_reader(render: Any) -> Any:
    @jinja2.pass_context
    def rendered(context: Context, value: object) -> Markup:
        html: Markup = render(value, _reader(context))
        return html

    return rendered


environment = _environment()
"""The templates, with every filter a template may use; the page renders with it too."""
