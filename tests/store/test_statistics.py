"""The log in figures, on both databases."""

import re
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from bot.grounding import Answer, Citation, CitedClaim, ClaimKind, Reason, Verdict, WithheldClaim
from bot.interactions import Interaction
from bot.llm import Usage
from bot.questions import Place, Question, Surface
from bot.store import Figures, Selection, Store
from tests.store.conftest import Clock, claimed

DAY = 86_400.0
EVERYTHING = Selection()


def made_of(number: int) -> tuple[tuple[CitedClaim, ...], tuple[WithheldClaim, ...]]:
    """Of the first two answers one cites two documents, one of them twice, and two claims were withheld for the same rule."""
    if number > 1:
        return (), ()
    citations = [Citation(f"{name}.txt", None, None, None, 0, 1, "x") for name in ("a", "a", "b")]
    claims = () if number else (CitedClaim("x", ClaimKind.QUOTE, tuple(citations)),)
    return claims, (WithheldClaim("y", (Reason("number", "3"), Reason("number", "4"))),)


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
            answer = Answer(verdict, engine, "d", *made_of(number))
            store.save(job, Interaction(question, answer, "said", tokens=Usage(100, 10, number), seconds={"total": number + 1.0}))
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
    assert found.cited == {"a.txt": 1, "b.txt": 1}
    assert found.withheld == {"number": 2}
    assert found.tokens == {"input": 300, "cached": 30, "output": 3}
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
        (Selection(cites="a.txt"), 1),
        (Selection(withheld="number"), 2),
        (Selection(withheld="number", words="paid"), 1),
        (Selection(channel="'; DROP TABLE interactions; --"), 0),
    ],
)
def test_filters_limit_figures_and_rows_alike(filled: Store, selection: Selection, total: int) -> None:
    assert filled.figures(selection).total == total
    assert len(filled.page(selection, None, 10)) == total


def test_what_is_behind_the_figures_is_limited_as_they_are(filled: Store) -> None:
    for selection in (Selection(channel="C1", verdict="answered"), Selection(words="dug")):
        found = filled.figures(selection)
        assert (found.cited, found.withheld, found.good, found.bad) == ({"a.txt": 1, "b.txt": 1}, {"number": 1}, 1, 0)
        assert found.tokens == {"input": 100, "cached": 10}


def test_what_is_forgotten_is_counted_no_more(filled: Store) -> None:
    filled.forget("U1")
    found = filled.figures(EVERYTHING)

    assert (found.total, found.cited, found.withheld, found.good) == (0, {}, {}, 0)


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


def test_steps_are_timed_by_the_newest_answers(filled: Store) -> None:
    assert sorted(took["total"] for took in filled.newest_seconds(EVERYTHING, 2)) == [2.0, 3.0]


def test_what_was_refused_or_voted_down_is_found(filled: Store) -> None:
    filled.rate(f"{2:032x}", "U3", is_good=False)

    assert [row["question"] for row in filled.disappointing()] == ["How long is the 100% quay_wall?", "Who paid?"]
    assert [row["question"] for row in filled.disappointing(days=1)] == ["How long is the 100% quay_wall?"]
    assert len(filled.disappointing(at_most=1)) == 1


def test_an_empty_log_has_empty_figures(store: Store) -> None:
    assert store.figures(EVERYTHING) == Figures()
    assert store.page(EVERYTHING, None, 5) == []


@pytest.mark.parametrize("selection", [EVERYTHING, Selection(days=30), Selection(channel="C1", verdict="answered", engine="extractive")])
def test_figures_are_read_from_an_index_alone(sqlite_url: str, selection: Selection) -> None:
    """A row of the log is some kilobytes: what reads all of them takes seconds where there are 100,000."""
    store = Store(sqlite_url)
    steps: list[str] = []

    def explain(_: object, cursor: sqlite3.Cursor, statement: str, parameters: tuple[object, ...], *__: object) -> None:
        steps.extend(row[3] for row in cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters))

    sa.event.listen(store._engine, "before_cursor_execute", explain)
    store.figures(selection)
    store.close()

    assert sum("COVERING INDEX interactions_figures" in step for step in steps) >= 4
    # But for the few rows that were voted on.
    others = {step for step in steps if re.match(r"(?:SCAN|SEARCH) interactions\b", step) and "COVERING" not in step}
    assert others <= {"SEARCH interactions USING INDEX sqlite_autoindex_interactions_1 (id=?)"}
