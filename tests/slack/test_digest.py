"""The weekly digest: what it says, that it cannot mention anybody, and when it is due."""

from datetime import UTC, datetime

import pytest
from inline_snapshot import snapshot

from bot.config import CHECKOUT
from bot.corpus import Corpus, Document, Fact
from bot.insights.digest import Digest
from bot.insights.gaps import Gap
from bot.prompts import PromptLibrary
from bot.slack.digest import DigestWords, due_before

SHOWN = DigestWords(
    PromptLibrary.load(CHECKOUT / "prompts").reply("digest"), lambda: Corpus((Document("a.txt", "x", title=Fact("The harbour")),))
)
MONDAY = datetime(2026, 3, 9, 9, tzinfo=UTC).timestamp()
EVIL = "<!channel> <https://evil.example|who> owns *the* <@U1> ferry?"
GAP = Gap((EVIL, "the ferry?"), ("0" * 32, "1" * 32), 2, 2, 0, MONDAY - 9, MONDAY - 5)
DIGEST = Digest(MONDAY - 7 * 86_400, MONDAY, 12, 9, 4, 1, (GAP,), 3, {"a.txt": 5, "gone.txt": 1})


def test_a_digest_says_how_many_how_well_and_what_was_missing() -> None:
    assert SHOWN.text(DIGEST) == snapshot("""\
The week in questions, 2026-03-02 to 2026-03-09
Questions: 12. People who asked: 4. Answered: 75 %.
Answers voted down: 1.
Asked for in vain, or answered badly
- <!channel> <https://evil.example|who> owns *the* <@U1> ferry? (2×)
- … and 3 more
Most cited
- The harbour (answers: 5)
- gone.txt (answers: 1)\
""")


def test_a_digest_as_slack_shows_it() -> None:
    assert SHOWN.message(DIGEST).blocks == snapshot(
        [
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [
                            {"type": "text", "text": "The week in questions, 2026-03-02 to 2026-03-09", "style": {"bold": True}},
                            {"type": "text", "text": "\n"},
                        ],
                    },
                    {
                        "type": "rich_text_section",
                        "elements": [
                            {"type": "text", "text": "Questions: 12. People who asked: 4. Answered: 75 %."},
                            {"type": "text", "text": "\n"},
                        ],
                    },
                    {
                        "type": "rich_text_section",
                        "elements": [{"type": "text", "text": "Answers voted down: 1."}, {"type": "text", "text": "\n"}],
                    },
                    {
                        "type": "rich_text_section",
                        "elements": [{"type": "text", "text": "Asked for in vain, or answered badly", "style": {"bold": True}}],
                    },
                    {
                        "type": "rich_text_list",
                        "style": "bullet",
                        "elements": [
                            {
                                "type": "rich_text_section",
                                "elements": [
                                    {
                                        "type": "text",
                                        "text": "<!channel> <https://evil.example|who> owns *the* <@U1> ferry?",
                                        "style": {"italic": True},
                                    },
                                    {"type": "text", "text": " (2×)"},
                                ],
                            },
                            {"type": "rich_text_section", "elements": [{"type": "text", "text": "… and 3 more"}]},
                        ],
                    },
                    {"type": "rich_text_section", "elements": [{"type": "text", "text": "Most cited", "style": {"bold": True}}]},
                    {
                        "type": "rich_text_list",
                        "style": "bullet",
                        "elements": [
                            {"type": "rich_text_section", "elements": [{"type": "text", "text": "The harbour (answers: 5)"}]},
                            {"type": "rich_text_section", "elements": [{"type": "text", "text": "gone.txt (answers: 1)"}]},
                        ],
                    },
                ],
            },
            {
                "type": "context",
                "elements": [
                    {
                        "type": "plain_text",
                        "text": "To whoever runs me: tencent-bot log serve shows each of these, tencent-bot log gaps --csv lists them all.",
                    }
                ],
            },
        ]
    )


def test_no_word_of_a_question_is_markup() -> None:
    message = SHOWN.message(DIGEST)

    assert "<!channel>" not in message.text
    assert "&lt;!channel&gt;" in message.text
    kinds = {
        element["type"]
        for part in message.blocks[0]["elements"]
        for section in part["elements"]
        for element in section.get("elements", [section])
    }
    assert kinds == {"text"}


def test_a_week_without_questions_says_so() -> None:
    assert SHOWN.text(Digest(MONDAY - 7 * 86_400, MONDAY)).splitlines()[1:] == ["Nobody asked anything."]


def test_without_words_there_are_counts() -> None:
    shown = SHOWN.text(Digest(MONDAY - 7 * 86_400, MONDAY, 5, 2, 1, 0, (), 3))

    assert "and 3 more" in shown


def at(*moment: int) -> float:
    year, month, day, hour, minute = (*moment, 0)[:5]
    return datetime(year, month, day, hour, minute, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("now", "hour", "due"),
    [
        (at(2026, 3, 9, 9, 0), "mon 9", at(2026, 3, 9, 9)),
        (at(2026, 3, 9, 8, 59), "mon 9", at(2026, 3, 2, 9)),
        (at(2026, 3, 15, 23, 59), "mon 9", at(2026, 3, 9, 9)),
        (at(2026, 3, 11, 0, 0), "wed 0", at(2026, 3, 11, 0)),
        (at(2026, 3, 1, 5, 0), "sat 23", at(2026, 2, 28, 23)),
    ],
)
def test_it_is_due_once_a_week(now: float, hour: str, due: float) -> None:
    assert due_before(now, hour) == due
