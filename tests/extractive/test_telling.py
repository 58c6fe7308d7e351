"""Who has a role: how it is asked, and which sentences say it."""

import pytest

from bot.extractive.telling import asked_role, names_holder


@pytest.mark.parametrize(
    ("question", "role"),
    [
        ("Who is the CEO of Sund?", ("CEO", "Sund")),
        ("who is ceo of sund marine", ("ceo", "sund marine")),
        ("Who is Sund's chief engineer?", ("chief engineer", "Sund")),
        ("Who's the head of sales at Ribe Bank?", ("head of sales", "Ribe Bank")),
        ("Who was the president of Sund?", ("president", "Sund")),
        ("Who is Ada Holm?", None),
        ("Who is responsible for the quay of Ribe?", None),
        ("Is Ada Holm the CEO of Sund?", None),
        ("What does the CEO of Sund say?", None),
    ],
)
def test_a_question_for_who_has_a_role_is_told_from_others(question: str, role: tuple[str, str] | None) -> None:
    assert asked_role(question) == role


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("Sund’s founder and CEO Ada Holm released a letter.", True),
        ("Sund CEO and founder Ada Holm wrote to the pilots.", True),
        ("Ada Holm, chief executive officer of Sund, resigned.", True),
        ("Ada Holm is the CEO of Sund.", True),
        ("The CEO of Sund, Ada Holm, resigned.", True),
        ("Ada Holm is the CEO of Sund Marine.", False),
        ("Sund Marine CEO Ada Holm resigned.", False),
        ("Sund deputy CEO Ada Holm resigned.", False),
        ("Ada Holm, former CEO of Sund, resigned.", False),
        ("Ada Holm met the CEO of Sund.", False),
        ("The CEO of Sund resigned.", False),
        ("North Sund CEO Ada Holm resigned.", False),
    ],
)
def test_a_sentence_names_the_holder_of_just_that_role(sentence: str, names: bool) -> None:
    assert names_holder("CEO", "Sund", sentence) is names
