"""Two runs beside each other."""

from datetime import UTC, datetime

import pytest

from bot.evaluation.comparing import Comparison
from bot.evaluation.results import Result, Run
from bot.evaluation.scores import Outcome

RIGHT, MISSED, UNGROUNDED = Outcome.RIGHT, Outcome.MISSED, Outcome.UNGROUNDED


def result(name: str, outcome: Outcome, *, claims: int = 1, ungrounded: int = 0, text: str = "said") -> Result:
    return Result(
        id=name, category="c", question="?", engine="e", verdict="answered", outcome=outcome, is_answerable=True, is_answered=outcome is RIGHT,
        is_refused=False, is_wrong=False, claim_count=claims, ungrounded_count=ungrounded, named_count=0, supporting_count=0, seconds=1.0,
        text=text, reasons=(),
    )  # fmt: skip


def run(*results: Result) -> Run:
    return Run(when=datetime(2026, 1, 2, tzinfo=UTC), corpus_digest="d", results=results)


def test_cases_that_turned_are_told_apart_the_worst_first() -> None:
    before = run(*(result(name, outcome) for name, outcome in zip("abcde", [RIGHT, RIGHT, MISSED, RIGHT, RIGHT], strict=True)))
    now = run(
        result("a", MISSED), result("b", UNGROUNDED, ungrounded=1), result("c", RIGHT), result("d", RIGHT, text="in other words"),
        result("f", MISSED),
    )  # fmt: skip
    compared = Comparison(before, now)

    assert [turn.now.id for turn in compared.worse] == ["b", "a"]
    assert [turn.now.id for turn in compared.better] == ["c"]
    assert [turn.now.id for turn in compared.reworded] == ["d"]
    assert (compared.added, compared.removed) == (("f",), ("e",))
    assert (str(compared.before.answered), str(compared.now.answered)) == ("75.0 % (3/4)", "50.0 % (2/4)")
    assert compared.is_worse


@pytest.mark.parametrize(("ungrounded", "is_worse"), [(1, False), (2, True)])
def test_more_that_is_ungrounded_is_worse_even_where_no_case_turned(ungrounded: int, is_worse: bool) -> None:
    before = run(result("a", UNGROUNDED, claims=3, ungrounded=1))

    assert Comparison(before, run(result("a", UNGROUNDED, claims=3, ungrounded=ungrounded))).is_worse is is_worse


def test_runs_without_a_case_in_common_say_nothing() -> None:
    compared = Comparison(run(result("a", RIGHT)), run(result("b", MISSED)))

    assert (compared.pairs, compared.is_worse) == ((), False)
    assert compared.now.answered.share is None
