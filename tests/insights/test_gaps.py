"""Gaps: what was asked for in vain, in whatever words."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from bot.evaluation import load_cases
from bot.insights.gaps import as_case, as_csv, find_gaps


def row(number: int, question: str, *, verdict: str = "not_in_documents", asker: str = "U1") -> dict[str, Any]:
    return {"id": f"{number:08x}", "question": question, "verdict": verdict, "asker": asker, "received_at": float(number)}


def test_questions_for_the_same_are_one_gap_whatever_their_words_and_order() -> None:
    rows = [
        row(3, "Who's the CEO of the ferry company?", asker="U2"),
        row(2, "who is the ferry company's CEO"),
        row(1, "When does the lighthouse open?"),
    ]
    most, other = find_gaps(rows, [])

    assert (most.asked, most.askers, most.unanswered, most.voted_down) == (2, 2, 2, 0)
    assert most.examples == ("Who's the CEO of the ferry company?", "who is the ferry company's CEO")
    assert (most.first, most.last) == (2.0, 3.0)
    assert other.examples == ("When does the lighthouse open?",)


def test_an_answer_that_was_voted_down_is_a_gap_and_one_that_was_not_is_none() -> None:
    rows = [
        row(1, "Who dug the harbour?", verdict="answered"),
        row(2, "Who paid for the ferry?", verdict="answered"),
        row(3, "hi", verdict="declined"),
    ]
    gaps = find_gaps(rows, {"00000001"})

    assert [(gap.examples, gap.voted_down, gap.unanswered) for gap in gaps] == [(("Who dug the harbour?",), 1, 0)]


def test_different_questions_that_share_a_word_stay_apart() -> None:
    assert len(find_gaps([row(1, "Who owns the ferry?"), row(2, "How long is the ferry's summer timetable?")], [])) == 2


def test_questions_without_any_content_word_are_grouped_by_their_words() -> None:
    assert [gap.asked for gap in find_gaps([row(1, "why?"), row(2, "Why?"), row(3, "谁？"), row(4, "谁？")], [])] == [2, 2]


def test_an_empty_log_has_no_gaps() -> None:
    assert find_gaps([], []) == ()
    assert len(as_csv([]).splitlines()) == 1


@pytest.mark.parametrize("question", ["=HYPERLINK(1)", "+1", "@SUM(A1)", "-2+3 ferry"])
def test_a_question_is_no_formula_in_a_spreadsheet(question: str) -> None:
    _, line = csv.reader(io.StringIO(as_csv(find_gaps([row(1, question)], []))))

    assert line[6] == f"'{question}"


def test_a_gap_becomes_a_case_that_evaluation_reads(tmp_path: Path) -> None:
    asked = row(1, 'What does <@U1> mean by: "yes"? # 5 [x] 海港', verdict="answered")
    (tmp_path / "gaps.yaml").write_text(as_case(asked), encoding="utf-8")
    (case,) = load_cases(tmp_path)

    assert case.question == 'What does mean by: "yes"? # 5 [x] 海港'
    assert case.category == "gaps"
    assert not case.answerable
