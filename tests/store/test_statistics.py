"""The log in figures, on both databases."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from bot.grounding import Answer, Verdict
from bot.interactions import Interaction
from bot.questions import Place, Question, Surface
from bot.store import Figures, Selection, Store
from tests.store.conftest import Clock, claimed

DAY = 86_400.0
EVERYTHING = Selection()


@pytest.fixture
def filled(store: Store, clock: Clock) -> Store:
    """Four questions on three days, one of which is still open."""
    asked: Sequence[tuple[float, str, str, Verdict | None, str]] = [
        (0.0, "C1", "Who dug the harbour?", Verdict.ANSWERED, "extractive"),
        (0.0, "C1", "Who paid?", Verdict.NOT_IN_DOCUMENTS, "extractive"),
        (2 * DAY, "C2", "How long is the 100% quay_wall?", Verdict.ANSWERED, "openai:m"),
        (2 * DAY, "C2", "And now?", None, ""),
    ]
    begun = clock.now
    for number, (after, channel, text, verdict, engine) in enumerate(asked):
        clock.now = begun + after
        question = Question(text, "U1", Place(Surface.MENTION, "T1", channel, f"{number}.0", f"{number}.0"), id=f"{number:032x}")
        store.receive(question)
        if verdict is not None:
            job = claimed(store)
            clock.now += number + 1
            store.save(job, Interaction(question, Answer(verdict, engine, "d"), "said"))
            store.delivered(job, f"{number}.1")
    store.rate(f"{0:032x}", "U2", is_good=True)
    store.rate(f"{1:032x}", "U2", is_good=False)
    return store


def test_everything_is_counted(filled: Store, clock: Clock) -> None:
    found = filled.figures(EVERYTHING)

    assert (found.total, found.open) == (4, 1)
    assert found.verdicts == {"answered": 2, "not_in_documents": 1, "queued": 1}
    assert found.engines == {"extractive": 2, "openai:m": 1}
    assert found.channels == {"C1": 2, "C2": 2}
    assert (found.good, found.bad) == (1, 1)
    assert found.median_seconds == pytest.approx(2.0)
    assert found.p95_seconds == pytest.approx(3.0)
    assert [sum(counts.values()) for counts in found.days.values()] == [2, 0, 2]
    assert max(found.days) == datetime.fromtimestamp(clock.now, UTC).date()


@pytest.mark.parametrize(
    ("selection", "total"),
    [
        (Selection(days=1), 2),
        (Selection(channel="C1"), 2),
        (Selection(verdict="answered"), 2),
        (Selection(verdict="queued"), 1),
        (Selection(engine="openai:m"), 1),
        (Selection(words="HARBOUR"), 1),
        (Selection(words="100%"), 1),
        (Selection(words="quay_wall"), 1),
        (Selection(words="quayXwall"), 0),
        (Selection(channel="C1", verdict="answered"), 1),
        (Selection(channel="'; DROP TABLE interactions; --"), 0),
    ],
)
def test_filters_limit_figures_and_rows_alike(filled: Store, selection: Selection, total: int) -> None:
    assert filled.figures(selection).total == total
    assert len(filled.page(selection, None, 10)) == total


def test_pages_go_back_in_time_without_gaps(filled: Store) -> None:
    first = filled.page(EVERYTHING, None, 3)
    second = filled.page(EVERYTHING, first[-1]["seq"], 3)

    assert [row["question"] for row in (*first, *second)] == [
        "And now?",
        "How long is the 100% quay_wall?",
        "Who paid?",
        "Who dug the harbour?",
    ]
    assert "draft" not in first[0]


def test_only_what_was_answered_is_read_whole(filled: Store) -> None:
    assert [row["answer"]["verdict"] for row in filled.newest_answers(EVERYTHING, 2)] == ["answered", "not_in_documents"]


def test_what_was_refused_or_voted_down_is_found(filled: Store) -> None:
    filled.rate(f"{2:032x}", "U3", is_good=False)

    assert [row["question"] for row in filled.disappointing()] == ["How long is the 100% quay_wall?", "Who paid?"]


def test_an_empty_log_has_empty_figures(store: Store) -> None:
    assert store.figures(EVERYTHING) == Figures()
    assert store.page(EVERYTHING, None, 5) == []
