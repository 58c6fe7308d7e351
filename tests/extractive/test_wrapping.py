"""What is only said around a question changes nothing: the same answer with and without it."""

import pytest

from bot.corpus import Corpus
from bot.drafts import Draft
from bot.extractive import ExtractiveAnswerer
from bot.extractive.wrapping import unwrapped
from tests.extractive.conftest import HARBOUR, MUSEUM, Load

AROUND_A_QUESTION = [
    "Hi, {}",
    "hey {}",
    "Good morning team, {}",
    "Hello there! {}",
    "Quick question: {}",
    "I have a quick question: {}",
    "btw {}",
    "By the way, {}",
    "Sorry to bother you, {}",
    "please: {}",
    "So, {}",
    "Just wondering, {}",
    "Excuse me, {}",
    "{} Thanks!",
    "{} Please.",
    "{} Thank you very much.",
    "{} Any ideas?",
    "Hi team, quick question: {} Thanks in advance!",
    "Could you tell me: {}",
    "I'd like to know: {}",
    "  {}  ",
]
QUESTIONS = [
    "Who dug the harbour of Port Elling?",
    "How much did the works cost?",
    "When did the town council decide to close the old fish market?",
    "Why was the old fish market closed?",
    "What are the four aims of the council for the next decade?",
    "Is the museum of clocks open on Sundays?",
    "Who won the world cup in 1998?",
]
BEFORE_A_CLAUSE = [
    "Do you know {}?",
    "does anyone know {}?",
    "Any idea {}?",
    "Can you please tell me {}?",
    "I was wondering {}",
    "I would like to know {}, please",
    "Could somebody explain {}?",
    "help me understand {}",
    "Hello, is it possible to find out {}?",
]
CLAUSES = [
    "who dug the harbour of Port Elling",
    "why the old fish market was closed",
    "how many clocks the museum shows",
    "who won the cup",
]
BEFORE_A_THING = [
    "Tell me about {}",
    "Can you tell me about {}?",
    "Help me understand {}",
    "I want to understand {}",
    "Could you explain {}?",
    "please explain {} to me",
    "walk me through {}",
    "I'd like to know about {}",
    "I'd like to learn more about {}",
    "what's the deal with {}?",
    "What do you know about {}?",
    "Do we know {}?",
    "do we know anything about {}?",
    "give me a short overview of {}",
    "Describe {}",
    "any info on {}?",
    "What about {}?",
    "{}?",
    "Hi, quick question: {}?",
]
THINGS = ["the old fish market", "Agnes Holm", "the water clock", "Brother Anselm", "the airport"]


@pytest.fixture
def towns(load: Load) -> Corpus:
    return load(harbour__txt=HARBOUR, museum__txt=MUSEUM)


def answered(towns: Corpus, questions: list[str]) -> dict[str, tuple[Draft, object]]:
    answerer = ExtractiveAnswerer(towns)
    return {one: (answerer.answer(one, towns.passages), answerer.closest(one, towns.passages)) for one in questions}


@pytest.mark.parametrize(
    ("around", "asked"),
    [(AROUND_A_QUESTION, QUESTIONS), (BEFORE_A_CLAUSE, CLAUSES), (BEFORE_A_THING, THINGS)],
    ids=["q", "clause", "thing"],
)
def test_the_same_is_answered_whatever_is_said_around_it(towns: Corpus, around: list[str], asked: list[str]) -> None:
    for one in asked:
        found = answered(towns, [around[0].format(one) if around is not AROUND_A_QUESTION else one, *(each.format(one) for each in around)])
        plain = next(iter(found.values()))
        assert {question for question, answer in found.items() if answer != plain} == set()


def test_some_of_it_is_answered_and_some_refused(towns: Corpus) -> None:
    found = answered(towns, [*QUESTIONS, *CLAUSES, *THINGS])

    assert sum(bool(draft.claims) for draft, _ in found.values()) > 6
    assert sum(not draft.claims for draft, _ in found.values()) > 2


@pytest.mark.parametrize(
    "question",
    [
        "Hi",
        "thanks!",
        "please",
        "do you know",
        "Why?",
        "Who dug it?",
        "So long as it rains, is the museum open?",
        "Show me the four aims",
        "I need to buy a ticket",
        "Write a poem?",
        "and in Oslo?",
        "Can you help me?",
        "Question time is when?",
        "什么是青河镇?",
        "Isn't it closed?",
    ],
)
def test_a_question_of_which_nothing_would_be_left_or_that_only_looks_alike_stays(question: str) -> None:
    assert unwrapped(question) == question


@pytest.mark.parametrize("text", ["!", "? ", "-"])
def test_marks_without_a_word_stay_and_however_many_are_read_at_once(text: str) -> None:
    many = (text * 100_000).strip()

    assert unwrapped(many) == many
    assert unwrapped(text.strip()) == text.strip()
