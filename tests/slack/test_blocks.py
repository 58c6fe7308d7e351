"""What the bot posts: every kind of answer, held against Slack's limits and against the words that hostile documents carry."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from inline_snapshot import snapshot

from bot.config import CHECKOUT
from bot.corpus import Corpus, load_corpus
from bot.grounding import Answer, Citation, CitedClaim, ClaimKind, Reading, Reason, Verdict, WithheldClaim
from bot.guide import guide
from bot.playground.block_kit.surfaces import message_problems
from bot.prompts import PromptLibrary
from bot.slack.blocks import AnswerBlocks
from bot.slack.elements import LONGEST_FALLBACK

PROMPTS = PromptLibrary.load(CHECKOUT / "prompts")
CORPUS = load_corpus(CHECKOUT / "seeds")
BLOCKS = AnswerBlocks(Reading(PROMPTS, "/tencent", lambda: CORPUS), PROMPTS)


def citation(quote: str = "Water boils at 100 degrees.", document: str = "a.txt", start: int = 0, **facts: Any) -> Citation:
    known: dict[str, Any] = {"title": "On water", "publisher": "The Kettle", "published": date(2020, 1, 2)} | facts
    return Citation(document=document, start=start, end=start + len(quote), quote=quote, **known)


def answer(*claims: CitedClaim, **values: Any) -> Answer:
    given: dict[str, Any] = {"verdict": Verdict.ANSWERED, "engine": "openai:m", "corpus_digest": "0" * 16} | values
    return Answer(claims=claims, **given)


def statement(text: str, *citations: Citation) -> CitedClaim:
    return CitedClaim(text, ClaimKind.STATEMENT, citations or (citation(),), date(2020, 1, 2))


def test_a_statement_its_mark_and_its_source() -> None:
    rendered = BLOCKS.public(answer(statement("Water boils at 100 degrees.")), "ref")
    assert rendered.blocks == snapshot(
        [
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [
                            {"type": "text", "text": "Water boils at 100 degrees."},
                            {"type": "text", "text": " "},
                            {"type": "text", "text": "[1]", "style": {"bold": True}},
                        ],
                    }
                ],
            },
            {"type": "context", "elements": [{"type": "plain_text", "text": "As of 2020-01-02, when the source was published."}]},
            {"type": "divider"},
            {
                "type": "rich_text",
                "elements": [
                    {"type": "rich_text_section", "elements": [{"type": "text", "text": "Sources", "style": {"bold": True}}]},
                    {
                        "type": "rich_text_section",
                        "elements": [
                            {"type": "text", "text": "[1]", "style": {"bold": True}},
                            {"type": "text", "text": " "},
                            {"type": "text", "text": "On water · The Kettle · 2020-01-02"},
                        ],
                    },
                ],
            },
            {
                "type": "actions",
                "block_id": "answer:ref",
                "elements": [
                    {"type": "button", "action_id": "sources", "value": "ref", "text": {"type": "plain_text", "text": "Sources"}},
                    {"type": "button", "action_id": "why", "value": "ref", "text": {"type": "plain_text", "text": "Why this answer?"}},
                ],
            },
            {
                "type": "context_actions",
                "block_id": "feedback:ref",
                "elements": [
                    {
                        "type": "feedback_buttons",
                        "action_id": "feedback",
                        "positive_button": {
                            "text": {"type": "plain_text", "text": "Good answer"},
                            "value": "good:ref:",
                            "accessibility_label": "Mark this answer as good",
                        },
                        "negative_button": {
                            "text": {"type": "plain_text", "text": "Bad answer"},
                            "value": "bad:ref:",
                            "accessibility_label": "Mark this answer as bad and say why",
                        },
                    }
                ],
            },
        ]
    )
    assert rendered.text == snapshot("""\
Water boils at 100 degrees. [1]

As of 2020-01-02, when the source was published.

Sources
[1] On water · The Kettle · 2020-01-02
    “Water boils at 100 degrees.”\
""")


def test_a_refusal_with_its_closest_passage() -> None:
    rendered = BLOCKS.private(answer(verdict=Verdict.NOT_IN_DOCUMENTS, engine="extractive", closest=(citation(),)), "ref", question="Why?")
    assert rendered.blocks == snapshot(
        [
            {"type": "context", "elements": [{"type": "plain_text", "text": "Question: Why?"}]},
            {
                "type": "rich_text",
                "elements": [
                    {"type": "rich_text_section", "elements": [{"type": "text", "text": "I found no sure answer in the documents."}]},
                    {
                        "type": "rich_text_section",
                        "elements": [
                            {
                                "type": "text",
                                "text": """\

The closest passages, which may not answer it:\
""",
                            }
                        ],
                    },
                    {
                        "type": "rich_text_quote",
                        "elements": [
                            {"type": "text", "text": "“Water boils at 100 degrees.”\n"},
                            {"type": "text", "text": "On water · The Kettle · 2020-01-02", "style": {"italic": True}},
                        ],
                    },
                ],
            },
            {
                "type": "context",
                "elements": [
                    {
                        "type": "plain_text",
                        "text": "Documents I know: 5; those with a date are from 2018-03-26 to 2018-10-31; without one: 3.",
                    },
                    {"type": "plain_text", "text": "I only quote the documents: no language model wrote any of this."},
                ],
            },
            {
                "type": "actions",
                "block_id": "answer:ref",
                "elements": [
                    {"type": "button", "action_id": "share", "value": "ref", "text": {"type": "plain_text", "text": "Share to channel"}},
                    {"type": "button", "action_id": "why", "value": "ref", "text": {"type": "plain_text", "text": "Why this answer?"}},
                ],
            },
            {
                "type": "context_actions",
                "block_id": "feedback:ref",
                "elements": [
                    {
                        "type": "feedback_buttons",
                        "action_id": "feedback",
                        "positive_button": {
                            "text": {"type": "plain_text", "text": "Good answer"},
                            "value": "good:ref:",
                            "accessibility_label": "Mark this answer as good",
                        },
                        "negative_button": {
                            "text": {"type": "plain_text", "text": "Bad answer"},
                            "value": "bad:ref:",
                            "accessibility_label": "Mark this answer as bad and say why",
                        },
                    }
                ],
            },
        ]
    )


def test_a_mixed_answer_of_statements_list_items_and_quotes_of_two_documents() -> None:
    item = CitedClaim("Kettles whistle.", ClaimKind.QUOTE, (citation("Kettles whistle.", start=40),), is_list_item=True)
    other = citation("Steam rises.", document="b.txt", title=None, publisher=None, published=None)
    rendered = BLOCKS.public(
        answer(
            statement("Water boils at 100 degrees."), item, replace(item, text="Pots do not."), statement("Steam rises.", other),
            verdict=Verdict.PARTIAL, unanswered=("in Germany",), searched=1204, cut_short=True,
        ),
        "ref",
    )  # fmt: skip
    assert rendered.text == snapshot("""\
Water boils at 100 degrees. [1]
- “Kettles whistle.” [1]
- “Pots do not.” [1]
Steam rises. [2]

As of 2020-01-02, when the source was published.

Other sources have no date.

The documents leave open: in Germany

Documents searched: 1204.

My reply was cut short; the documents may say more about this.

Sources
[1] On water · The Kettle · 2020-01-02
    “Water boils at 100 degrees.”
[2] Untitled · publisher unknown · undated
    “Steam rises.”\
""")


HOSTILE = "<!channel> <@U1> <https://evil.example|click> *bold* _it_ ![x](http://e.example/x.png) \u202eevil\u200b &amp; ```code```"


def all_messages() -> list[list[dict[str, Any]]]:
    hostile = citation(HOSTILE, title=HOSTILE, publisher=HOSTILE)
    long = citation("x" * 1500)
    quote = CitedClaim(HOSTILE, ClaimKind.QUOTE, (hostile,))
    many = answer(*(statement(f"Fact {n}. " + "y" * 380, citation("z" * 1400, document=f"{n}.txt")) for n in range(12)))
    refusal = answer(verdict=Verdict.NOT_IN_DOCUMENTS, closest=(hostile, long))
    answers = [answer(quote), many, refusal, answer(verdict=Verdict.FAILED), answer(verdict=Verdict.DECLINED, declined_for="empty")]
    messages = [BLOCKS.public(a, "r" * 32).blocks for a in answers]
    messages += [BLOCKS.private(a, "r" * 32, question=HOSTILE * 30).blocks for a in answers]
    messages += [BLOCKS.shared(a, "r" * 32, question=HOSTILE * 30, user="U1").blocks for a in answers]
    messages += [BLOCKS.reply(name, reference="x").blocks for name in ("searching", "failed")]
    messages.append(BLOCKS.markdown(guide(PROMPTS, "/tencent")).blocks)
    return [*messages, BLOCKS.documents(CORPUS).blocks, BLOCKS.documents(Corpus(CORPUS.documents * 30)).blocks]


@pytest.mark.parametrize("message", all_messages())
def test_every_message_keeps_slacks_limits_and_forms(message: list[dict[str, Any]]) -> None:
    assert list(message_problems(message)) == []


@pytest.mark.parametrize("message", all_messages())
def test_what_is_not_ours_is_only_ever_plain_text(message: list[dict[str, Any]]) -> None:
    for block in message:
        if block["type"] == "markdown" or block.get("text", {}).get("type") == "mrkdwn":
            assert "evil" not in json.dumps(block)
    assert "\u202e" not in json.dumps(message, ensure_ascii=False)
    assert "\u200b" not in json.dumps(message, ensure_ascii=False)


def test_the_notification_text_is_escaped_and_cut() -> None:
    rendered = BLOCKS.public(answer(*(statement(HOSTILE + "y" * 400) for _ in range(12))), "ref")
    assert "<" not in rendered.text
    assert len(rendered.text) <= LONGEST_FALLBACK


def test_withheld_claims_are_never_shown() -> None:
    held = answer(statement("Water boils."), withheld=(WithheldClaim("Water burns.", (Reason("number", "7"),)),))
    assert "burns" not in json.dumps([BLOCKS.public(held, "r").blocks, BLOCKS.public(held, "r").text])
