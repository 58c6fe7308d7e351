"""The table of other words is sound, and a question in everyday words finds what a document says in its own."""

from importlib.resources import files

import pytest

from bot.extractive import ExtractiveAnswerer
from bot.extractive.other_words import otherwise
from bot.extractive.terms import tokenise
from tests.extractive.conftest import Load

LINES = files("bot.extractive").joinpath("other_words.txt").read_text(encoding="utf-8").splitlines()

OFFICE = """Rules of the Larkmoor works

An employee who wishes to terminate the contract must observe a period of two months, in writing.

The physician sees employees every Tuesday in room 12.

Remuneration is transferred on the 28th of each month.

Vehicles on the premises must not exceed 20 kilometres an hour.

Whoever conceals a theft is dismissed without notice."""


def stems_said(question: str) -> frozenset[str]:
    return frozenset(stem for one in otherwise([token.stem for token in tokenise(question)]) for stem in one.stems)


def test_every_line_says_what_is_asked_and_other_words_for_it() -> None:
    for line in LINES:
        asked, _, said = line.partition(":")
        assert [token for token in tokenise(said) if token.is_term], line
        for phrase in asked.split(","):
            tokens = tokenise(phrase)
            assert any(token.is_term for token in tokens) or len(tokens) > 1, f"{phrase!r} of {line!r} stands in nearly every question"
            key = [token.stem for token in tokens]
            assert any(one.first == 0 and one.after == len(key) and one.stems for one in otherwise(key)), (
                f"{phrase!r} says nothing: {line!r}"
            )


def test_it_goes_one_way_only() -> None:
    assert "dismiss" in stems_said("Can they fire me?")
    assert "fire" not in stems_said("Who was dismissed?")


def test_a_phrase_is_not_read_word_by_word() -> None:
    assert "kilometr" in stems_said("What is the speed limit?")
    assert "cap" in stems_said("What is the limit?")
    assert "cap" not in stems_said("What is the speed limit?")


def test_the_words_of_a_family_come_with_one_of_them() -> None:
    assert {"employ", "employe"} <= stems_said("Do you hire people?")


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("How do I quit?", "two months, in writing"),
        ("When can I see the doctor?", "every Tuesday"),
        ("What is the speed limit?", "20 kilometres an hour"),
        ("When is payday?", "28th of each month"),
    ],
)
def test_a_question_in_everyday_words_finds_what_the_document_says(load: Load, question: str, words: str) -> None:
    office = load(rules__txt=OFFICE)
    answerer = ExtractiveAnswerer(office)
    shown = [quote.text for claim in answerer.answer(question, office.passages).claims for quote in claim.quotes]
    shown = shown or [quote.text for quote in answerer.closest(question, office.passages)]

    assert any(words in text for text in shown)


@pytest.mark.parametrize("word", ["payslip", "laptop", "coworker", "timesheet", "wifi"])
def test_an_everyday_word_is_not_taken_for_a_misspelt_one(load: Load, word: str) -> None:
    corpus = load(rules__txt="Pay slips, lap tops, co workers: the payslop, the lapdog, the cowherd, the timeshet and the wife.")

    assert word in ExtractiveAnswerer(corpus).corrected(f"Where is my {word}?", lambda _: False)
