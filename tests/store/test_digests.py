"""Who posts which digest, and what is counted for it, on both databases."""

import pytest

from bot.grounding import Answer, Citation, CitedClaim, ClaimKind, Verdict
from bot.insights.digest import digest_of
from bot.interactions import Interaction
from bot.questions import Place, Question, Surface
from bot.store import LogQuestions, Store
from bot.store.digests import CLAIM_SECONDS
from tests.store.conftest import Clock, claimed


def test_a_digest_is_one_process_s_to_post(url: str, clock: Clock) -> None:
    one, other = Store(url, clock), Store(url, clock)

    assert one.claim_digest("T1", "C1", 100) == 0
    assert other.claim_digest("T1", "C1", 100) is None
    assert other.claim_digest("T1", "C1", 200) == 0
    assert other.claim_digest("T2", "C1", 100) == 0
    clock.now += CLAIM_SECONDS + 1  # whoever claimed it is gone
    assert other.claim_digest("T1", "C1", 100) == 1
    other.close_digest("T1", "C1", 100)
    clock.now += CLAIM_SECONDS + 1
    assert one.claim_digest("T1", "C1", 100) is None
    one.close()
    other.close()


def answered(store: Store, number: int, question: str, verdict: Verdict, team: str = "T1") -> None:
    asked = Question(question, f"U{number % 2}", Place(Surface.MENTION, team, "C1", f"{number}.0", f"{number}.0"), id=f"{number:032x}")
    store.receive(asked)
    job = claimed(store, team)
    claims = (CitedClaim("x", ClaimKind.QUOTE, (Citation("a.txt", None, None, None, 0, 1, "x"),)),) if verdict is Verdict.ANSWERED else ()
    store.save(job, Interaction(asked, Answer(verdict, "extractive", "d", claims), "said"))
    store.delivered(job, f"{number}.1")


def week(store: Store) -> None:
    answered(store, 1, "Who dug it?", Verdict.ANSWERED)
    answered(store, 2, "Who owns the moon?", Verdict.NOT_IN_DOCUMENTS)
    answered(store, 3, "who owns the moon", Verdict.NOT_IN_DOCUMENTS)
    answered(store, 4, "hi", Verdict.DECLINED)
    answered(store, 5, "Another team's?", Verdict.NOT_IN_DOCUMENTS, "T2")
    store.rate(f"{1:032x}", "U9", is_good=False)


def test_a_week_is_counted_for_one_team(store: Store, clock: Clock) -> None:
    week(store)
    found = digest_of(store, "T1", clock.now + 1)

    assert (found.asked, found.answered, found.askers, found.voted_down, found.percent) == (3, 1, 2, 1, 33)
    assert [(gap.examples[0], gap.asked) for gap in found.gaps] == [("who owns the moon", 2), ("Who dug it?", 1)]
    assert (found.further, found.cited) == (0, {"a.txt": 1})
    assert digest_of(store, None, clock.now + 1).asked == 4
    assert digest_of(store, "T1", clock.now - 1).asked == 0
    assert digest_of(store, "T1", clock.now + 8 * 86_400).asked == 0


@pytest.mark.parametrize("mode", [LogQuestions.HASHED, LogQuestions.NONE])
def test_where_words_are_not_kept_only_counts_are_told(url: str, clock: Clock, mode: LogQuestions) -> None:
    store = Store(url, clock, mode)
    week(store)
    found = digest_of(store, "T1", clock.now + 1)
    store.close()

    assert (found.asked, found.gaps, found.further) == (3, (), 3)
