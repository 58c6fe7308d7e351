"""Claims as Markdown that means nothing but what it says, and a stream that is not opened for what is already complete."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from slack_sdk.web.async_client import AsyncWebClient

from bot.config import CHECKOUT
from bot.corpus import Span, load_corpus
from bot.errors import LeaseLost
from bot.grounding import Answer, CitedClaim, ClaimKind, Reading, Verdict
from bot.grounding.answers import cite
from bot.playground.block_kit.surfaces import chunk_problems
from bot.playground.rendering_markdown import markdown
from bot.playground.rendering_references import Reader
from bot.prompts import PromptLibrary
from bot.questions import Question
from bot.slack.checking import CheckingTask, CitedSource, Piece
from bot.slack.live_stream import PATIENCE_SECONDS, LiveStream, Pace
from bot.slack.mrkdwn import as_markdown
from bot.slack.reply_messages import ReplyMessages
from bot.slack.streamed_text import StreamedText

CORPUS = load_corpus(CHECKOUT / "seeds")
PROMPTS = PromptLibrary.load(CHECKOUT / "prompts")
READING = Reading(PROMPTS, "/ask", lambda: CORPUS)
WORDS = PROMPTS.reply("searching")


def read(text: str) -> str:
    """What CommonMark makes of a line: the words of its one paragraph, or its markup where it makes anything else of it."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
    plain = [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    inline = tokens[1].children or [] if plain else []
    if not plain or {token.type for token in inline} - {"text", "text_special"}:
        return repr([token.type for token in (*tokens, *inline)])
    return "".join(token.content for token in inline)


@pytest.mark.parametrize(
    "text",
    [
        "*bold* _italic_ ~~struck~~ `code`", "[a link](https://evil.example)", "![an image](https://evil.example/x.png)", "# no heading",
        "- no item", "+ no item", "1. no item", "12) no item", "> no quote", "<!channel> <@U1> <https://evil.example|here>", "a | b | c",
        "&lt;!here&gt; &amp; AT&T", "snake_case_name 2*3*4", "===", "---", "\\*", "```fence```", ":tada: at 10:30:15", "[1]: https://evil.example",
    ],
)  # fmt: skip
def test_nothing_a_document_says_is_markup(text: str) -> None:
    assert read(as_markdown(text)) == text
    shown = str(markdown(as_markdown(text), Reader()))
    assert not any(tag in shown for tag in ("<strong", "<em", "<a ", "<img", "<h1", "<li", "<code", "<s>", "<blockquote"))


MARKS = st.sampled_from("*_[]()!#`<>&~|:-+=1. \\")
LETTERS = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp", "Zs"])


@given(st.text(LETTERS | MARKS, max_size=40))
def test_every_character_of_a_line_is_shown(text: str) -> None:
    line = " ".join(text.split())
    if line:
        assert read(as_markdown(line)) == line


def claim(number: int, *, is_list_item: bool = False) -> CitedClaim:
    document = CORPUS.documents[number]
    return CitedClaim(f"Claim {number}.", ClaimKind.STATEMENT, (cite(document, Span(0, 5)),), is_list_item=is_list_item)


def test_claims_read_as_paragraphs_and_lists_and_keep_the_numbers_of_the_finished_answer() -> None:
    claims = [claim(1), claim(0, is_list_item=True), claim(1, is_list_item=True), claim(2)]
    text = StreamedText(READING)
    assert "".join(text.add(each).text for each in claims) == (
        "Claim 1. **[1]**\n\n- Claim 0. **[2]**\n- Claim 1. **[1]**\n\nClaim 2. **[3]**"
    )
    finished = Answer(Verdict.ANSWERED, "scripted", "", claims=tuple(claims))
    assert [READING.marks(finished, each) for each in claims] == [(1,), (2,), (1,), (3,)]


def unopened() -> tuple[ReplyMessages, LiveStream]:
    """A stream to a Slack where nobody answers, which must not be opened."""
    client = AsyncWebClient(base_url="http://127.0.0.1:1/api/", retry_handlers=[])
    messages = ReplyMessages(client=client, bot_user="U1", question=Question("?"), known=(), is_uncertain=False)

    async def opened(reply_ts: str) -> None:
        raise AssertionError(reply_ts)

    return messages, LiveStream(client=client, question=Question("?"), messages=messages, opened=opened, pace=Pace(), words=WORDS)


def test_no_stream_is_opened_for_what_is_complete_already() -> None:
    async def act() -> bool:
        messages, stream = unopened()
        stream.add(Piece("A claim."))
        is_open = await stream.rest()
        await stream.close()
        return is_open or messages.is_uncertain

    assert not asyncio.run(act())


def test_a_stream_that_was_hushed_in_time_is_not_opened() -> None:
    async def act() -> bool:
        messages, stream = unopened()
        stream.add(Piece("A claim."))
        await asyncio.sleep(0)
        stream.hush()
        await asyncio.sleep(PATIENCE_SECONDS + 0.1)
        return await stream.rest() or messages.is_uncertain

    assert not asyncio.run(act())


def test_nothing_is_posted_for_a_question_that_somebody_else_took_over() -> None:
    async def act() -> bool:
        client = AsyncWebClient(base_url="http://127.0.0.1:1/api/", retry_handlers=[])  # nobody answers there: a call would be uncertain
        messages = ReplyMessages(client=client, bot_user="U1", question=Question("?"), known=(), is_uncertain=False)
        refused = asyncio.Event()

        async def opened(reply_ts: str) -> None:
            refused.set()
            raise LeaseLost(f"somebody else posts what is not {reply_ts}")

        stream = LiveStream(client=client, question=Question("?"), messages=messages, opened=opened, pace=Pace(), words=WORDS)
        stream.add(Piece("A claim."))
        async with asyncio.timeout(20):
            await refused.wait()
        stream.add(Piece("Another claim."))
        is_open = await stream.rest()
        await stream.close()
        return is_open or messages.is_uncertain or bool(messages.known)

    assert not asyncio.run(act())


def test_many_streams_together_append_no_more_often_than_one_workspace_may() -> None:
    pace = Pace()
    assert pace.pause == 0.7
    pace.streams = 30
    assert 60 / pace.pause * pace.streams <= 100


def sources(*names: str, link: str | None = None) -> list[CitedSource]:
    return [CitedSource(name, f"[1] {name} · The Town", name, link) for name in names]


def test_each_source_is_named_once_as_it_is_used_and_its_link_comes_at_the_end() -> None:
    task = CheckingTask(WORDS)
    (begun,) = task.cites(sources("a"))
    assert (begun["status"], begun["details"], "sources" in begun) == ("in_progress", "[1] a · The Town\n", False)
    assert task.cites(sources("a")) == []
    (more,) = task.cites([*sources("a"), *sources("b", link="https://example.com/b")])
    assert (more["id"], more["details"]) == (begun["id"], "[1] b · The Town\n")
    (done,) = task.done()
    assert (done["status"], done["sources"]) == ("complete", [{"type": "url", "url": "https://example.com/b", "text": "b"}])
    assert "details" not in done


@pytest.mark.parametrize("count", [1, 40])
def test_a_task_stays_within_what_slack_takes_however_much_is_cited(count: int) -> None:
    task = CheckingTask(WORDS)
    named = [f"{number} {'long ' * 90}" for number in range(count)]
    chunks = [
        chunk for name in named for chunk in (*task.cites(sources(name, link=f"https://example.com/{name.split()[0]}")), *task.done())
    ]
    assert chunk_problems(chunks) == []
    assert sum(len(chunk.get("details", "")) for chunk in chunks) <= 1_000
