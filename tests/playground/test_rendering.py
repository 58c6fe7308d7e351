"""Block Kit, mrkdwn and Markdown as HTML: each construct as Slack shows it, and nothing hostile gets through."""

import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.playground.rendering import ELEMENT_TYPES, icon, message_body, render_blocks, text_object
from bot.playground.rendering_markdown import markdown
from bot.playground.rendering_mrkdwn import mrkdwn
from bot.playground.rendering_references import Reader, ago, safe_url
from bot.playground.rendering_rich_text import rich_text

READER = Reader(id="U1", users={"U1": "You", "U2": "Mei <Lin>"}, channels={"C1": "general"}, zone=UTC)


def words(html: str) -> str:
    """The HTML without the wrapper of lines."""
    return html.removeprefix('<span class="lines">').removesuffix("</span>")


def plain_text(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def rendered(*blocks: dict[str, Any]) -> str:
    return str(render_blocks(blocks, READER))


# --- mrkdwn -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*bold* and _it_ and ~s~", "<strong>bold</strong> and <em>it</em> and <s>s</s>"),
        ("*bold _both_*", "<strong>bold <em>both</em></strong>"),
        ("2*3*4 snake_case_name", "2*3*4 snake_case_name"),
        ("* not bold * _ nor this _", "* not bold * _ nor this _"),
        ("中文*粗体*中文", "中文*粗体*中文"),
        ("`*code* &lt;b&gt;`", "<code>*code* &lt;b&gt;</code>"),
        ("a\nb", "a<br>b"),
        ("&lt;b&gt; &amp;amp;", "&lt;b&gt; &amp;amp;"),
        ("1 < 2 > 0 & \"q\" 'q'", "1 &lt; 2 &gt; 0 &amp; &#34;q&#34; &#39;q&#39;"),
        ("<!here>", '<span class="mention mention-broadcast">@here</span>'),
        ("<!subteam^S1|@writers>", '<span class="mention">@writers</span>'),
        ("<!date^0^On {date_num} at {time_secs}|then>", '<time datetime="1970-01-01T00:00:00+00:00">On 1970-01-01 at 12:00:00 AM</time>'),
        ("<!date^nonsense^{date}|long ago>", "long ago"),
        ("<mailto:a@b.c|write>", '<a href="mailto:a@b.c" target="_blank" rel="noopener noreferrer nofollow">write</a>'),
        (":tada: :no_such:", '<span class="emoji" role="img" title=":tada:">🎉</span> :no_such:'),
    ],
)  # fmt: skip
def test_mrkdwn_is_read_as_slack_reads_it(text: str, html: str) -> None:
    assert words(mrkdwn(text, READER)) == html


def test_people_and_channels_are_shown_by_name_and_oneself_stands_out() -> None:
    html = mrkdwn("<@U1> <@U2> <@U9> <#C1> <#C9|other>", READER)
    assert '<span class="mention mention-you" data-user="U1">@You</span>' in html
    assert "@Mei &lt;Lin&gt;</span>" in html
    assert "@U9</span>" in html
    assert 'data-open-channel="C1">#general</a>' in html
    assert "#other</a>" in html


def test_a_link_keeps_its_label_and_a_bare_address_becomes_one() -> None:
    html = mrkdwn("<https://a.b/c?d=1&amp;e=2|*label*> and https://x.y/z_1.", READER)
    assert 'href="https://a.b/c?d=1&amp;e=2"' in html
    assert ">*label*</a>" in html
    assert 'href="https://x.y/z_1"' in html
    assert html.endswith("</a>.</span>")


def test_quotes_and_fences_are_blocks_of_their_own() -> None:
    html = mrkdwn("before\n&gt; one\n> two\n```\nx < *y*\n```\nafter", READER)
    assert "<blockquote>one<br>two</blockquote>" in html
    assert "<pre>x &lt; *y*</pre>" in html
    assert html.endswith('<span class="lines">after</span>')


# --- Markdown ---------------------------------------------------------------------------------------------------------


def test_markdown_has_headings_lists_tables_code_and_strikethrough() -> None:
    html = markdown("# Title\n\n1. *a*\n2. ~~b~~\n\n|x|y|\n|-|-:|\n|1|2|\n\n```py\na < b\n```", READER)
    for part in ("<h1>Title</h1>", "<li><em>a</em></li>", "<s>b</s>", '<td class="right">2</td>', "a &lt; b"):
        assert part in html
    assert "style=" not in html


def test_an_unescaped_reference_in_markdown_is_seen_as_what_it_would_do() -> None:
    html = markdown("note <!channel> and <@U2> and <https://a.b|here>", READER)
    assert '<span class="mention mention-broadcast">@channel</span>' in html
    assert 'data-user="U2"' in html
    assert 'href="https://a.b"' in html


def test_an_escaped_reference_in_markdown_stays_words() -> None:
    html = markdown("note &lt;!channel&gt; and `<!here>`", READER)
    assert "mention" not in html
    assert "&lt;!channel&gt;" in html


def test_an_image_in_markdown_becomes_a_link_and_html_stays_words() -> None:
    html = markdown("![a cat](https://a.b/c.png) <b>x</b> [x](javascript:alert(1))", READER)
    assert "<img" not in html
    assert ">a cat</a>" in html
    assert "&lt;b&gt;x&lt;/b&gt;" in html
    assert "href" not in html.split("</a>")[1]


# --- rich text --------------------------------------------------------------------------------------------------------


def section(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": list(elements)}


def test_rich_text_renders_every_element() -> None:
    html = rich_text(
        {
            "elements": [
                section(
                    {"type": "text", "text": "bold", "style": {"bold": True, "italic": True}},
                    {"type": "link", "url": "https://a.b", "text": "site"},
                    {"type": "user", "user_id": "U2"},
                    {"type": "channel", "channel_id": "C1"},
                    {"type": "emoji", "name": "wave"},
                    {"type": "broadcast", "range": "here"},
                    {"type": "date", "timestamp": 0, "format": "{date_long}", "fallback": "then"},
                    {"type": "color", "value": "#F405B3"},
                    {"type": "usergroup", "usergroup_id": "S1"},
                    {"type": "novelty", "text": "shown"},
                ),
                {"type": "rich_text_list", "style": "ordered", "offset": 2, "indent": 1, "elements": [section({"type": "text", "text": "item"})]},
                {"type": "rich_text_quote", "elements": [{"type": "text", "text": "said"}]},
                {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "a < b"}]},
            ]
        },
        READER,
    )  # fmt: skip
    for part in (
        "<em><strong>bold</strong></em>", ">site</a>", "@Mei &lt;Lin&gt;", "#general", "👋", "@here", "Thursday, January 1, 1970",
        "#F405B3", "@S1", "shown", '<ol class="rich-list" data-indent="1" start="3">', "said</blockquote>", "<pre>a &lt; b</pre>",
    ):  # fmt: skip
        assert part in html


# --- blocks -----------------------------------------------------------------------------------------------------------


def test_a_section_shows_its_text_fields_and_accessory() -> None:
    button = {"type": "button", "action_id": "go", "text": plain_text("Go"), "value": "1", "style": "primary"}
    fields = [{"type": "mrkdwn", "text": "*a*"}, plain_text("*b*")]
    html = rendered({"type": "section", "block_id": "s", "text": {"type": "mrkdwn", "text": "hi"}, "fields": fields, "accessory": button})
    assert 'data-block="s"' in html
    assert "<strong>a</strong>" in html
    assert ">*b*</div>" in html
    assert 'class="button button-primary" data-action="go" data-type="button" data-value="1"' in html


GO = {"type": "button", "action_id": "go", "text": plain_text("Go")}


@pytest.mark.parametrize(
    ("block", "part"),
    [
        ({"type": "divider"}, "<hr>"),
        ({"type": "header", "text": plain_text("Head")}, "<h3>Head</h3>"),
        ({"type": "context", "elements": [{"type": "mrkdwn", "text": "_c_"}]}, "<em>c</em>"),
        ({"type": "image", "image_url": "https://a.b/c.png", "alt_text": "a cat"}, 'src="https://a.b/c.png" alt="a cat"'),
        ({"type": "image", "image_url": "javascript:x", "alt_text": "a cat"}, '<span class="missing-image">a cat</span>'),
        ({"type": "markdown", "text": "**m**"}, "<strong>m</strong>"),
        ({"type": "rich_text", "elements": [section({"type": "text", "text": "r"})]}, "r</div>"),
        ({"type": "table", "rows": [[{"type": "raw_text", "text": "h"}], [{"type": "raw_number", "value": 7, "text": "7"}]]}, "<td>7</td>"),
        ({"type": "task_card", "title": "Reading", "status": "in_progress"}, "Reading"),
        ({"type": "plan", "title": "Plan", "tasks": [{"title": "One", "status": "complete"}]}, 'aria-label="complete"'),
        ({"type": "card", "title": plain_text("Shown"), "actions": [GO]}, ">Go</button>"),
        ({"type": "carousel", "elements": [{"type": "card", "block_id": "c1", "body": plain_text("first")}]}, 'data-block="c1"'),
        ({"type": "container", "title": plain_text("All"), "child_blocks": [{"type": "markdown", "text": "**in**"}]}, "<strong>in</strong>"),
        ({"type": "container", "is_collapsible": True, "default_collapsed": True, "child_blocks": []}, '<details class="container">'),
        ({"type": "data_table", "caption": "Years", "rows": [[{"type": "raw_number", "value": 7}]]}, "<caption>Years</caption>"),
        ({"type": "file", "external_id": "f1", "source": "remote"}, "f1"),
        ({"type": "alert", "text": plain_text("Careful"), "level": "warning"}, "alert-warning"),
        ({"type": "video", "title": plain_text("Watch"), "title_url": "https://a.b"}, ">Watch</a>"),
        ({"type": "brand_new"}, "<code>brand_new</code>"),
        ({"type": "actions", "elements": [{"type": "brand_new"}]}, "<code>brand_new</code>"),
        ({}, "nameless"),
    ],
)  # fmt: skip
def test_every_block_shows(block: dict[str, Any], part: str) -> None:
    assert part in rendered(block)


OPTION = {"text": plain_text("One"), "value": "1"}

ELEMENTS: dict[str, dict[str, Any]] = {
    "button": {"text": plain_text("Press")},
    "workflow_button": {"text": plain_text("Flow")},
    "icon_button": {"icon": "trash", "text": plain_text("Delete")},
    "feedback_buttons": {"positive_button": {"text": plain_text("Good"), "value": "g"}, "negative_button": {"text": plain_text("Bad"), "value": "b"}},
    "overflow": {"options": [OPTION]},
    "static_select": {"option_groups": [{"label": plain_text("Group"), "options": [OPTION]}]},
    "multi_static_select": {"options": [OPTION], "initial_options": [OPTION]},
    "users_select": {"initial_user": "U2"},
    "conversations_select": {"initial_conversation": "C1"},
    "channels_select": {"initial_channel": "C1"},
    "radio_buttons": {"options": [OPTION], "initial_option": OPTION},
    "checkboxes": {"options": [OPTION], "initial_options": [OPTION]},
    "plain_text_input": {"initial_value": "so far", "multiline": True},
    "rich_text_input": {},
    "datetimepicker": {"initial_date_time": 1_522_022_400},
    "multi_users_select": {"initial_users": ["U2"]},
    "multi_conversations_select": {"initial_conversations": ["C1"]},
    "multi_channels_select": {"initial_channels": ["C1"]},
    "datepicker": {"initial_date": "2018-03-26"},
    "timepicker": {"initial_time": "12:30"},
    "email_text_input": {"initial_value": "a@b.c"},
    "url_text_input": {"initial_value": "https://a.b"},
    "number_input": {"initial_value": "7", "is_decimal_allowed": True},
    "image": {"image_url": "https://a.b/c.png", "alt_text": "a cat"},
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(ELEMENT_TYPES))
def test_every_element_shows_with_what_the_script_needs_to_use_it(kind: str) -> None:
    html = rendered({"type": "actions", "elements": [{"type": kind, "action_id": "act", **ELEMENTS[kind]}]})
    assert "unsupported" not in html
    if kind not in {"image", "workflow_button"}:
        assert f'data-action="act" data-type="{kind}"' in html


def test_an_input_shows_its_label_hint_and_room_for_an_error() -> None:
    html = rendered(
        {
            "type": "input",
            "block_id": "b",
            "label": plain_text("Why?"),
            "hint": plain_text("In short"),
            "optional": True,
            "element": {"type": "plain_text_input", "action_id": "a", "placeholder": plain_text('Say "it"'), "initial_value": "<x>"},
        }
    )
    for part in ("Why?", "(optional)", "In short", 'placeholder="Say &#34;it&#34;"', 'value="&lt;x&gt;"', "field-error"):
        assert part in html


def test_a_citation_is_a_numbered_chip_that_says_what_it_cites() -> None:
    details = {"citation_type": "web", "title": "A letter", "snippet": 'its "words"'}
    citation = {"type": "citation", "url": "https://a.b", "text": "A letter", "index": 3, "details": details}
    html = rich_text({"elements": [section(citation)]}, READER)
    assert 'href="https://a.b"' in html
    assert 'title="A letter – its &#34;words&#34;">3</span>' in html


def test_an_icon_button_is_for_those_it_names() -> None:
    button = {"type": "icon_button", "icon": "trash", "action_id": "d", "text": plain_text("Delete"), "visible_to_user_ids": ["U2"]}
    assert "button" not in rendered({"type": "context_actions", "elements": [button]})


def test_a_button_with_an_address_is_a_link_and_one_with_a_bad_address_is_not() -> None:
    button = {"type": "button", "action_id": "go", "text": plain_text("Go")}
    assert 'href="https://a.b"' in rendered({"type": "actions", "elements": [button | {"url": "https://a.b"}]})
    assert "href" not in rendered({"type": "actions", "elements": [button | {"url": "javascript:alert(1)"}]})


def test_a_confirm_dialog_and_options_reach_the_script_whole() -> None:
    confirm = {"title": plain_text('It\'s "sure"?'), "text": plain_text("</script>")}
    html = rendered({"type": "actions", "elements": [{"type": "button", "action_id": "x", "text": plain_text("X"), "confirm": confirm}]})
    found = Attributes.of(html, "data-confirm")
    assert json.loads(found[0]) == confirm


def test_a_message_without_blocks_is_its_mrkdwn() -> None:
    assert "<strong>b</strong>" in message_body("*b*", None, READER)
    assert "<strong>" not in text_object(plain_text("*b*"), READER)


# --- hostile input ----------------------------------------------------------------------------------------------------

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"><svg onload=alert(1)>",
    "'><svg onload=alert(1)>",
    "<javascript:alert(1)|click>",
    "<https://a.b\" onmouseover=\"alert(1)|click>",
    "<https://a.b|<script>alert(1)</script>>",
    "<@U1\" onclick=\"alert(1)>",
    "<!date^1^{date}^javascript:alert(1)|x>",
    "[x](javascript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "![x](https://a.b/\" onerror=\"alert(1))",
    "{{ 7 * 7 }}{% raw %}",
    "```</pre><script>alert(1)</script>```",
    "`</code><script>alert(1)</script>`",
]  # fmt: skip

_ALLOWED = {
    "a", "blockquote", "br", "button", "code", "details", "div", "em", "fieldset", "figcaption", "figure", "h1", "h2", "h3", "hr", "img",
    "input", "label", "legend", "li", "ol", "optgroup", "option", "p", "path", "pre", "s", "select", "small", "span", "strong", "summary",
    "svg", "table", "tbody", "td", "textarea", "th", "thead", "time", "tr", "u", "ul", "circle", "g", "rect", "article", "b", "caption", "h4",
    "header", "section",
}  # fmt: skip


class Attributes(HTMLParser):
    """Reads HTML as a browser would, and keeps its elements' names and attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str, str]] = []
        self.tags: set[str] = set()

    @classmethod
    def of(cls, html: str, name: str) -> list[str]:
        parser = cls()
        parser.feed(html)
        return [value for _tag, key, value in parser.found if key == name]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.found += [(tag, name, value or "") for name, value in attrs]


def assert_harmless(html: str) -> None:
    parser = Attributes()
    parser.feed(html)
    assert parser.tags <= _ALLOWED
    for _tag, name, value in parser.found:
        assert not name.startswith("on")
        assert name != "style"
        if name in {"href", "src"}:
            assert re.match(r"(https?:|mailto:|\?channel=)", value)


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_gets_through_any_door(attack: str) -> None:
    option = {"text": plain_text(attack), "value": attack, "url": attack, "description": plain_text(attack)}
    element = {"options": [option], "text": plain_text(attack), "url": attack, "value": attack, "action_id": attack, "image_url": attack,
               "alt_text": attack, "placeholder": plain_text(attack), "initial_value": attack, "icon": attack, "style": attack,
               "confirm": {"title": plain_text(attack)}, "positive_button": {"text": plain_text(attack), "value": attack}}  # fmt: skip
    blocks: list[dict[str, Any]] = [
        {"type": "section", "block_id": attack, "text": {"type": "mrkdwn", "text": attack}, "fields": [plain_text(attack)]},
        {"type": "markdown", "text": attack},
        {"type": "header", "text": plain_text(attack)},
        {"type": "image", "image_url": attack, "alt_text": attack, "title": plain_text(attack)},
        {"type": "video", "title": plain_text(attack), "title_url": attack},
        {"type": "alert", "level": attack, "text": plain_text(attack)},
        {"type": "rich_text", "elements": [section({"type": "link", "url": attack, "text": attack}, {"type": "emoji", "name": attack})]},
        {"type": "rich_text", "elements": [{"type": "rich_text_list", "style": attack, "indent": attack, "elements": [section()]}]},
        {"type": "rich_text", "elements": [section({"type": "citation", "url": attack, "index": attack, "details": {"title": attack}})]},
        {"type": "card", "title": plain_text(attack), "hero_image": element, "actions": [element | {"type": "button"}]},
        {"type": "carousel", "elements": [{"block_id": attack, "body": plain_text(attack)}]},
        {"type": "container", "title": plain_text(attack), "child_blocks": [{"type": "markdown", "text": attack}, {"type": attack}]},
        {"type": "data_table", "caption": attack, "rows": [[{"type": "raw_text", "text": attack}]]},
        {"type": "file", "external_id": attack},
        {"type": "table", "rows": [[{"type": "raw_text", "text": attack}]], "column_settings": [{"align": attack}]},
        {"type": "plan", "title": attack, "tasks": [{"title": attack, "status": attack, "sources": [{"url": attack, "text": attack}]}]},
        {"type": attack},
        {"type": "../page/page"},
        {"type": "actions", "elements": [{"type": "../../page"}]},
        *({"type": "actions", "elements": [element | {"type": kind}]} for kind in ELEMENT_TYPES),
        *({"type": "input", "label": plain_text(attack), "hint": plain_text(attack), "element": element | {"type": kind}} for kind in ELEMENT_TYPES),
    ]  # fmt: skip
    assert_harmless(rendered(*blocks))


HOSTILE: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.sampled_from(ATTACKS), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["type", "text", "elements", "element", "options", "fields", "accessory", "rows", "tasks", "url", "style"]),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=12,
)
TYPES = [
    "section",
    "context",
    "actions",
    "image",
    "rich_text",
    "table",
    "plan",
    "task_card",
    "input",
    "markdown",
    "header",
    "context_actions",
]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(TYPES), st.dictionaries(st.sampled_from(["text", "elements", "element", "fields", "rows", "tasks"]), HOSTILE))
def test_a_block_of_any_shape_renders_to_harmless_html(kind: str, rest: dict[str, Any]) -> None:
    assert_harmless(rendered({**rest, "type": kind}))


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="<>@!#|*_~`&;:/[]()^hU1C \n", max_size=60))
def test_any_text_renders_to_harmless_html_in_either_dialect(text: str) -> None:
    assert_harmless(str(mrkdwn(text, READER)))
    assert_harmless(str(markdown(text, READER)))


@pytest.mark.parametrize("text", ["*a " * 20_000, "<" * 40_000, "`" * 40_000, "```" + "a" * 40_000, "*_~" * 13_000, "<!date^" * 6_000])
def test_a_long_unclosed_text_takes_no_long_time(text: str) -> None:
    started = datetime.now(tz=UTC)
    mrkdwn(text, READER)
    assert (datetime.now(tz=UTC) - started).total_seconds() < 2


def test_a_block_nested_too_deep_is_a_box_and_not_an_error() -> None:
    nested: dict[str, Any] = {"type": "text", "text": "deep"}
    for _ in range(5_000):
        nested = {"type": "rich_text_section", "elements": [nested]}
    assert "block-unsupported" in rendered({"type": "rich_text", "elements": [nested]}, {"type": "divider"})


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://a.b", True),
        ("HTTP://a.b", True),
        ("mailto:a@b.c", True),
        ("javascript:alert(1)", False),
        ("java\nscript:alert(1)", False),
        (" https://a.b", False),
        ("//a.b", False),
        ("http://[", False),
        (None, False),
    ],
)
def test_only_web_and_mail_addresses_are_links(url: object, *, safe: bool) -> None:
    assert (safe_url(url) is not None) is safe


def test_how_long_ago_is_said_in_the_largest_unit() -> None:
    now = datetime(2026, 1, 2, tzinfo=UTC)
    assert ago(datetime(2026, 1, 1, tzinfo=UTC), now) == "1 day ago"
    assert ago(datetime(2026, 1, 1, 21, tzinfo=UTC), now) == "3 hours ago"
    assert ago(now, now) == "just now"


def test_an_icon_of_no_known_name_is_a_dot() -> None:
    assert icon("no such") == icon({"not": "a name"}) == icon("dot")
