"""The same in other words: what is posted for it, and what only looks like it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.corpus import load_corpus
from bot.grounding.restating import restated
from tests.grounding.conftest import Verify, verify
from tests.grounding.test_statements import tell_apart

Page = Callable[..., Verify]

FERRY = "The ferry leaves at noon unless the quay is frozen."
WAGES = "Wages are usually paid within ten days."
TICKETS = "Tickets under 15 marks need not be shown."
BOUGHT = "Sund bought two barges from the builder Holm in 2017."
SHEDS = "Some of the older sheds are unheated."
NEARLY = "Nearly half of the 640 pilots live on the island of Ribe."
NOTICE = "Ida Moe wrote the notice before the pilot Per Holm left Ribe."
WANTED = "Ida Moe also said that instead of a “closed port”, she wanted an “open port” in Ribe."
AID = "The town has so far lent the harbour 12 million marks."


@pytest.mark.parametrize(
    ("sentence", "wrong", "honest"),
    [
        (FERRY, "If the quay is frozen, the ferry leaves at noon.", "Unless the quay is frozen, the ferry leaves at noon."),
        (WAGES, "Usually, wages are paid within two days.", "Usually, wages are paid within ten days."),
        (TICKETS, "Tickets over 15 marks do not need to be shown.", "Tickets below 15 marks do not have to be shown."),
        (BOUGHT, "Holm purchased two barges in 2017.", "Sund purchased two barges in 2017."),
        (BOUGHT, "Sund purchases two barges from the builder Holm.", "Sund purchased two barges from the builder Holm."),
        (SHEDS, "Some of the older sheds are not unheated.", "Some of the older sheds are not heated."),
        (NEARLY, "Half of the 640 pilots live on the island of Ribe.", "Almost half of the 640 pilots live on the island of Ribe."),
        (
            NOTICE,
            "The pilot Per Holm left Ribe before Ida Moe wrote the notice.",
            "After Ida Moe wrote the notice, the pilot Per Holm left Ribe.",
        ),
        (
            WANTED,
            "Moe said she wanted a closed port instead of an open one.",
            "Moe said she wanted an “open port” instead of a “closed port”.",
        ),
        (AID, "So far, the harbour has lent the town 12 million marks.", "So far, the town has lent the harbour 12 million marks."),
    ],
)
def test_the_same_in_other_words_is_posted_and_its_opposite_is_not(page: Page, sentence: str, wrong: str, honest: str) -> None:
    tell_apart(page(sentence), wrong, honest)


def test_a_denied_word_is_not_taken_for_its_opposite(page: Page) -> None:
    tell_apart(
        page("The crew was not happy with the new quay."),
        "The crew was unhappy with the new quay.",
        "The crew was not happy with the quay.",
    )


@pytest.mark.parametrize(
    "text",
    [
        "Ida Moe said it “purchases” two barges.",  # words of somebody stay as they are
        "After 1990, it bought two barges.",  # a date belongs to what stands beside it
        "Visitors who come if it rains, and pilots, buy a pass.",
    ],
)
def test_what_would_be_another_statement_is_left_as_it_stands(text: str) -> None:
    assert restated(text, "It bought two barges if it rains after 1990.") == (text,)


TABLE = """# Quay fees

| Class | Daily fee | Discount | Notice |
|---|---|---|---|
| A | 20 marks | 3% | one month |
| B | 36 marks | 5% | two months |
"""


@pytest.mark.parametrize(
    ("wrong", "honest"),
    [
        ("Class B has a discount of 3%.", "Class B has a discount of 5%."),
        ("Class B has a daily fee of 20 marks.", "The daily fee for class B is 36 marks."),
        ("Class A has a notice of two months.", "The notice of class B is two months."),
        ("The daily fee is 36 marks.", "The daily fee of class B is 36 marks."),
        ("Class B has a discount of 36 marks.", "Class B has a daily fee of 36 marks."),
    ],
)
def test_a_row_is_told_in_sentences_each_cell_under_its_header(tmp_path: Path, wrong: str, honest: str) -> None:
    (tmp_path / "fees.md").write_text(TABLE, encoding="utf-8")
    corpus = load_corpus(tmp_path)
    row = corpus.passages[-1]

    tell_apart(lambda text: verify(corpus, text, (row.id, row.text), question="What is the fee?"), wrong, honest)
