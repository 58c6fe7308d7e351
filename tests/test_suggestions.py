"""What is suggested instead: questions a person would ask, each of which the documents answer."""

from itertools import islice
from pathlib import Path

from bot.config import CHECKOUT
from bot.corpus import load_corpus
from bot.extractive import ExtractiveAnswerer
from bot.prompts import PromptLibrary
from bot.suggestions import is_answered, suggested

TEXT = """The yard of Norland

At the Norland Boat Fair, the yard's head of sales spoke. In spring the president Ada Holm showed a ferry to the press.

The crew likes Matkori, and so does Skerry Yards. Matkori is a ferry with two decks.

How many people fit on the ferry?

Matkori takes 310 people and forty cars. In rough weather it takes half as many, because the lower deck is closed.

What does a cabin cost?
"""
WORDS = PromptLibrary.load(CHECKOUT / "prompts").reply("suggestions")


def suggestions(folder: Path, asked: str) -> list[str]:
    (folder / "a.txt").write_text(TEXT, encoding="utf-8")
    passages = load_corpus(folder).passages
    return list(islice(suggested(asked, passages, ExtractiveAnswerer(load_corpus(folder)), WORDS, 6), 6))


def test_questions_are_suggested_as_a_person_would_ask_them(tmp_path: Path) -> None:
    found = suggestions(tmp_path, "")

    assert found[0] == "How many people fit on the ferry?"  # the documents put it themselves, and answer it
    assert {"Who is Ada Holm?", "What is Matkori?", "What do the documents say about Skerry Yards?"} <= set(found)
    assert "Who is Norland Boat Fair?" not in found


def test_each_suggestion_is_answered(tmp_path: Path) -> None:
    found = suggestions(tmp_path, "What does a trip to Oslo cost?")
    corpus = load_corpus(tmp_path)

    assert found
    assert all(is_answered(one, corpus.passages, ExtractiveAnswerer(corpus)) for one in found)
    assert "What does a cabin cost?" not in found  # put, and not answered


def test_who_is_asked_about_in_vain_may_still_be_known(tmp_path: Path) -> None:
    assert "Who is Ada Holm?" in suggestions(tmp_path, "What does Ada Holm earn?")
    assert "Who is Ada Holm?" not in suggestions(tmp_path, "Who is Ada Holm?")
