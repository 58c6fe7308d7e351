"""Cases are read strictly; what is wrong with a file is said with its line."""

from collections import Counter
from pathlib import Path

import pytest

from bot.config import CHECKOUT
from bot.corpus import load_corpus
from bot.errors import BotError
from bot.evaluation import Case, CaseError, load_cases
from bot.evaluation.wording import find_quote
from bot.questions import Turn

OWN = CHECKOUT / "tests" / "cases"
GOOD = """category: ports
description: Of ports.
cases:
  - id: ports-year
    question: When?
    history:
      - question: What?
        answer: A port.
    answerable: true
    must_contain: ["1903", [over 40, more than 40]]
    quotes: [opened in 1903]
  - id: ports-open
    question: Who paid?
    answerable: false
"""


def written(folder: Path, text: str, name: str = "ports.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_gives_its_cases_with_its_category(tmp_path: Path) -> None:
    year, unpaid = load_cases(written(tmp_path, GOOD))
    assert (year.id, year.category, year.answerable, unpaid.answerable) == ("ports-year", "ports", True, False)
    assert year.must_contain == (("1903",), ("over 40", "more than 40"))
    assert year.as_question().history == (Turn("What?", "A port."),)


def test_a_case_may_name_a_category_of_its_own(tmp_path: Path) -> None:
    (_, unpaid) = load_cases(written(tmp_path, GOOD + "    category: money\n"))
    assert unpaid.category == "money"


@pytest.mark.parametrize(
    ("wrong", "instead", "sentence"),
    [
        ("answerable: true", "answerable: perhaps", ":9: case ports-year: answerable: Input should be a valid boolean"),
        ("question: When?", "question: 2018", ":5: case ports-year: question: Input should be a valid string"),
        ('["1903", ', "[1903, ", ":10: case ports-year: must_contain: 0: 0: Input should be a valid string"),
        ("quotes:", "quote:", ":11: case ports-year: quote: Extra inputs are not permitted"),
        ("    quotes: [opened in 1903]\n", "", ":4: case ports-year: Value error, an answerable case needs must_contain and quotes"),
        ("id: ports-year", "id: Ports Year", ":4: case Ports Year: id: String should match pattern"),
        ("[over 40, more than 40]", "[]", ":4: case ports-year: Value error, an entry of must_contain has no alternatives"),
        ("id: ports-open", "id: ports-year", ":12: case ports-year: ports.yaml has a case of that id already"),
        ("question: Who paid?", "question: a\n    question: b", ":14: question stands there twice"),
        ("question: Who paid?", "question: [", ": is not YAML:"),
        ("category: ports\n", "", ":1: category: Field required"),
        (GOOD.partition("cases:")[2], " []\n", ":1: Value error, there is no case in it"),
        (GOOD, "", ":1: Input should be a valid dictionary"),
        (GOOD.partition("cases:")[2], "\n  - just words\n", ":4: case number 1: Input should be a valid dictionary"),
    ],
)
def test_what_is_wrong_is_said_with_file_line_and_case(wrong: str, instead: str, sentence: str, tmp_path: Path) -> None:
    assert wrong in GOOD
    path = written(tmp_path, GOOD.replace(wrong, instead))
    with pytest.raises(CaseError) as raised:
        load_cases(path)
    assert sentence in str(raised.value)
    assert str(raised.value).startswith(str(path))
    assert isinstance(raised.value, BotError)


def test_several_problems_are_counted_and_the_first_is_said(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD.replace("answerable: true", "answerable: 1.5").replace("answerable: false", "answerable: 2.5"))
    with pytest.raises(CaseError, match=r":9: case ports-year: .*\(and 1 more\)$"):
        load_cases(path)


def test_the_same_id_in_two_files_is_refused(tmp_path: Path) -> None:
    written(tmp_path, GOOD)
    written(tmp_path, GOOD, "quays.yaml")
    with pytest.raises(CaseError, match=r"quays\.yaml:4: case ports-year: ports\.yaml has a case of that id already"):
        load_cases(tmp_path)


def test_a_folder_without_cases_a_missing_file_and_another_encoding_are_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="has no"):
        load_cases(tmp_path)
    with pytest.raises(CaseError, match="cannot be read"):
        load_cases(tmp_path / "absent.yaml")
    (tmp_path / "latin.yaml").write_bytes("category: caf\xe9".encode("latin-1"))
    with pytest.raises(CaseError, match="is not UTF-8"):
        load_cases(tmp_path)


# --- our own cases


@pytest.fixture(scope="module")
def own() -> tuple[Case, ...]:
    return load_cases(OWN)


def test_there_are_at_least_150_cases_in_at_least_18_categories(own: tuple[Case, ...]) -> None:
    assert len(own) >= 150
    categories = Counter(case.category for case in own)
    assert len(categories) >= 18
    assert min(categories.values()) >= 8


def test_no_question_is_asked_twice(own: tuple[Case, ...]) -> None:
    twice = [asked for asked, times in Counter((case.question, case.history) for case in own).items() if times > 1]
    assert twice == []


def test_every_file_has_one_category_of_its_own() -> None:
    categories = [{case.category for case in load_cases(path)} for path in sorted(OWN.glob("*.yaml"))]
    assert all(len(each) == 1 for each in categories)
    assert len(set().union(*categories)) == len(categories)


def test_every_supporting_quote_is_verbatim_in_a_document(own: tuple[Case, ...]) -> None:
    documents = load_corpus(CHECKOUT / "seeds").documents
    wrong = [
        (case.id, quote) for case in own for quote in case.quotes if not any(find_quote(document.text, quote) for document in documents)
    ]
    assert wrong == []


def test_a_bare_2017_is_asked_for_nowhere(own: tuple[Case, ...]) -> None:
    assert not [case.id for case in own if any("2017" in words for alternatives in case.must_contain for words in alternatives)]
