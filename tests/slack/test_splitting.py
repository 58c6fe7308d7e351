"""Long messages as several: every word kept, in order, each within Slack's limits, and what stands below the answer at its end."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.playground.block_kit.surfaces import message_problems
from bot.slack.elements import Rendered, bullets, button, context, rich_text, section, words
from bot.slack.splitting import MOST_CHARS, split

BUTTONS = {"type": "actions", "elements": [button("sources", "Sources", "r")]}
TEXT = st.integers(1, 2900).map(lambda length: "harbour " * (length // 8 + 1))
PARAGRAPHS = st.lists(TEXT.map(lambda text: section(words(text))), min_size=1, max_size=12)
LISTS = PARAGRAPHS.map(bullets)
BODIES = st.lists(PARAGRAPHS.map(lambda found: rich_text(*found)) | LISTS.map(rich_text), min_size=1, max_size=4)


def said(blocks: list[dict[str, Any]]) -> list[str]:
    """The words of every text element, in order."""
    return [text for block in blocks for text in said_in(block)]


def said_in(block: dict[str, Any]) -> list[str]:
    if block.get("type") == "text":
        return [block["text"]]
    return said(block.get("elements", []))


@given(BODIES)
@settings(max_examples=60, deadline=None)
def test_nothing_is_lost_and_every_part_fits(body: list[dict[str, Any]]) -> None:
    blocks = [*body, context(["As of 2018."]), {"type": "divider"}, rich_text(section(words("Sources"))), BUTTONS]
    parts = split(Rendered("the beginning", blocks))
    assert [text for part in parts for text in said(part.blocks)] == said(blocks)
    assert parts[0].text == "the beginning"
    for part in parts:
        assert part.text
        assert list(message_problems(part.blocks)) == []
        assert sum(map(len, said(part.blocks))) <= MOST_CHARS + 100
    assert parts[-1].blocks[-1] == BUTTONS
    assert "Sources" in said(parts[-1].blocks)


def test_a_message_that_fits_stays_as_it_is() -> None:
    message = Rendered("short", [rich_text(section(words("short"))), rich_text(section(words("two"))), BUTTONS])
    assert split(message) == [message]


def test_sources_stay_with_their_buttons_where_only_the_buttons_would_be_too_much() -> None:
    ending = [{"type": "divider"}, rich_text(section(words("Sources"))), BUTTONS]
    filled = [rich_text(section(words("x" * 2990))) for _ in range(3)]
    room = MOST_CHARS - 3 * 2990 - len("Sources") - 1
    body = [*filled, rich_text(section(words("y" * room)))]
    *_, last = split(Rendered("full", [*body, *ending]))
    assert last.blocks == ending


def test_items_of_a_list_stay_items() -> None:
    items = bullets(section(words(f"{n} " + "x" * 2500)) for n in range(9))
    parts = split(Rendered("list", [rich_text(items)]))
    assert len(parts) > 1
    lists = [element for part in parts for block in part.blocks for element in block["elements"]]
    assert {element["type"] for element in lists} == {"rich_text_list"}
    assert sum(len(element["elements"]) for element in lists) == 9
