"""A number, a date or a doer that is none of what a question asks for makes no answer of a sentence that shares its words."""

import pytest

from bot.drafts import Mode
from bot.extractive import ExtractiveAnswerer
from bot.extractive.answer_types import AnswerType, counts_something, expected_type
from tests.extractive.conftest import Load

BRIDGE = """The bridge at Tallow Ford

A loan of six million crowns from the Ostrey Bank pays for the bridge at Tallow Ford; it is to be paid back by 2041.

The bridge carries 9,300 cars a day. Three quarters of all members of the council voted for it, and it was opened by the mayor in May.

The rubber joints of the bridge are worn after forty years.

The Ostrey Bank asks for interest of 2.5 percent on loans to members.

The electric ferry crosses the ford on every route shorter than two kilometres, at up to 12 knots."""


@pytest.mark.parametrize(
    "question",
    [
        "What interest does the Ostrey Bank charge for the bridge at Tallow Ford?",
        "How many members does the council have?",
        "How do I replace the rubber joints of the bridge?",
        "Who designed the bridge at Tallow Ford?",
        "How much does the electric ferry cost?",
        "What is the weight of the bridge at Tallow Ford?",
        "What is the speed limit on the bridge at Tallow Ford?",
    ],
)
def test_what_is_asked_for_is_nowhere_near(load: Load, question: str) -> None:
    corpus = load(bridge__txt=BRIDGE)

    assert ExtractiveAnswerer(corpus).answer(question, corpus.passages).mode is Mode.NOT_FOUND


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("How many cars does the bridge carry a day?", "9,300 cars"),
        ("What interest does the Ostrey Bank ask for on loans to members?", "2.5 percent"),
        ("Who opened the bridge?", "opened by the mayor"),
    ],
)
def test_what_is_asked_for_is_there(load: Load, question: str, words: str) -> None:
    corpus = load(bridge__txt=BRIDGE)
    draft = ExtractiveAnswerer(corpus).answer(question, corpus.passages)

    assert any(words in quote.text for claim in draft.claims for quote in claim.quotes)


@pytest.mark.parametrize("text", ["It has 310 members.", "two dozen people", "some 1.9 million customers", "In 2015 it had 12 boats."])
def test_a_number_that_counts(text: str) -> None:
    assert counts_something(text)


@pytest.mark.parametrize(
    "text", ["three quarters of all members", "$40", "it cost 40 euros", "after five years", "2.5 percent", "in May 2015", "7 kg"]
)
def test_a_number_that_counts_nothing(text: str) -> None:
    assert not counts_something(text)


def test_what_something_will_cost_and_a_share_price_are_money_and_no_share() -> None:
    assert expected_type("How much will the hall cost?") is AnswerType.MONEY
    assert expected_type("What is the turnover of Ostrey?") is AnswerType.MONEY
    assert expected_type("What is the share price of Ostrey?") is AnswerType.MONEY


@pytest.mark.parametrize("question", ["Write me a poem about the bridge", "Recommend me a good bank", "What is the meaning of loans?"])
def test_nothing_comes_near_what_no_document_does_or_says(load: Load, question: str) -> None:
    corpus = load(bridge__txt=BRIDGE)

    assert ExtractiveAnswerer(corpus).closest(question, corpus.passages) == ()


def test_what_a_thing_is_called_is_said_by_a_name(load: Load) -> None:
    corpus = load(yard__txt="The yard\n\nThe owner of the bakery stood up in May.\n\nThe owner of the mill is called Ines Rode.")
    answerer = ExtractiveAnswerer(corpus)

    assert answerer.answer("What is the name of the owner of the bakery?", corpus.passages).mode is Mode.NOT_FOUND
    assert answerer.answer("What is the name of the owner of the mill?", corpus.passages).mode is Mode.ANSWER
