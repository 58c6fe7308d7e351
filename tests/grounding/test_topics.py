"""What is suggested instead: names one can ask about, not what is only written with a capital."""

from pathlib import Path

from bot.corpus import load_corpus
from bot.grounding.topics import suggested_topics

TEXT = (
    "In the spring the engineer Martin Holm showed a ferry to the press. It cost RMB 3 million, and in March the GDP of Norland grew. "
    "The ferry, as Holm says, was built by Skerry Yards for its Danish owners. It is called Matkori, and the crew likes Matkori. "
    "A copy will be built on the Internet model. Two of the AI tools were made by Dr Eva Lind."
)


def topics(tmp_path: Path, question: str = "") -> list[str]:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    return suggested_topics(question, load_corpus(tmp_path).passages)


def test_names_are_suggested_whole_and_nothing_that_is_none(tmp_path: Path) -> None:
    found = topics(tmp_path)
    assert {"Martin Holm", "Skerry Yards", "Matkori", "Eva Lind"} <= set(found)
    assert not {"Holm", "RMB", "March", "Danish", "AI", "Internet", "Dr Eva Lind"} & set(found)


def test_what_was_just_asked_about_is_not_suggested(tmp_path: Path) -> None:
    assert "Matkori" not in topics(tmp_path, "How fast is Matkori?")


def test_where_every_noun_has_a_capital_no_name_can_be_told(tmp_path: Path) -> None:
    text = (
        "Gestern hat die Stadt den Hafen für die Schiffe aus dem Norden mit einem Fest und viel Musik geöffnet, wie die Zeitung schreibt."
    )
    (tmp_path / "b.txt").write_text(text, encoding="utf-8")
    assert not {"Hafen", "Stadt", "Musik"} & set(topics(tmp_path))
