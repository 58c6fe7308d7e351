"""Many questions at the same moment: written together, each told what became of it."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import pytest

from bot.config import Settings
from bot.errors import StoreUnavailable
from bot.questions import Place, Question, Surface
from bot.slack.elements import Rendered
from bot.slack.intake import Intake
from bot.slack.posting import SlackDelivery
from bot.store import Limits, Receipt, Store
from bot.worker import Worker


class PickyStore(Store):
    """A store that counts its transactions, and takes nothing together with what it does not take."""

    poison = ""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.batches: list[int] = []

    def receive_all(self, questions: Sequence[Question], limits: Limits = Limits()) -> list[Receipt]:  # noqa: B008  # frozen
        self.batches.append(len(questions))
        if any(question.text == self.poison for question in questions):
            raise StoreUnavailable("not this one")
        return super().receive_all(questions, limits)


class Sleeper:
    """A worker that only takes questions in."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def receive(self, questions: Sequence[Question], limits: Limits) -> list[Receipt]:
        return await asyncio.to_thread(self._store.receive_all, questions, limits)


class Notes:
    """Renders a note as its values, and whispers it."""

    def note(self, name: str, label: str, **values: object) -> Rendered:
        return Rendered(f"{name} {label} {values}", [])

    def speaking_to(self, _question: Question) -> "Notes":
        return self

    def whisper(self, question: Question, message: Rendered) -> None:
        """Nobody hears it."""


async def taken(store: Store, texts: Sequence[str], settings: Settings = Settings()) -> list[object]:  # noqa: B008  # frozen
    notes = Notes()
    intake = Intake(worker=cast("Worker", Sleeper(store)), delivery=cast("SlackDelivery", notes), settings=settings)
    questions = [Question(text, "U1", Place(Surface.MENTION, "T1", "C1", "", f"{n}.0")) for n, text in enumerate(texts)]
    return await asyncio.gather(*map(intake.take, questions), return_exceptions=True)


@pytest.fixture
def store(tmp_path: Path) -> PickyStore:
    return PickyStore(f"sqlite:///{tmp_path / 'log.sqlite3'}")


def test_what_comes_at_the_same_moment_is_written_in_one_transaction(store: PickyStore) -> None:
    assert asyncio.run(taken(store, [f"{n}?" for n in range(15)])) == [None] * 15
    assert (store.batches, store.waiting("T1")[0]) == ([15], 15)
    store.close()


def test_one_that_cannot_be_written_keeps_no_other_from_being_taken(store: PickyStore) -> None:
    store.poison = "bad?"
    outcomes = asyncio.run(taken(store, ["a?", "bad?", "b?"]))
    assert [type(outcome) for outcome in outcomes] == [type(None), StoreUnavailable, type(None)]
    assert sorted(row["question"] for row in store.rows()) == ["a?", "b?"]
    store.close()


@pytest.mark.parametrize(("concurrency", "in_all", "told"), [(32, 0, 3), (4, 0, 15), (100, 0, 0), (100, 30, 5)])
def test_whoever_waits_behind_many_is_told_and_nobody_whose_answer_is_begun_at_once(
    store: PickyStore, concurrency: int, in_all: int, told: int
) -> None:
    settings = Settings(concurrency=concurrency, total_concurrency=in_all)
    notes = asyncio.run(taken(store, [f"{n}?" for n in range(35)], settings))
    assert [note is not None for note in notes] == [False] * (35 - told) + [True] * told
    store.close()
