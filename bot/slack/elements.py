"""The smallest pieces of Block Kit, each within Slack's limits (docs.slack.dev, "Block Kit"; slack.md 1.11).

In: words. Out: elements and blocks. Words that are not ours go into rich_text `text` elements or plain_text: Slack shows those as they are
and interprets nothing in them, so a document or a question cannot mention a channel or plant a link.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.characters import showable

Block = dict[str, Any]

LONGEST_FALLBACK = 4_000  # characters of `text` beside blocks
LONGEST_RICH_TEXT = 3_000  # characters of one text element; Slack names no limit, a section's is this
LONGEST_PLAIN = 3_000
LONGEST_CONTEXT = 2_000
LONGEST_TITLE = 24  # characters of a modal's title and buttons
LONGEST_BUTTON = 75
LONGEST_OPTION = 75
LONGEST_LABEL = 2_000  # characters of an input's label
MOST_VIEW_BLOCKS = 100
MOST_CONTEXT_ELEMENTS = 10
LONGEST_LINE = 200  # characters of one of many titles or questions, where they are listed
LONGEST_SNIPPET = 300  # characters of a quote shown when the pointer rests on its mark


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message: its blocks, and the text for notifications and screen readers."""

    text: str
    blocks: list[Block]


def shortened(text: str, longest: int) -> str:
    """`text` within `longest` characters, its end replaced by … where it is longer."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def listed(said: str) -> str:
    """Words as one line of a list: a message holds some 13,000 characters, and a title or a question may have hundreds."""
    return shortened(" ".join(said.split()), LONGEST_LINE)


def words(said: str, *, bold: bool = False, italic: bool = False, strike: bool = False, code: bool = False) -> Block:
    """Words as they are, in a style."""
    style = {name: True for name, wanted in (("bold", bold), ("italic", italic), ("strike", strike), ("code", code)) if wanted}
    shown = showable(said)[:LONGEST_RICH_TEXT]
    return {"type": "text", "text": shown, "style": style} if style else {"type": "text", "text": shown}


def with_code(said: str) -> Iterator[Block]:
    """Words of ours, what stands between backticks as code."""
    for number, part in enumerate(said.split("`")):
        if part:
            yield words(part, code=number % 2 == 1)


def stretch(said: str, *, bold: bool = False) -> Iterator[Block]:
    """Words of any length, none of them cut off."""
    for at in range(0, len(said), LONGEST_RICH_TEXT):
        yield words(said[at : at + LONGEST_RICH_TEXT], bold=bold)


def link(url: str, said: str) -> Block:
    """Words that lead somewhere."""
    return {"type": "link", "url": url, "text": showable(said)[:LONGEST_RICH_TEXT]}


def citation(url: str, mark: str, number: int, *, title: str, publisher: str, quote: str) -> Block:
    """Slack's own citation: a number that leads to the document and shows the quote (docs.slack.dev, "Citation element")."""
    about = {"title": title, "display_name": publisher, "snippet": shortened(quote, LONGEST_SNIPPET)}
    details = {name: showable(value) for name, value in about.items() if value}
    return {"type": "citation", "url": url, "text": mark, "index": number, "details": {"citation_type": "web", **details}}


def section(*elements: Block) -> Block:
    """A paragraph of a rich text."""
    return {"type": "rich_text_section", "elements": [e for e in elements if e.get("text") != ""]}


def quoted(*elements: Block) -> Block:
    """A quotation of a rich text."""
    return {"type": "rich_text_quote", "elements": list(elements)}


def bullets(items: Iterable[Block]) -> Block:
    """A list of sections."""
    return {"type": "rich_text_list", "style": "bullet", "elements": list(items)}


def rich_text(*parts: Block) -> Block:
    """A block of paragraphs, lists and quotations."""
    return {"type": "rich_text", "elements": list(parts)}


def plain(said: str) -> Block:
    """A block of plain words."""
    return {"type": "section", "text": plain_text(said, LONGEST_PLAIN)}


def context(notes: Sequence[str]) -> Block:
    """Small print, up to ten notes."""
    return {"type": "context", "elements": [plain_text(note, LONGEST_CONTEXT) for note in notes[:MOST_CONTEXT_ELEMENTS]]}


def plain_text(said: str, longest: int) -> Block:
    """A plain_text object."""
    return {"type": "plain_text", "text": shortened(showable(said), longest)}


def button(action: str, label: str, value: str, **more: object) -> Block:
    """A button; `more` as in docs.slack.dev, "Button element"."""
    return {"type": "button", "action_id": action, "value": value, "text": plain_text(label, LONGEST_BUTTON), **more}


def thumb(label: str, spoken: str, value: str) -> Block:
    """One half of feedback buttons; `spoken` is what a screen reader says."""
    return {"text": plain_text(label, LONGEST_BUTTON), "value": value, "accessibility_label": shortened(spoken, LONGEST_BUTTON)}


def option(label: str, value: str) -> Block:
    """One choice of a select, of checkboxes."""
    return {"text": plain_text(label, LONGEST_OPTION), "value": value}


def field(name: str, label: str, element: Block, *, optional: bool = False, hint: str = "") -> Block:
    """An input of a dialog, with a hint below it; its value is found under `name` twice, as block and as action."""
    return {
        "type": "input",
        "block_id": name,
        "optional": optional,
        "label": plain_text(label, LONGEST_LABEL),
        "element": {**element, "action_id": name},
        **({"hint": plain_text(hint, LONGEST_LABEL)} if hint else {}),
    }


def modal(title: str, close: str, blocks: Sequence[Block], **more: object) -> Block:
    """A dialog; `more` as in docs.slack.dev, "Modal views"."""
    return {
        "type": "modal",
        "title": plain_text(title, LONGEST_TITLE),
        "close": plain_text(close, LONGEST_TITLE),
        "blocks": list(blocks)[:MOST_VIEW_BLOCKS],
        **more,
    }


def fallback(said: str) -> str:
    """The text beside blocks."""
    return shortened(showable(said), LONGEST_FALLBACK)


def markdown_fallback(said: str) -> str:
    """The same of Markdown of ours: notifications and screen readers know no `**`."""
    return fallback(said.replace("**", "").replace("`", ""))
