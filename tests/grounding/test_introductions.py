"""Names that a document gives itself: who "we" is, and what "the Company" is."""

from pathlib import Path

import pytest

from bot.corpus import load_corpus
from tests.grounding.conftest import verify
from tests.grounding.test_statements import tell_apart

DEFINED = "Sund Marine Ltd (the “Company”) was founded in Ribe."


@pytest.mark.parametrize(
    ("opening", "sentence", "wrong", "honest"),
    [
        ("At Sund Marine, we repair barges.", "We never sell anchors.", "Sund Marine sells anchors.", "Sund Marine never sells anchors."),
        (
            "Sund Marine (“we” or “us”) repairs barges.",
            "We store logs for two years.",
            "Holm stores logs for two years.",
            "Sund Marine stores logs for two years.",
        ),
        (
            "Our company, Sund Marine, repairs barges.",
            "Our yard is in Ribe.",
            "Sund Marine’s yard is in Hull.",
            "Sund Marine’s yard is in Ribe.",
        ),
        (
            DEFINED,
            "The Company paid a dividend of 4 marks.",
            "Holm paid a dividend of 4 marks.",
            "Sund Marine Ltd paid a dividend of 4 marks.",
        ),
        (DEFINED, DEFINED, "Sund Marine Ltd was founded in Hull.", "Sund Marine Ltd was founded in Ribe."),
    ],
)
def test_a_name_stands_for_what_its_document_says(tmp_path: Path, opening: str, sentence: str, wrong: str, honest: str) -> None:
    (tmp_path / "page.txt").write_text(f"A page about barges\n\n{opening}\n\nNothing else is known. {sentence}\n", encoding="utf-8")
    corpus = load_corpus(tmp_path)
    passage = next(p for p in reversed(corpus.passages) if sentence in p.text)

    tell_apart(lambda text: verify(corpus, text, (passage.id, sentence), question=sentence), wrong, honest)


def test_who_we_is_stays_open_where_two_say_it(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text("A page\n\nAt Sund Marine, we repair. At Holm Works, we build. We store logs.\n", encoding="utf-8")
    corpus = load_corpus(tmp_path)

    assert corpus.documents[0].first_person is None
