"""Rows, lines with a key, and what stands below a question or a "How to" are answers by their place."""

import pytest

from bot.drafts import Mode
from bot.extractive import ExtractiveAnswerer
from tests.extractive.conftest import Load

HANDBOOK = """# Handbook of Bright Lantern

Bright Lantern makes lamps for greenhouses, and this handbook applies to all who work for it.

## Key facts

Founded: 1998
Head office: Utrecht, the Netherlands
Employees: 412
Chief executive: Maaike de Vries

## Leave

| Kind of leave | Days a year | Approved by |
|---|---|---|
| Annual leave | 27 | Line manager |
| Parental leave | 130 | People team |

Unused annual leave of up to five days may be carried over to the next year.

## How to claim expenses

1. Photograph the receipt.
2. Upload it in the finance portal within 30 days.
3. Choose the cost centre of your team.

## How to get a badge

Ask at reception and bring an identity card. It takes ten minutes.

## Can I bring my dog to the office?

Dogs are welcome on Fridays, provided that they stay on a lead.

## Where do I park my bicycle?

In the cellar of the east wing. The gate opens with your badge.
"""
PRICES = """Price list of the swimming hall

Opening hours
Monday to Friday: 07:00 to 21:00
Saturday: 09:00 to 18:00
Sunday: closed

Tickets
Adults: 8 euros
Season ticket: 160 euros
"""
HEADER = "Kind of leave | Days a year | Approved by"


def ask(load: Load, question: str) -> list[str]:
    corpus = load(handbook__md=HANDBOOK, prices__txt=PRICES)
    draft = ExtractiveAnswerer(corpus).answer(question, corpus.passages)
    assert (draft.mode is Mode.ANSWER) == bool(draft.claims)
    return [quote.text for claim in draft.claims for quote in claim.quotes]


@pytest.mark.parametrize(
    ("question", "texts"),
    [
        ("How many days of parental leave do I get?", [HEADER, "Parental leave | 130 | People team"]),
        ("How long is parental leave?", [HEADER, "Parental leave | 130 | People team"]),
        ("Who approves annual leave?", [HEADER, "Annual leave | 27 | Line manager"]),
        ("What are the kinds of leave?", [HEADER, "Annual leave | 27 | Line manager", "Parental leave | 130 | People team"]),
        ("How many employees does Bright Lantern have?", ["Employees: 412"]),
        ("When was Bright Lantern founded?", ["Founded: 1998"]),
        ("What does a season ticket cost?", ["Season ticket: 160 euros"]),
        ("When does the hall open on Saturday?", ["Opening hours", "Saturday: 09:00 to 18:00"]),
        ("What are the opening hours?", ["Opening hours", *PRICES.splitlines()[3:6]]),
        ("What are the ticket prices?", ["Tickets", "Adults: 8 euros", "Season ticket: 160 euros"]),
        (
            "How do I claim my expenses?",
            [
                "How to claim expenses",
                "Photograph the receipt.",
                "Upload it in the finance portal within 30 days.",
                "Choose the cost centre of your team.",
            ],
        ),
        ("How do I get a badge?", ["How to get a badge", "Ask at reception and bring an identity card. It takes ten minutes."]),
        (
            "Can I bring my dog to the office?",
            ["Can I bring my dog to the office?", "Dogs are welcome on Fridays, provided that they stay on a lead."],
        ),
        (
            "where do i park my bicycle",
            ["Where do I park my bicycle?", "In the cellar of the east wing. The gate opens with your badge."],
        ),
    ],
)
def test_what_a_row_a_line_or_a_section_says_is_quoted_with_what_stands_above_it(load: Load, question: str, texts: list[str]) -> None:
    assert ask(load, question) == texts


@pytest.mark.parametrize(
    "question",
    [
        "How many days of study leave do I get?",
        "How many days of sabbatical leave do I get?",
        "Who approves parental leave in Germany?",
        "How many days of parental leave did Anna take?",
        "Where was Bright Lantern founded?",
        "Who founded Bright Lantern?",
        "Why was Bright Lantern founded?",
        "How much did the head office cost?",
        "When was the chief executive born?",
        "Who is the line manager of the chief executive?",
        "How much is a season ticket for adults?",
        "Can I bring my cat to the office?",
        "When do I park my bicycle?",
        "How do I lose a badge?",
    ],
)
def test_a_question_that_says_more_or_asks_for_another_kind_of_thing_is_not_answered_by_its_place(load: Load, question: str) -> None:
    assert ask(load, question) == []
