"""The questions of the small corpora can be judged: what they expect stands in the texts."""

from pathlib import Path

import pytest

from tests.bench.extractive_small import ANSWERED, BLIND, FOLDER, HALVED, KINDS, TRAINED_ON, WHOLE_LIST, load, read_questions

CORPORA = (*TRAINED_ON, BLIND, HALVED)


@pytest.mark.parametrize("name", CORPORA)
def test_what_a_question_expects_stands_in_a_document(name: str) -> None:
    texts = [document.text.lower() for document in load(FOLDER / name).documents]

    for asked in read_questions(FOLDER / name):
        assert asked.kind in KINDS
        assert bool(asked.expected) == (asked.kind in ANSWERED), asked.question
        assert asked.expected in ("", WHOLE_LIST) or any(asked.expected.lower() in text for text in texts), asked.question


def test_about_half_of_each_kind_is_blind() -> None:
    asked = read_questions(FOLDER / HALVED)

    for kind in ("plain", "paraphrased", "near", "misspelt"):
        of_kind = [one.is_blind for one in asked if one.kind == kind]
        assert 0.3 < sum(of_kind) / len(of_kind) < 0.7


@pytest.mark.parametrize("name", [BLIND, HALVED])
def test_nothing_is_trained_on_the_blind_corpora(name: str) -> None:
    trainer = (Path(__file__).parent / "train_extractive.py").read_text(encoding="utf-8")

    assert name not in TRAINED_ON
    assert name not in trainer
