"""Replay: what a change does to past answers, and nothing else."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.grounding import Answer, Citation, CitedClaim, ClaimKind, Reason, Verdict, WithheldClaim
from bot.insights.replay import Asked, Change, Replayed, replay
from bot.insights.replay_report import render
from bot.interactions import Interaction
from bot.llm import Usage
from bot.questions import Question

QUESTION = Question("Who dug <b>it</b>?", id="a" * 32)


def claim(text: str, start: int = 0) -> CitedClaim:
    return CitedClaim(text, ClaimKind.QUOTE, (Citation("a.txt", None, None, None, start, start + len(text), text),))


def answer(*texts: str, verdict: Verdict = Verdict.ANSWERED, withheld: Sequence[WithheldClaim] = ()) -> Answer:
    return Answer(verdict, "extractive", "d", tuple(map(claim, texts)), tuple(withheld))


def past(given: Answer) -> Asked:
    return Asked(QUESTION, given, "said then", 100, 2.0)


class Now:
    """Answers everything alike, or fails."""

    def __init__(self, given: Answer | None) -> None:
        self.given = given

    async def answer(self, question: Question) -> Interaction:
        if self.given is None:
            raise RuntimeError("broken")
        return Interaction(question, self.given, "said now", tokens=Usage(50, 0, 5), seconds={"total": 1.0})


def replayed(before: Answer, now: Answer | None) -> Replayed:
    async def run() -> list[Replayed]:
        return [each async for each in replay(Now(now), [past(before)], 2)]

    (only,) = asyncio.run(run())
    return only


NOTHING = answer(verdict=Verdict.NOT_IN_DOCUMENTS)


@pytest.mark.parametrize(
    ("before", "now", "change"),
    [
        (answer("A."), answer("A."), Change.SAME),
        (answer("A."), answer("A.", "B."), Change.REWORDED),
        (answer("A."), NOTHING, Change.WORSE),
        (NOTHING, answer("A."), Change.BETTER),
        (answer("A."), answer("A.", verdict=Verdict.PARTIAL), Change.WORSE),
        (answer("A."), None, Change.CRASHED),
    ],
)
def test_each_change_is_told(before: Answer, now: Answer | None, change: Change) -> None:
    only = replayed(before, now)

    assert only.change is change
    assert only.is_worse == (change in {Change.WORSE, Change.CRASHED})


def test_claims_gained_and_lost_are_named_and_a_quote_that_moved_in_its_file_is_the_same() -> None:
    moved = replace(answer(), claims=(claim("A.", 50), claim("C.")))
    only = replayed(answer("A.", "B."), moved)

    assert [each.text for each in only.gained] == ["C."]
    assert [each.text for each in only.lost] == ["B."]


def test_reasons_for_withholding_are_named_where_they_are_new() -> None:
    old, new = WithheldClaim("x", (Reason("number", "3"),)), WithheldClaim("y", (Reason("number", "3"), Reason("date", "2018")))

    assert replayed(answer("A.", withheld=[old]), answer("A.", withheld=[new])).reasons == ("date: 2018",)


def test_the_report_shows_what_got_worse_first_and_escapes_every_word() -> None:
    page = render([replayed(answer("A."), answer("A.")), replayed(answer("<script>"), NOTHING)], datetime(2026, 1, 2, tzinfo=UTC))

    assert page.index("Worse (1)") < page.index("The same (1)")
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "Who dug &lt;b&gt;it&lt;/b&gt;?" in page
    assert "200 → 110" in page


def test_a_report_of_nothing_says_so() -> None:
    assert "There is no past question" in render([], datetime(2026, 1, 2, tzinfo=UTC))
