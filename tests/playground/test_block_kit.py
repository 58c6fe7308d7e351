from typing import Any

import pytest
from slack_sdk.models import blocks as sdk
from slack_sdk.models.blocks.basic_components import FeedbackButtonObject

from bot.playground.block_kit.surfaces import chunk_problems, message_problems, view_problems
from bot.playground.content import checked_blocks
from bot.playground.refusal import Refusal

Block = dict[str, Any]


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text}


def cited(details: Block) -> Block:
    """Slack's own citation: docs.slack.dev/reference/block-kit/block-elements/citation-element."""
    citation = {"type": "citation", "url": "https://example.com", "text": "A document", "index": 1, "details": details, "from_llm": False}
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [citation]}]}


def button(**more: Any) -> Block:
    return {"type": "button", "text": plain("Go"), "action_id": "go", **more}


def feedback(**more: Any) -> Block:
    good, bad = {"text": plain("Good"), "value": "g"}, {"text": plain("Bad"), "value": "b"}
    return {"type": "feedback_buttons", "action_id": "fb", "positive_button": good, "negative_button": bad, **more}


def option(value: str, text: str = "One") -> Block:
    return {"text": plain(text), "value": value}


def select(count: int) -> Block:
    return {"type": "static_select", "action_id": "s", "options": [option(str(index)) for index in range(count)]}


def rich(text: str) -> Block:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}]}


def input_block(element: Block | None = None, **more: Any) -> Block:
    held = element or {"type": "plain_text_input", "action_id": "a"}
    return {"type": "input", "label": plain("Name"), "element": held, **more}


def task(title: str = "Search") -> Block:
    return {"type": "task_card", "task_id": "t", "title": title, "status": "complete", "details": rich("done")}


def raw(text: str) -> Block:
    return {"type": "raw_text", "text": text}


IMAGE = {"type": "image", "image_url": "https://example.com/i.png", "alt_text": "i"}

GOOD: list[Block] = [
    {"type": "section", "text": mrkdwn("x" * 3000)},
    {"type": "section", "fields": [mrkdwn("x" * 2000)] * 10},
    {"type": "section", "text": plain("x"), "accessory": button(value="v" * 2000, url="https://example.com")},
    {"type": "divider"},
    {"type": "header", "text": plain("h" * 150)},
    {"type": "context", "elements": [mrkdwn("x"), plain("y"), IMAGE]},
    {"type": "actions", "elements": [button(), select(100)]},
    {"type": "context_actions", "elements": [feedback(), {"type": "icon_button", "icon": "trash", "text": plain("Delete")}]},
    {"type": "markdown", "text": "**bold**"},
    {**IMAGE, "title": plain("picture")},
    rich("hello"),
    cited({"citation_type": "web", "title": "A document", "snippet": "its words"}),
    cited({"citation_type": "memory", "memory_id": "m1"}),
    {"type": "table", "rows": [[raw("a"), rich("b")]] * 100, "column_settings": [{"align": "right"}]},
    {"type": "data_table", "caption": "c", "rows": [[raw("a")], [{"type": "raw_number", "value": 1}]]},
    task(),
    {"type": "plan", "title": "Plan", "tasks": [task()]},
    {"type": "alert", "text": mrkdwn("careful"), "level": "warning"},
    {"type": "card", "title": mrkdwn("t" * 150), "body": plain("b" * 200), "actions": [button()] * 3},
    {"type": "carousel", "elements": [{"type": "card", "title": plain("x")}] * 10},
    {"type": "container", "title": plain("c"), "child_blocks": [{"type": "divider"}] * 10},
    input_block(),
]


@pytest.mark.parametrize("block", GOOD, ids=lambda block: block["type"])
def test_a_valid_block_has_no_problems(block: Block) -> None:
    assert list(message_problems([block])) == []


BAD: list[tuple[Block, str]] = [
    ({"type": "shiny"}, "unsupported type: shiny [json-pointer:/blocks/0/type]"),
    ({}, "missing required field: type [json-pointer:/blocks/0]"),
    ({"type": "divider", "colour": 1}, "invalid additional property: colour [json-pointer:/blocks/0]"),
    ({"type": "divider", "block_id": "x" * 256}, "must be less than 256 characters [json-pointer:/blocks/0/block_id]"),
    ({"type": "section"}, "must define at least one of: text, fields [json-pointer:/blocks/0]"),
    ({"type": "section", "text": "hi"}, "must provide an object [json-pointer:/blocks/0/text]"),
    ({"type": "section", "text": mrkdwn("")}, "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    ({"type": "section", "text": mrkdwn("x" * 3001)}, "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
    ({"type": "section", "fields": [plain("x")] * 11}, "no more than 10 items allowed [json-pointer:/blocks/0/fields]"),
    (
        {"type": "section", "fields": [plain("x" * 2001)]},
        "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]",
    ),
    (
        {"type": "section", "text": plain("x"), "accessory": feedback()},
        "unsupported type: feedback_buttons [json-pointer:/blocks/0/accessory/type]",
    ),
    ({"type": "header", "text": mrkdwn("h")}, "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]"),
    ({"type": "header", "text": plain("h" * 151)}, "must be less than 151 characters [json-pointer:/blocks/0/text/text]"),
    ({"type": "context", "elements": [plain("x")] * 11}, "no more than 10 items allowed [json-pointer:/blocks/0/elements]"),
    ({"type": "context", "elements": [button()]}, "unsupported type: button [json-pointer:/blocks/0/elements/0/type]"),
    ({"type": "context", "elements": []}, "no fewer than 1 items allowed [json-pointer:/blocks/0/elements]"),
    (
        {"type": "actions", "elements": [button(action_id=str(n)) for n in range(26)]},
        "no more than 25 items allowed [json-pointer:/blocks/0/elements]",
    ),
    ({"type": "actions", "elements": [button(), button()]}, "`action_id` go already exists [json-pointer:/blocks/0/elements]"),
    (
        {"type": "actions", "elements": [button(text=plain("x" * 76))]},
        "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
    ),
    (
        {"type": "actions", "elements": [button(value="x" * 2001)]},
        "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",
    ),
    (
        {"type": "actions", "elements": [button(url="javascript:alert(1)")]},
        "must be a valid URL [json-pointer:/blocks/0/elements/0/url]",
    ),
    (
        {"type": "actions", "elements": [button(style="green")]},
        "must be one of: primary, danger [json-pointer:/blocks/0/elements/0/style]",
    ),
    (
        {"type": "actions", "elements": [select(101)]},
        "no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]",
    ),
    (
        {"type": "actions", "elements": [{"type": "static_select", "action_id": "s"}]},
        "must define exactly one of: options, option_groups [json-pointer:/blocks/0/elements/0]",
    ),
    (
        {"type": "actions", "elements": [select(1) | {"options": [option("x" * 151)]}]},
        "must be less than 151 characters [json-pointer:/blocks/0/elements/0/options/0/value]",
    ),
    (
        {"type": "actions", "elements": [select(1) | {"options": [option("a"), option("a")]}]},
        "options must have unique values [json-pointer:/blocks/0/elements/0/options]",
    ),
    (
        {"type": "context_actions", "elements": [feedback(action_id=str(n)) for n in range(6)]},
        "no more than 5 items allowed [json-pointer:/blocks/0/elements]",
    ),
    ({"type": "markdown", "text": ""}, "must be more than 0 characters [json-pointer:/blocks/0/text]"),
    ({"type": "image", "alt_text": "x"}, "must define exactly one of: image_url, slack_file [json-pointer:/blocks/0]"),
    ({"type": "table", "rows": [[raw("a")] * 21]}, "no more than 20 items allowed [json-pointer:/blocks/0/rows/0]"),
    ({"type": "table", "rows": [[raw("a")]] * 101}, "no more than 100 items allowed [json-pointer:/blocks/0/rows]"),
    ({"type": "plan", "title": "p", "tasks": [task()] * 51}, "no more than 50 items allowed [json-pointer:/blocks/0/tasks]"),
    ({"type": "task_card", "task_id": "t"}, "missing required field: title [json-pointer:/blocks/0]"),
    ({"type": "alert", "text": plain("x" * 201)}, "must be less than 201 characters [json-pointer:/blocks/0/text/text]"),
    ({"type": "card", "subtitle": plain("x")}, "must define at least one of: hero_image, title, actions, body [json-pointer:/blocks/0]"),
    ({"type": "card", "title": plain("x"), "actions": [button()] * 4}, "no more than 3 items allowed [json-pointer:/blocks/0/actions]"),
    ({"type": "carousel", "elements": [{"type": "divider"}]}, "unsupported type: divider [json-pointer:/blocks/0/elements/0/type]"),
    (
        {"type": "container", "title": plain("c"), "child_blocks": [{"type": "divider"}] * 11},
        "no more than 10 items allowed [json-pointer:/blocks/0/child_blocks]",
    ),
    (
        {"type": "container", "title": plain("c"), "child_blocks": [{"type": "container"}]},
        "unsupported type: container [json-pointer:/blocks/0/child_blocks/0/type]",
    ),
    (
        input_block({"type": "email_text_input", "action_id": "e"}),
        "unsupported type: email_text_input [json-pointer:/blocks/0/element/type]",
    ),
    (
        cited({"citation_type": "rumour"}),
        "must be one of: file, external, web, message, memory [json-pointer:/blocks/0/elements/0/elements/0/details/citation_type]",
    ),
    (
        cited({"citation_type": "file", "descriptor": "d"}),
        "missing required field: file_id [json-pointer:/blocks/0/elements/0/elements/0/details]",
    ),
    (
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "blink"}]}]},
        "unsupported type: blink [json-pointer:/blocks/0/elements/0/elements/0/type]",
    ),
]


@pytest.mark.parametrize(("block", "message"), BAD, ids=lambda case: case.get("type", "-") if isinstance(case, dict) else "")
def test_a_block_that_is_wrong_is_told_so_in_slacks_words(block: Block, message: str) -> None:
    assert message in list(message_problems([block]))


def test_a_message_holds_fifty_blocks_and_a_view_a_hundred() -> None:
    divider = {"type": "divider"}
    assert list(message_problems([divider] * 50)) == []
    assert list(message_problems([divider] * 51)) == ["no more than 50 items allowed [json-pointer:/blocks]"]
    assert list(view_problems({"type": "home", "blocks": [divider] * 100}, "home")) == []
    assert list(view_problems({"type": "home", "blocks": [divider] * 101}, "home"))


def test_block_ids_differ_and_a_message_has_one_table() -> None:
    twin = {"type": "divider", "block_id": "a"}
    table = {"type": "table", "rows": [[raw("a")]]}
    assert list(message_problems([twin, twin])) == ["`block_id` a already exists [json-pointer:/blocks]"]
    assert list(message_problems([table, table])) == ["only one table is allowed in a message [json-pointer:/blocks/1]"]


def test_too_much_text_in_blocks_is_refused() -> None:
    section = {"type": "section", "text": mrkdwn("x" * 3000)}
    markdown = {"type": "markdown", "text": "x" * 7000}
    assert len(checked_blocks([section] * 4)) == 4
    for blocks in ([section] * 5, [markdown] * 2):
        with pytest.raises(Refusal, match="msg_blocks_too_long"):
            checked_blocks(blocks)


def modal(**more: Any) -> Block:
    return {"type": "modal", "title": plain("Title"), "blocks": [{"type": "divider"}], **more}


def test_a_modal_keeps_to_its_fields_and_limits() -> None:
    assert list(view_problems(modal(private_metadata="x" * 3000, close=plain("x" * 24)), "modal")) == []
    wrong = {
        "missing required field: title [json-pointer:/view]": {"type": "modal", "blocks": []},
        "must be less than 25 characters [json-pointer:/view/title/text]": modal(title=plain("x" * 25)),
        "must be less than 25 characters [json-pointer:/view/submit/text]": modal(submit=plain("x" * 25)),
        "must be less than 3001 characters [json-pointer:/view/private_metadata]": modal(private_metadata="x" * 3001),
        "missing required field: submit [json-pointer:/view]": modal(blocks=[input_block()]),
        "unsupported type: markdown [json-pointer:/view/blocks/0/type]": modal(blocks=[{"type": "markdown", "text": "x"}]),
        "unsupported type: home [json-pointer:/view/type]": {"type": "home", "blocks": []},
        "invalid additional property: colour [json-pointer:/view]": modal(colour="red"),
    }
    for message, view in wrong.items():
        assert message in list(view_problems(view, "modal"))


def test_chunks_keep_to_their_fields_and_limits() -> None:
    assert chunk_problems([{"type": "task_update", "id": "1", "title": "x" * 256, "status": "complete"}]) == []
    assert chunk_problems([{"type": "task_update", "id": "1", "title": "x" * 257, "status": "complete"}])
    assert chunk_problems([{"type": "task_update", "id": "1", "title": "x", "status": "done"}])
    assert chunk_problems([{"type": "text"}])
    assert chunk_problems("text") == ["must provide an array [json-pointer:/chunks]"]


def test_what_slacks_own_models_make_is_valid() -> None:
    good, bad = FeedbackButtonObject(text="Good", value="g"), FeedbackButtonObject(text="Bad", value="b")
    made: list[sdk.Block] = [
        sdk.SectionBlock(text="x", accessory=sdk.ButtonElement(text="Go", action_id="go")),
        sdk.ContextActionsBlock(elements=[sdk.FeedbackButtonsElement(action_id="f", positive_button=good, negative_button=bad)]),
        sdk.TaskCardBlock(task_id="t", title="Search", status="complete", sources=[sdk.UrlSourceElement(url="https://x.y", text="x")]),
        sdk.AlertBlock(text=sdk.PlainTextObject(text="x"), level="info"),
        sdk.CardBlock(title="x", actions=[sdk.ButtonElement(text="Go", action_id="go")]),
        sdk.ContainerBlock(title="c", child_blocks=[sdk.DividerBlock()]),
        sdk.InputBlock(label="x", element=sdk.PlainTextInputElement(action_id="a")),
        sdk.TableBlock(rows=[[sdk.RawTextObject(text="a")]]),
    ]
    as_json = [block.to_dict() for block in made]
    as_json[-1]["rows"] = [[{"type": "raw_text", "text": "a"}]]
    assert list(message_problems(as_json)) == []
